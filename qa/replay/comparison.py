"""Holding what the server made of a meeting against its source, to the last count. Pure.

``expect`` says how every question has to stand: as in the source, less what was refused *by
design*. Two kinds of refusal are so; each other one makes a replay fail:

- a text beyond the limits for questions, and with it whatever is about that question;
- a vote on a question that the source never decided on, because its words are not public.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.domain.text import clean_question, show_bidi
from qa.ledger import entry, merkle
from qa.replay.outcome import (
    FILTERED,
    NO_REASON_KEPT,
    NOT_SENT,
    PUBLISHED,
    REASON,
    UNDECIDED,
    Findings,
    Log,
    Played,
    Refusal,
    Row,
    Table,
)
from qa.replay.recording import Comment, Recording
from qa.replay.schedule import Ask, Decide, Schedule, Support

MODERATED: Mapping[int, str] = {1: PUBLISHED, -1: FILTERED, 0: UNDECIDED}
TEXT_LIMIT = "The text is beyond a limit for questions, so it was refused, with what is about it."
NO_VOTES = (
    "Nobody ever decided on the question, so its words are not public, and what nobody can read "
    "takes no votes."
)
FOLLOWS = "What it is about was refused."
QUOTA = "A quota of this server: raise its QA_LIMIT_ settings for a replay."
NOT_BY_DESIGN = "Nothing explains this."


@dataclass(frozen=True)
class Totals:
    """The sums of one table."""

    submitted: int
    published: int
    filtered: int
    undecided: int
    votes: int


@dataclass(frozen=True)
class Explained:
    """A kind of refusal, how often it happened, and why."""

    what: str
    code: str
    message: str
    count: int
    explanation: str
    by_design: bool


@dataclass(frozen=True)
class Verdict:
    """What a comparison found. ``differences`` is empty when everything agrees."""

    source: Totals
    expected: Totals
    found: Mapping[str, Totals]
    refusals: Sequence[Explained]
    differences: Sequence[str]


def compare(
    recording: Recording, schedule: Schedule, played: Played, findings: Findings
) -> Verdict:
    """Return what agrees with the source and what does not."""
    source = {
        each.comment_id: Row(MODERATED[each.moderated], len(schedule.supporters[each.comment_id]))
        for each in recording.comments
    }
    refusals = explain(recording, played.refusals)
    expected = expect(recording, schedule, played)
    tables = {
        "board": findings.board.table,
        "record": findings.record.table,
        "log": findings.log.table,
    }
    differences = [
        *(f"{each.what}: {each.message}" for each in refusals if not each.by_design),
        *_unlike(expected, tables),
        *_acknowledged_unlike(expected, played),
        *_sums_unlike(findings),
        *_words_unlike(recording, played, findings),
        *_receipts_unlike(recording, played, findings.log),
    ]
    return Verdict(
        source=total(source),
        expected=total(expected),
        found={name: total(table) for name, table in tables.items()},
        refusals=refusals,
        differences=differences,
    )


def total(table: Table) -> Totals:
    """Return the sums of a table."""
    statuses = Counter(row.status for row in table.values())
    return Totals(
        submitted=len(table),
        published=statuses[PUBLISHED],
        filtered=statuses[FILTERED],
        undecided=statuses[UNDECIDED],
        votes=sum(row.votes for row in table.values()),
    )


def expect(recording: Recording, schedule: Schedule, played: Played) -> Table:
    """Return how the questions have to stand, by docket number."""
    return {
        played.docket[each.comment_id]: Row(
            MODERATED[each.moderated],
            len(schedule.supporters[each.comment_id]) if each.moderated else 0,
        )
        for each in recording.comments
        if each.comment_id in played.docket
    }


def explain(recording: Recording, refusals: Sequence[Refusal]) -> list[Explained]:
    """Return the kinds of refusals, each with the reason for it, most frequent first."""
    comments = {each.comment_id: each for each in recording.comments}
    kinds = Counter(_kind(comments[refusal.act.comment_id], refusal) for refusal in refusals)
    return [
        Explained(what, code, message, count, explanation, by_design)
        for (what, code, message, explanation, by_design), count in kinds.most_common()
    ]


def _kind(comment: Comment, refusal: Refusal) -> tuple[str, str, str, str, bool]:
    act, code, message = refusal.act, refusal.code, refusal.message
    if code == NOT_SENT:
        return _what(act), code, message, FOLLOWS, True
    if isinstance(act, Ask) and code == "bad_input":
        return f"question {act.comment_id} of the source", code, message, TEXT_LIMIT, True
    if (
        isinstance(act, Support)
        and comment.moderated == 0
        and (code, refusal.status) == ("illegal_transition", "pending")
    ):
        return _what(act), code, message, NO_VOTES, True
    if code == "rate_limited":
        return _what(act), code, message, QUOTA, False
    return _what(act), code, message, NOT_BY_DESIGN, False


def _what(act: Ask | Decide | Support) -> str:
    if isinstance(act, Ask):
        return "question"
    if isinstance(act, Decide):
        return "decision"
    return "vote" if act.wanted else "vote taken back"


def _unlike(expected: Table, tables: Mapping[str, Table]) -> Iterator[str]:
    for name, table in tables.items():
        for number in sorted(expected.keys() | table.keys()):
            wanted, found = expected.get(number), table.get(number)
            if wanted is None or found is None:
                yield f"#{number} is {'not ' if found is None else ''}on the {name}"
                continue
            if wanted.status != found.status:
                yield f"#{number}: {wanted.status} in the source, {found.status} in the {name}"
            if wanted.votes != found.votes:
                yield f"#{number}: {wanted.votes} votes in the source, {found.votes} in the {name}"


def _acknowledged_unlike(expected: Table, played: Played) -> Iterator[str]:
    for comment_id, number in played.docket.items():
        votes = len(played.supporters.get(comment_id, ()))
        if votes != expected[number].votes:
            yield f"#{number}: {expected[number].votes} votes in the source, {votes} acknowledged"


def _sums_unlike(findings: Findings) -> Iterator[str]:
    """Compare what the board and the leaf event.closed say of themselves with their own rows."""
    board, log = findings.board, findings.log
    for name, said, table in (
        ("board", board.counts, board.table),
        ("log's last leaf", log.closed, log.table),
    ):
        for field, count in vars(total(table)).items():
            if field in said and said[field] != count:
                yield f"the {name} says {said[field]} {field}, its questions make {count}"


def _words_unlike(recording: Recording, played: Played, findings: Findings) -> Iterator[str]:
    """Compare the words of every question, and the statements of reasons of those filtered."""
    for comment in recording.comments:
        number = played.docket.get(comment.comment_id)
        if number is None:
            continue
        words = clean_question(comment.text) if comment.moderated else None
        # The record is a page without scripts, so the server makes direction controls visible.
        for name, table, shown in (
            ("board", findings.board.table, words),
            ("record", findings.record.table, words and show_bidi(words)),
        ):
            if number in table:
                yield from _row_unlike(comment, number, name, table[number], shown)
        row = findings.board.table.get(number)
        if comment.moderated == -1 and row is not None and row.reason != REASON:
            yield f"#{number}: filtered for {row.reason}, not for {REASON}"


def _row_unlike(
    comment: Comment, number: int, name: str, row: Row, shown: str | None
) -> Iterator[str]:
    if row.text != shown:
        yield f"#{number}: the words on the {name} are not those of the source"
    if comment.moderated == -1 and row.explanation != NO_REASON_KEPT:
        yield f"#{number}: the explanation on the {name} is not the one that was given"


def _receipts_unlike(recording: Recording, played: Played, log: Log) -> Iterator[str]:
    """Check that each author's receipt is of a leaf in the log, and opens to the author's words."""
    for comment in recording.comments:
        receipt = played.receipts.get(comment.comment_id)
        if receipt is None:
            continue
        index = receipt["leaf_index"]
        data = log.entries[index] if index < len(log.entries) else b""
        if merkle.leaf_hash(data).hex() != receipt["leaf_hash"]:
            yield f"#{receipt['n']}: the leaf of its receipt is not in the log"
            continue
        leaf = entry.decode(data)
        salt, words = bytes.fromhex(receipt["salt"]), clean_question(comment.text)
        if not entry.opens(str(leaf.fields["text"]), salt, "text", leaf.ev, words):
            yield f"#{receipt['n']}: its receipt does not open the leaf to the author's words"
