"""Watching what the public is shown, and remembering it: nothing shown may vanish or change."""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from qa.ledger.facts import DECIDED
from qa.services import boards, votes
from qa.store.models.questions import Question, Vote
from qa.store.queries.events import find_event
from tests.promises.hall import PEOPLE, SLUG, Asked, Hall, secret_in

STATUSES = ("published", "filtered", "merged", "withdrawn", "pending", "undecided")
WORDED = ("question.submitted", "question.revised")
PASSING = ("overdue",)
"""What becomes true of a row by time alone; a page finds it out from its own clock."""


@dataclass
class BoardWatch:
    """A stranger with a good memory, and a page that was open all the time."""

    hall: Hall
    texts: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    decisions: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    page: dict[int, dict[str, Any]] = field(default_factory=dict)
    revision: int = 0
    final: list[dict[str, Any]] | None = None

    def look(self) -> None:
        """Read what is public and compare it with everything that was public before."""
        board = boards.public_board(self.hall.ctx, SLUG)
        rows = board["questions"]
        assert [row["n"] for row in rows] == list(range(1, len(self.hall.asked) + 1))
        for row, asked in zip(rows, self.hall.asked, strict=True):
            self._compare(row, asked)
        self._count(board)
        self._follow(board)
        if board["event"]["state"] == "closed":
            self.final = self.final or rows
            assert rows == self.final, "the record of a closed meeting changed"
        self.no_leak(board)

    def read_the_record(self) -> None:
        """Read the record and the history of every docket number, which opens its public leaves."""
        record = boards.record(self.hall.ctx, SLUG, {})
        assert [row["text"] for row in record["rows"]] == [asked.shown for asked in self.hall.asked]
        self.no_leak(record)
        for n, asked in enumerate(self.hall.asked, start=1):
            found = boards.question_history(self.hall.ctx, SLUG, n)
            self.no_leak(found)
            steps = found["history"]
            decided = [step["summary"]["seq"] for step in steps if step["kind"] == "decision"]
            assert decided == list(range(1, len(decided) + 1))
            words = [step["summary"]["text"] for step in steps if step["kind"] in WORDED]
            assert len(words) == len(asked.wordings)
            assert words[-1] == (None if asked.rewritten else asked.shown)
            assert not any(words[:-1]), "an earlier wording was opened"

    def no_leak(self, payload: object) -> None:
        """Fail when something that was never opened can be read in what somebody was given."""
        asked = self.hall.asked
        public = {secret_in(one.wordings[-1]) for one in asked if one.opened and not one.rewritten}
        hidden = {secret_in(words) for one in asked for words in one.hidden} - public
        written = payload if isinstance(payload, str) else json.dumps(payload, default=str)
        for secret in hidden:
            assert secret not in written, f"leaked: {secret}"

    def expect_change(self) -> None:
        """Take note that an appeal, or the decision on one, may change a closed meeting's board."""
        self.final = None

    def expect_hidden(self, n: int) -> None:
        """Take note that words of a question may differ from now on, and nothing else of it."""
        self.texts.pop(n, None)
        self.decisions.pop((n, 1), None)
        if self.final is not None:
            self.final = boards.public_board(self.hall.ctx, SLUG)["questions"]

    def _compare(self, row: dict[str, Any], asked: Asked) -> None:
        n = row["n"]
        assert (row["status"], row["answered_at"] is not None) == (asked.status, asked.answered)
        assert row["text"] == asked.shown
        assert len(row["hidden"]) == asked.hidings
        if asked.opened:
            assert (row["text"], row["name"]) == (asked.shown, asked.name)
            assert self.texts.setdefault(n, (row["text"], row["name"])) == (
                row["text"],
                row["name"],
            )
        assert row["name"] is None or asked.opened
        assert row["flags"] == []
        assert (row["merged_into"], row["merged"]) == (asked.into, self.hall.merged(n))
        assert row["support"] == len(self.hall.supporters(n))
        appeal = row["appeal"]
        stands = [appeal["seq"], appeal["outcome"]] if appeal else None
        assert stands == (asked.appeals[-1] if asked.appeals else None)
        decision = row["decision"]
        assert (decision is None) == (row["decision_count"] == 0)
        if decision is not None:
            said = self.decisions.setdefault((n, decision["seq"]), decision)
            assert decision == said, "a statement of reasons changed"
            assert decision["by"]
            if row["status"] in DECIDED:
                assert decision["verdict"] == DECIDED[row["status"]]
            else:
                assert decision["seq"] == row["decision_count"]
        if row["status"] == "filtered":
            assert decision["reason"]
            assert decision["reason_label"]
            told = decision["explanation"] or ""
            assert bool(told.strip()) != ((n, decision["seq"]) in self.hall.silenced)

    def _count(self, board: dict[str, Any]) -> None:
        """Check conservation, and votes: one a person, as many rows as are counted."""
        counts, rows = board["event"]["counts"], board["questions"]
        assert counts["submitted"] == sum(counts[status] for status in STATUSES) == len(rows)
        assert counts["published"] == sum(row["status"] == "published" for row in rows)
        assert counts["filtered"] == sum(row["status"] == "filtered" for row in rows)
        assert counts["merged"] == sum(row["status"] == "merged" for row in rows)
        assert counts["withdrawn"] == sum(row["status"] == "withdrawn" for row in rows)
        assert counts["undecided"] == sum(row["undecided"] for row in rows)
        assert counts["answered"] == sum(row["answered_at"] is not None for row in rows)
        assert sum(row["live"] for row in rows) <= 1
        wanted = {n: len(voters) for n, voters in self.hall.votes.items() if voters}
        assert {row["n"]: row["votes"] for row in rows if row["votes"]} == wanted
        opened = [n for n, asked in enumerate(self.hall.asked, start=1) if asked.opened]
        assert dict(board["tally"]) == {n: wanted.get(n, 0) for n in opened}
        groups = {n for asked in self.hall.asked if (n := asked.into) is not None}
        assert dict(board["support"]) == {n: len(self.hall.supporters(n)) for n in groups}
        assert self._vote_rows() == wanted

    def read_own_votes(self) -> None:
        """Let everybody see what they voted for."""
        for person in PEOPLE:
            mine = votes.my_votes(self.hall.ctx, SLUG, self.hall.actor(person).voter or b"")
            assert mine == sorted(n for n, voters in self.hall.votes.items() if person in voters)

    def _vote_rows(self) -> dict[int, int]:
        with self.hall.ctx.db.read() as session:
            event = find_event(session, SLUG)
            rows = session.execute(
                select(Question.docket_number, func.count())
                .join(Vote, Vote.question_id == Question.id)
                .where(Question.event_id == event.id)
                .group_by(Question.docket_number)
            )
            return dict(rows.all())

    def _follow(self, board: dict[str, Any]) -> None:
        """Keep a page up to date from what changed only, and check that it misses nothing."""
        assert board["revision"] >= self.revision
        news = boards.public_board(self.hall.ctx, SLUG, since=self.revision)
        self.page.update({row["n"]: row for row in news["questions"]})
        for n, count in news["tally"]:
            self.page[n]["votes"] = count
            if not self.page[n]["merged"]:
                self.page[n]["support"] = count
        for n, people in news["support"]:
            self.page[n]["support"] = people
        self.revision = news["revision"]
        for row in board["questions"]:
            kept = self.page[row["n"]]
            assert _lasting(kept) == _lasting(row), "an open page would not learn of a change"


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    """Return what does not become true by time alone."""
    kept = {name: value for name, value in row.items() if name not in PASSING}
    return kept | {"appeal": row["appeal"] and {**row["appeal"], "overdue": None}}
