"""tlog-proof: other people's texts, and proofs that hold for one leaf of one log only."""

from base64 import b64encode
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import Invalid, Malformed, Unverified
from qa.ledger.checkpoint import Checkpoint, sign_checkpoint
from qa.ledger.cosignature import Cosigner
from qa.ledger.merkle import inclusion_proof, root_hash
from qa.ledger.note import Signer
from qa.ledger.proof import HEADER, MAX_HASHES, LogProof, check_proof, parse_proof
from tests.ledger.trees import Nodes, flipped, leaves, load_vectors, refused

VECTORS = load_vectors("proof")
LOG = Signer("questions.example.org/log/spring", bytes(32))
W1, W2 = Cosigner("w1.example", b"\1" * 32), Cosigner("w2.example", b"\2" * 32)
NOW_S = 1_795_000_000


def proof_of(index, size, *witnesses):
    nodes = Nodes(leaves(size))
    head = Checkpoint(LOG.name, size, root_hash(size, nodes.read))
    note = sign_checkpoint(head, LOG)
    note += "".join(witness.cosign(head.text(), NOW_S) for witness in witnesses)
    return LogProof(index, tuple(inclusion_proof(index, size, nodes.read)), note), head


PROOF, HEAD = proof_of(5, 11)
LEAF = leaves(11)[5]


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda case: case["name"])
def test_a_foreign_proof_reads_and_spells_the_same(case):
    proof = parse_proof(case["text"])
    assert proof.index == case["index"]
    assert [b64encode(digest).decode() for digest in proof.hashes] == case["hashes"]
    assert proof.checkpoint == case["checkpoint"]
    assert proof.extra == case["extra"].encode()
    assert proof.text() == case["text"]
    assert parse_proof(case["text"].encode()) == proof


@pytest.mark.parametrize("text", VECTORS["bad"].values(), ids=VECTORS["bad"])
def test_a_bad_foreign_proof_is_malformed(text):
    with pytest.raises(Malformed):
        parse_proof(text)


def test_every_leaf_of_every_small_tree_is_proven_and_no_other_leaf_is():
    for size in range(1, 18):
        for index in range(size):
            proof, head = proof_of(index, size)
            proof = parse_proof(proof.text())
            assert check_proof(proof, leaves(size)[index], LOG.verifier) == head
            assert refused(check_proof, proof, b"another leaf", LOG.verifier)


def test_every_corrupted_hash_and_every_other_index_is_invalid():
    for at, digest in enumerate(PROOF.hashes):
        hashes = (*PROOF.hashes[:at], flipped(digest), *PROOF.hashes[at + 1 :])
        assert refused(check_proof, replace(PROOF, hashes=hashes), LEAF, LOG.verifier)
        shorter = (*PROOF.hashes[:at], *PROOF.hashes[at + 1 :])
        assert refused(check_proof, replace(PROOF, hashes=shorter), LEAF, LOG.verifier)
    for index in [*range(5), *range(6, 20), 2**53 - 1]:
        assert refused(check_proof, replace(PROOF, index=index), LEAF, LOG.verifier)


def test_a_proof_is_of_one_log_and_one_key():
    with pytest.raises(Unverified):
        check_proof(PROOF, LEAF, Signer(LOG.name, b"\7" * 32).verifier)
    with pytest.raises(Unverified):
        check_proof(PROOF, LEAF, Signer("questions.example.org/log/autumn", bytes(32)).verifier)
    other = replace(HEAD, origin="questions.example.org/log/autumn")
    with pytest.raises(Invalid):
        check_proof(replace(PROOF, checkpoint=sign_checkpoint(other, LOG)), LEAF, LOG.verifier)


def test_a_proof_whose_checkpoint_is_none_is_malformed_when_it_is_checked():
    with pytest.raises(Malformed):
        check_proof(replace(PROOF, checkpoint="test checkpoint\n"), LEAF, LOG.verifier)


