"""Promises: the first half of a receipt, given before a checkpoint covers the leaf.

A promise is a signed note (https://c2sp.org/signed-note) by the deployment's promise key, whose
name is the beginning of every origin followed by ``/promise``. Its text is four lines::

    <origin of the log>/promise
    <leaf hash in base64>
    <docket number in decimal>
    <deadline, UTC to the minute>

It says: the leaf with this hash is in this log, and its question is decided or shown as overdue by
the deadline. A log without that leaf, beside a promise of it, is proof of a broken promise. The
first line is no log's origin, so a promise can never be read as a checkpoint.
"""

from dataclasses import dataclass

from qa.errors import Invalid, Malformed
from qa.ledger.forms import MINUTE, ORIGIN, POSITIVE
from qa.ledger.merkle import HASH_BYTES
from qa.ledger.note import Signer, Verifier, open_note
from qa.ledger.spelling import decode_base64, encode_base64, parse_decimal

SUFFIX = "/promise"


@dataclass(frozen=True)
class Promise:
    """What a receipt promises. ``deadline`` is spelt as in a leaf: ``2026-11-23T16:45Z``."""

    origin: str
    leaf_hash: bytes
    docket_number: int
    deadline: str

    def __post_init__(self) -> None:
        if not ORIGIN.admits(self.origin):
            raise Malformed("The promise does not name a log.", field="origin")
        if len(self.leaf_hash) != HASH_BYTES:
            raise Malformed("A leaf hash has 32 bytes.", field="leaf_hash")
        if not POSITIVE.admits(self.docket_number):
            raise Malformed("A docket number is a whole number from 1.", field="docket_number")
        if not MINUTE.admits(self.deadline):
            raise Malformed("A deadline is a UTC time to the minute.", field="deadline")

    def text(self) -> str:
        """Return the text that is signed."""
        leaf = encode_base64(self.leaf_hash)
        return f"{self.origin}{SUFFIX}\n{leaf}\n{self.docket_number}\n{self.deadline}\n"


def parse_promise(text: str) -> Promise:
    """Return the promise that a note's text holds.

    Raises:
        Malformed: the text is not that of a promise.
    """
    lines = text.split("\n")
    if len(lines) != 5 or lines.pop() or not lines[0].endswith(SUFFIX):
        raise Malformed("A promise is four lines.")
    name, leaf, docket, deadline = lines
    return Promise(name.removesuffix(SUFFIX), decode_base64(leaf), parse_decimal(docket), deadline)


def sign_promise(promise: Promise, signer: Signer) -> str:
    """Return the promise as a note signed with the deployment's promise key."""
    return signer.sign(promise.text())


def open_promise(note: str | bytes, verifier: Verifier) -> Promise:
    """Return the promise in a note that the deployment's promise key signed.

    1. The note carries a right signature by the promise key.
    2. Its text is a promise.
    3. The log is one of the deployment whose key this is.

    Raises:
        Malformed: this is not a signed promise.
        Unverified: the promise key did not sign.
        Invalid: the signature is wrong, or the log is another deployment's.
    """
    # 1.
    text, _ = open_note(note, [verifier])
    # 2.
    promise = parse_promise(text)
    # 3.
    deployment = verifier.name.removesuffix(SUFFIX)
    if not promise.origin.startswith(deployment + "/") or deployment == verifier.name:
        raise Invalid(f"{verifier.name} makes no promises for {promise.origin}.")
    return promise
