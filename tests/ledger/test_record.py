"""Roots over any number of first leaves, and a checkpoint told from another in a sentence."""

import pytest

from qa.ledger.checkpoint import Checkpoint
from qa.ledger.merkle import leaf_hash
from qa.ledger.record import PrefixRoots, describe
from qa.ledger.words import words_of
from tests.ledger.reference import mth


@pytest.mark.parametrize("size", [1, 2, 3, 8, 13])
def test_the_root_over_the_first_leaves_is_that_of_a_log_of_so_many(size: int) -> None:
    leaves = tuple(bytes([n]) for n in range(13))
    assert PrefixRoots([leaf_hash(leaf) for leaf in leaves]).root(size) == mth(leaves[:size])


def test_above_the_top_of_a_tree_there_is_nothing() -> None:
    roots = PrefixRoots([bytes([n]) * 32 for n in range(4)])
    assert [len(roots.level(height)) for height in range(5)] == [4, 2, 1, 0, 0]


def test_a_checkpoint_is_described_with_the_words_that_a_room_compares() -> None:
    head = Checkpoint("questions.example.org/log/spring-2026", 1_200, bytes(32))
    assert describe(head).startswith("1,200 leaves, root AAAA")
    assert describe(head).endswith(f"({' '.join(words_of(head))})")
