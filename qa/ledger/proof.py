"""Proofs that can be checked offline: c2sp.org/tlog-proof@v1 (https://c2sp.org/tlog-proof).

The text is lines, each ended by a newline::

    c2sp.org/tlog-proof@v1
    extra <base64>                      (left out when there is nothing extra)
    index <the leaf's index in decimal>
    <hash in base64>                    (the inclusion proof, lowest hash first)

    <the checkpoint, signatures and all, as it was issued>

This is the second half of a receipt: with the leaf and the log's verifier key, it says on its own
that the leaf is on the record. The extra data is not authenticated, and nothing here reads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.errors import Malformed, Unverified
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.cosignature import CosignatureVerifier, open_cosigned
from qa.ledger.merkle import HASH_BYTES, check_inclusion, leaf_hash
from qa.ledger.note import MAX_NOTE_BYTES, Verifier
from qa.ledger.spelling import MAX_WHOLE, decode_base64, encode_base64, parse_decimal

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
"""An inclusion proof is no longer than a tree is high, and a size has less than 64 bits."""


@dataclass(frozen=True)
class LogProof:
    """A leaf's place in a log. ``checkpoint`` is the signed note, verbatim."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_WHOLE:
            raise Malformed("An index is a whole number below 2 to the power of 53.")
        if len(self.hashes) > MAX_HASHES or any(len(each) != HASH_BYTES for each in self.hashes):
            raise Malformed(f"A proof has at most {MAX_HASHES} hashes of 32 bytes.")
        if not self.checkpoint.endswith("\n") or self.checkpoint.startswith("\n"):
            raise Malformed("A proof ends with a checkpoint.")

    def text(self) -> str:
        """Return the proof as text (tlog-proof, "Format")."""
        extra = [f"extra {encode_base64(self.extra)}"] if self.extra else []
        hashes = [encode_base64(each) for each in self.hashes]
        lines = [HEADER, *extra, f"index {self.index}", *hashes]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def parse_proof(text: str | bytes) -> LogProof:
    """Return the proof that a text spells (tlog-proof, "Format").

    1. The text is UTF-8, of a size worth reading. Its first empty line ends the proof's own lines,
       and a checkpoint follows.
    2. The first line names the format.
    3. A line of extra data may follow, in canonical base64 and not of nothing.
    4. The index is decimal without leading zeros.
    5. The other lines are at most 63 hashes of 32 bytes in canonical base64.

    Raises:
        Malformed: this is not such a proof. Whether the checkpoint is one shows when it is opened.
    """
    # 1.
    head, _, checkpoint = _decode(text).partition("\n\n")
    first, *lines = head.split("\n")
    # 2.
    if first != HEADER:
        raise Malformed(f"A proof begins with the line {HEADER}.")
    # 3.
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = decode_base64(lines.pop(0).removeprefix("extra "))
        if not extra:
            raise Malformed("A proof without extra data has no line for it.")
    # 4.
    if not lines or not lines[0].startswith("index "):
        raise Malformed("A proof names the index of its leaf.")
    index = parse_decimal(lines.pop(0).removeprefix("index "))
    # 5.
    return LogProof(index, tuple(decode_base64(line) for line in lines), checkpoint, extra)


def check_proof(
    proof: LogProof,
    leaf: bytes,
    log_verifier: Verifier,
    witnesses: Sequence[CosignatureVerifier] = (),
) -> Checkpoint:
    """Return the checkpoint under which a leaf is proven to be in a log.

    1. The log signed the checkpoint, and no signature by a known key is wrong.
    2. Each of the witnesses cosigned it. For a quorum, open the checkpoint with ``open_cosigned``
       and ask a ``WitnessPolicy``.
    3. The inclusion proof leads from the leaf to the checkpoint's root hash.

    Raises:
        Malformed: the checkpoint is not one.
        Unverified: the log or a witness did not sign.
        Invalid: a signature or the proof is wrong, or the checkpoint is of another log.
    """
    # 1.
    asked = {witness.vkey: witness for witness in witnesses}
    checkpoint, cosigned = open_cosigned(proof.checkpoint, log_verifier, asked)
    # 2.
    for vkey, witness in asked.items():
        if vkey not in cosigned:
            raise Unverified(f"{witness.name} did not cosign this checkpoint.")
    # 3.
    check_inclusion(
        leaf_hash(leaf), proof.index, checkpoint.tree_size, proof.hashes, checkpoint.root_hash
    )
    return checkpoint


def _decode(text: str | bytes) -> str:
    if len(text) > MAX_NOTE_BYTES:
        raise Malformed("The proof is too long.")
    try:
        return text.decode() if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        raise Malformed("A proof is UTF-8.") from error
