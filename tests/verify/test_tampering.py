"""From a record of 200 leaves: every byte flipped, every entry dropped, swapped and repeated.

Where every one would take minutes, ``./run test`` tries some, and ``./run soak`` all of them.

Each is rejected, or is the same record: that is compared as a value, so nothing is let through on
the word of the verifier alone. The files whose entries are checked one by one are also flipped one
by one, which is what makes it possible to try every byte.
"""

import re
from dataclasses import replace

import pytest

from qa.errors import QaError
from qa.exports.bundle import make_bundle
from qa.ledger.bundle import (
    ABOUT,
    CHECKPOINT,
    LEAVES,
    OPENINGS,
    POLICIES,
    REGISTRY_CHECKPOINT,
    REGISTRY_LEAVES,
    Opening,
    decode_about,
    decode_leaves,
    decode_openings,
    decode_policies,
    encode_members,
)
from qa.ledger.bundle_zip import read_zip, write_zip
from qa.ledger.checks import open_bundle, verify_bundle
from qa.ledger.checks_log import check_checkpoint, check_root
from qa.ledger.checks_registry import check_registry
from qa.ledger.checks_story import check_policies
from qa.ledger.checks_texts import check_opening, check_texts, commitments_of
from qa.ledger.merkle import check_inclusion, inclusion_proof, leaf_hash
from qa.ledger.record import Record
from tests.services.meeting import SLUG
from tests.verify.forger import failures, forge, lines_of

PARTS = {
    ABOUT: ("about", decode_about),
    CHECKPOINT: ("checkpoint", bytes),
    LEAVES: ("leaves", decode_leaves),
    OPENINGS: ("openings", decode_openings),
    POLICIES: ("policies", decode_policies),
    REGISTRY_CHECKPOINT: ("registry_checkpoint", bytes),
    REGISTRY_LEAVES: ("registry_leaves", decode_leaves),
}


CHECKS = {
    CHECKPOINT: check_checkpoint,
    LEAVES: check_root,
    REGISTRY_CHECKPOINT: check_registry,
    REGISTRY_LEAVES: check_registry,
}


@pytest.fixture(scope="module")
def members(bundle):
    return encode_members(bundle)


def flips(data, places=None):
    """Yield the data with each byte changed, in a bit that moves along."""
    for at in range(len(data)) if places is None else places:
        yield at, data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]


def is_refused(check, *arguments):
    try:
        check(*arguments)
    except QaError:
        return True
    return False


def rejects(hall, bundle):
    return any(step.passed is False for step in verify_bundle(bundle, hall.pins))


def checked(hall, bundle):
    """Return a record whose checkpoint and leaves have passed."""
    record = Record(bundle, hall.pins)
    check_checkpoint(record)
    record.read_entries()
    return record


def test_every_flipped_byte_of_a_leaf_changes_the_root(hall, bundle):
    """The root over all leaves with this one changed is worked out along its audit path."""
    record = checked(hall, bundle)
    size, root = len(bundle.leaves), record.checkpoint.root_hash
    for index, leaf in enumerate(bundle.leaves):
        path = inclusion_proof(index, size, lambda level, at: record.roots.level(level)[at])
        check_inclusion(leaf_hash(leaf), index, size, path, root)
        for _, flipped in flips(leaf):
            assert is_refused(check_inclusion, leaf_hash(flipped), index, size, path, root)
        leaves = [*bundle.leaves[:index], flipped, *bundle.leaves[index + 1 :]]
        again = Record(replace(bundle, leaves=leaves), hall.pins)
        again.checkpoint = record.checkpoint
        assert is_refused(check_root, again)


def test_every_flipped_byte_of_a_leaf_s_length_is_rejected(hall, bundle, members):
    data, start = members[LEAVES], 0
    for leaf in bundle.leaves:
        for at in (start, start + 1):
            flipped = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]
            try:
                leaves = decode_leaves(flipped)
            except QaError:
                continue
            assert leaves != bundle.leaves
            record = Record(replace(bundle, leaves=leaves), hall.pins)
            check_checkpoint(record)
            assert is_refused(check_root, record)
        start += 2 + len(leaf)


