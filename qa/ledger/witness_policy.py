"""Which logs and witnesses to trust, and how many of them (https://c2sp.org/tlog-policy).

A policy is a text of lines, their items divided by spaces and tabs::

    # a comment, or an empty line
    log <verifier key> [<URL>]
    witness <name> <verifier key> [<URL>]
    group <name> all|any|<number> <name> ...
    quorum <name>|none

A group has witnessed a checkpoint when so many of its members have. A name is defined on a line
above the one that uses it, and is a member of one group at most, so every witness counts once.
Names are octets without a meaning outside the policy. Keys are Ed25519, of the types 0x01 for logs
and 0x04 for witnesses; a policy with any other key is refused as a whole, because to skip the line
would change what the quorum means.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from qa.errors import Malformed
from qa.ledger.cosignature import CosignatureVerifier
from qa.ledger.note import Verifier

NONE = "none"
"""The quorum that asks for no witness; nothing can be given this name."""

MAX_POLICY_BYTES = 262_144

_FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_ITEM = re.compile(r"[^ \t]+")


@dataclass(frozen=True)
class KnownLog:
    """A log that the policy accepts; the key's name is its origin. ``url`` may be empty."""

    verifier: Verifier
    url: str = ""


@dataclass(frozen=True)
class KnownWitness:
    """A witness, under its name in the policy. ``url`` is its submission prefix, or empty.

    Octets that are not UTF-8 are surrogate escapes in both (PEP 383).
    """

    name: str
    verifier: CosignatureVerifier
    url: str = ""


@dataclass(frozen=True)
class Group:
    """Witnessed when ``threshold`` of the members, which are witnesses and groups, have."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class WitnessPolicy:
    """A policy, read. ``groups`` are in the order in which they were defined."""

    logs: tuple[KnownLog, ...]
    witnesses: tuple[KnownWitness, ...]
    groups: tuple[Group, ...]
    quorum: str

    @property
    def cosigners(self) -> dict[str, CosignatureVerifier]:
        """The keys by their names in the policy: what ``open_cosigned`` takes and reports by."""
        return {witness.name: witness.verifier for witness in self.witnesses}

    def satisfied(self, names: Iterable[str]) -> bool:
        """Say whether these witnesses, by their names in the policy, are a quorum."""
        if self.quorum == NONE:
            return True
        witnessed = {witness.name for witness in self.witnesses}.intersection(names)
        for group in self.groups:
            if sum(member in witnessed for member in group.members) >= group.threshold:
                witnessed.add(group.name)
        return self.quorum in witnessed


def parse_policy(data: str | bytes) -> WitnessPolicy:
    """Return the policy that a text spells (tlog-policy, "Policy file syntax and structure").

    1. The text has no control characters but tabs and newlines, and a size worth reading.
    2. Every line that is not empty or a comment is of one of the four forms.
    3. There is exactly one quorum.

    A last line without its newline is read like one with it.

    Raises:
        Malformed: the line with this number is not of its form, or refers to what is not there.
    """
    # 1.
    octets = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(octets) > MAX_POLICY_BYTES:
        raise Malformed("The policy is too long.")
    if _FORBIDDEN.search(octets):
        raise Malformed("A policy has no control characters but tabs and newlines.")
    # 2.
    reader = _Reader()
    for number, line in enumerate(octets.decode("utf-8", "surrogateescape").split("\n"), 1):
        items = _ITEM.findall(line)
        if items and not items[0].startswith("#"):
            try:
                reader.read(items)
            except Malformed as error:
                raise Malformed(f"Line {number} of the policy: {error.message}") from error
    # 3.
    if reader.quorum is None:
        raise Malformed("A policy has exactly one quorum line.")
    return WitnessPolicy(
        tuple(reader.logs), tuple(reader.witnesses), tuple(reader.groups), reader.quorum
    )


@dataclass
class _Reader:
    """What has been read of a policy so far."""

    logs: list[KnownLog] = field(default_factory=list)
    witnesses: list[KnownWitness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)

    def read(self, items: list[str]) -> None:
        forms: dict[str, Callable[[list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        keyword, *rest = items
        if keyword not in forms:
            raise Malformed("A line begins with log, witness, group or quorum.")
        forms[keyword](rest)

    def _log(self, items: list[str]) -> None:
        if not 1 <= len(items) <= 2:
            raise Malformed("It has to be: log <verifier key> [<URL>].")
        log = KnownLog(Verifier.parse(items[0]), *items[1:])
        if any(log.verifier.public_key == other.verifier.public_key for other in self.logs):
            raise Malformed("This log's key is in the policy already.")
        self.logs.append(log)

    def _witness(self, items: list[str]) -> None:
        if not 2 <= len(items) <= 3:
            raise Malformed("It has to be: witness <name> <verifier key> [<URL>].")
        name, vkey, *url = items
        witness = KnownWitness(name, CosignatureVerifier.parse(vkey), *url)
        # The same key under two names would count twice, which is what a quorum must not allow.
        key = witness.verifier.public_key
        if any(key == other.verifier.public_key for other in self.witnesses):
            raise Malformed("This witness's key is in the policy already.")
        self._define(name)
        self.witnesses.append(witness)

    def _group(self, items: list[str]) -> None:
        if len(items) < 3:
            raise Malformed("It has to be: group <name> all|any|<number> <name> ….")
        name, threshold, *members = items
        for member in members:
            if member not in self.names:
                raise Malformed("A member of a group is defined on a line above.")
            if member in self.members:
                raise Malformed("A name is a member of one group, once.")
            self.members.add(member)
        self._define(name)
        self.groups.append(Group(name, _threshold(threshold, len(members)), tuple(members)))

    def _quorum(self, items: list[str]) -> None:
        if len(items) != 1:
            raise Malformed("It has to be: quorum <name>.")
        if self.quorum is not None:
            raise Malformed("A policy has exactly one quorum line.")
        if items[0] != NONE and items[0] not in self.names:
            raise Malformed("The quorum is defined on a line above.")
        self.quorum = items[0]

    def _define(self, name: str) -> None:
        if name == NONE or name in self.names:
            raise Malformed("This name is taken.")
        self.names.add(name)


def _threshold(word: str, members: int) -> int:
    """Return how many members have to have witnessed."""
    if word in ("all", "any"):
        return members if word == "all" else 1
    if not re.fullmatch(r"[1-9][0-9]{0,5}", word) or int(word) > members:
        raise Malformed(f"A group needs all, any, or a number from 1 to {members} of its members.")
    return int(word)
