"""What the server made of a meeting, read as anybody may read it: board, record page, and log.

Each of the three becomes the same table: docket number to verdict and votes. The log is verified
first, from its entries:

1. The checkpoint is signed by the event's key and is of the event's log.
2. The root hash over all entries is the checkpoint's.
3. Every entry is a leaf in its one spelling.
"""

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any, Final

from qa.errors import Invalid
from qa.ledger import entry, merkle, tiles
from qa.ledger.checkpoint import open_checkpoint
from qa.ledger.entry import Entry
from qa.ledger.note import Verifier
from qa.replay.doors import Doors
from qa.replay.outcome import (
    FILTERED,
    PUBLISHED,
    UNDECIDED,
    Board,
    Findings,
    Log,
    Record,
    Row,
    Table,
)
from qa.replay.wire import ServerGone

_STATUS: Final = {"publish": PUBLISHED, "filter": FILTERED, "restore": UNDECIDED}


def read_findings(doors: Doors) -> Findings:
    """Return what board, record page and log say of an event that is closed.

    Raises:
        Malformed, Unverified, Invalid: the log is not what it should be.
        ServerGone: the server does not answer, or not as this server does.
    """
    return Findings(_read_board(doors), _read_record(doors), _read_log(doors))


def _read_board(doors: Doors) -> Board:
    board = doors.read_json(f"{doors.api}/board")
    votes = dict(board["tally"])
    table = {each["n"]: _board_row(each, votes.get(each["n"], 0)) for each in board["questions"]}
    return Board(table, board["event"]["counts"])


def _read_record(doors: Doors) -> Record:
    page = _RecordPage()
    page.feed(doors.read(f"/e/{doors.slug}/record").decode("utf-8"))
    page.close()
    return Record({number: _record_row(found) for number, found in page.found.items()})


def _read_log(doors: Doors) -> Log:
    # 1.
    verifier = Verifier.parse(doors.read_json(doors.api)["vkey"])
    head = open_checkpoint(doors.read(f"/log/{doors.slug}/checkpoint"), verifier)
    # 2.
    entries = _read_entries(doors, head.tree_size)
    if merkle.root_from_leaves([merkle.leaf_hash(data) for data in entries]) != head.root_hash:
        raise Invalid("The root hash over the log's entries is not the one that was signed.")
    # 3.
    leaves = [entry.decode(data) for data in entries]
    closed = [leaf.fields for leaf in leaves if leaf.kind == "event.closed"]
    if len(closed) != 1:
        raise Invalid("The log does not say exactly once that the event was closed.")
    return Log(_log_table(leaves), entries, closed[0])


def _board_row(question: Mapping[str, Any], votes: int) -> Row:
    if question["votes"] != votes:
        raise Invalid(f"The board gives two counts for #{question['n']}.")
    decision = question["decision"] or {}
    return Row(
        status=UNDECIDED if question["undecided"] else question["status"],
        votes=votes,
        text=question["text"],
        reason=decision.get("reason"),
        explanation=decision.get("explanation"),
    )


def _read_entries(doors: Doors, tree_size: int) -> list[bytes]:
    entries: list[bytes] = []
    while len(entries) < tree_size:
        index = len(entries) // tiles.TILE_WIDTH
        bundle = tiles.Tile(None, index, tiles.tile_width(None, index, tree_size))
        found = tiles.decode_bundle(doors.read(f"/log/{doors.slug}/{bundle.path}"))
        if len(found) != bundle.width:
            raise Invalid("A bundle does not hold as many entries as its name says.")
        entries += found
    return entries


def _log_table(leaves: Sequence[Entry]) -> Table:
    """Return how the questions stand after all leaves; the last snapshot of each has the votes."""
    status: dict[int, str] = {}
    votes: dict[int, int] = {}
    reasons: dict[int, str | None] = {}
    for leaf in leaves:
        fields: Mapping[str, Any] = leaf.fields
        if leaf.kind == "question.submitted":
            status[fields["n"]] = UNDECIDED
        elif leaf.kind == "decision":
            status[fields["n"]] = _STATUS[fields["verdict"]]
            reasons[fields["n"]] = fields.get("reason")
        elif leaf.kind == "vote.snapshot":
            votes.update(enumerate(fields["counts"], start=fields["from"]))
    return {n: Row(status[n], votes.get(n, 0), reason=reasons.get(n)) for n in status}


def _record_row(found: Mapping[str, str]) -> Row:
    status = found.get("status", "")
    return Row(
        status=UNDECIDED if found.get("badge") == "undecided" else status,
        votes=int(found["votes"]),
        text=found.get("text") or None,
        explanation=found.get("explanation") or None,
    )


class _RecordPage(HTMLParser):
    """Collects of each question on the page its status, badge and the fields that have a name."""

    FIELDS: Final = frozenset({"votes", "text", "explanation"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[int, dict[str, str]] = {}
        self._question: dict[str, str] = {}
        self._field: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "article" and "data-n" in given:
            self._question = self.found[_number(given["data-n"])] = {"status": given["data-status"]}
        elif "data-badge" in given:
            self._question.setdefault("badge", given["data-badge"])
        elif given.get("data-field") in self.FIELDS:
            self._field = (tag, given["data-field"])

    def handle_data(self, data: str) -> None:
        if self._field is not None:
            name = self._field[1]
            self._question[name] = self._question.get(name, "") + data

    def handle_endtag(self, tag: str) -> None:
        if self._field is not None and self._field[0] == tag:
            self._field = None
        if tag == "article":
            self._question = {}


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise ServerGone("The record page is not one that this program can read.")
    return int(text)