def test_every_witness_that_is_asked_for_has_to_have_cosigned():
    proof, head = proof_of(3, 7, W1)
    leaf = leaves(7)[3]
    assert check_proof(proof, leaf, LOG.verifier) == head
    assert check_proof(proof, leaf, LOG.verifier, [W1.verifier]) == head
    for witnesses in ([W2.verifier], [W1.verifier, W2.verifier]):
        with pytest.raises(Unverified):
            check_proof(proof, leaf, LOG.verifier, witnesses)
    same_name = Cosigner(W1.name, b"\3" * 32).verifier
    with pytest.raises(Unverified):
        check_proof(proof, leaf, LOG.verifier, [same_name, W1.verifier])
    both, head = proof_of(3, 7, W1, W2)
    assert check_proof(both, leaf, LOG.verifier, [W1.verifier, W2.verifier]) == head


def test_extra_data_is_kept_and_proves_nothing():
    proof = replace(PROOF, extra=b"\0anything\xff")
    assert parse_proof(proof.text()) == proof
    assert check_proof(proof, LEAF, LOG.verifier) == HEAD


TEXT = PROOF.text()
FIRST = b64encode(PROOF.hashes[0]).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        HEADER,
        HEADER + "\n\n",
        TEXT.replace("\n", "\r\n"),
        TEXT.replace(HEADER, "c2sp.org/tlog-proof@v2"),
        " " + TEXT,
        TEXT.replace("index 5", "index 05"),
        TEXT.replace("index 5", "index +5"),
        TEXT.replace("index 5", "index  5"),
        TEXT.replace("index 5", "index 5 "),
        TEXT.replace("index 5", "index"),
        TEXT.replace("index 5", "index " + str(2**53)),
        TEXT.replace("index 5", "index 5\nindex 5"),
        TEXT.replace("index 5", "extra \nindex 5"),
        TEXT.replace("index 5", "extra\nindex 5"),
        TEXT.replace("index 5", "extra YQ\nindex 5"),
        TEXT.replace("index 5", "extra YR==\nindex 5"),
        TEXT.replace("index 5", "extra YQ==\nextra YQ==\nindex 5"),
        TEXT.replace("index 5\n", "index 5\nextra YQ==\n"),
        TEXT.replace(FIRST, FIRST[:-1]),
        TEXT.replace(FIRST, FIRST + " "),
        TEXT.replace("\n\n", "\n\n\n", 1),
        TEXT.replace(FIRST, f"{FIRST}\n" * (MAX_HASHES + 1)),
        TEXT[:-1],
        TEXT + "a" * 1_000_000 + "\n",
        TEXT.encode() + b"\xff\n",
    ],
    ids=lambda text: repr(text[:60]),
)
def test_what_is_no_proof_is_malformed(text):
    with pytest.raises(Malformed):
        parse_proof(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"index": -1},
        {"index": 2**53},
        {"hashes": (b"short",)},
        {"hashes": (bytes(33),)},
        {"hashes": (bytes(32),) * (MAX_HASHES + 1)},
        {"checkpoint": ""},
        {"checkpoint": "no newline"},
        {"checkpoint": "\nan empty line\n"},
    ],
)
def test_a_proof_that_would_not_read_back_cannot_be_made(changes):
    with pytest.raises(Malformed):
        replace(PROOF, **changes)


@given(
    st.integers(0, 2**53 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_HASHES),
    st.binary(max_size=50),
)
def test_every_proof_reads_back(index, hashes, extra):
    proof = LogProof(index, tuple(hashes), PROOF.checkpoint, extra)
    assert parse_proof(proof.text()) == proof


@given(st.text() | st.binary() | st.text(alphabet="\n ex=taindAB0").map((HEADER + "\n").__add__))
def test_anything_else_leaks_only_our_errors(text):
    with suppress(Malformed):
        parse_proof(text)


def test_every_changed_byte_of_a_proof_is_noticed():
    data = TEXT.encode()
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises((Malformed, Invalid, Unverified)):
            check_proof(parse_proof(changed), LEAF, LOG.verifier)


def test_a_proof_has_at_most_63_hashes():
    assert len(LogProof(0, (bytes(32),) * 63, "a checkpoint\n").hashes) == 63
    with pytest.raises(Malformed):
        LogProof(0, (bytes(32),) * 64, "a checkpoint\n")
