"""What the verifier says of a record that holds: people quote these sentences."""

from dataclasses import replace

from qa.exports.bundle import read_bundle
from qa.ledger.checkpoint import open_checkpoint
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.words import words_of
from qa.services import events
from qa.services.events import EventDraft
from tests.verify.forger import find, forge, lines_of

SAID = {
    "Leaves": "All 218 leaves are in their one spelling, and of this event.",
    "Root hash": (
        "The root hash over all leaves is the signed one: none was added, changed or left out."
    ),
    "Time": "The leaves are in order of time, from 2026-11-18T11:07Z to 2026-11-18T12:25Z.",
    "Docket numbers": "Docket numbers run from 1 to 93.",
    "Decisions": (
        "83 decisions on 73 questions, each with a reason of the policy in force where it"
        " declines; 42 came late, and say so."
    ),
    "Statuses and sums": (
        "93 asked = 52 published + 16 filtered + 2 merged + 4 withdrawn + 19 undecided"
        " (18 overdue). The meeting is closed."
    ),
    "Texts": (
        "188 texts are the logged ones. 28 are not shown: 0 redacted or erased, 28 undecided or"
        " reworded."
    ),
    "Policy": "The policy (one version) is as it was published.",
    "Votes": "18 votes in the last snapshots, whose sums are right.",
    "Witnesses": "No witness policy was given, so the log's own word is all there is.",
    "Older checkpoint": "No older checkpoint was given.",
    "Receipts": "No receipt was given.",
}


def said_of(bundle, pins):
    return {step.title: step.sentence for step in verify_bundle(bundle, pins)}


def test_every_step_says_what_it_found(hall, bundle):
    said = said_of(bundle, hall.pins)
    assert {title: said[title] for title in SAID} == SAID
    head = open_checkpoint(bundle.checkpoint, hall.pins.log)
    assert said["Signature"] == (
        f"localhost:8010/log/all-hands signed 218 leaves. In words: {' '.join(words_of(head))}."
    )


def test_the_first_and_the_last_time_are_those_of_the_first_and_the_last_leaf(hall, bundle):
    lines = lines_of(bundle)
    lines[0].t, lines[-1].t = "2026-11-18T11:00Z", "2026-11-18T13:00Z"
    assert said_of(forge(hall, lines), hall.pins)["Time"] == (
        "The leaves are in order of time, from 2026-11-18T11:00Z to 2026-11-18T13:00Z."
    )


def test_in_the_minute_of_its_deadline_a_question_is_not_overdue(hall, bundle):
    lines = lines_of(bundle)
    find(lines, "question.submitted", n=90).fields["due"] = lines[-1].t
    said = said_of(forge(hall, lines), hall.pins)["Statuses and sums"]
    assert "19 undecided (17 overdue)" in said


def test_it_says_whether_the_registrys_key_was_pinned(hall, bundle):
    assert said_of(bundle, hall.pins)["Registry"].endswith("(the pinned key).")
    unpinned = said_of(bundle, replace(hall.pins, registry=None))["Registry"]
    assert unpinned.endswith("(a key that only the bundle names).")


def test_a_meeting_in_which_nothing_happened_says_so(hall):
    ctx, account = hall.meeting.ctx, hall.meeting.owner.account_id
    events.create_event(ctx, account, EventDraft(title="Nothing yet", slug="nothing-yet"))
    bundle = read_bundle(ctx, "nothing-yet")
    said = said_of(bundle, replace(hall.pins, log=Verifier.parse(bundle.about.vkey)))
    assert said["Docket numbers"] == "Nothing was asked yet."
    assert said["Statuses and sums"] == "The meeting is draft, and nothing was asked."
    assert said["Votes"] == "No votes are on the record."
