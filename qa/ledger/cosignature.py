"""Cosignatures of witnesses, cosignature/v1 with Ed25519 (https://c2sp.org/tlog-cosignature).

A cosignature is a signature line on a checkpoint. It says that its witness has seen the log grow
to this tree head, consistently, and nothing larger, at a time. Its key id is over the type 0x04;
after the key id come eight bytes of POSIX time, big-endian, and 64 bytes of signature over::

    cosignature/v1
    time <POSIX time in decimal>
    <the text of the checkpoint, extension lines and all>

The specification also has ML-DSA-44 cosignatures (type 0x06). Those are not read here: a line of
such a key is one by an unknown key, and ignored.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from qa.errors import Invalid, Malformed, Unverified
from qa.ledger import ed25519
from qa.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from qa.ledger.note import KEY_BYTES, KEY_ID_BYTES, SIGNATURE_MARK, Verifier, open_note
from qa.ledger.spelling import decode_base64, encode_base64

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

COSIGNATURE = b"\x04"
"""The signature type of timestamped Ed25519 cosignatures (signed-note, "Signature types")."""

TIMESTAMP_BYTES = 8
MAX_TIMESTAMP_S = 2**63 - 1


@dataclass(frozen=True)
class CosignatureVerifier:
    """A witness's public key. It is no ``Verifier``: a witness is never taken for a log."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        Verifier(self.name, self.public_key)  # a key name and a key have the same form for both

    @classmethod
    def parse(cls, vkey: str) -> "CosignatureVerifier":
        """Return the verifier that a witness's verifier key describes (tlog-cosignature, "Format").

        1. The line has a name, a key id of 8 lower-case hex digits and a key in base64.
        2. The key is of the type for cosignatures with Ed25519.
        3. The key id is that of the name and the key.

        Raises:
            Malformed: the line is not such a verifier key.
        """
        # 1.
        name, _, rest = vkey.partition("+")
        key_id, _, key = rest.partition("+")
        if not re.fullmatch(r"[0-9a-f]{8}", key_id):
            raise Malformed("A verifier key has the form name+key id+key.")
        typed_key = decode_base64(key)
        # 2.
        if typed_key[:1] != COSIGNATURE:
            raise Malformed("The verifier key is not that of a witness with an Ed25519 key.")
        verifier = cls(name, typed_key[1:])
        # 3.
        if verifier.key_id.hex() != key_id:
            raise Malformed("The key id is not that of the verifier key.")
        return verifier

    @cached_property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, 0x04 and public key."""
        typed_key = COSIGNATURE + self.public_key
        return sha256(self.name.encode() + b"\n" + typed_key).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The verifier key as one line, for people to pin."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(COSIGNATURE + self.public_key)}"

    def timestamp_s(self, text: str, signature: bytes) -> int:
        """Check one cosignature over a checkpoint's text, and return its time.

        1. Eight bytes of time come first.
        2. The time fits in 63 bits, and the rest is a signature over the text with it in front.

        Raises:
            Invalid: this witness did not cosign this text at this time.
        """
        # 1.
        timestamp_s = int.from_bytes(signature[:TIMESTAMP_BYTES], "big")
        message, signed = _message(text, timestamp_s), signature[TIMESTAMP_BYTES:]
        # 2.
        fits = timestamp_s <= MAX_TIMESTAMP_S
        if not fits or not ed25519.verify(self.public_key, message, signed):
            raise Invalid(f"The cosignature by {self.name} is wrong.")
        return timestamp_s


@dataclass(frozen=True)
class Cosigner:
    """A witness's private key. ``seed`` is 32 bytes, used for nothing else (tlog-cosignature)."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES:
            raise Malformed("An Ed25519 seed has 32 bytes.")
        Verifier(self.name, self.seed)

    @cached_property
    def _private_key(self) -> "Ed25519PrivateKey":
        return ed25519.private_key(self.seed)

    @cached_property
    def verifier(self) -> CosignatureVerifier:
        """The public half of this key."""
        return CosignatureVerifier(self.name, self._private_key.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The verifier key as one line, for people to pin."""
        return self.verifier.vkey

    def cosign(self, checkpoint_text: str, timestamp_s: int) -> str:
        """Return the signature line to add to a checkpoint, its newline included.

        Raises:
            Malformed: the text is not that of a checkpoint, or this is no time: a witness's
                timestamp is never zero (tlog-witness, "add-checkpoint").
        """
        parse_checkpoint(checkpoint_text)
        if not 0 < timestamp_s <= MAX_TIMESTAMP_S:
            raise Malformed("A timestamp is a number of seconds, and not zero.")
        signature = self._private_key.sign(_message(checkpoint_text, timestamp_s))
        data = self.verifier.key_id + timestamp_s.to_bytes(TIMESTAMP_BYTES, "big") + signature
        return f"{SIGNATURE_MARK}{self.name} {encode_base64(data)}\n"


Witnesses = Iterable[CosignatureVerifier] | Mapping[str, CosignatureVerifier]
"""Witnesses that are known, under their key names or under names given to them, as in a policy."""


def open_cosigned(
    note: str | bytes, log_verifier: Verifier, witnesses: Witnesses
) -> tuple[Checkpoint, dict[str, int]]:
    """Return a checkpoint that the log signed, and which witnesses cosigned it, when.

    1. The log's own key signed, and the checkpoint is of that log.
    2. Cosignatures by unknown witnesses are ignored; one that is wrong, by a known one, spoils
       the whole note (signed-note, "Signatures").
    3. Of a witness that cosigned twice, the later time counts.

    Whether these are witnesses enough is for ``witness_policy`` to say. Times are in seconds since
    1970; that one lies in the future is for the caller to notice.

    Raises:
        Malformed: this is not a signed checkpoint.
        Unverified: the log's key did not sign.
        Invalid: a signature is wrong, or the checkpoint is of another log.
    """
    # 1.
    checkpoint = open_checkpoint(note, log_verifier)
    # 2.
    seen: list[tuple[str, int]] = []
    try:
        open_note(note, _recorders(witnesses, seen))
    except Unverified:
        return checkpoint, {}
    # 3.
    return checkpoint, dict(sorted(seen))


@dataclass(frozen=True)
class _Recorder(Verifier):
    """Stands in for a witness while a note is opened, and writes down its cosignatures."""

    known_as: str
    witness: CosignatureVerifier
    seen: list[tuple[str, int]]

    @cached_property
    def key_id(self) -> bytes:
        return self.witness.key_id

    def check(self, text: str, signature: bytes) -> None:
        self.seen.append((self.known_as, self.witness.timestamp_s(text, signature)))


def _recorders(witnesses: Witnesses, seen: list[tuple[str, int]]) -> list[_Recorder]:
    if isinstance(witnesses, Mapping):
        named = list(witnesses.items())
    else:
        named = [(witness.name, witness) for witness in witnesses]
    return [_Recorder(key.name, key.public_key, name, key, seen) for name, key in named]


def _message(text: str, timestamp_s: int) -> bytes:
    """Return what is signed (tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {timestamp_s}\n{text}".encode()
