"""Appeals: somebody else looks again, in time or visibly late, and the author learns of it."""

from typing import Any

import pytest

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT, Policy
from qa.errors import EventClosed, EventNotOpen, IllegalTransition, NoRight, NotJoined, StaleVersion
from qa.exports.bundle import read_bundle
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Pins
from qa.services import appeals, boards, logs, policies, questions
from qa.services.context import PUBLIC, Context
from qa.services.reports import build_report
from tests.conftest import TurnableClock
from tests.services.meeting import EXPLANATION, SLUG, Meeting, hold_meeting

WINDOW = int(DEFAULT_POLICY_DOCUMENT["appeal_window_minutes"])
DEADLINE = int(DEFAULT_POLICY_DOCUMENT["appeal_deadline_minutes"])


def declined(ctx: Context, *states: str, **draft: Any) -> Meeting:
    """Hold a meeting with one declined question."""
    meeting = hold_meeting(ctx, "open", *states, **draft)
    meeting.ask()
    meeting.decide(1, "filter")
    return meeting


def appeal(meeting: Meeting, n: int = 1, seq: int = 1) -> dict[str, Any]:
    return appeals.appeal_as_author(meeting.ctx, SLUG, n, meeting.key(n), seq)


def call(meeting: Meeting, name: str, n: int = 1, seq: int = 1) -> dict[str, Any]:
    return appeals.appeal_as_supporter(meeting.ctx, SLUG, meeting.person(name), n, seq)


