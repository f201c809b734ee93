"""An operator with every key rewrites the record. Each lie is named by the check that it breaks."""

from dataclasses import replace

import pytest

from qa.ledger.bundle import PolicyDocument
from qa.ledger.checks import verify_bundle
from tests.verify.forger import commit, failures, forge, lines_of
from tests.verify.lies import LIES, first, like
from tests.verify.ticket_lies import TICKET_LIES, let_in_by


@pytest.fixture
def lines(hall):
    return lines_of(hall.bundle())


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_named_by_the_check_that_it_breaks(hall, lines, name):
    rewrite, step, says = LIES[name]
    rewrite(lines)
    found = failures(hall, forge(hall, lines))
    assert says in found.get(step, ""), found


@pytest.mark.parametrize("how", ["tickets", "provider"])
def test_an_honest_record_of_who_was_let_in_has_no_fault(hall, lines, how):
    let_in_by(how, lines)
    assert failures(hall, forge(hall, lines)) == {}


@pytest.mark.parametrize("name", TICKET_LIES)
def test_a_lie_about_who_was_let_in_is_named(hall, lines, name):
    rewrite, says, how = TICKET_LIES[name]
    let_in_by(how, lines)
    rewrite(lines)
    found = failures(hall, forge(hall, lines))
    assert says in found.get(10, ""), found


def test_more_tickets_used_than_sent_is_no_leaf_at_all(hall, lines):
    let_in_by("tickets", lines)
    bundle = forge(hall, lines)
    honest, forged = (f'"size":7,"t":"{lines[-2].t}","used":{n}'.encode() for n in (5, 8))
    leaves = [leaf.replace(honest, forged) for leaf in bundle.leaves]
    assert leaves != bundle.leaves
    found = failures(hall, replace(bundle, leaves=leaves))
    assert "No more tickets are used than were sent." in found[4]


def test_a_million_faults_are_told_in_a_few_sentences(hall, lines):
    for line in lines[60:]:
        line.t = "2026-11-18T10:00Z"
    said = failures(hall, forge(hall, lines))[7]
    assert said.count("Leaf ") == 3
    assert f"And {len(lines) - 63} more like this." in said


def test_a_log_without_its_first_leaf_has_leaves_of_this_event_all_the_same(hall, lines):
    found = failures(hall, forge(hall, lines[1:]))
    assert 4 not in found
    assert "Leaf 0: a leaf of the kind policy.published cannot be here." in found[10]


def test_a_question_may_have_less_time_than_the_policy_gives(hall, lines):
    """A clock that was set back stands still in the log, and so the deadline seems early."""
    line = first(lines, "question.submitted", n=90)
    line.fields["due"] = line.t
    assert failures(hall, forge(hall, lines)) == {}


@pytest.mark.parametrize("late", [False, True])
def test_in_the_minute_of_the_deadline_a_decision_may_be_late_or_not(hall, lines, late):
    decided = first(lines, "decision", n=5)
    first(lines, "question.submitted", n=5).fields["due"] = decided.t
    decided.fields["late"] = late
    assert failures(hall, forge(hall, lines)) == {}


def test_staff_may_change_after_the_end_because_redactions_need_staff(hall, lines):
    end = lines[-1]
    fields = {"who": "Moderator C", "role": "moderator", "act": "added", "by": "Owner"}
    lines.append(like(end, "staff.changed", **fields))
    assert failures(hall, forge(hall, lines)) == {}


def test_a_title_may_change_and_the_bundle_has_the_last_one(hall, lines):
    commitment, openings = commit("Another title", "title")
    changed = like(lines[5], "event.changed", fields=["title"], title=commitment)
    changed.openings = openings
    lines.insert(6, changed)
    assert failures(hall, forge(hall, lines, title="Another title")) == {}
    assert "another title than the event" in failures(hall, forge(hall, lines))[11]


def test_a_policy_may_change_and_binds_from_then_on(hall, lines):
    bundle = hall.bundle()
    document = {**bundle.policies[0].document, "introduction": "Stricter."}
    document["reason_codes"] = [{"code": "spam", "label": "Spam"}]
    document["rules"] = []
    new = PolicyDocument(2, document)
    at = lines.index(first(lines, "decision", n=60))
    published = like(lines[at - 1], "policy.published", version=2, sha256=new.sha256)
    lines.insert(at, published)
    for line in lines[at:]:
        if line.kind in ("decision", "review"):
            line.fields["policy"] = 2
            if line.fields["verdict"] == "filter":
                line.fields["reason"] = "spam"
    forged = replace(forge(hall, lines), policies=[*bundle.policies, new])
    assert failures(hall, forged) == {}
    said = {step.number: step.sentence for step in verify_bundle(forged, hall.pins)}
    assert said[12] == "The policy (2 versions) is as it was published."
    lines[at + 1].fields["policy"] = 1
    forged = replace(forge(hall, lines), policies=[*bundle.policies, new])
    assert "1 of the policy; 2 was in force" in failures(hall, forged)[9]


def test_a_policy_that_cannot_be_read_is_named(hall, lines):
    for document in ({}, {"reason_codes": [3]}, {"reason_codes": [], "rules": [{"id": "A"}]}):
        policy = PolicyDocument(1, document)
        first(lines, "policy.published").fields["sha256"] = policy.sha256
        forged = replace(forge(hall, lines), policies=[policy])
        found = failures(hall, forged)
        assert found[12] == "Version 1 of the policy cannot be read."
        assert "is not there to be read" in found[9]


def test_one_bad_leaf_stops_what_stands_on_it_and_says_so(hall):
    bundle = hall.bundle()
    leaves = [*bundle.leaves]
    leaves[9] = leaves[9].replace(b'"v":1', b'"v":2')
    found = failures(hall, replace(bundle, leaves=leaves))
    assert sorted(found) == [4, 5]
    assert found[4].startswith("Leaf 9: ")
