"""Checkpoints: a log's signed tree head (https://c2sp.org/tlog-checkpoint).

The text is three lines, then any extension lines::

    <origin>
    <tree size in decimal>
    <root hash in base64>
"""

from dataclasses import dataclass

from qa.errors import Invalid, Malformed
from qa.ledger.merkle import HASH_BYTES
from qa.ledger.note import Signer, Verifier, open_note
from qa.ledger.spelling import MAX_WHOLE, decode_base64, encode_base64, parse_decimal


@dataclass(frozen=True)
class Checkpoint:
    """The head of one log: how many leaves it has, and the root hash over them."""

    origin: str
    tree_size: int
    root_hash: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(line and "\n" not in line for line in (self.origin, *self.extensions)):
            raise Malformed("The lines of a checkpoint are not empty.")
        if not 0 <= self.tree_size <= MAX_WHOLE:
            raise Malformed("A tree size is a whole number below 2 to the power of 53.")
        if len(self.root_hash) != HASH_BYTES:
            raise Malformed("A root hash has 32 bytes.")

    def text(self) -> str:
        """Return the text that is signed (tlog-checkpoint, "Note text")."""
        lines = (self.origin, str(self.tree_size), encode_base64(self.root_hash), *self.extensions)
        return "\n".join(lines) + "\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text holds (tlog-checkpoint, "Note text").

    1. The text is at least three lines, each ended by a newline and none empty.
    2. The tree size is decimal without leading zeros.
    3. The root hash is the base64 of 32 bytes.

    Raises:
        Malformed: the text is not that of a checkpoint.
    """
    # 1.
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise Malformed("A checkpoint is at least three lines, none of them empty.")
    origin, size, root, *extensions = lines
    # 2. and 3.
    return Checkpoint(origin, parse_decimal(size), decode_base64(root), tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """Return the checkpoint as a note signed with the log's key."""
    return signer.sign(checkpoint.text())


def open_checkpoint(note: str | bytes, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint in a note that the log's own key signed.

    1. The note carries a right signature by the log's key.
    2. Its text is a checkpoint.
    3. Its origin is the key's name, so one log's head cannot be passed off as another's.

    Raises:
        Malformed: this is not a signed checkpoint.
        Unverified: the log's key did not sign.
        Invalid: the signature is wrong, or the checkpoint is of another log.
    """
    # 1.
    text, _ = open_note(note, [verifier])
    # 2.
    checkpoint = parse_checkpoint(text)
    # 3.
    if checkpoint.origin != verifier.name:
        raise Invalid(f"The checkpoint is of {checkpoint.origin}, not of {verifier.name}.")
    return checkpoint
