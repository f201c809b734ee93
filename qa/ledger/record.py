"""What the checks work on: a bundle, the keys pinned for it, and what is worked out of it once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from qa.errors import Malformed
from qa.ledger.bundle import Bundle
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.entry import Entry, decode
from qa.ledger.merkle import leaf_hash, node_hash, root_hash
from qa.ledger.note import Verifier
from qa.ledger.policy_terms import PolicyTerms, read_terms
from qa.ledger.spelling import encode_base64
from qa.ledger.story import Story, tell
from qa.ledger.witness_policy import WitnessPolicy
from qa.ledger.words import words_of


class NotChecked(Exception):
    """A check has nothing to check, or stands on another one that failed."""


@dataclass(frozen=True)
class Pins:
    """The keys that the reader trusts. Those that are None are taken from the bundle's word."""

    log: Verifier
    promise: Verifier | None = None
    registry: Verifier | None = None


@dataclass(frozen=True)
class Evidence:
    """What the reader has beside the bundle: all of it may be missing.

    ``report`` is an audit report as JSON; ``receipts`` are files by their names; ``now_s`` is the
    time in seconds since 1970.
    """

    policy: WitnessPolicy | None = None
    old: bytes | None = None
    receipts: Sequence[tuple[str, bytes]] = field(default=())
    report: bytes | None = None
    now_s: int | None = None


class PrefixRoots:
    """The root over the first leaves of a log, for every number of leaves.

    Making it hashes everything once; each root then costs O(log n) (RFC 6962 §2.1).
    """

    def __init__(self, leaf_hashes: Sequence[bytes]) -> None:
        self._levels: list[Sequence[bytes]] = [leaf_hashes]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            pairs = range(0, len(below) - 1, 2)
            self._levels.append([node_hash(below[at], below[at + 1]) for at in pairs])

    def level(self, height: int) -> Sequence[bytes]:
        """Return the hashes of the complete subtrees of 2**height leaves, from the left."""
        return self._levels[height] if height < len(self._levels) else []

    def root(self, tree_size: int) -> bytes:
        """Return the root over the first ``tree_size`` leaves."""
        return root_hash(tree_size, lambda level, position: self._levels[level][position])


class Record:
    """A bundle under examination. ``checkpoint`` and ``entries`` are there once they are checked.

    Raises:
        NotChecked: what a property stands on failed its own check.
    """

    def __init__(self, bundle: Bundle, pins: Pins, evidence: Evidence | None = None) -> None:
        self.bundle = bundle
        self.pins = pins
        self.evidence = evidence or Evidence()
        self._checkpoint: Checkpoint | None = None
        self._entries: list[Entry] | None = None

    @property
    def checkpoint(self) -> Checkpoint:
        """The log's checkpoint."""
        if self._checkpoint is None:
            raise NotChecked("This needs the signed checkpoint, which failed its check.")
        return self._checkpoint

    @checkpoint.setter
    def checkpoint(self, checked: Checkpoint) -> None:
        self._checkpoint = checked

    @property
    def entries(self) -> list[Entry]:
        """The leaves, read."""
        if self._entries is None:
            raise NotChecked("This needs leaves that can be read, and one of them cannot.")
        return self._entries

    def read_entries(self) -> list[Entry]:
        """Read the leaves, and keep them. Raises: Malformed, naming the first bad leaf."""
        self._entries = read_leaves(self.bundle.leaves)
        return self._entries

    @cached_property
    def hashes(self) -> list[bytes]:
        """The leaf hashes."""
        return [leaf_hash(leaf) for leaf in self.bundle.leaves]

    @cached_property
    def roots(self) -> PrefixRoots:
        """The root over the first leaves, as many as one likes."""
        return PrefixRoots(self.hashes)

    @cached_property
    def terms(self) -> dict[int, PolicyTerms]:
        """What each version of the policy binds decisions to."""
        return read_terms(self.bundle.policies)

    @cached_property
    def story(self) -> Story:
        """What happened, as the leaves tell it."""
        return tell(self.entries, self.terms)


def read_leaves(leaves: Sequence[bytes]) -> list[Entry]:
    """Return the entries that leaves spell. Raises: Malformed, naming the first bad leaf."""
    entries = []
    for index, leaf in enumerate(leaves):
        try:
            entries.append(decode(leaf))
        except Malformed as error:
            raise Malformed(f"Leaf {index}: {error.message}") from error
    return entries


def describe(head: Checkpoint) -> str:
    """Return a checkpoint in a few words, for a sentence that tells two of them apart."""
    words = " ".join(words_of(head))
    return f"{head.tree_size:,} leaves, root {encode_base64(head.root_hash)} ({words})"
