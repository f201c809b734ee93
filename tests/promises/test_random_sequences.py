"""Whatever anybody tries, in whatever order: nothing vanishes, and nothing is decided in silence.

Random acts in all roles, legal and illegal. After each act that was accepted, the whole public
record is compared with what was public before, and the log with its rows; an act that is refused
must be refused in our own words and leave the database as it was, to the byte. Each sequence ends
with the meeting's close.
"""

import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from qa.services import (
    boards,
    decisions,
    events,
    imports,
    presenting,
    questions,
    refusals,
    registry,
    snapshots,
    staff,
    votes,
)
from qa.services.context import Actor
from tests.conftest import TurnableClock
from tests.promises.conftest import Houses
from tests.promises.hall import EVERYBODY, MODERATORS, PEOPLE, SLUG, STAFF, Asked, author_key
from tests.promises.trial import Trial

STEPS_BEFORE_CLOSING = 20
SAME_EACH_TIME = ("n", "leaf_index", "leaf_hash", "leaf", "promise", "salt", "name_salt")

anybody = st.sampled_from(EVERYBODY)
mostly_people = st.sampled_from([*PEOPLE, *PEOPLE, *EVERYBODY])
moderators = st.sampled_from(MODERATORS)
numbers = st.integers(0, 11)
reasons = st.sampled_from(["off_topic", "other", "no_such_code", "", None])
explanations = st.sampled_from(["This was answered in the memo.", "Short.", "", " \u200b", None])
changes = st.one_of(
    st.fixed_dictionaries({"title": st.sampled_from(["Town hall", "Town hall, again", ""])}),
    st.fixed_dictionaries({"starts_at": st.sampled_from([None, 1_795_003_600_000])}),
    st.fixed_dictionaries({"ends_at": st.sampled_from([None, 1_795_000_000_000])}),
    st.fixed_dictionaries({"named_allowed": st.booleans()}),
    st.fixed_dictionaries({"anonymous_allowed": st.booleans()}),
    st.sampled_from([{}, {"state": "closed"}, {"last_docket": 0}]),
)


