"""Other people's trees: see tests/vectors/README.md for where each value is from."""

from base64 import b64decode

import pytest

from qa.ledger import merkle
from tests.ledger.trees import Nodes, flipped, load_vectors, refused

VECTORS = load_vectors("merkle")
LEAVES = [bytes.fromhex(leaf) for leaf in VECTORS["leaves"]]
ROOTS = [merkle.EMPTY_ROOT, *map(bytes.fromhex, VECTORS["roots"])]
SOME_HASH = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")
ARGON = load_vectors("argon2020")
INCLUSION = [
    (case["index"], case["tree_size"], [bytes.fromhex(digest) for digest in case["proof"]])
    for case in VECTORS["inclusion"]
]
CONSISTENCY = [
    (case["old"], case["new"], [bytes.fromhex(digest) for digest in case["proof"]])
    for case in VECTORS["consistency"]
]


def test_hashes_are_those_of_rfc_6962():
    assert {
        "empty_root": merkle.EMPTY_ROOT.hex(),
        "leaf_of_nothing": merkle.leaf_hash(b"").hex(),
        "leaf_of_L123456": merkle.leaf_hash(b"L123456").hex(),
        "node_of_N123_N456": merkle.node_hash(b"N123", b"N456").hex(),
    } == VECTORS["hashes"]


def test_roots_are_those_of_the_foreign_tree():
    hashes = [merkle.leaf_hash(leaf) for leaf in LEAVES]
    for size, root in enumerate(ROOTS):
        assert merkle.root_from_leaves(hashes[:size]) == root


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_foreign_inclusion_proofs_are_ours_and_hold(index, size, proof):
    assert merkle.inclusion_proof(index, size, Nodes(LEAVES).read) == proof
    merkle.check_inclusion(merkle.leaf_hash(LEAVES[index]), index, size, proof, ROOTS[size])


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_foreign_inclusion_proofs_are_refused_in_every_damaged_form(index, size, proof):
    leaf, root = merkle.leaf_hash(LEAVES[index]), ROOTS[size]
    damaged = {
        "index - 1": (leaf, index - 1, size, proof, root),
        "index + 1": (leaf, index + 1, size, proof, root),
        "index ^ 2": (leaf, index ^ 2, size, proof, root),
        "size * 2": (leaf, index, size * 2, proof, root),
        "size / 2": (leaf, index, size // 2, proof, root),
        "wrong leaf": (b"WrongLeaf", index, size, proof, root),
        "empty root": (leaf, index, size, proof, merkle.EMPTY_ROOT),
        "random root": (leaf, index, size, proof, SOME_HASH),
        "trailing garbage": (leaf, index, size, [*proof, b""], root),
        "trailing root": (leaf, index, size, [*proof, root], root),
        "preceding garbage": (leaf, index, size, [b"", *proof], root),
        "preceding root": (leaf, index, size, [root, *proof], root),
        "inserted": (leaf, index, size, [*proof[:1], SOME_HASH, *proof[1:]], root),
        **{f"bit of {at}": (leaf, index, size, bad, root) for at, bad in one_bit(proof, 3)},
    }
    if proof:
        damaged["removed"] = (leaf, index, size, proof[:-1], root)
    for name, arguments in damaged.items():
        assert refused(merkle.check_inclusion, *arguments), name


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_foreign_consistency_proofs_are_ours_and_hold(old, new, proof):
    assert merkle.consistency_proof(old, new, Nodes(LEAVES).read) == proof
    merkle.check_consistency(old, new, ROOTS[old], ROOTS[new], proof)


@pytest.mark.parametrize(
    ("old", "new", "proof"), [case for case in CONSISTENCY if case[0] < case[1]]
)
def test_foreign_consistency_proofs_are_refused_in_every_damaged_form(old, new, proof):
    first, second = ROOTS[old], ROOTS[new]
    damaged = {
        "old - 1": (old - 1, new, first, second, proof),
        "old + 1": (old + 1, new, first, second, proof),
        "old ^ 2": (old ^ 2, new, first, second, proof),
        "new * 2": (old, new * 2, first, second, proof),
        "new / 2": (old, new // 2, first, second, proof),
        "wrong old root": (old, new, b"WrongRoot", second, proof),
        "wrong new root": (old, new, first, b"WrongRoot", proof),
        "swapped roots": (old, new, second, first, proof),
        "empty proof": (old, new, first, second, []),
        "trailing garbage": (old, new, first, second, [*proof, b""]),
        "trailing old root": (old, new, first, second, [*proof, first]),
        "trailing new root": (old, new, first, second, [*proof, second]),
        "preceding garbage": (old, new, first, second, [b"", *proof]),
        "preceding old root": (old, new, first, second, [first, *proof]),
        "preceding new root": (old, new, first, second, [second, *proof]),
        "preceding proof[0]": (old, new, first, second, [proof[0], *proof]),
        "truncated": (old, new, first, second, proof[:-1]),
        **{f"bit of {at}": (old, new, first, second, bad) for at, bad in one_bit(proof, 4)},
    }
    for name, arguments in damaged.items():
        assert refused(merkle.check_consistency, *arguments), name


def test_roots_that_are_no_hashes_are_refused_where_the_foreign_verifier_lets_them_pass():
    junk = b"don't care"
    for old, new in [(0, 0), (0, 1), (1, 1)]:
        assert refused(merkle.check_consistency, old, new, junk, junk, [])


def test_a_leaf_of_a_real_certificate_log_is_proved():
    proof = [b64decode(digest) for digest in ARGON["inclusion"]]
    leaf, root = b64decode(ARGON["leaf_hash"]), b64decode(ARGON["root_hash"])
    merkle.check_inclusion(leaf, ARGON["leaf_index"], ARGON["tree_size"], proof, root)
    for _, damaged in one_bit(proof, 7):
        assert refused(
            merkle.check_inclusion,
            *(leaf, ARGON["leaf_index"], ARGON["tree_size"], damaged, root),
        )


def test_a_real_certificate_log_grew_without_rewriting_anything():
    proof = [b64decode(digest) for digest in ARGON["consistency"]]
    sizes = ARGON["old_size"], ARGON["tree_size"]
    roots = b64decode(ARGON["old_root_hash"]), b64decode(ARGON["root_hash"])
    merkle.check_consistency(*sizes, *roots, proof)
    for _, damaged in one_bit(proof, 7):
        assert refused(merkle.check_consistency, *sizes, *roots, damaged)


def one_bit(proof, bit):
    for at, digest in enumerate(proof):
        yield at, [*proof[:at], flipped(digest, bit), *proof[at + 1 :]]
