"""Promises: the first half of a receipt."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import Invalid, Malformed, Unverified
from qa.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from qa.ledger.merkle import EMPTY_ROOT
from qa.ledger.note import Signer, Verifier
from qa.ledger.promise import open_promise, parse_promise, sign_promise
from tests.ledger.samples import ORIGIN, PROMISE, PROMISE_SIGNER
from tests.ledger.trees import load_vectors

VECTOR = load_vectors("leaves")["promise"]
VERIFIER = PROMISE_SIGNER.verifier
LINES = PROMISE.text().split("\n")


def test_a_promise_is_spelt_as_the_format_says_for_ever():
    assert sign_promise(PROMISE, PROMISE_SIGNER) == VECTOR["note"]
    assert open_promise(VECTOR["note"], Verifier.parse(VECTOR["vkey"])) == PROMISE


def test_a_promise_by_another_key_is_unverified():
    with pytest.raises(Unverified):
        open_promise(VECTOR["note"], Signer(VERIFIER.name, bytes(32)).verifier)


@pytest.mark.parametrize(
    ("before", "after"),
    [("\n7\n", "\n8\n"), ("17:00Z", "18:00Z"), ("/spring", "/autumn"), ("DSfi", "DSfj")],
)
def test_a_changed_promise_is_invalid(before, after):
    changed = VECTOR["note"].replace(before, after)
    assert changed != VECTOR["note"]
    with pytest.raises(Invalid):
        open_promise(changed, VERIFIER)


@pytest.mark.parametrize(
    "name", ["other.example.org/promise", "questions.example.org", "questions.example/promise"]
)
def test_a_deployment_promises_nothing_for_the_logs_of_another(name):
    signer = Signer(name, bytes(32))
    with pytest.raises(Invalid):
        open_promise(sign_promise(PROMISE, signer), signer.verifier)


def test_a_promise_is_never_a_checkpoint_nor_a_checkpoint_a_promise():
    with pytest.raises(Malformed):
        parse_checkpoint(PROMISE.text())
    with pytest.raises(Malformed):
        open_checkpoint(VECTOR["note"], VERIFIER)
    head = Checkpoint(ORIGIN, 7, EMPTY_ROOT)
    with pytest.raises(Malformed):
        open_promise(sign_checkpoint(head, PROMISE_SIGNER), VERIFIER)


@pytest.mark.parametrize(
    "lines",
    [
        LINES[:-1],
        [*LINES[:3], ""],
        [*LINES, ""],
        [*LINES[:-1], "more", ""],
        [ORIGIN, *LINES[1:]],
        ["/promise", *LINES[1:]],
        ["a b/log/spring/promise", *LINES[1:]],
        [LINES[0], "AAAA", *LINES[2:]],
        [LINES[0], LINES[1][:-1], *LINES[2:]],
        [*LINES[:2], "0", *LINES[3:]],
        [*LINES[:2], "07", *LINES[3:]],
        [*LINES[:2], "-7", *LINES[3:]],
        [*LINES[:2], "9007199254740992", *LINES[3:]],
        [*LINES[:3], "2026-11-23T17:00:00Z", ""],
        [*LINES[:3], "2026-11-31T17:00Z", ""],
        [*LINES[:3], "tomorrow", ""],
    ],
    ids=lambda lines: "|".join(lines)[-60:],
)
def test_what_is_no_promise_is_malformed(lines):
    with pytest.raises(Malformed):
        parse_promise("\n".join(lines))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("origin", "two words"),
        ("leaf_hash", bytes(31)),
        ("docket_number", 0),
        ("docket_number", True),
        ("deadline", "2026-11-23"),
    ],
)
def test_a_promise_that_would_not_read_back_cannot_be_made(field, value):
    with pytest.raises(Malformed) as caught:
        replace(PROMISE, **{field: value})
    assert caught.value.field == field


@given(st.text())
def test_anything_else_leaks_only_our_error(text):
    with pytest.raises(Malformed):
        parse_promise(text)


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**53 - 1))
def test_every_promise_reads_back(leaf_hash, docket_number):
    promise = replace(PROMISE, leaf_hash=leaf_hash, docket_number=docket_number)
    assert open_promise(sign_promise(promise, PROMISE_SIGNER), VERIFIER) == promise
