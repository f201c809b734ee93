"""Forks, rollbacks and rewritten pasts, seen from what somebody saved before."""

from dataclasses import replace

import pytest

from qa.ledger import entry
from qa.ledger.checkpoint import open_checkpoint
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Signer
from qa.ledger.record import Evidence, describe
from tests.services.meeting import SLUG
from tests.verify.forger import Line, cut, failures, find, forge, lines_of, signed, signers


@pytest.fixture
def lines(hall):
    return lines_of(hall.bundle())


def head(hall, note):
    return open_checkpoint(note, hall.pins.log)


def steps(hall, bundle, **evidence):
    found = verify_bundle(bundle, hall.pins, Evidence(**evidence))
    return {step.number: step for step in found}


def test_every_checkpoint_of_the_meeting_is_an_older_one_of_its_record(hall):
    bundle = hall.bundle()
    assert len(hall.checkpoints) > 5
    for note in hall.checkpoints:
        old = steps(hall, bundle, old=note.encode())[6]
        assert old.passed
        assert describe(head(hall, note)) in old.sentence


def test_a_log_of_nothing_is_the_beginning_of_every_log(hall):
    log, _ = signers(hall)
    assert steps(hall, hall.bundle(), old=signed(log, []))[6].passed


def test_two_forks_from_one_prefix_are_both_named(hall, lines):
    """Both continue the same 150 leaves honestly, and each alone would pass."""
    prefix, last = cut(lines, 150), lines[149]
    ours = forge(hall, [*prefix, Line("withdrawn", last.t, {"n": 90})])
    theirs = forge(hall, [*prefix, Line("withdrawn", last.t, {"n": 91})])
    assert failures(hall, ours) == failures(hall, theirs) == {}
    for bundle, old in ((ours, theirs), (theirs, ours)):
        said = failures(hall, bundle, old=old.checkpoint)[6]
        assert "The log was forked" in said
        assert describe(head(hall, bundle.checkpoint)) in said
        assert describe(head(hall, old.checkpoint)) in said


def test_a_fork_is_named_when_the_sizes_differ_too(hall, lines):
    long = forge(hall, lines)
    dropped = forge(hall, [*lines[:50], *lines[51:120]])
    said = failures(hall, long, old=dropped.checkpoint)[6]
    assert "The log was forked" in said
    assert describe(head(hall, dropped.checkpoint)) in said


def test_a_rollback_is_named_with_both_sizes(hall, lines):
    now = forge(hall, cut(lines, 120))
    assert failures(hall, now) == {}
    said = failures(hall, now, old=hall.checkpoints[-1].encode())[6]
    assert "The log was longer once" in said
    assert describe(head(hall, hall.checkpoints[-1])) in said
    assert describe(head(hall, now.checkpoint)) in said


@pytest.mark.parametrize(
    ("old", "says"),
    [
        (b"", "A note is text, an empty line and signature lines."),
        (b"\xff", "A note is UTF-8."),
        (b"hello\n", "A note is text, an empty line and signature lines."),
    ],
)
def test_an_older_checkpoint_that_is_none_is_refused(hall, old, says):
    assert failures(hall, hall.bundle(), old=old) == {6: says}


def test_an_older_checkpoint_by_another_key_is_refused(hall):
    log, registry = signers(hall)
    for signer in (Signer(log.name, b"k" * 32), registry):
        old = signed(signer, hall.bundle().leaves[:9])
        assert failures(hall, hall.bundle(), old=old)[6] == "No known key signed this note."


def test_a_log_that_the_registry_saw_longer_was_rolled_back(hall, lines):
    bundle = hall.bundle()
    short = forge(hall, lines[:120])
    rolled = replace(
        short,
        registry_leaves=bundle.registry_leaves,
        registry_checkpoint=bundle.registry_checkpoint,
    )
    assert "it was rolled back" in failures(hall, rolled)[14]


def test_a_log_that_was_put_in_the_place_of_another_is_seen_in_the_registry(hall, lines):
    bundle = hall.bundle()
    find(lines, "withdrawn", n=82).fields["n"] = 84
    swapped = replace(
        forge(hall, lines),
        registry_leaves=bundle.registry_leaves,
        registry_checkpoint=bundle.registry_checkpoint,
    )
    assert "this one was put in its place" in failures(hall, swapped)[14]


