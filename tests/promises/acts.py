"""What people try: each act says what must be so when it is let, and nothing else may be so.

Arguments are plain data and any of them can be wrong, so that a sequence can be drawn at random,
played again, and made shorter.
"""

from dataclasses import replace
from typing import Any

from qa.services import (
    appeals,
    boards,
    decisions,
    imports,
    presenting,
    questions,
    refusals,
    registry,
    second_reviews,
    snapshots,
    votes,
)
from qa.services.context import Actor
from tests.promises.hall import PEOPLE, SLUG, Asked, author_key
from tests.promises.hiding_acts import HidingActs
from tests.promises.owner_acts import OwnerActs

STATUS_AFTER = {
    ("pending", "publish"): "published",
    ("pending", "filter"): "filtered",
    ("published", "filter"): "filtered",
    ("filtered", "publish"): "published",
    ("published", "restore"): "pending",
    ("filtered", "restore"): "pending",
    ("pending", "merge"): "merged",
    ("published", "merge"): "merged",
    ("filtered", "merge"): "merged",
}
"""Every decision that may be made, written down a second time."""

UPHELD = {("filtered", "filter"), ("merged", "merge")}
"""What may be decided again, on an appeal."""

SAME_EACH_TIME = ("n", "leaf_index", "leaf_hash", "leaf", "promise", "salt", "name_salt")