@pytest.mark.parametrize("name", ["checkpoint", "registry/checkpoint"])
def test_every_flipped_byte_of_a_checkpoint_is_rejected(hall, bundle, members, name):
    part, check = {
        "checkpoint": ("checkpoint", check_checkpoint),
        "registry/checkpoint": ("registry_checkpoint", check_registry),
    }[name]
    for _, flipped in flips(members[name]):
        record = Record(replace(bundle, **{part: flipped}), hall.pins)
        record.read_entries()
        assert is_refused(check, record)


def test_every_flipped_byte_of_an_opening_is_rejected(hall, bundle, members):
    one_by_one = re.findall(rb'\{"field":.*?"\}(?=,\{"field"|\]$)', members[OPENINGS])
    assert len(one_by_one) == len(bundle.openings)
    commitments = dict(commitments_of(checked(hall, bundle).entries))
    for data, opening in zip(one_by_one, bundle.openings, strict=True):
        assert decode_openings(b"[" + data + b"]") == [opening]
        for _, flipped in flips(b"[" + data + b"]"):
            try:
                found = decode_openings(flipped)
            except QaError:
                continue
            assert found != [opening]
            assert is_refused(check_opening, commitments, SLUG, *found)


def test_every_flipped_byte_of_a_policy_is_rejected(hall, bundle, members, every):
    record = checked(hall, bundle)
    for _, flipped in flips(members[POLICIES], every(len(members[POLICIES]))):
        try:
            policies = decode_policies(flipped)
        except QaError:
            continue
        tampered = Record(replace(bundle, policies=policies), hall.pins)
        tampered.story = record.story
        assert is_refused(check_policies, tampered)


def test_every_flipped_byte_of_the_description_is_rejected(hall, bundle, members):
    for at, flipped in flips(members[ABOUT]):
        try:
            about = decode_about(flipped)
        except QaError:
            continue
        assert about != bundle.about
        assert rejects(hall, replace(bundle, about=about)), at


def test_every_flipped_byte_of_the_registry_is_rejected(hall, bundle, members, every):
    record = checked(hall, bundle)
    for at, flipped in flips(members[REGISTRY_LEAVES], every(len(members[REGISTRY_LEAVES]))):
        try:
            leaves = decode_leaves(flipped)
        except QaError:
            continue
        tampered = Record(replace(bundle, registry_leaves=leaves), hall.pins)
        tampered._entries = record.entries
        assert is_refused(check_registry, tampered), at


def test_every_dropped_repeated_or_swapped_leaf_is_rejected(hall, bundle):
    """First as somebody without the key could do it."""
    record, leaves = checked(hall, bundle), list(bundle.leaves)
    tampered = []
    for at in range(len(leaves)):
        tampered.append(leaves[:at] + leaves[at + 1 :])
        tampered.append([*leaves[: at + 1], *leaves[at:]])
        other = (at * 7 + 1) % len(leaves)
        swapped = [*leaves]
        swapped[at], swapped[other] = swapped[other], swapped[at]
        tampered += [swapped] if at != other else []
    assert len(tampered) > 550
    for changed in tampered:
        again = Record(replace(bundle, leaves=changed), hall.pins)
        again.checkpoint = record.checkpoint
        assert is_refused(check_root, again)


def test_an_operator_who_signs_afresh_without_a_leaf_is_found_out(hall, bundle):
    """All but the leaves that say of themselves alone what happened, and leave no gap."""
    lines = lines_of(bundle)
    alone = {"refused", "vote.snapshot", "withdrawn", "answered", "live", "question.revised"}
    for at, line in enumerate(lines):
        if line.kind in alone or (line.kind == "decision" and _is_last_decision(lines, at)):
            continue
        if line.kind == "staff.changed" and not _acts(lines, line):
            continue
        assert failures(hall, forge(hall, lines[:at] + lines[at + 1 :])), (at, line)


def _is_last_decision(lines, at):
    n, seq = lines[at].fields["n"], lines[at].fields["seq"]
    return not any(
        line.kind == "decision" and (line.fields["n"], line.fields["seq"]) == (n, seq + 1)
        for line in lines
    )


def _acts(lines, added):
    who = added.fields["who"]
    return added.fields["act"] == "added" and any(
        who in (line.fields.get("by"), line.fields.get("who"))
        for line in lines
        if line is not added
    )


def test_the_totals_give_a_dropped_last_decision_or_withdrawal_away(hall, bundle):
    lines = lines_of(bundle)
    for at, line in enumerate(lines):
        if line.kind in ("decision", "withdrawn"):
            assert failures(hall, forge(hall, lines[:at] + lines[at + 1 :])), (at, line)


