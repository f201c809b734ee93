"""The Merkle tree of RFC 6962 §2.1 over SHA-256: hashes, proofs, and their verification.

A *node* is the hash of one complete subtree, named by ``(level, position)``: it covers the leaves
from ``position * 2**level`` up to ``(position + 1) * 2**level``. Such a node never changes once its
last leaf is there, so a log stores nodes and reads back O(log n) of them for any proof. Functions
that need stored nodes take ``read``, which returns one by its name.

In check_* every refusal is ``Invalid``, a hash of the wrong length included: what reads a proof
from bytes has said ``Malformed`` before this module sees it.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from hmac import compare_digest

from qa.errors import Invalid

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root hash of a tree without leaves (RFC 6962 §2.1)."""

NodeReader = Callable[[int, int], bytes]
"""Returns the stored hash of the complete subtree at (level, position)."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf: SHA-256 over 0x00 and the data (RFC 6962 §2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 over 0x01 and both children (RFC 6962 §2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root_from_leaves(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root hash over leaf hashes, in O(n) time (RFC 6962 §2.1)."""
    if not leaf_hashes:
        return EMPTY_ROOT
    edge: list[bytes] = []
    for index, digest in enumerate(leaf_hashes):
        edge.append(digest)
        while index & 1:
            edge[-2:] = [node_hash(*edge[-2:])]
            index >>= 1
    return _fold(edge)


def read_nodes_for_append(tree_size: int) -> list[tuple[int, int]]:
    """Return the names of the nodes on the right edge of a tree, from the left.

    They are all that is read to append any number of leaves and to compute the new root.
    """
    return _cover(0, tree_size)


def new_nodes(tree_size: int, leaf_hash: bytes, read: NodeReader) -> list[tuple[int, int, bytes]]:
    """Return the nodes that one more leaf completes, as (level, position, hash), lowest first.

    The leaf itself is the first of them. ``read`` is asked only for nodes on the right edge.
    """
    level, position, digest = 0, tree_size, leaf_hash
    nodes = [(level, position, digest)]
    while position & 1:
        digest = node_hash(read(level, position - 1), digest)
        level, position = level + 1, position >> 1
        nodes.append((level, position, digest))
    return nodes


def root_hash(tree_size: int, read: NodeReader) -> bytes:
    """Return the root hash of a tree, reading only its right edge (RFC 6962 §2.1)."""
    return _range_hash(0, tree_size, read) if tree_size else EMPTY_ROOT


def inclusion_proof(index: int, tree_size: int, read: NodeReader) -> list[bytes]:
    """Return the audit path of the leaf at ``index``, lowest first (RFC 6962 §2.1.1).

    Raises:
        Invalid: the tree has no such leaf.
    """
    if not 0 <= index < tree_size:
        raise Invalid(f"A tree of size {tree_size} has no leaf {index}.")
    start, end, path = 0, tree_size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_hash(middle, end, read))
            end = middle
        else:
            path.append(_range_hash(start, middle, read))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, read: NodeReader) -> list[bytes]:
    """Return the proof that the tree of size ``new`` begins with that of ``old`` (RFC 6962 §2.1.2).

    It is empty when the sizes are equal, and when ``old`` is 0: every tree begins with nothing.

    Raises:
        Invalid: a log does not shrink, so ``new`` cannot be smaller than ``old``.
    """
    if not 0 <= old <= new:
        raise Invalid(f"A log of size {old} cannot have grown to size {new}.")
    if old == 0:
        return []
    start, end, path = 0, new, []
    while end > old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_hash(middle, end, read))
            end = middle
        else:
            path.append(_range_hash(start, middle, read))
            start = middle
    if start > 0:
        path.append(_range_hash(start, end, read))
    return path[::-1]