class AnyMeeting(Trial):
    """Everything that can be tried in a meeting."""

    @rule(
        who=mostly_people,
        kind=st.sampled_from(["new", "new", "new", "repeat", "address", "too long"]),
        name=st.sampled_from([None, None, "Ada", ""]),
        n=numbers,
    )
    def ask(self, who: str, kind: str, name: str | None, n: int) -> None:
        text, label = self._text(kind, n), f"draft {self.steps}"
        draft = self.hall.draft(text, label, name)
        by_rule = self.decided_by_rule(text)
        receipt = self.attempt(
            who, "take part", lambda actor: questions.submit_question(self.ctx, SLUG, actor, draft)
        )
        if receipt is not None:
            assert receipt.created
            self.hall.asked.append(
                Asked([text], name, receipt, draft, author_key(label), opened=by_rule)
            )
            assert receipt.n == len(self.hall.asked)

    @rule(who=mostly_people, n=numbers, other_words=st.booleans())
    def ask_again(self, who: str, n: int, other_words: bool) -> None:
        """Send a submission a second time, as after a lost answer, or under its stolen key."""
        asked = self.asked(n)
        if asked is None or asked.draft is None:
            return
        draft = replace(asked.draft, text=self.hall.words()) if other_words else asked.draft
        again = self.attempt(
            who, "take part", lambda actor: questions.submit_question(self.ctx, SLUG, actor, draft)
        )
        if again is not None:
            assert not other_words
            assert [(name, getattr(again, name)) for name in SAME_EACH_TIME] == [
                (name, getattr(asked.receipt, name)) for name in SAME_EACH_TIME
            ]
            self._nothing_changed()

    @rule(n=numbers, kind=st.sampled_from(["new", "new", "repeat"]), stranger=st.booleans())
    def revise(self, n: int, kind: str, stranger: bool) -> None:
        asked, text = self.asked(n), self._text(kind, n + 1)
        by_rule = self.decided_by_rule(text, leaving_out=asked)
        key = author_key("a stranger") if stranger or asked is None else asked.key
        receipt = self.attempt(
            PEOPLE[0],
            "take part",
            lambda _: questions.revise_question(self.ctx, SLUG, self.number(n), key, text),
        )
        if receipt is not None:
            assert asked is not None
            assert not stranger
            assert not asked.opened, "words that were public were replaced"
            asked.wordings.append(text)
            asked.opened = by_rule

    @rule(n=numbers, stranger=st.booleans())
    def withdraw(self, n: int, stranger: bool) -> None:
        asked = self.asked(n)
        key = author_key("a stranger") if stranger or asked is None else asked.key
        shown = self.attempt(
            PEOPLE[0],
            "take part",
            lambda _: questions.withdraw_question(self.ctx, SLUG, self.number(n), key),
        )
        if shown is not None:
            assert asked is not None
            assert not stranger
            asked.withdrawn = True
            self.watch.no_leak(shown)

    @rule(who=mostly_people, n=numbers, wanted=st.sampled_from([True, True, False]))
    def vote(self, who: str, n: int, wanted: bool) -> None:
        act = votes.cast_vote if wanted else votes.retract_vote
        number = self.number(n)
        answer = self.attempt(
            who, "take part", lambda actor: act(self.ctx, SLUG, actor, number)
        )
        if answer is not None:
            voters = self.hall.votes.setdefault(number, set())
            (voters.add if wanted else voters.discard)(who)
            assert answer == {"n": number, "votes": len(voters), "voted": wanted}

    @rule(n=numbers)
    def look_for_similar(self, n: int) -> None:
        asked = self.asked(n)
        if asked is not None:
            self.watch.no_leak(questions.similar_questions(self.ctx, SLUG, asked.wordings[0]))

    @rule(
        who=anybody,
        n=numbers,
        verdict=st.sampled_from(["publish", "filter", "filter", "restore", "merge", "redact", ""]),
        reason=reasons,
        explanation=explanations,
        behind=st.sampled_from([0, 0, 0, 1, -1]),
    )
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

    @rule(who=moderators, n=numbers)
    def publish(self, who: str, n: int) -> None:
        self._decide(who, n, "publish", None, None)

    @rule(who=moderators, n=numbers)
    def decline(self, who: str, n: int) -> None:
        self._decide(who, n, "filter", "off_topic", "This is about another company.")

    @rule(who=anybody, n=numbers, what=st.sampled_from(["live", "next"]), on=st.booleans())
    def stage(self, who: str, n: int, what: str, on: bool) -> None:
        act = presenting.set_live if what == "live" else presenting.set_next
        shown = self.attempt(
            who, "present", lambda actor: act(self.ctx, SLUG, actor, self.number(n), on)
        )
        if shown is not None:
            assert shown["question"][what] == on

    @rule(
        who=anybody,
        n=numbers,
        mode=st.sampled_from(["spoken", "spoken", "written", "sung"]),
        words=st.sampled_from([None, "", "We will **publish** it.", "x" * 5_001]),
    )
    def answer(self, who: str, n: int, mode: str, words: str | None) -> None:
        shown = self.attempt(
            who,
            "present",
            lambda actor: presenting.mark_answered(
                self.ctx, SLUG, actor, self.number(n), mode=mode, answer=words
            ),
        )
        if shown is not None:
            assert shown["question"]["answered_how"] == mode

    @rule(who=anybody, kind=st.sampled_from(["good", "dry run", "bad row", "no column"]))
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
            self._nothing_changed()
        elif report is not None:
            assert kind == "good"
            self.hall.asked += [Asked([texts[0]], "Ada"), Asked([texts[1]], None)]
            assert report["last"] == len(self.hall.asked)

    @rule(who=anybody, whom=anybody, role=st.sampled_from([*STAFF.values(), "owner", "king"]))
    def hire(self, who: str, whom: str, role: str) -> None:
        if self.hall.role(whom) == "public":
            self.attempt(who, "manage", lambda actor: self.hall.hire(whom, role, actor))

    @rule(who=anybody, whom=anybody, act=st.sampled_from([staff.remove_staff, staff.renew_link]))
    def dismiss(self, who: str, whom: str, act: Any) -> None:
        member = self.hall.actor(whom).staff_id or 0
        done = self.attempt(
            who, "manage", lambda actor: act(self.ctx, SLUG, actor, member) or "removed"
        )
        if done == "removed":
            del self.hall.roles[whom]

    @rule(who=st.sampled_from(["owner", *EVERYBODY]), wanted=changes)
    def change(self, who: str, wanted: dict[str, Any]) -> None:
        self.attempt(
            who, "manage", lambda actor: events.change_event(self.ctx, SLUG, actor, wanted)
        )

    @rule(
        who=st.sampled_from(["owner", *EVERYBODY]),
        state=st.sampled_from(["draft", "open", "live", "over"]),
    )
    def move(self, who: str, state: str) -> None:
        self.attempt(who, "manage", lambda actor: events.move_event(self.ctx, SLUG, actor, state))

    @precondition(lambda self: self.steps > STEPS_BEFORE_CLOSING)
    @rule(who=anybody)
    def close(self, who: str) -> None:
        self.attempt(
            who, "manage", lambda actor: events.move_event(self.ctx, SLUG, actor, "closed")
        )

    @rule(slug=st.sampled_from([None, SLUG, "registry", "other-hall"]))
    def create_another_event(self, slug: str | None) -> None:
        draft = events.EventDraft(title="Town hall", slug=slug, join_code="AGAIN")
        account = self.hall.accounts["owner"]
        if self.hall.role("owner") == "owner":
            self.attempt("owner", "manage", lambda _: events.create_event(self.ctx, account, draft))

    @rule(who=anybody)
    def read_the_desk(self, who: str) -> None:
        board = self.attempt(
            who, "read the desk", lambda actor: boards.desk_board(self.ctx, SLUG, actor)
        )
        if board is not None:
            shown = [row["text"] for row in board["questions"]]
            assert shown == [asked.wordings[-1] for asked in self.hall.asked]

    @rule(minutes=st.sampled_from([-30, -1, 1, 20]))
    def turn_the_clock(self, minutes: int) -> None:
        self.clock.turn(minutes=minutes)

    @rule(what=st.sampled_from(["snapshots", "refusals", "anchors"]))
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
            )

        done = self.attempt(who, "decide", act)
        if done is not None:
            assert asked is not None
            assert behind == 0, "a decision was made on an older state"
            assert done["question"]["decision"]["seq"] == made + 1
            assert done["question"]["decision"]["by"] == self.hall.actor(who).pseudonym
            asked.opened = True

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

    def _nothing_changed(self) -> None:
        before = self.at_rest
        self.the_record_and_the_log_hold()
        assert self.at_rest == before


def _search(houses: Houses, clock: TurnableClock, chosen: settings) -> None:
    run_state_machine_as_test(lambda: AnyMeeting(houses.open(), clock), settings=chosen)


BOUNDED = settings(
    max_examples=12,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
"""The same sequences each time, so that a failure is of the change that is being tested."""

LONG = settings(
    BOUNDED,
    derandomize=False,
    max_examples=int(os.environ.get("QA_SOAK_EXAMPLES", "300")),
    stateful_step_count=80,
    print_blob=True,
)


def test_no_sequence_of_acts_shrinks_the_record_or_decides_in_silence(
    houses: Houses, clock: TurnableClock
) -> None:
    _search(houses, clock, BOUNDED)


@pytest.mark.soak
def test_no_long_sequence_does_either(houses: Houses, clock: TurnableClock) -> None:
    _search(houses, clock, LONG)