class Acts(HidingActs, OwnerActs):
    """Everything that can be tried in a meeting, one method each, with arguments that are data."""

    def ask(self, who: str, kind: str, name: str | None, n: int) -> None:
        text, label = self._text(kind, n), f"draft {self.tries}"
        draft = self.hall.draft(text, label, name)
        by_rule = self.decided_by_rule(text)
        receipt = self.attempt(
            who, "take part", lambda actor: questions.submit_question(self.ctx, SLUG, actor, draft)
        )
        if receipt is not None:
            assert receipt.created
            asked = Asked([text], name, receipt, draft, author_key(label))
            self.hall.asked.append(asked)
            assert receipt.n == len(self.hall.asked)
            if by_rule:
                self._declined_by_rule(asked)

    def ask_again(self, who: str, n: int, other_words: bool) -> None:
        """Send a submission a second time, as after a lost answer, or under its stolen key."""
        asked = self.asked(n)
        if asked is None or asked.draft is None:
            return
        draft = replace(asked.draft, text=self.hall.words()) if other_words else asked.draft
        again = self.attempt(
            who, "ask again", lambda actor: questions.submit_question(self.ctx, SLUG, actor, draft)
        )
        if again is not None:
            assert not other_words
            assert not asked.rewritten
            assert [(name, getattr(again, name)) for name in SAME_EACH_TIME] == [
                (name, getattr(asked.receipt, name)) for name in SAME_EACH_TIME
            ]
            self.nothing_changed()

    def revise(self, n: int, kind: str, stranger: bool) -> None:
        asked, text = self.asked(n), self._text(kind, n + 1)
        by_rule = self.decided_by_rule(text, leaving_out=asked)
        key = author_key("a stranger") if stranger or asked is None else asked.key
        receipt = self.attempt(
            PEOPLE[0],
            "be the author",
            lambda _: questions.revise_question(self.ctx, SLUG, self.number(n), key, text),
        )
        if receipt is not None:
            assert asked is not None
            assert not stranger
            assert not asked.opened, "words that were public were replaced"
            assert not asked.rewritten, "words that were hidden were replaced"
            self.drop_proposals(self.number(n), "text")
            asked.wordings.append(text)
            if by_rule:
                self._declined_by_rule(asked)

    def withdraw(self, n: int, stranger: bool) -> None:
        asked = self.asked(n)
        key = author_key("a stranger") if stranger or asked is None else asked.key
        shown = self.attempt(
            PEOPLE[0],
            "be the author",
            lambda _: questions.withdraw_question(self.ctx, SLUG, self.number(n), key),
        )
        if shown is not None:
            assert asked is not None
            assert not stranger
            assert asked.status != "withdrawn"
            asked.status, asked.into = "withdrawn", None
            for released in self.hall.merged(self.number(n)):
                self._unmerge(self.hall.asked[released - 1])
                self._void(self.hall.asked[released - 1])
            self._void(asked)
            self.watch.no_leak(shown)

    def vote(self, who: str, n: int, wanted: bool) -> None:
        act = votes.cast_vote if wanted else votes.retract_vote
        number = self.on_board(n)
        answer = self.attempt(who, "take part", lambda actor: act(self.ctx, SLUG, actor, number))
        if answer is not None:
            voters = self.hall.votes.setdefault(number, set())
            (voters.add if wanted else voters.discard)(who)
            assert answer == {"n": number, "votes": len(voters), "voted": wanted}

    def look_for_similar(self, n: int) -> None:
        asked = self.asked(n)
        if asked is not None:
            self.watch.no_leak(questions.similar_questions(self.ctx, SLUG, asked.wordings[0]))

    def decide(
        self,
        who: str,
        n: int,
        verdict: str,
        reason: str | None,
        explanation: str | None,
        behind: int,
    ) -> None:
        self._decide(who, n, verdict, reason, explanation, behind)

    def publish(self, who: str, n: int) -> None:
        self._decide(who, n, "publish", None, None)

    def decline(self, who: str, n: int) -> None:
        self._decide(who, n, "filter", "off_topic", "This is about another company.")

    def merge(self, who: str, n: int, into: int, words: str) -> None:
        self._decide(who, n, "merge", None, words, into=self.on_board(into))

    def appeal(self, n: int, behind: int, stranger: bool) -> None:
        asked, number = self.asked(n), self.number(n)
        seq = self._decisions_on(number) - behind
        key = author_key("a stranger") if stranger or asked is None else asked.key
        shown = self.attempt(
            PEOPLE[0],
            "appeal as author",
            lambda _: appeals.appeal_as_author(self.ctx, SLUG, number, key, seq),
        )
        if shown is not None:
            assert asked is not None
            assert not stranger
            self._appealed(asked, seq, behind)
            self.watch.no_leak(shown)

    def call_for_appeal(self, who: str, n: int) -> None:
        asked, number = self.asked(n), self.number(n)
        seq = self._decisions_on(number)
        shown = self.attempt(
            who,
            "appeal",
            lambda actor: appeals.appeal_as_supporter(self.ctx, SLUG, actor, number, seq),
        )
        if shown is not None:
            assert asked is not None
            assert who in self.hall.votes[number]
            calls = asked.calls.setdefault(seq, set())
            calls.add(who)
            wanted = asked.under[seq - 1]["appeal_supporters"]
            assert wanted, "supporters appealed where only authors may"
            if len(calls) >= wanted:
                self._appealed(asked, seq, 0)
            assert (shown["appeal"] is not None and shown["appeal"]["seq"] == seq) == (
                len(calls) >= wanted
            )

    def review(self, who: str, n: int, verdict: str) -> None:
        """Review what the list offers, or anything at all."""
        offered = self.attempt(
            who, "list reviews", lambda actor: second_reviews.list_waiting(self.ctx, SLUG, actor)
        )
        rows = offered["reviews"] if offered else []
        wanted = rows[n % len(rows)] if rows and n % 3 else {"n": self.number(n), "seq": 1}
        before = boards.public_board(self.ctx, SLUG)["questions"]
        done = self.attempt(
            who,
            "decide",
            lambda actor: second_reviews.review_decision(
                self.ctx,
                SLUG,
                actor,
                wanted["n"],
                seq=wanted["seq"],
                verdict=verdict,
                reason="spam" if verdict == "filter" else None,
                explanation="It advertises something." if verdict == "filter" else None,
            ),
        )
        if done is not None:
            offers = [(row["n"], row["seq"]) for row in rows]
            assert (wanted["n"], wanted["seq"]) in offers, "reviewed what was not offered"
            assert {"verdict", "decision", "by", "reason"}.isdisjoint(rows[0])
            assert all(row["text"] == self.hall.asked[row["n"] - 1].text for row in rows)
            said = next(r for r in done["question"]["second_reviews"] if r["seq"] == wanted["seq"])
            assert (said["by"], said["verdict"]) == (self.hall.actor(who).pseudonym, verdict)
            assert [row["status"] for row in before] == [
                row["status"] for row in boards.public_board(self.ctx, SLUG)["questions"]
            ], "a review changed how a question stands"

    def stage(self, who: str, n: int, what: str, on: bool) -> None:
        act = presenting.set_live if what == "live" else presenting.set_next
        number = self.on_board(n)
        shown = self.attempt(who, "present", lambda actor: act(self.ctx, SLUG, actor, number, on))
        if shown is not None:
            assert shown["question"][what] == on
            assert self.hall.asked[number - 1].status == "published"
            assert what == "next" or self.state == "live"

    def answer(self, who: str, n: int, said: tuple[str, str | None]) -> None:
        number, (mode, words) = self.on_board(n), said
        shown = self.attempt(
            who,
            "present",
            lambda actor: presenting.mark_answered(
                self.ctx, SLUG, actor, number, mode=mode, answer=words
            ),
        )
        if shown is not None:
            assert shown["question"]["answered_how"] == mode
            assert self.hall.asked[number - 1].status == "published"
            self.hall.asked[number - 1].answered = True

    def bring_a_file(self, who: str, kind: str) -> None:
        texts = [self.hall.words(), self.hall.words()]
        header = "words,name" if kind == "no column" else "text,name"
        rows = [f'"{texts[0]}",Ada', f'"{texts[1]}",', *(["x" * 501 + ","] * (kind == "bad row"))]
        data = "\n".join([header, *rows]).encode()
        report = self.attempt(
            who,
            "import",
            lambda actor: imports.import_questions(
                self.ctx, SLUG, actor, data, dry_run=kind == "dry run"
            ),
        )
        if report is not None and kind == "dry run":
            self.nothing_changed()
        elif report is not None:
            assert kind == "good"
            self.hall.asked += [Asked([texts[0]], "Ada"), Asked([texts[1]], None)]
            assert report["last"] == len(self.hall.asked)

    def read_the_desk(self, who: str) -> None:
        board = self.attempt(
            who, "read the desk", lambda actor: boards.desk_board(self.ctx, SLUG, actor)
        )
        if board is not None:
            shown = [row["text"] for row in board["questions"]]
            assert shown == [asked.text for asked in self.hall.asked]

    def turn_the_clock(self, minutes: int) -> None:
        self.clock.turn(minutes=minutes)

    def tick(self, what: str) -> None:
        if what == "snapshots":
            snapshots.log_snapshots(self.ctx, [SLUG])
        elif what == "refusals":
            refusals.log_refusals(self.ctx)
        else:
            registry.anchor_logs(self.ctx)

    def _decide(
        self,
        who: str,
        n: int,
        verdict: str,
        reason: str | None,
        explanation: str | None,
        behind: int = 0,
        into: int | None = None,
    ) -> None:
        asked, number = self.asked(n), self.number(n)
        made = self._decisions_on(number)

        def act(actor: Actor) -> dict[str, Any]:
            return decisions.decide(
                self.ctx,
                SLUG,
                actor,
                number,
                verdict=verdict,
                reason=reason,
                explanation=explanation,
                seq=made - behind,
                into=into,
            )

        appealed = asked is not None and bool(asked.appeals) and asked.appeals[-1][1] is None
        done = self.attempt(who, "decide on an appeal" if appealed else "decide", act)
        if done is not None:
            assert asked is not None
            assert behind == 0, "a decision was made on an older state"
            assert not asked.answered
            assert not (asked.status == "published" and self.hall.merged(number))
            self._answer_appeal(asked, number, who, verdict)
            self._change_status(asked, verdict, into)
            assert done["question"]["decision"]["seq"] == made + 1
            assert done["question"]["decision"]["by"] == self.hall.actor(who).pseudonym
            self._open(asked, verdict)
            assert self.state != "closed" or asked.status != "pending"

    def _open(self, asked: Asked, verdict: str) -> None:
        """Note under which policy a decision was made, and whether it made the words public."""
        asked.under.append(self.hall.policy)
        held = verdict == "filter" and self.hall.holds_back
        asked.opened = asked.opened or (asked.status != "pending" and not held)

    def _declined_by_rule(self, asked: Asked) -> None:
        asked.status = "filtered"
        self._open(asked, "filter")

    def _change_status(self, asked: Asked, verdict: str, into: int | None) -> None:
        if (asked.status, verdict) == ("merged", "restore"):
            self._unmerge(asked)
            return
        before = asked.before if asked.status == "merged" else asked.status
        upheld = bool(asked.appeals) and asked.appeals[-1][1] == "upheld"
        if not (upheld and (asked.status, verdict) in UPHELD):
            asked.status = STATUS_AFTER[asked.status, verdict]
        if into is not None:
            target = self.hall.asked[into - 1]
            assert target is not asked
            assert target.status == "published"
            asked.into, asked.before = into, before

    def _appealed(self, asked: Asked, seq: int, behind: int) -> None:
        assert behind == 0
        assert asked.status in {"filtered", "merged"}
        assert seq not in [appealed for appealed, _ in asked.appeals]
        assert asked.under[seq - 1]["appeal_window_minutes"], "appealed where nobody can"
        asked.appeals.append([seq, None])

    def _answer_appeal(self, asked: Asked, number: int, who: str, verdict: str) -> None:
        if not asked.appeals or asked.appeals[-1][1] is not None:
            return
        seq = asked.appeals[-1][0]
        rows = boards.question_history(self.ctx, SLUG, number)["history"]
        decided = [row["summary"] for row in rows if row["kind"] == "decision"]
        assert decided[seq - 1]["by"] != self.hall.actor(who).pseudonym, "judged their own case"
        assert decided[-1]["appeal"] == seq
        same = (asked.status, verdict) in UPHELD
        asked.appeals[-1][1] = "upheld" if same else "overturned"

    def _void(self, asked: Asked) -> None:
        if asked.appeals and asked.appeals[-1][1] is None:
            asked.appeals[-1][1] = "void"

    def _unmerge(self, asked: Asked) -> None:
        asked.status, asked.into = asked.before, None

    def _decisions_on(self, number: int) -> int:
        rows = boards.public_board(self.ctx, SLUG)["questions"]
        return next((row["decision_count"] for row in rows if row["n"] == number), 0)

    def _text(self, kind: str, n: int) -> str:
        asked = self.asked(n)
        if kind == "repeat" and asked is not None:
            return asked.wordings[-1]
        if kind == "too long":
            return "x" * 501
        return self.hall.words() + (" Tell ada@example.com." if kind == "address" else "")
