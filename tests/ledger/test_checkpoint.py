"""Checkpoints: the form of the spec, and one log's head never passed off as another's."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import Invalid, Malformed, Unverified
from qa.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from qa.ledger.merkle import EMPTY_ROOT, leaf_hash
from qa.ledger.note import Signer, open_note
from tests.ledger.trees import load_vectors

VECTORS = load_vectors("note")
ORIGIN = "questions.example.org/log/spring"
SIGNER = Signer(ORIGIN, bytes(32))
HEAD = Checkpoint(ORIGIN, 41, leaf_hash(b"x"))
ROOT = "TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0="


def test_a_foreign_tree_head_reads_and_spells_the_same():
    case = VECTORS["sumdb_tree"]
    head = Checkpoint(case["origin"], case["tree_size"], leaf_hash(case["leaf"].encode()))
    assert parse_checkpoint(case["text"]) == head
    assert head.text() == case["text"]


@pytest.mark.parametrize("text", VECTORS["sumdb_tree"]["bad"])
def test_a_bad_foreign_tree_head_is_malformed(text):
    with pytest.raises(Malformed):
        parse_checkpoint(text)


def test_the_checkpoint_of_the_specification_reads():
    note = VECTORS["c2sp_checkpoint"]
    head = parse_checkpoint(note[: note.index("\n\n") + 1])
    assert (head.origin, head.tree_size) == ("example.com/behind-the-sofa", 20852163)
    with pytest.raises(Unverified):
        open_checkpoint(note, SIGNER.verifier)


def test_a_signed_checkpoint_opens_with_its_logs_key():
    assert open_checkpoint(sign_checkpoint(HEAD, SIGNER), SIGNER.verifier) == HEAD


def test_a_checkpoint_is_one_note_however_often_it_is_signed():
    assert sign_checkpoint(HEAD, SIGNER) == sign_checkpoint(HEAD, SIGNER)


def test_a_checkpoint_with_extensions_keeps_them():
    head = replace(HEAD, extensions=("one", "two words"))
    assert parse_checkpoint(head.text()) == head


def test_the_head_of_another_log_is_invalid_under_this_logs_key():
    other = replace(HEAD, origin="questions.example.org/log/autumn")
    with pytest.raises(Invalid):
        open_checkpoint(sign_checkpoint(other, SIGNER), SIGNER.verifier)


def test_a_changed_size_is_invalid():
    note = sign_checkpoint(HEAD, SIGNER).replace("\n41\n", "\n40\n")
    with pytest.raises(Invalid):
        open_checkpoint(note, SIGNER.verifier)


def test_a_signed_text_that_is_no_checkpoint_is_malformed():
    note = SIGNER.sign("hello\n")
    assert open_note(note, [SIGNER.verifier])
    with pytest.raises(Malformed):
        open_checkpoint(note, SIGNER.verifier)


@pytest.mark.parametrize(
    "size",
    [
        "",
        "01",
        "00",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "1e3",
        "0x1",
        "1_0",
        "٣",
        str(2**53),
        "9" * 5000,
    ],
)
def test_a_tree_size_has_one_spelling(size):
    with pytest.raises(Malformed):
        parse_checkpoint(f"{ORIGIN}\n{size}\n{ROOT}\n")


@pytest.mark.parametrize("size", [0, 1, 10, 2**53 - 1])
def test_every_tree_size_a_json_reader_keeps_is_allowed(size):
    assert parse_checkpoint(f"{ORIGIN}\n{size}\n{ROOT}\n").tree_size == size


@pytest.mark.parametrize(
    "root",
    [
        "",
        "AAAA",
        ROOT[:-1],
        ROOT + "=",
        ROOT + "AAAA",
        ROOT + " ",
        ROOT.replace("0=", "1="),
        ROOT.replace("+", "-"),
        ROOT.replace("+", "\u2014"),
    ],
)
def test_a_root_hash_is_32_bytes_in_one_spelling(root):
    with pytest.raises(Malformed):
        parse_checkpoint(f"{ORIGIN}\n1\n{root}\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n1\n",
        f"{ORIGIN}\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"{ORIGIN}\n1\n{ROOT}\n\n",
        f"{ORIGIN}\n1\n{ROOT}\n\nmore\n",
        f"{ORIGIN}\n1\n{ROOT}\nmore",
        f"{ORIGIN}\r\n1\r\n{ROOT}\r\n",
    ],
)
def test_a_checkpoint_has_at_least_three_lines_and_none_is_empty(text):
    with pytest.raises(Malformed):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": ""},
        {"origin": "a\nb"},
        {"tree_size": -1},
        {"tree_size": 2**53},
        {"root_hash": EMPTY_ROOT[:31]},
        {"extensions": ("",)},
        {"extensions": ("a\n",)},
    ],
)
def test_a_checkpoint_that_would_not_read_back_cannot_be_made(changes):
    with pytest.raises(Malformed):
        replace(HEAD, **changes)


@given(st.text())
def test_anything_else_leaks_only_our_error(text):
    with pytest.raises(Malformed):
        parse_checkpoint(text)


@given(st.integers(0, 2**53 - 1), st.binary(min_size=32, max_size=32))
def test_every_head_reads_back(size, root):
    head = Checkpoint(ORIGIN, size, root)
    assert open_checkpoint(sign_checkpoint(head, SIGNER).encode(), SIGNER.verifier) == head
