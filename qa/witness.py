"""A witness of logs, small enough to read before running it (https://c2sp.org/tlog-witness).

A witness remembers, for every log it knows, the largest tree head that it has cosigned, and
cosigns another only when the log proves that it grew from that one. Whoever asks for its
cosignature then knows that everybody else who does sees the same log. It needs no account, no
trust from the log and next to no resources: one process, a key file and a SQLite file::

    python -m qa witness --name witness.example.org/w1 --data DIR --log VKEY

``POST /add-checkpoint`` takes a checkpoint and a proof, ``GET /<SHA-256 of the origin>/checkpoint``
answers with the last one cosigned. It listens on this machine only; put a web server with TLS in
front of it. **Never bring its data back from a backup**: a witness that forgets what it has
cosigned would cosign a fork. If the data is lost, retire the key and start again under a new name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from qa.errors import Malformed, QaError
from qa.ledger.checkpoint import Checkpoint, parse_checkpoint
from qa.ledger.merkle import HASH_BYTES
from qa.ledger.note import Verifier
from qa.ledger.spelling import decode_base64, parse_decimal

MAX_BODY_BYTES = 262_144
"""More than 63 hashes and 16 signatures of the largest kind."""

MAX_PROOF_LINES = 63
MAX_CONNECTIONS = 64
IDLE_S = 10
PLAIN = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS head (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL
) STRICT
"""


class Refused(QaError):
    """The witness does not cosign; ``status`` says why (tlog-witness, "add-checkpoint")."""

    code = "refused"

    def __init__(self, status: HTTPStatus, message: str, content_type: str = PLAIN) -> None:
        super().__init__(message)
        self.status = status
        self.content_type = content_type


class Unusable(QaError):
    """The witness cannot start as it was told to."""

    code = "unusable"


@dataclass(frozen=True)
class Request:
    """What a body of ``add-checkpoint`` says. ``note`` is the signed checkpoint, verbatim."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str
    text: str
    checkpoint: Checkpoint


def parse_request(body: bytes) -> Request:
    """Return what a body of ``add-checkpoint`` says.

    1. It is UTF-8; its first empty line is followed by the checkpoint, a signed note.
    2. The first line is ``old`` and a tree size.
    3. Up to 63 lines follow, each a hash in base64.

    Raises:
        Malformed: the body is not of this form.
    """
    # 1.
    try:
        head, divider, note = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise Malformed("The body is not UTF-8.") from error
    text = note.rpartition("\n\n")[0] + "\n"
    checkpoint = parse_checkpoint(text)
    # 2.
    first, *lines = head.split("\n")
    if not divider or not first.startswith("old "):
        raise Malformed("The body begins with the old size.")
    old_size = parse_decimal(first.removeprefix("old "))
    # 3.
    proof = tuple(decode_base64(line) for line in lines)
    if len(proof) > MAX_PROOF_LINES or any(len(digest) != HASH_BYTES for digest in proof):
        raise Malformed(f"A proof has at most {MAX_PROOF_LINES} hashes of 32 bytes.")
    return Request(old_size, proof, note, text, checkpoint)


class Logs:
    """The logs that are known: some for good, others from a file that is read when it changes."""

    def __init__(self, vkeys: Iterable[str], file: Path | None = None) -> None:
        self._fixed = tuple(Verifier.parse(vkey) for vkey in vkeys)
        self._file = file
        self._read: tuple[Verifier, ...] = ()
        self._changed_ns = -1
        if file is not None:
            self._refresh()

    def keys_of(self, origin: str) -> list[Verifier]:
        """Return the keys that may sign for a log; their name is its origin."""
        if self._file is not None:
            try:
                self._refresh()
            except (OSError, ValueError, Malformed) as error:
                _say(f"The file of logs was not read again: {error}")
        return [key for key in (*self._fixed, *self._read) if key.name == origin]

    def _refresh(self) -> None:
        if self._file is None:
            return
        changed_ns = self._file.stat().st_mtime_ns
        if changed_ns != self._changed_ns:
            lines = [line.strip() for line in self._file.read_text("utf-8").splitlines()]
            self._read = tuple(
                Verifier.parse(line) for line in lines if line and not line.startswith("#")
            )
            self._changed_ns = changed_ns
