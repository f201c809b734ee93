"""An honest record passes every check, from both databases, in the same bytes every time."""

from dataclasses import replace

from qa.domain import question
from qa.domain.policy import DEFAULT_POLICY_DOCUMENT, policy_sha256
from qa.exports.bundle import make_bundle, read_bundle
from qa.ledger import docket, story
from qa.ledger.bundle import MEMBERS, PolicyDocument, decode_members, encode_members
from qa.ledger.bundle_zip import read_zip
from qa.ledger.checks import open_bundle, verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Pins
from qa.services import events, registry
from qa.services.events import EventDraft
from tests.services.meeting import SLUG, hold_meeting
from tests.verify.forger import failures, forge, lines_of
from tests.verify.town_hall import hold_town_hall

NEEDS_EVIDENCE = [3, 6, 15]


def test_an_honest_record_passes_every_check(ctx, clock):
    hall = hold_town_hall(ctx, clock)
    first, bundle = open_bundle(make_bundle(ctx, SLUG))
    steps = [first, *verify_bundle(bundle, hall.pins)]
    assert [step.number for step in steps] == list(range(1, 16))
    assert [step.number for step in steps if step.passed is None] == NEEDS_EVIDENCE
    assert [step for step in steps if step.passed is False] == []
    assert all(step.sentence.endswith(".") and step.title for step in steps)
    said = {step.number: step.sentence for step in steps}
    assert said[8] == "Docket numbers run from 1 to 93."
    assert said[10].startswith(
        "93 asked = 52 published + 16 filtered + 2 merged + 4 withdrawn + 19 undecided"
    )
    assert said[13] == "18 votes in the last snapshots, whose sums are right."


def test_a_meeting_that_goes_on_passes_too(open_hall):
    assert failures(open_hall, open_hall.bundle()) == {}


def _key_of(bundle):
    return Verifier.parse(bundle.about.vkey)


def test_the_same_record_has_the_same_bytes_whatever_else_the_server_does(hall):
    ctx, account = hall.meeting.ctx, hall.meeting.owner.account_id
    before = make_bundle(ctx, SLUG)
    events.create_event(ctx, account, EventDraft(title="Another one", slug="another-one"))
    registry.anchor_logs(ctx)
    assert make_bundle(ctx, SLUG) == before
    assert len(read_bundle(ctx, "another-one").registry_leaves) > len(
        read_bundle(ctx, SLUG).registry_leaves
    )


def test_a_bundle_reads_back_as_it_was_written(hall):
    bundle = hall.bundle()
    members = encode_members(bundle)
    assert tuple(members) == MEMBERS
    assert decode_members(members) == bundle
    assert tuple(read_zip(make_bundle(hall.meeting.ctx, SLUG))) == MEMBERS
    assert len(bundle.leaves) >= 200


def test_the_forger_of_these_tests_changes_nothing_unless_told_to(hall):
    bundle = hall.bundle()
    again = forge(hall, lines_of(bundle))
    assert replace(again, registry_checkpoint=b"", registry_leaves=[]) == replace(
        bundle, registry_checkpoint=b"", registry_leaves=[]
    )
    assert failures(hall, again) == {}


def test_the_verifier_and_the_server_have_the_same_tables():
    as_text = {
        (str(status), str(verdict)): str(after)
        for (status, verdict), after in question.TRANSITIONS.items()
    }
    assert as_text == docket.TRANSITIONS
    assert set(map(str, question.WITHDRAWABLE)) == docket.WITHDRAWABLE
    assert {(str(a), str(b)) for a, b in question.EVENT_MOVES} == story.EVENT_MOVES
    for roles, act in ((story.DECIDERS, "decide"), (story.PRESENTERS, "present")):
        assert {role.capitalize() for role in question.RIGHTS[act]} == roles
    assert {role.capitalize() for role in question.RIGHTS["manage"]} == story.OWNERS


def test_a_policy_has_one_hash():
    document = {**DEFAULT_POLICY_DOCUMENT, "introduction": "Größe, 大きさ, \U0001f5f3"}
    assert PolicyDocument(1, document).sha256 == policy_sha256(document)


def test_an_event_without_questions_says_so(ctx):
    meeting = hold_meeting(ctx)
    bundle = read_bundle(ctx, SLUG)
    said = {step.number: step.sentence for step in verify_bundle(bundle, Pins(_key_of(bundle)))}
    assert said[8] == "Nothing was asked yet."
    assert said[10] == "The meeting is draft, and nothing was asked."
    assert "a key that only the bundle names" in said[14]
    assert meeting.slug == SLUG
