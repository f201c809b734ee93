"""Every tree up to 130 leaves, against RFC 6962 written down naively."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import Invalid
from qa.ledger import merkle
from tests.ledger import reference
from tests.ledger.trees import Nodes, flipped, leaves, refused

LARGEST = 130
SIZES = range(1, LARGEST + 1)
DATA = leaves(LARGEST)
HASHES = [merkle.leaf_hash(leaf) for leaf in DATA]
NODES = Nodes(DATA)
ROOTS = [reference.mth(DATA[:size]) for size in range(LARGEST + 1)]
INCLUSION = {
    (index, size): merkle.inclusion_proof(index, size, NODES.read)
    for size in SIZES
    for index in range(size)
}
CONSISTENCY = {
    (old, new): merkle.consistency_proof(old, new, NODES.read)
    for new in SIZES
    for old in range(1, new + 1)
}


def test_the_root_of_every_size_is_that_of_the_reference():
    assert ROOTS[0] == merkle.EMPTY_ROOT
    for size in range(LARGEST + 1):
        assert merkle.root_from_leaves(HASHES[:size]) == ROOTS[size]
        assert merkle.root_hash(size, NODES.read) == ROOTS[size]


def test_every_inclusion_proof_is_that_of_the_reference_and_holds():
    for (index, size), proof in INCLUSION.items():
        assert proof == reference.path(index, DATA[:size])
        merkle.check_inclusion(HASHES[index], index, size, proof, ROOTS[size])


def test_an_inclusion_proof_with_any_one_hash_damaged_is_refused():
    for (index, size), proof in INCLUSION.items():
        for damaged in damaged_proofs(proof):
            assert refused(merkle.check_inclusion, HASHES[index], index, size, damaged, ROOTS[size])


def test_an_inclusion_proof_for_any_other_leaf_index_height_or_root_is_refused():
    for (index, size), proof in INCLUSION.items():
        leaf, root = HASHES[index], ROOTS[size]
        wrong = [
            (flipped(leaf), index, size, root),
            (leaf, index, size, flipped(root)),
            (leaf, index, size * 2, root),
            (leaf, index, size // 2, root),
            (leaf, -1, size, root),
            (leaf, size, size, root),
            *((leaf, other, size, root) for other in (index - 1, index + 1, index ^ 2)),
        ]
        for leaf_hash, at, tree_size, expected in wrong:
            assert refused(merkle.check_inclusion, leaf_hash, at, tree_size, proof, expected)


def test_no_leaf_is_proved_at_any_index_but_its_own():
    for size in (1, 2, 3, 7, 8, 13, 64, 127, 130):
        for index in range(size):
            leaf, proof = HASHES[index], INCLUSION[index, size]
            for other in set(range(size)) - {index}:
                assert refused(merkle.check_inclusion, leaf, other, size, proof, ROOTS[size])


def test_every_consistency_proof_is_that_of_the_reference_and_holds():
    for (old, new), proof in CONSISTENCY.items():
        assert proof == reference.proof(old, DATA[:new])
        merkle.check_consistency(old, new, ROOTS[old], ROOTS[new], proof)


def test_a_consistency_proof_with_any_one_hash_damaged_is_refused():
    for (old, new), proof in CONSISTENCY.items():
        for damaged in damaged_proofs(proof):
            assert refused(merkle.check_consistency, old, new, ROOTS[old], ROOTS[new], damaged)


def test_a_consistency_proof_for_any_other_size_or_root_is_refused():
    for (old, new), proof in CONSISTENCY.items():
        first, second = ROOTS[old], ROOTS[new]
        wrong = [
            (old, new, flipped(first), second),
            (old, new, first, flipped(second)),
            (old - 1, new, first, second),
            (old + 1, new, first, second),
            (old, new * 2, first, second),
            (old, new // 2, first, second),
            (-1, new, first, second),
        ]
        if old < new:
            wrong.append((old, new, second, first))
        for old_size, new_size, old_root, new_root in wrong:
            assert refused(merkle.check_consistency, old_size, new_size, old_root, new_root, proof)


def test_every_log_grows_from_the_empty_one_without_a_proof():
    for new in range(LARGEST + 1):
        assert merkle.consistency_proof(0, new, NODES.read) == []
        merkle.check_consistency(0, new, ROOTS[0], ROOTS[new], [])
        assert refused(merkle.check_consistency, 0, new, flipped(ROOTS[0]), ROOTS[new], [])
        assert refused(merkle.check_consistency, 0, new, ROOTS[0], ROOTS[new], [ROOTS[0]])


def test_one_size_has_one_root():
    with pytest.raises(Invalid, match="Two root hashes"):
        merkle.check_consistency(5, 5, ROOTS[5], ROOTS[6], [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3), (0, -1)])
def test_a_leaf_outside_the_tree_has_no_proof(index, size):
    with pytest.raises(Invalid):
        merkle.inclusion_proof(index, size, NODES.read)


@pytest.mark.parametrize(("old", "new"), [(1, 0), (3, 2), (-1, 2)])
def test_a_log_that_shrank_has_no_proof(old, new):
    with pytest.raises(Invalid):
        merkle.consistency_proof(old, new, NODES.read)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_hash_of_another_length_is_refused_wherever_it_stands(length):
    odd, proof = bytes(length), merkle.inclusion_proof(2, 5, NODES.read)
    for leaf, path, root in [
        (odd, proof, ROOTS[5]),
        (HASHES[2], [odd, *proof[1:]], ROOTS[5]),
        (HASHES[2], proof, odd),
    ]:
        with pytest.raises(Invalid, match="32 bytes"):
            merkle.check_inclusion(leaf, 2, 5, path, root)
    grown = merkle.consistency_proof(3, 5, NODES.read)
    for old, new, path in [
        (odd, ROOTS[5], grown),
        (ROOTS[3], odd, grown),
        (ROOTS[3], ROOTS[5], [*grown[:-1], odd]),
    ]:
        with pytest.raises(Invalid, match="32 bytes"):
            merkle.check_consistency(3, 5, old, new, path)


@given(st.integers(0, LARGEST), st.integers(1, 9))
def test_the_right_edge_is_all_that_is_read_to_append_any_number_of_leaves(size, count):
    edge = merkle.read_nodes_for_append(size)
    assert len(edge) == size.bit_count()
    known = {node: NODES.read(*node) for node in edge if size}
    for index in range(size, size + count):
        leaf = merkle.leaf_hash(b"leaf %d" % index)
        for level, position, digest in merkle.new_nodes(index, leaf, lambda *at: known[at]):
            known[level, position] = digest
    expected = reference.mth(leaves(size + count))
    assert merkle.root_hash(size + count, lambda *at: known[at]) == expected


@given(st.integers(1, 2**53), st.data())
def test_proofs_in_a_tree_too_large_to_hold_have_the_length_of_its_height(size, data):
    index = data.draw(st.integers(0, size - 1))
    asked = []

    def read(level, position):
        asked.append((level, position))
        assert (position + 1) << level <= size, "only complete subtrees are stored"
        return bytes(32)

    assert len(merkle.inclusion_proof(index, size, read)) <= (size - 1).bit_length()
    assert len(asked) <= 2 * size.bit_length()


def test_a_leaf_can_never_be_taken_for_a_node():
    left, right = HASHES[:2]
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)
    assert merkle.node_hash(right, left) != merkle.node_hash(left, right)


def damaged_proofs(proof):
    """Every proof that differs from this one in a single bit, one hash more, or one hash less."""
    for at, digest in enumerate(proof):
        yield [*proof[:at], flipped(digest, at % 8), *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
    yield [*proof, ROOTS[1]]
    yield [ROOTS[1], *proof]
