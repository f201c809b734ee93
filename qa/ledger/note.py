"""Signed notes with Ed25519 keys (https://c2sp.org/signed-note).

A note is text that ends in a newline, an empty line, and signature lines::

    — <key name> <base64 of the four bytes of the key id and the signature>

A verifier key is one line, ``<key name>+<key id in hex>+<base64 of 0x01 and the public key>``.
Opening a note has three ways to fail: it is not a note (``Malformed``), nobody known signed it
(``Unverified``), or somebody known did not sign this text (``Invalid``).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from qa.errors import Invalid, Malformed, Unverified
from qa.ledger import ed25519
from qa.ledger.spelling import decode_base64, encode_base64

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
"""The spec asks for at least 16; a note of a log with witnesses has a handful."""

ED25519 = b"\x01"
KEY_BYTES = 32
KEY_ID_BYTES = 4
SIGNATURE_MARK = "\u2014 "

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True)
class Verifier:
    """A public key that signatures are checked with (signed-note, "Ed25519 signatures")."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        _check_key_name(self.name)
        if len(self.public_key) != KEY_BYTES:
            raise Malformed("An Ed25519 public key has 32 bytes.")

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Return the verifier that a verifier key describes.

        1. The line has a name, a key id of 8 lower-case hex digits and a key in base64.
        2. The key is of the type Ed25519.
        3. The key id is that of the name and the key.

        Raises:
            Malformed: the line is not an Ed25519 verifier key.
        """
        # 1.
        name, _, rest = vkey.partition("+")
        key_id, _, key = rest.partition("+")
        if not re.fullmatch(r"[0-9a-f]{8}", key_id):
            raise Malformed("A verifier key has the form name+key id+key.")
        typed_key = decode_base64(key)
        # 2.
        if typed_key[:1] != ED25519:
            raise Malformed("The verifier key is not of the type Ed25519.")
        verifier = cls(name, typed_key[1:])
        # 3.
        if verifier.key_id.hex() != key_id:
            raise Malformed("The key id is not that of the verifier key.")
        return verifier

    @cached_property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, 0x01 and public key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:4]

    @property
    def vkey(self) -> str:
        """The verifier key as one line, for people to pin."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(ED25519 + self.public_key)}"

    def check(self, text: str, signature: bytes) -> None:
        """Check one signature over a note's text.

        Raises:
            Invalid: this key did not sign this text.
        """
        if not ed25519.verify(self.public_key, text.encode(), signature):
            raise Invalid(f"The signature by {self.name} is wrong.")


@dataclass(frozen=True)
class Signer:
    """A private key. ``seed`` is the 32 bytes of RFC 8032; it never shows in a repr."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_key_name(self.name)
        if len(self.seed) != KEY_BYTES:
            raise Malformed("An Ed25519 seed has 32 bytes.")

    @cached_property
    def _private_key(self) -> "Ed25519PrivateKey":
        return ed25519.private_key(self.seed)

    @cached_property
    def verifier(self) -> Verifier:
        """The public half of this key."""
        return Verifier(self.name, self._private_key.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The verifier key as one line, for people to pin."""
        return self.verifier.vkey

    def sign(self, text: str) -> str:
        """Return the text as a note with this one signature."""
        return sign_note(text, [self])

    def signature_line(self, text: str) -> str:
        """Return the signature line to add to a note, its newline included."""
        signature = self._private_key.sign(text.encode())
        return f"{SIGNATURE_MARK}{self.name} {encode_base64(self.verifier.key_id + signature)}\n"


def sign_note(text: str, signers: Sequence[Signer]) -> str:
    """Return the text signed by every signer, in their order.

    Raises:
        Malformed: the text does not end in a newline, or holds a character that no note may hold.
    """
    if not text.endswith("\n") or not signers:
        raise Malformed("A note is text that ends in a newline, and at least one signature.")
    _check_characters(text)
    return text + "\n" + "".join(signer.signature_line(text) for signer in signers)


def open_note(note: str | bytes, verifiers: Iterable[Verifier]) -> tuple[str, tuple[str, ...]]:
    """Return a note's text and the names of the known keys that signed it (signed-note, "Format").

    1. The note is UTF-8 without control characters, of a size worth reading.
    2. The last empty line divides the text from one or more signature lines.
    3. Signatures by unknown keys are ignored: a known key is known by name *and* key id.
    4. Every signature by a known key is right, or the whole note is refused.
    5. At least one known key signed.

    Raises:
        Malformed: this is not a signed note.
        Invalid: a known key did not sign this text.
        Unverified: no known key signed.
    """
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    # 1. and 2.
    text, lines = _divide(_decode(note))
    signed_by: dict[str, None] = {}
    for name, key_id, signature in [_parse_signature(line) for line in lines]:
        # 3.
        if (name, key_id) in known:
            # 4.
            known[name, key_id].check(text, signature)
            signed_by[name] = None
    # 5.
    if not signed_by:
        raise Unverified("No known key signed this note.")
    return text, tuple(signed_by)


def _check_key_name(name: str) -> None:
    _check_characters(name)
    if not name or "+" in name or any(char.isspace() for char in name):
        raise Malformed("A key name is not empty and has no spaces and no plus sign.")


def _check_characters(text: str) -> None:
    if _CONTROL.search(text):
        raise Malformed("A note has no control characters but newlines.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Malformed("A note is UTF-8.") from error


def _decode(note: str | bytes) -> str:
    if len(note) > MAX_NOTE_BYTES:
        raise Malformed("The note is too long.")
    try:
        text = note.decode() if isinstance(note, bytes) else note
    except UnicodeDecodeError as error:
        raise Malformed("A note is UTF-8.") from error
    _check_characters(text)
    return text


def _divide(note: str) -> tuple[str, list[str]]:
    """Return the text and the signature lines, without the newlines that end them."""
    text, divider, signatures = note.rpartition("\n\n")
    if not divider or not signatures.endswith("\n"):
        raise Malformed("A note is text, an empty line and signature lines.")
    lines = signatures[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Malformed("The note has too many signatures.")
    return text + "\n", lines


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    """Return key name, key id and signature of one line."""
    mark, rest = line[: len(SIGNATURE_MARK)], line[len(SIGNATURE_MARK) :]
    name, _, encoded = rest.partition(" ")
    if mark != SIGNATURE_MARK:
        raise Malformed("A signature line begins with an em dash and a space.")
    _check_key_name(name)
    data = decode_base64(encoded)
    if len(data) <= KEY_ID_BYTES:
        raise Malformed("A signature follows the key id.")
    return name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:]
