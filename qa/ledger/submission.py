"""What a log sends to a witness: the body of add-checkpoint (https://c2sp.org/tlog-witness).

It is lines, each ended by a newline::

    old <size of the tree that the witness cosigned last, in decimal>
    <hash in base64>                    (the consistency proof from that tree to this one)

    <the checkpoint, signatures and all>
"""

from dataclasses import dataclass

from qa.errors import Malformed
from qa.ledger.merkle import HASH_BYTES
from qa.ledger.spelling import decode_base64, encode_base64, parse_decimal

MAX_PROOF_HASHES = 63
"""The most that a client may send (tlog-witness, "add-checkpoint")."""


@dataclass(frozen=True)
class Submission:
    """A checkpoint for a witness to cosign. ``note`` is the signed checkpoint, verbatim."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str

    def __post_init__(self) -> None:
        if len(self.proof) > MAX_PROOF_HASHES or any(
            len(each) != HASH_BYTES for each in self.proof
        ):
            raise Malformed(f"A proof has at most {MAX_PROOF_HASHES} hashes of 32 bytes.")

    def body(self) -> bytes:
        """Return the body to send."""
        lines = [f"old {self.old_size}", *(encode_base64(each) for each in self.proof)]
        return ("\n".join(lines) + "\n\n" + self.note).encode()


def parse_submission(body: bytes) -> Submission:
    """Return what a body holds.

    1. It is UTF-8, and its first empty line divides the proof from the checkpoint.
    2. The first line is ``old`` and a decimal without leading zeros.
    3. The other lines are up to 63 hashes of 32 bytes in canonical base64.

    Raises:
        Malformed: it is not of this form. Whether the checkpoint is one shows when it is opened.
    """
    # 1.
    try:
        head, divider, note = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise Malformed("The body is not UTF-8.") from error
    # 2.
    first, *lines = head.split("\n")
    if not divider or not first.startswith("old "):
        raise Malformed("The body begins with the old size and ends with a checkpoint.")
    old_size = parse_decimal(first.removeprefix("old "))
    # 3.
    return Submission(old_size, tuple(decode_base64(line) for line in lines), note)
