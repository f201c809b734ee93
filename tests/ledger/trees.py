"""Trees for tests: leaves, and a store of nodes that holds complete subtrees and nothing else."""

import json
from pathlib import Path

from qa.errors import Invalid
from qa.ledger import merkle

VECTORS = Path(__file__).parent.parent / "vectors"


def load_vectors(name):
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def leaves(count):
    return tuple(f"leaf {index}".encode() for index in range(count))


class Nodes:
    """What a log stores. Reading a node that was never completed is a KeyError."""

    def __init__(self, data=()):
        self.size = 0
        self.hashes = {}
        for leaf in data:
            self.append(leaf)

    def append(self, leaf):
        for level, position, digest in merkle.new_nodes(
            self.size, merkle.leaf_hash(leaf), self.read
        ):
            assert (level, position) not in self.hashes, "a stored node never changes"
            self.hashes[level, position] = digest
        self.size += 1

    def read(self, level, position):
        return self.hashes[level, position]


def refused(check, *arguments):
    """Say whether a check raises Invalid. A hundred thousand pytest.raises would take a while."""
    try:
        check(*arguments)
    except Invalid:
        return True
    return False


def flipped(digest, bit=0):
    """Return the hash with one bit turned."""
    return bytes([digest[0] ^ 1 << bit]) + digest[1:]