def with_registry(hall, *leaves, sign=True):
    """Return the bundle with another registry, signed by the registry's key."""
    bundle = hall.bundle()
    registry = signers(hall)[1]
    note = signed(registry, leaves) if sign else bundle.registry_checkpoint
    return replace(bundle, registry_leaves=[*leaves], registry_checkpoint=note)


def test_a_registry_that_lies_is_found(hall):
    bundle = hall.bundle()
    first, *anchors = bundle.registry_leaves
    opened = entry.decode(first)
    elsewhere = entry.encode("event.opened", SLUG, opened.t, **{**opened.fields, "title": "0" * 64})
    later = entry.encode("event.opened", SLUG, "2026-11-30T11:07Z", **opened.fields)
    other_log = entry.encode(
        "anchor", SLUG, opened.t, origin="elsewhere.example/log/all-hands", size=0, root="0" * 64
    )
    strange = entry.encode("withdrawn", "another-one", opened.t, n=1)
    opened_never = "did not open this event, once"
    for leaves, says in [
        (anchors, opened_never),
        ([first, first, *anchors], opened_never),
        ([elsewhere, *anchors], opened_never),
        ([later, *anchors], "goes back in time"),
        ([first, other_log], "names another log"),
        ([first, strange], "holds a leaf that no registry has"),
        ([], opened_never),
    ]:
        assert says in failures(hall, with_registry(hall, *leaves))[14]
    last = entry.decode(anchors[-1])
    other_time = entry.encode("anchor", SLUG, "2026-11-30T11:07Z", **last.fields)
    for leaves in ([first], [first, *anchors[:-1], other_time]):
        said = failures(hall, with_registry(hall, *leaves, sign=False))[14]
        assert said == "The registry's leaves are not those that it signed."
    assert failures(hall, with_registry(hall, first, *anchors)) == {}


def test_a_registry_of_another_place_or_key_is_found(hall):
    bundle = hall.bundle()
    stranger = Signer(hall.pins.registry.name, b"s" * 32)
    forged = replace(
        bundle,
        about=replace(bundle.about, registry_vkey=stranger.vkey),
        registry_checkpoint=signed(stranger, bundle.registry_leaves),
    )
    assert "another key of the registry" in failures(hall, forged)[14]
    unpinned = replace(hall.pins, registry=None)
    elsewhere = Signer("elsewhere.example/log/registry", b"e" * 32)
    moved = replace(
        bundle,
        about=replace(bundle.about, registry_vkey=elsewhere.vkey),
        registry_checkpoint=signed(elsewhere, bundle.registry_leaves),
    )
    said = {step.number: step for step in verify_bundle(moved, unpinned)}[14]
    assert said.passed is False
    assert "is not the registry of" in said.sentence


@pytest.mark.parametrize(
    ("changes", "step", "says"),
    [
        ({"slug": "another-one"}, 2, "not the one that its log is of"),
        ({"origin": "localhost:8010/log/another-one"}, 2, "calls itself one of"),
        ({"size": 3}, 2, "is said to be of 3 leaves"),
        ({"made_at": "2026-11-30T11:07Z"}, 7, "dated otherwise than its last leaf"),
        ({"title": "Another"}, 11, "another title than the event"),
    ],
)
def test_a_bundle_that_describes_itself_wrongly_is_refused(hall, changes, step, says):
    bundle = hall.bundle()
    forged = replace(bundle, about=replace(bundle.about, **changes))
    assert says in failures(hall, forged)[step]


def test_another_pinned_key_fails_and_stops_what_stands_on_the_signature(hall):
    stranger = Signer(hall.pins.log.name, b"s" * 32)
    found = verify_bundle(hall.bundle(), replace(hall.pins, log=stranger.verifier))
    said = {step.number: step for step in found}
    assert said[2].passed is False
    assert said[2].sentence == "No known key signed this note."
    assert said[5].passed is None
    assert "the signed checkpoint, which failed" in said[5].sentence


def test_a_key_in_the_bundle_that_is_not_the_pinned_one_is_refused(hall):
    bundle = hall.bundle()
    stranger = Signer(hall.pins.log.name, b"s" * 32)
    forged = replace(bundle, about=replace(bundle.about, vkey=stranger.vkey))
    assert "with a key of its own" in failures(hall, forged)[2]


def test_leaves_too_few_or_too_many_for_the_checkpoint_are_counted(hall):
    bundle = hall.bundle()
    count = len(bundle.leaves)
    few = replace(bundle, leaves=bundle.leaves[:-1])
    assert f"is of {count} leaves, and {count - 1} are here" in failures(hall, few)[5]
