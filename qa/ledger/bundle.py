"""The bundle: one event's whole record at one tree size, to be checked without its server.

Its members, in this order, are the files of a zip archive (``bundle_zip``)::

    bundle.json          what this is: see ``About``
    checkpoint           the log's signed checkpoint, with any cosignatures
    leaves               every leaf after its length in two bytes, as in tlog-tiles entry bundles
    openings.json        a list of {"field", "leaf", "salt", "text"}: what opens the commitments
    policies.json        a list of {"document", "version"}: every version of the policy
    registry/checkpoint  the signed checkpoint of the deployment's registry log
    registry/leaves      its leaves, up to the last one about this event

JSON is in its one spelling (``strict_json``), openings are in the order of leaf and field, and
policies in that of their versions, so that one record has one bundle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from qa.errors import Malformed
from qa.ledger.entry import MAX_LEAF_BYTES
from qa.ledger.forms import HEX64, MINUTE, ORIGIN, POSITIVE, SLUG, WHOLE, Form
from qa.ledger.note import Verifier
from qa.ledger.strict_json import parse_canonical_json, spell_json

FORMAT = "fair-hearing-bundle@v1"
ABOUT, CHECKPOINT, LEAVES = "bundle.json", "checkpoint", "leaves"
OPENINGS, POLICIES = "openings.json", "policies.json"
REGISTRY_CHECKPOINT, REGISTRY_LEAVES = "registry/checkpoint", "registry/leaves"
MEMBERS = (
    ABOUT,
    CHECKPOINT,
    LEAVES,
    OPENINGS,
    POLICIES,
    REGISTRY_CHECKPOINT,
    REGISTRY_LEAVES,
)

MAX_LEAVES = 2_000_000
"""More than any meeting has; it bounds what a hostile file can make a reader keep in memory."""

_LENGTH_BYTES = 2
_OPENED = ("text", "name", "explanation", "answer", "title", "redacted")
_TEXT = Form("a text", lambda value: isinstance(value, str))


def _is_vkey(value: object) -> bool:
    try:
        return isinstance(value, str) and Verifier.parse(value).vkey == value
    except Malformed:
        return False


_VKEY = Form("a verifier key", _is_vkey)
_ABOUT: Mapping[str, Form] = {
    "format": Form(FORMAT, lambda value: value == FORMAT),
    "slug": SLUG,
    "origin": ORIGIN,
    "vkey": _VKEY,
    "promise_vkey": _VKEY,
    "registry_vkey": _VKEY,
    "size": WHOLE,
    "title": _TEXT,
    "made_at": MINUTE,
}
_OPENING: Mapping[str, Form] = {
    "leaf": WHOLE,
    "field": Form("a field that is opened", lambda value: value in _OPENED),
    "salt": HEX64,
    "text": _TEXT,
}
_POLICY: Mapping[str, Form] = {
    "version": POSITIVE,
    "document": Form("an object", lambda value: isinstance(value, dict)),
}


@dataclass(frozen=True)
class About:
    """What a bundle says of itself. ``made_at`` is the time of the last leaf.

    The three verifier keys are those of the event's log, of receipts' promises and of the registry
    log. They are claims like everything here: a reader pins keys from elsewhere.
    """

    slug: str
    origin: str
    vkey: str
    promise_vkey: str
    registry_vkey: str
    size: int
    title: str
    made_at: str


class Opening(NamedTuple):
    """The salt and the text that open one commitment: that in a leaf to a field."""

    leaf: int
    field: str
    salt: bytes
    text: str


@dataclass(frozen=True)
class PolicyDocument:
    """One published version of the policy."""

    version: int
    document: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """The hash under which the log names the document."""
        return sha256(spell_json(self.document)).hexdigest()


@dataclass(frozen=True)
class Bundle:
    """One event's record. Notes and leaves are bytes as they were served, not yet looked at."""

    about: About
    checkpoint: bytes
    leaves: Sequence[bytes]
    openings: Sequence[Opening]
    policies: Sequence[PolicyDocument]
    registry_checkpoint: bytes
    registry_leaves: Sequence[bytes]


