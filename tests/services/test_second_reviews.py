"""Second reviews: drawn by lot, decided blind by somebody else, logged, and counted."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.domain.question import Role
from qa.errors import BadInput, EventClosed, IllegalTransition, NoRight, StaleVersion
from qa.exports.bundle import read_bundle
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Pins
from qa.services import appeals, boards, logs, policies, questions, second_reviews
from qa.services.context import Actor, Context
from qa.services.reports import build_report
from qa.store.models.decisions import SecondReview
from qa.store.models.events import Staff
from tests.services.hiding import check_gone, draft, faults_of, redact
from tests.services.meeting import EXPLANATION, SLUG, Meeting, hold_meeting


def meeting_with(ctx: Context, percent: int, *verdicts: str) -> Meeting:
    """Hold a meeting in which the first moderator decided like this."""
    policy = {**DEFAULT_POLICY_DOCUMENT, "second_review_percent": percent}
    meeting = hold_meeting(ctx, "open", policy=policy)
    for verdict in verdicts:
        n = meeting.ask().n
        meeting.decide(n, verdict)
    return meeting


def review(meeting: Meeting, n: int, verdict: str, seq: int = 1, **more: Any) -> dict[str, Any]:
    words: dict[str, Any] = {"reason": None, "explanation": None}
    if verdict == "filter":
        words = {"reason": "off_topic", "explanation": "It is about another company."}
    actor = more.pop("actor", meeting.other_moderator)
    said = second_reviews.review_decision(
        meeting.ctx, SLUG, actor, n, seq=seq, verdict=verdict, **{**words, **more}
    )
    shown: dict[str, Any] = said["question"]
    return shown


def waiting(meeting: Meeting, actor: Any = None) -> list[int]:
    found = second_reviews.list_waiting(meeting.ctx, SLUG, actor or meeting.other_moderator)
    return [row["n"] for row in found["reviews"]]


def as_owner_too(ctx: Context, actor: Actor) -> Actor:
    """Give the account of a member of staff a second role; return who they are in it."""

    def add(session: Session) -> int:
        known = session.get_one(Staff, actor.staff_id)
        more = {"role": "owner", "pseudonym": "Owner B", "added_at": 0}
        member = Staff(event_id=known.event_id, account_id=known.account_id, **more)
        session.add(member)
        session.flush()
        return member.id

    return Actor(Role.OWNER, "Owner B", ctx.db.write(add))


def check_record(ctx: Context) -> None:
    pins = Pins(log=Verifier.parse(logs.log_vkey(ctx, SLUG)))
    steps = verify_bundle(read_bundle(ctx, SLUG), pins)
    assert [step.sentence for step in steps if step.passed is False] == []


def test_a_second_moderator_sees_the_words_and_nothing_of_the_first_verdict(ctx: Context) -> None:
    meeting = meeting_with(ctx, 100, "filter", "publish")
    found = second_reviews.list_waiting(ctx, SLUG, meeting.other_moderator)["reviews"]
    assert [row["n"] for row in found] == [1, 2]
    assert all(row.keys() == found[0].keys() for row in found)
    for told in (EXPLANATION, "answered_elsewhere", "Moderator A", "filter", "publish"):
        assert told not in str(found)


def test_what_the_second_says_is_public_and_changes_nothing_but_the_figures(ctx: Context) -> None:
    meeting = meeting_with(ctx, 100, "filter", "publish", "filter", "publish")
    assert boards.desk_board(ctx, SLUG, meeting.moderator)["reviews_waiting"] == 4
    shown = review(meeting, 1, "publish")
    assert (shown["status"], shown["decision"]["seq"]) == ("filtered", 1)
    review(meeting, 2, "publish")
    review(meeting, 3, "filter")
    row = boards.public_board(ctx, SLUG)["questions"][0]
    (said,) = row["second_reviews"]
    assert (said["by"], said["verdict"], said["agrees"]) == ("Moderator B", "publish", False)
    assert boards.desk_board(ctx, SLUG, meeting.moderator)["reviews_waiting"] == 1
    counted = build_report(ctx, SLUG).numbers.second_reviews
    assert (counted.sampled, counted.done, counted.agreed) == (4, 3, 2)
    assert (counted.declined_then_shown, counted.kappa_thousandths) == (1, 400)
    last = boards.question_history(ctx, SLUG, 1)["history"][-1]
    assert (last["kind"], last["summary"]["agrees"]) == ("review", False)
    meeting.move("live", "closed")
    with pytest.raises(EventClosed):
        review(meeting, 4, "publish")
    assert waiting(meeting) == []
    check_record(ctx)


def test_nobody_reviews_their_own_decision_in_any_role(ctx: Context) -> None:
    meeting = meeting_with(ctx, 100, "filter")
    assert waiting(meeting, meeting.moderator) == []
    with pytest.raises(NoRight, match="decided on #1 yourself"):
        review(meeting, 1, "publish", actor=meeting.moderator)
    with pytest.raises(NoRight, match="decided on #1 yourself"):
        review(meeting, 1, "publish", actor=as_owner_too(ctx, meeting.moderator))
    meeting.decide(1, "restore", seq=1, actor=meeting.owner)
    with pytest.raises(NoRight):
        review(meeting, 1, "publish", actor=replace(meeting.auditor, role=Role.AUDITOR))
    assert waiting(meeting) == [1], "taking a decision back does not take it out of the sample"
    review(meeting, 1, "publish")
    check_record(ctx)


def test_only_what_the_lot_drew_is_reviewed_and_once(ctx: Context) -> None:
    meeting = meeting_with(ctx, 50, *["filter", "publish"] * 12)
    drawn = waiting(meeting)
    assert 2 <= len(drawn) <= 22
    review(meeting, drawn[0], "publish")
    with pytest.raises(StaleVersion):
        review(meeting, drawn[0], "publish", actor=meeting.owner)
    left_out = next(n for n in range(1, 25) if n not in drawn)
    with pytest.raises(IllegalTransition):
        review(meeting, left_out, "publish")
    with pytest.raises(BadInput) as refused:
        review(meeting, drawn[1], "filter", explanation="")
    assert refused.value.field == "explanation"
    questions.withdraw_question(ctx, SLUG, drawn[1], meeting.key(drawn[1]))
    with pytest.raises(IllegalTransition):
        review(meeting, drawn[1], "publish")
    check_record(ctx)


def test_a_decision_on_an_appeal_is_a_second_look_already(ctx: Context) -> None:
    meeting = meeting_with(ctx, 100, "filter")
    appeals.appeal_as_author(ctx, SLUG, 1, meeting.key(1), 1)
    meeting.decide(1, "publish", seq=1, actor=meeting.other_moderator)
    third = meeting.owner
    with pytest.raises(IllegalTransition):
        review(meeting, 1, "publish", seq=2, actor=third)
    review(meeting, 1, "publish", seq=1, actor=third)
    check_record(ctx)


SPOKEN_OF = "It is about Ada Lovelace of another company."


def reviewed(ctx: Context) -> Meeting:
    """Hold a meeting in which the owner reviewed a decision, and named somebody in doing so."""
    meeting = meeting_with(ctx, 100, "publish")
    review(meeting, 1, "filter", actor=meeting.owner, explanation=SPOKEN_OF)
    return meeting


def salt_of_review(ctx: Context) -> bytes:
    with ctx.db.read() as session:
        salt = session.scalars(select(SecondReview.explanation_salt)).one()
    assert salt is not None
    return salt


def test_the_words_of_a_review_can_be_redacted_like_those_of_a_decision(ctx: Context) -> None:
    meeting = reviewed(ctx)
    salt = salt_of_review(ctx)
    redact(meeting, 1, draft([(12, 24)], what="review", seq=1))
    (said,) = boards.public_board(ctx, SLUG)["questions"][0]["second_reviews"]
    assert said["explanation"] == "It is about [redacted] of another company."
    check_gone(ctx, "Lovelace", salt)
    step = boards.question_history(ctx, SLUG, 1)["history"][-1]["summary"]
    assert (step["title"], step["left"]) == (
        "Explanation of second review 1 redacted in part: personal data",
        said["explanation"],
    )
    check_record(ctx)
    meeting.move("live", "closed")
    redact(meeting, 1, draft(what="review", seq=1, seen=1))
    (said,) = boards.public_board(ctx, SLUG)["questions"][0]["second_reviews"]
    assert (said["explanation"], said["verdict"], said["by"]) == (None, "filter", "Owner")
    check_gone(ctx, "another company")
    assert faults_of(ctx) == {}
    check_record(ctx)
    with pytest.raises(IllegalTransition, match="hidden already"):
        redact(meeting, 1, draft(what="review", seq=1, seen=2))


def test_only_a_review_that_is_there_can_be_redacted(ctx: Context) -> None:
    meeting = reviewed(ctx)
    with pytest.raises(IllegalTransition, match="is not there"):
        redact(meeting, 1, draft(what="review", seq=2))
    with pytest.raises(BadInput) as refused:
        redact(meeting, 1, draft(what="review"))
    assert refused.value.field == "seq"


def test_only_whom_the_policy_in_force_lets_decide_reviews(ctx: Context) -> None:
    meeting = meeting_with(ctx, 100, "filter", "publish")
    assert waiting(meeting, meeting.owner) == [1, 2]
    for version, deciders in enumerate((["moderator"], ["owner"]), start=1):
        terms = {"second_review_percent": 100, "deciders": deciders}
        draft = policies.read_draft(None, {**DEFAULT_POLICY_DOCUMENT, **terms})
        policies.publish_policy(ctx, SLUG, meeting.owner, draft, version)
        may = {"moderator": meeting.other_moderator, "owner": meeting.owner}
        let = may.pop(deciders[0])
        (kept_out,) = may.values()
        assert waiting(meeting, kept_out) == []
        with pytest.raises(NoRight, match=f"only {deciders[0]}s decide"):
            review(meeting, version, "publish", actor=kept_out)
        assert version in waiting(meeting, let)
        review(meeting, version, "publish", actor=let)
    check_record(ctx)


def test_a_policy_without_second_reviews_draws_nothing(ctx: Context) -> None:
    meeting = meeting_with(ctx, 0, "filter", "publish")
    assert waiting(meeting) == []
    assert build_report(ctx, SLUG).numbers.second_reviews.sampled == 0