def row(ctx: Context, n: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = boards.question_history(ctx, SLUG, n)["question"]
    return found


def figures(ctx: Context) -> dict[str, int]:
    found: dict[str, int] = boards.record(ctx, SLUG, {})["appeals"]
    return {name: count for name, count in found.items() if count}


def check_record(ctx: Context) -> None:
    """Check the whole record as somebody with the bundle would, and that the report counts it."""
    counted, listed = build_report(ctx, SLUG).numbers.appeals, figures(ctx)
    assert counted.filed == listed.get("filed", 0)
    assert counted.overturned == listed.get("overturned", 0)
    assert (counted.upheld, counted.open) == (listed.get("upheld", 0), listed.get("waiting", 0))
    pins = Pins(log=Verifier.parse(logs.log_vkey(ctx, SLUG)))
    steps = verify_bundle(read_bundle(ctx, SLUG), pins)
    assert [step.sentence for step in steps if step.passed is False] == []


@pytest.mark.parametrize(
    ("verdict", "outcome", "status"),
    [
        ("filter", "upheld", "filtered"),
        ("publish", "overturned", "published"),
        ("restore", "overturned", "pending"),
    ],
)
def test_a_different_moderator_decides_on_an_appeal_and_the_outcome_is_public(
    ctx: Context, verdict: str, outcome: str, status: str
) -> None:
    meeting = declined(ctx)
    assert appeal(meeting)["appeal"]["outcome"] is None
    with pytest.raises(NoRight, match="your own decision"):
        meeting.decide(1, verdict, seq=1, explanation=EXPLANATION)
    shown = meeting.decide(1, verdict, seq=1, actor=meeting.other_moderator)
    assert (shown["status"], shown["appeal"]["outcome"]) == (status, outcome)
    assert (shown["decision"]["by"], shown["decision"]["appeal"]) == ("Moderator B", 1)
    assert figures(ctx) == {"filed": 1, outcome: 1}
    check_record(ctx)


def test_a_policy_can_leave_appeals_to_owners_from_then_on(ctx: Context) -> None:
    meeting = declined(ctx)
    appeal(meeting)
    document = {**DEFAULT_POLICY_DOCUMENT, "second_person_appeal": "an_owner"}
    policies.publish_policy(ctx, SLUG, meeting.owner, Policy.from_document(document), 1)
    with pytest.raises(NoRight, match="only owners decide on appeals"):
        meeting.decide(1, "publish", seq=1, actor=meeting.other_moderator)
    assert figures(ctx) == {"filed": 1, "waiting": 1}
    shown = meeting.decide(1, "publish", seq=1, actor=meeting.owner)
    assert (shown["decision"]["by"], shown["decision"]["policy_version"]) == ("Owner", 2)
    check_record(ctx)


def test_the_same_verdict_again_is_possible_on_an_appeal_only(ctx: Context) -> None:
    meeting = declined(ctx)
    with pytest.raises(IllegalTransition):
        meeting.decide(1, "filter", seq=1, actor=meeting.other_moderator)


def test_one_person_with_two_roles_is_one_person(ctx: Context) -> None:
    from qa.services.context import Actor
    from qa.store.models.events import Staff

    meeting = declined(ctx)
    appeal(meeting)
    with ctx.db.read() as session:
        first = session.get_one(Staff, meeting.moderator.staff_id)
        account, event = first.account_id, first.event_id

    def add(session: Any) -> int:
        twice = Staff(
            event_id=event,
            account_id=account,
            role="owner",
            pseudonym="Owner B",
            added_at=0,
            removed_at=None,
        )
        session.add(twice)
        session.flush()
        return int(twice.id)

    second = Actor(meeting.owner.role, "Owner B", ctx.db.write(add), account)
    with pytest.raises(NoRight):
        meeting.decide(1, "publish", seq=1, actor=second)


def test_a_merge_can_be_appealed_and_upheld_or_taken_back(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for n in (1, 2, 3):
        meeting.ask()
        meeting.decide(n, "publish")
    for n in (2, 3):
        meeting.merge(n, into=1, seq=1)
        appeal(meeting, n, seq=2)
    kept = meeting.merge(2, into=1, seq=2, actor=meeting.other_moderator)
    assert (kept["merged_into"], kept["appeal"]["outcome"]) == (1, "upheld")
    back = meeting.decide(3, "restore", seq=2, actor=meeting.other_moderator)
    assert (back["status"], back["appeal"]["outcome"]) == ("published", "overturned")
    undone = meeting.decide(2, "restore", seq=3)
    assert undone["status"] == "published"
    check_record(ctx)


def test_a_decision_by_a_rule_can_be_appealed_to_any_person(ctx: Context) -> None:
    rules = [
        {**rule, "decides": {"reason": "duplicate"}} if rule["kind"] == "exact_duplicate" else rule
        for rule in DEFAULT_POLICY_DOCUMENT["rules"]
    ]
    meeting = hold_meeting(ctx, "open", policy={**DEFAULT_POLICY_DOCUMENT, "rules": rules})
    meeting.ask("Why was the project renamed?")
    meeting.ask("Why was the project renamed?")
    appeal(meeting, 2)
    assert meeting.decide(2, "publish", seq=1)["appeal"]["outcome"] == "overturned"
    check_record(ctx)


def test_enough_supporters_ask_for_a_second_look_and_each_counts_once(ctx: Context) -> None:
    meeting = declined(ctx)
    names = ["ada", "bob", "cem", "dan", "eve"]
    with pytest.raises(IllegalTransition, match="Upvote"):
        call(meeting, "ada")
    meeting.vote(1, *names)
    for name in (*names[:4], "ada"):
        shown = call(meeting, name)
    assert shown["appeal"] is None
    assert (shown["appealable"]["calls"], shown["appealable"]["needed"]) == (4, 5)
    opened = call(meeting, "eve")
    assert (opened["appeal"]["by"], opened["appealable"]) == ("Supporters", None)
    with pytest.raises(NotJoined):
        appeals.appeal_as_supporter(ctx, SLUG, PUBLIC, 1, 1)
    check_record(ctx)


def test_an_appeal_is_decided_by_its_deadline_or_is_marked_late(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = declined(ctx)
    appeal(meeting)
    clock.turn(minutes=DEADLINE + 2)
    assert row(ctx)["appeal"]["overdue"] is True
    assert figures(ctx) == {"filed": 1, "waiting": 1, "late": 1}
    late = meeting.decide(1, "filter", seq=1, actor=meeting.other_moderator)
    assert (late["decision"]["overdue"], late["appeal"]["overdue"]) == (True, True)
    assert figures(ctx) == {"filed": 1, "upheld": 1, "late": 1}
    check_record(ctx)


def test_only_the_author_appeals_in_time_once_and_against_the_last_decision(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = declined(ctx)
    with pytest.raises(NoRight):
        appeals.appeal_as_author(ctx, SLUG, 1, meeting.key("a stranger"), 1)
    with pytest.raises(StaleVersion):
        appeal(meeting, seq=2)
    meeting.ask()
    meeting.decide(2, "publish")
    with pytest.raises(IllegalTransition):
        appeal(meeting, 2)
    clock.turn(minutes=WINDOW)
    appeal(meeting)
    with pytest.raises(IllegalTransition, match="already"):
        appeal(meeting)
    meeting.decide(1, "filter", seq=1, actor=meeting.other_moderator)
    with pytest.raises(IllegalTransition, match="final"):
        appeal(meeting, seq=2)
    meeting.ask()
    meeting.decide(3, "filter")
    clock.turn(minutes=WINDOW + 1)
    with pytest.raises(IllegalTransition, match="over"):
        appeal(meeting, 3)
    check_record(ctx)


def test_a_question_that_is_withdrawn_needs_no_second_look(ctx: Context) -> None:
    meeting = declined(ctx)
    appeal(meeting)
    questions.withdraw_question(ctx, SLUG, 1, meeting.key(1))
    assert row(ctx)["appeal"]["outcome"] == "void"
    check_record(ctx)


@pytest.mark.parametrize(
    ("verdict", "outcome", "status"),
    [("publish", "overturned", "published"), ("filter", "upheld", "filtered")],
)
def test_an_appeal_that_is_open_at_the_close_is_still_decided(
    ctx: Context, verdict: str, outcome: str, status: str
) -> None:
    meeting = declined(ctx)
    appeal(meeting)
    meeting.move("closed")
    assert figures(ctx) == {"filed": 1, "waiting": 1}
    with pytest.raises(NoRight, match="your own decision"):
        meeting.decide(1, verdict, seq=1)
    shown = meeting.decide(1, verdict, seq=1, actor=meeting.other_moderator)
    assert (shown["status"], shown["appeal"]["outcome"]) == (status, outcome)
    with pytest.raises(EventClosed):
        meeting.decide(1, "filter", seq=2)
    check_record(ctx)


def test_a_decline_of_the_last_minute_can_be_appealed_after_the_close_for_as_long_as_any(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = declined(ctx)
    meeting.ask()
    meeting.decide(2, "filter")
    meeting.move("closed")
    clock.turn(minutes=WINDOW)
    assert appeal(meeting)["appeal"]["outcome"] is None
    clock.turn(minutes=DEADLINE + 1)
    shown = meeting.decide(1, "publish", seq=1, actor=meeting.other_moderator)
    assert shown["decision"]["overdue"] is True
    with pytest.raises(IllegalTransition, match="time to appeal"):
        appeal(meeting, 2)
    check_record(ctx)


def test_after_the_close_nothing_goes_back_into_the_queue_and_nothing_more_is_merged(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open")
    for _ in range(4):
        meeting.ask()
    meeting.decide(1, "filter")
    meeting.decide(2, "publish")
    meeting.merge(3, into=2)
    meeting.decide(4, "publish")
    meeting.merge(4, into=2, seq=1)
    for n, seq in ((1, 1), (3, 1), (4, 2)):
        appeal(meeting, n, seq)
    meeting.move("closed")
    other = {"actor": meeting.other_moderator}
    for n in (1, 3):
        with pytest.raises(IllegalTransition, match="back into the queue"):
            meeting.decide(n, "restore", seq=1, **other)
    with pytest.raises(IllegalTransition, match="nothing more can be merged"):
        meeting.merge(1, into=2, seq=1, **other)
    assert (row(ctx)["status"], figures(ctx)) == ("filtered", {"filed": 3, "waiting": 3})
    assert meeting.merge(3, into=2, seq=1, **other)["appeal"]["outcome"] == "upheld"
    assert meeting.decide(4, "restore", seq=2, **other)["status"] == "published"
    check_record(ctx)


def test_supporters_can_appeal_after_the_close_too(ctx: Context) -> None:
    document = {**DEFAULT_POLICY_DOCUMENT, "appeal_supporters": 2}
    meeting = declined(ctx, policy=document)
    meeting.vote(1, "Ada", "Bob")
    meeting.move("closed")
    assert call(meeting, "Ada")["appeal"] is None
    assert call(meeting, "Bob")["appeal"]["by"] == "Supporters"
    check_record(ctx)


def test_a_draft_takes_no_appeals(ctx: Context) -> None:
    meeting = hold_meeting(ctx)
    with pytest.raises(EventNotOpen):
        appeal(meeting)


def test_a_policy_that_says_nothing_of_appeals_allows_none(ctx: Context) -> None:
    document = {k: v for k, v in DEFAULT_POLICY_DOCUMENT.items() if not k.startswith("appeal_")}
    meeting = declined(ctx, policy=document)
    assert row(ctx)["appealable"] is None
    with pytest.raises(IllegalTransition):
        appeal(meeting)