def encode_members(bundle: Bundle) -> dict[str, bytes]:
    """Return the members of a bundle by their names, in order."""
    openings = [
        {"leaf": each.leaf, "field": each.field, "salt": each.salt.hex(), "text": each.text}
        for each in sorted(bundle.openings)
    ]
    policies = [
        {"version": each.version, "document": each.document}
        for each in sorted(bundle.policies, key=lambda each: each.version)
    ]
    return {
        ABOUT: spell_json({**vars(bundle.about), "format": FORMAT}),
        CHECKPOINT: bundle.checkpoint,
        LEAVES: encode_leaves(bundle.leaves),
        OPENINGS: spell_json(openings),
        POLICIES: spell_json(policies),
        REGISTRY_CHECKPOINT: bundle.registry_checkpoint,
        REGISTRY_LEAVES: encode_leaves(bundle.registry_leaves),
    }


def decode_members(members: Mapping[str, bytes]) -> Bundle:
    """Return the bundle that these members spell.

    1. They are exactly the members of a bundle.
    2. Each is of its form and in its one spelling.

    Raises:
        Malformed: this is not a bundle; the sentence names the member.
    """
    # 1.
    for name in MEMBERS:
        if name not in members:
            raise Malformed(f"The bundle lacks its member {name}.", field=name)
    if len(members) != len(MEMBERS):
        raise Malformed("The bundle has a member that no bundle has.")
    # 2.
    return Bundle(
        about=_in(ABOUT, decode_about, members),
        checkpoint=members[CHECKPOINT],
        leaves=_in(LEAVES, decode_leaves, members),
        openings=_in(OPENINGS, decode_openings, members),
        policies=_in(POLICIES, decode_policies, members),
        registry_checkpoint=members[REGISTRY_CHECKPOINT],
        registry_leaves=_in(REGISTRY_LEAVES, decode_leaves, members),
    )


def encode_leaves(leaves: Sequence[bytes]) -> bytes:
    """Return leaves, each after its length in two bytes, big-endian (tlog-tiles, "Log entries").

    Raises:
        Malformed: a leaf is empty or over 65,535 bytes.
    """
    for leaf in leaves:
        if not 1 <= len(leaf) <= MAX_LEAF_BYTES:
            raise Malformed(f"A leaf has 1 to {MAX_LEAF_BYTES} bytes.")
    return b"".join(len(leaf).to_bytes(_LENGTH_BYTES, "big") + leaf for leaf in leaves)


def decode_leaves(data: bytes) -> list[bytes]:
    """Return the leaves that ``encode_leaves`` wrote.

    Raises:
        Malformed: a leaf is cut short or empty, or there are too many of them.
    """
    leaves: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data):
            raise Malformed(f"Leaf {len(leaves)} is cut short.")
        if at == start:
            raise Malformed(f"Leaf {len(leaves)} is empty.")
        if len(leaves) == MAX_LEAVES:
            raise Malformed(f"There are over {MAX_LEAVES} leaves.")
        leaves.append(data[start:at])
    return leaves


def decode_about(data: bytes) -> About:
    """Return what ``bundle.json`` says. Raises: Malformed."""
    found = _read_object(parse_canonical_json(data), _ABOUT)
    return About(**{name: value for name, value in found.items() if name != "format"})


def decode_openings(data: bytes) -> list[Opening]:
    """Return the openings, each for another commitment. Raises: Malformed."""
    openings: list[Opening] = []
    before = (-1, "")
    for value in _read_list(parse_canonical_json(data)):
        found = _read_object(value, _OPENING)
        if (found["leaf"], found["field"]) <= before:
            raise Malformed("The openings are not in order, or one is there twice.")
        before = (found["leaf"], found["field"])
        salt = bytes.fromhex(found["salt"])
        openings.append(Opening(found["leaf"], found["field"], salt, found["text"]))
    return openings


def decode_policies(data: bytes) -> list[PolicyDocument]:
    """Return the versions of the policy, each once. Raises: Malformed."""
    policies = [
        PolicyDocument(**_read_object(value, _POLICY))
        for value in _read_list(parse_canonical_json(data))
    ]
    versions = [policy.version for policy in policies]
    if versions != sorted(set(versions)):
        raise Malformed("The policies are not in order, or one is there twice.")
    return policies


def _in(name: str, decode: Any, members: Mapping[str, bytes]) -> Any:
    try:
        return decode(members[name])
    except Malformed as error:
        raise Malformed(f"{name}: {error.message}", field=name) from error


def _read_list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise Malformed("This is not a JSON list.")
    return value


def _read_object(value: object, forms: Mapping[str, Form]) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) != len(forms):
        raise Malformed(f"This is not an object with the fields {', '.join(forms)}.")
    for name, form in forms.items():
        if name not in value or not form.admits(value[name]):
            raise Malformed(f"The field {name} must be {form.name}.")
    return value
