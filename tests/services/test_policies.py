"""A policy is changed by its owner, in the open, and for what comes after only."""

import copy

import pytest
from sqlalchemy import select

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT, Policy, policy_sha256
from qa.errors import EventClosed, NoRight, StaleVersion, UnknownPolicy
from qa.exports.bundle import read_bundle
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Evidence, Pins
from qa.services import boards, decisions, events, identity, logs, policies, questions
from qa.services.context import Context
from qa.services.events import EventDraft
from qa.store.models.events import Staff
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, Meeting, hold_meeting


def changed(**fields: object) -> Policy:
    return Policy.from_document({**copy.deepcopy(DEFAULT_POLICY_DOCUMENT), **fields})


def publish(meeting: Meeting, version: int = 1, **fields: object) -> dict[str, object]:
    return policies.publish_policy(meeting.ctx, SLUG, meeting.owner, changed(**fields), version)


def test_each_version_is_a_leaf_by_its_hash_and_stays_to_be_read(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    published = publish(meeting, deadline_minutes=30)
    assert published["version"] == published["in_force"] == 2
    first, second = leaves_of(ctx, "policy.published")
    assert second.fields["by"] == "Owner"
    assert "by" not in first.fields
    for leaf in (first, second):
        version = int(str(leaf.fields["version"]))
        found = policies.get_policy(ctx, SLUG, version)
        assert policy_sha256(found["document"]) == leaf.fields["sha256"] == found["sha256"]
        assert [each["version"] for each in found["versions"]] == [1, 2]
    assert boards.get_event(ctx, SLUG)["policy_version"] == 2
    with pytest.raises(UnknownPolicy):
        policies.get_policy(ctx, SLUG, 3)


def test_a_change_applies_to_what_comes_after_it(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask("Who pays?")
    meeting.decide(1, "filter")
    before = boards.question_history(ctx, SLUG, 1)["question"]
    meeting.ask("Still waiting?")
    spam = [each for each in DEFAULT_POLICY_DOCUMENT["reason_codes"] if each["code"] == "spam"]
    publish(meeting, deadline_minutes=60, reason_codes=spam)
    meeting.ask("Asked later?")
    assert boards.question_history(ctx, SLUG, 1)["question"] == before
    waited = {n: boards.question_history(ctx, SLUG, n)["question"] for n in (2, 3)}
    assert [(each["due_at"] - each["submitted_at"]) // 60_000 for each in waited.values()] == [
        15,
        60,
    ]
    meeting.decide(2, "filter", reason="spam")
    assert leaves_of(ctx, "decision")[-1].fields["policy"] == 2
    verify(ctx)


def test_two_owners_at_once_do_not_overwrite_each_other(ctx: Context) -> None:
    meeting = hold_meeting(ctx)
    publish(meeting, deadline_minutes=30)
    with pytest.raises(StaleVersion, match="version 2"):
        publish(meeting, deadline_minutes=45)
    publish(meeting, deadline_minutes=30)
    assert len(leaves_of(ctx, "policy.published")) == 2
    publish(meeting, version=2, deadline_minutes=45)
    assert policies.get_policy(ctx, SLUG)["document"]["deadline_minutes"] == 45


def test_nobody_but_the_owner_changes_a_policy_and_nobody_after_the_close(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for actor in (meeting.moderator, meeting.presenter, meeting.auditor, meeting.person()):
        with pytest.raises(NoRight):
            policies.publish_policy(ctx, SLUG, actor, changed(deadline_minutes=1), 1)
        with pytest.raises(NoRight):
            policies.try_policy(ctx, SLUG, actor, changed())
    meeting.move("closed")
    with pytest.raises(EventClosed):
        publish(meeting, deadline_minutes=1)
    assert len(leaves_of(ctx, "policy.published")) == 1


def test_only_those_decide_whom_the_policy_lets(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    publish(meeting, deciders=["moderator"])
    with pytest.raises(NoRight, match="only moderators decide"):
        decisions.decide(
            ctx, SLUG, meeting.owner, 1, verdict="publish", reason=None, explanation=None, seq=0
        )
    meeting.decide(1, "publish")
    verify(ctx)


def test_a_draft_is_tried_on_past_questions_without_a_trace(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for text in ("See www.example.org now", "Who pays for www.example.com?", "Why?"):
        meeting.ask(text)
    meeting.decide(3, "publish")
    before = (leaves_of(ctx), boards.desk_view(ctx, SLUG, 0))
    strict = changed(
        rules=[
            {"id": "ads", "kind": "link", "explanation": "No links.", "decides": {"reason": "spam"}}
        ]
    )
    tried = policies.try_policy(ctx, SLUG, meeting.owner, strict)
    assert tried["questions"] == 3
    (rule,) = tried["rules"]
    assert (rule["rule"], rule["flagged"], rule["decides"]) == ("ads", 2, "spam")
    assert [(each["n"], each["text"]) for each in rule["examples"]] == [
        (1, "See www.example.org now"),
        (2, "Who pays for www.example.com?"),
    ]
    assert Policy.from_text(tried["text"]) == strict
    assert (leaves_of(ctx), boards.desk_view(ctx, SLUG, 0)) == before


def test_a_draft_is_tried_on_other_meetings_of_mine_and_on_nobody_elses(ctx: Context) -> None:
    mine = hold_meeting(ctx, "open")
    mine.ask("See www.example.org now")
    stranger = identity.create_account(ctx, "Somebody else", may_create_events=True)
    with ctx.db.read() as session:
        me = session.scalars(select(Staff.account_id).order_by(Staff.id)).first()
    for account, slug in ((stranger, "theirs"), (me, "earlier")):
        assert account is not None
        events.create_event(ctx, account, EventDraft(title=slug, slug=slug))
        owner = identity.staff_actor(ctx, slug, account)
        assert owner is not None
        events.move_event(ctx, slug, owner, "open")
        asker = identity.participant(slug, "somebody")
        draft = mine.draft(f"Is www.{slug}.example.com down?", slug)
        questions.submit_question(ctx, slug, asker, draft)
    tried = policies.try_policy(ctx, SLUG, mine.owner, changed())
    assert tried["questions"] == 2
    (link,) = [each for each in tried["rules"] if each["rule"] == "link"]
    assert [each["slug"] for each in link["examples"]] == ["earlier", SLUG]


def verify(ctx: Context) -> None:
    """Check the whole bundle as somebody does who trusts nobody."""
    pins = Pins(log=Verifier.parse(logs.log_vkey(ctx, SLUG)))
    steps = verify_bundle(read_bundle(ctx, SLUG), pins, Evidence())
    assert [each.sentence for each in steps if each.passed is False] == []