def check_inclusion(
    leaf_hash: bytes, index: int, tree_size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Verify an inclusion proof as in RFC 9162 §2.1.3.2.

    1. Every hash is 32 bytes, and the index is inside the tree.
    2. Climb from the leaf, joining each proof hash on its side, exactly to the top of the tree.
    3. What comes out is the root.

    Raises:
        Invalid: the proof does not show that the leaf is in the tree.
    """
    # 1.
    _check_lengths([leaf_hash, root, *proof])
    if not 0 <= index < tree_size:
        raise Invalid(f"A tree of size {tree_size} has no leaf {index}.")
    # 2.
    running = leaf_hash
    for digest, is_left in _climb(index, tree_size - 1, proof):
        running = node_hash(digest, running) if is_left else node_hash(running, digest)
    # 3.
    if not compare_digest(running, root):
        raise Invalid("The inclusion proof does not lead to the root hash.")


def check_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Verify a consistency proof as in RFC 9162 §2.1.4.2.

    1. Every hash is 32 bytes, and the log did not shrink.
    2. A log that was empty, or did not grow, needs no proof: only the roots are compared.
    3. Start at the largest complete subtree that ends where the old tree ends; when that is the
       whole old tree, its hash is the old root and not in the proof.
    4. Climb exactly to the top of the new tree; a left sibling belongs to the old tree too.
    5. What comes out is both roots.

    Raises:
        Invalid: the proof does not show that the new tree begins with the old one.
    """
    # 1.
    _check_lengths([old_root, new_root, *proof])
    if not 0 <= old_size <= new_size:
        raise Invalid(f"A log of size {old_size} cannot have grown to size {new_size}.")
    # 2.
    if old_size in (0, new_size):
        _check_without_proof(old_size, new_size, old_root, new_root, proof)
        return
    # 3.
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    if not proof:
        raise Invalid("The proof is too short.")
    start, *path = proof if fn else [old_root, *proof]
    # 4.
    old_running = new_running = start
    for digest, is_left in _climb(fn, sn, path):
        if is_left:
            old_running = node_hash(digest, old_running)
            new_running = node_hash(digest, new_running)
        else:
            new_running = node_hash(new_running, digest)
    # 5.
    if not compare_digest(old_running, old_root):
        raise Invalid("The consistency proof does not lead to the old root hash.")
    if not compare_digest(new_running, new_root):
        raise Invalid("The consistency proof does not lead to the new root hash.")


def _check_without_proof(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check the pairs of sizes between which nothing is left to prove."""
    if proof:
        raise Invalid("The proof is too long.")
    if old_size == 0 and not compare_digest(old_root, EMPTY_ROOT):
        raise Invalid("The old root hash is not that of an empty log.")
    if old_size == new_size and not compare_digest(old_root, new_root):
        raise Invalid("Two root hashes are given for one tree size.")


def _check_lengths(hashes: Sequence[bytes]) -> None:
    if any(len(digest) != HASH_BYTES for digest in hashes):
        raise Invalid("A hash is not 32 bytes long.")


def _climb(fn: int, sn: int, proof: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each proof hash, and whether it is a left sibling, from a node to the top.

    ``fn`` is the node's position at its level and ``sn`` that of the last node there, as RFC 9162
    calls them. The last node of a level may have no sibling; those levels are climbed at once.

    Raises:
        Invalid: the proof is not as long as the climb.
    """
    for digest in proof:
        if sn == 0:
            raise Invalid("The proof is too long.")
        is_left = bool(fn & 1) or fn == sn
        yield digest, is_left
        while is_left and fn and not fn & 1:
            fn, sn = fn >> 1, sn >> 1
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise Invalid("The proof is too short.")


def _split(count: int) -> int:
    """Return the largest power of two smaller than ``count`` (``k`` in RFC 6962 §2.1)."""
    return 1 << ((count - 1).bit_length() - 1)


def _cover(start: int, end: int) -> list[tuple[int, int]]:
    """Return the nodes that cover a range of leaves, largest first; RFC ranges align with them."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def _range_hash(start: int, end: int, read: NodeReader) -> bytes:
    return _fold([read(level, position) for level, position in _cover(start, end)])


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Return the hash over complete subtrees of falling size."""
    *others, running = hashes
    for digest in reversed(others):
        running = node_hash(digest, running)
    return running