def test_an_operator_who_signs_afresh_with_a_leaf_twice_is_found_out(hall, bundle):
    lines = lines_of(bundle)
    harmless = {"refused", "vote.snapshot", "event.changed", "answered"}
    for at, line in enumerate(lines):
        if line.kind not in harmless:
            assert failures(hall, forge(hall, [*lines[: at + 1], *lines[at:]])), (at, line)


def test_every_dropped_repeated_or_swapped_opening_is_rejected(hall, bundle, members):
    record, openings = checked(hall, bundle), list(bundle.openings)

    def check(changed):
        again = Record(replace(bundle, openings=changed), hall.pins)
        again._entries, again.story = record.entries, record.story
        return is_refused(check_texts, again)

    assert not check(openings)
    for at, opening in enumerate(openings):
        assert check(openings[:at] + openings[at + 1 :])
        other = openings[at - 1]
        assert check([*openings[:at], Opening(opening.leaf, opening.field, other.salt, other.text)])
    once = members[OPENINGS]
    parts = re.findall(rb'\{"field":.*?"\}(?=,\{"field"|\]$)', once)
    for at in range(len(parts) - 1):
        swapped = [*parts[:at], parts[at + 1], parts[at], *parts[at + 2 :]]
        twice = [*parts[: at + 1], *parts[at:]]
        for changed in (swapped, twice):
            assert is_refused(decode_openings, b"[" + b",".join(changed) + b"]")


def test_a_bundle_that_is_cut_off_anywhere_is_rejected(hall):
    data = make_bundle(hall.meeting.ctx, SLUG)
    for end in range(len(data)):
        assert is_refused(read_zip, data[:end])


def test_members_that_are_cut_off_anywhere_are_rejected(hall, bundle, members, every):
    record, count = checked(hall, bundle), 0
    for name, (part, decode) in PARTS.items():
        for end in every(len(members[name])):
            count += 1
            try:
                value = decode(members[name][:end])
            except QaError:
                continue
            assert name.endswith(("checkpoint", "leaves")), (name, end)
            again = Record(replace(bundle, **{part: value}), hall.pins)
            again._checkpoint, again._entries = record._checkpoint, record._entries
            assert is_refused(CHECKS[name], again), (name, end)
    print(f"{count:,} truncated members were rejected")


def test_a_byte_flipped_in_the_archive_is_rejected_or_changes_nothing(hall, bundle, every):
    data = make_bundle(hall.meeting.ctx, SLUG)
    same = other = 0
    directory = range(len(data) - 400, len(data), 3)
    for at, flipped in flips(data, sorted({*every(len(data), 41), *range(0, 100, 3), *directory})):
        step, found = open_bundle(flipped)
        assert step.passed is (found is not None)
        if found is None:
            continue
        same += found == bundle
        other += found != bundle
        assert found == bundle or rejects(hall, found), at
    print(f"{len(data):,} bytes: {same:,} flips give the same record, {other:,} another, rejected")


def test_every_dropped_repeated_or_swapped_entry_of_the_registry_is_rejected(hall, bundle):
    record, leaves = checked(hall, bundle), list(bundle.registry_leaves)
    assert len(leaves) > 5
    for at in range(len(leaves)):
        swapped = [*leaves]
        swapped[at], swapped[at - 1] = swapped[at - 1], swapped[at]
        for changed in (leaves[:at] + leaves[at + 1 :], [*leaves[: at + 1], *leaves[at:]], swapped):
            again = Record(replace(bundle, registry_leaves=changed), hall.pins)
            again._entries = record.entries
            assert is_refused(check_registry, again)


def test_a_policy_that_is_dropped_or_there_twice_is_rejected(hall, bundle, members):
    (one,) = re.fullmatch(rb"\[(.*)\]", members[POLICIES]).groups()
    assert is_refused(decode_policies, b"[" + one + b"," + one + b"]")
    assert rejects(hall, replace(bundle, policies=[]))


@pytest.mark.parametrize("name", ["checkpoint", LEAVES, OPENINGS, POLICIES, "bundle.json"])
def test_a_file_left_out_of_the_archive_is_named(members, name):
    rest = {kept: data for kept, data in members.items() if kept != name}
    step, bundle = open_bundle(write_zip(rest))
    assert (step.number, step.passed, bundle) == (1, False, None)
    assert step.sentence == f"The bundle lacks its member {name}."
