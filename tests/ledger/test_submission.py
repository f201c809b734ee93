"""What a log sends to a witness: the specification's example, and one spelling of everything."""

from base64 import b64decode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import Malformed
from qa.ledger.checkpoint import parse_checkpoint
from qa.ledger.submission import MAX_PROOF_HASHES, Submission, parse_submission
from tests.ledger.trees import load_vectors

EXAMPLE = load_vectors("witness")["example"]
HASH = "A" * 43 + "="


def test_the_example_of_the_specification_reads_and_spells_the_same():
    submission = parse_submission(EXAMPLE["body"].encode())
    assert submission.old_size == 20852014
    assert submission.proof == tuple(b64decode(line) for line in EXAMPLE["proof"])
    head = parse_checkpoint(submission.note.partition("\n\n")[0] + "\n")
    assert (head.origin, head.tree_size) == ("example.com/behind-the-sofa", 20852163)
    assert submission.body() == EXAMPLE["body"].encode()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n\n",
        "old 0",
        "old 0\n",
        "old\n\nnote\n",
        "old \n\nnote\n",
        "old 00\n\nnote\n",
        "old -1\n\nnote\n",
        "old 9007199254740992\n\nnote\n",
        " old 0\n\nnote\n",
        "new 0\n\nnote\n",
        f"{HASH}\nold 0\n\nnote\n",
        f"old 0\n{HASH[:-1]}\n\nnote\n",
        f"old 0\n{HASH} \n\nnote\n",
        "old 0\nAAAA\n\nnote\n",
        "old 0\n" + f"{HASH}\n" * (MAX_PROOF_HASHES + 1) + "\nnote\n",
        "old 0\r\n\r\nnote\r\n",
    ],
    ids=lambda body: repr(body[:40]),
)
def test_what_is_no_submission_is_malformed(body):
    with pytest.raises(Malformed):
        parse_submission(body.encode())
    with pytest.raises(Malformed):
        parse_submission(b"\xff" + body.encode())


def test_as_many_hashes_as_the_specification_allows_and_no_more():
    most = Submission(1, (bytes(32),) * MAX_PROOF_HASHES, "note\n")
    assert parse_submission(most.body()) == most
    for proof in ((bytes(32),) * (MAX_PROOF_HASHES + 1), (b"short",), (bytes(33),)):
        with pytest.raises(Malformed):
            Submission(1, proof, "note\n")


@given(
    st.integers(0, 2**53 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_PROOF_HASHES),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_every_submission_reads_back(old_size, proof, note):
    submission = Submission(old_size, tuple(proof), note)
    assert parse_submission(submission.body()) == submission


@given(st.binary() | st.text(alphabet="old 0\nA=").map(str.encode))
def test_anything_else_leaks_only_our_error(body):
    with suppress(Malformed):
        parse_submission(body)
