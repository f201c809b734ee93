"""A witness of logs, small enough to read before running it (https://c2sp.org/tlog-witness).

For every log it knows, a witness remembers the largest tree head that it has cosigned, and cosigns
another only when the log proves that it grew from that one. Whoever asks for its cosignature then
knows that the log shows everybody else the same record. It needs a process, a key and a file::

    python -m qa witness --name witness.example.org/w1 --data DIR --log VKEY

``POST /add-checkpoint`` takes a proof and a checkpoint; ``GET /<SHA-256 of the origin>/checkpoint``
answers with the last one that was cosigned. It listens on this machine only: put a web server with
TLS in front. **Never bring its data back from a backup**, because a witness that forgets what it
has cosigned would cosign a fork. If the data is lost, begin again with a new key and name.
"""

import argparse
import os
import re
import secrets
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

from qa.errors import Invalid, Malformed, QaError, Unverified
from qa.ledger.checkpoint import Checkpoint, parse_checkpoint
from qa.ledger.cosignature import Cosigner
from qa.ledger.merkle import EMPTY_ROOT, check_consistency
from qa.ledger.note import Verifier, open_note
from qa.ledger.submission import parse_submission

MAX_BODY_BYTES = 262_144
IDLE_S = 10
PLAIN = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS head (origin TEXT PRIMARY KEY, size INTEGER, root BLOB, note TEXT)"
)


class Refused(QaError):
    """The witness does not cosign this, and ``status`` says why."""

    code = "refused"

    def __init__(self, status: HTTPStatus, message: str, content_type: str = PLAIN) -> None:
        super().__init__(message)
        self.status = status
        self.content_type = content_type


class Unusable(QaError):
    """The witness cannot start as it was told to."""

    code = "unusable"


class Logs:
    """The logs that are known: by the command line, and by a file that is read when it changes."""

    def __init__(self, vkeys: Iterable[str], file: Path | None = None) -> None:
        self._named = [Verifier.parse(vkey) for vkey in vkeys]
        self._file = file
        self._read: list[Verifier] = []
        self._seen = (0, 0)
        if file is not None:
            self._refresh(file)

    def keys_of(self, origin: str) -> list[Verifier]:
        """Return the keys that may sign for a log: those that have its origin for a name."""
        try:
            if self._file is not None:
                self._refresh(self._file)
        except (OSError, ValueError, Malformed) as error:
            _say(f"The file of logs cannot be read, its last contents count: {error}")
        return [key for key in (*self._named, *self._read) if key.name == origin]

    def _refresh(self, file: Path) -> None:
        now = (file.stat().st_mtime_ns, file.stat().st_size)
        if now != self._seen:
            lines = [line.strip() for line in file.read_text("utf-8").split("\n")]
            self._read = [Verifier.parse(line) for line in lines if line and line[0] != "#"]
            self._seen = now


class Witness:
    """Cosigns what is consistent with all that it has cosigned before."""

    def __init__(
        self,
        cosigner: Cosigner,
        logs: Logs,
        database: sqlite3.Connection,
        now_s: Callable[[], int] = lambda: time.time_ns() // 1_000_000_000,
    ) -> None:
        self._cosigner = cosigner
        self._logs = logs
        self._database = database
        self._now_s = now_s
        self._lock = Lock()

    def add_checkpoint(self, body: bytes) -> str:
        """Return the cosignature of a checkpoint (tlog-witness, "add-checkpoint").

        1. The body is of its form, or 400.
        2. The log is known, or 404, and has signed with a key trusted for it, or 403.
        3. The old size is not larger than the new one, or 400.
        4. The new tree grew from what was cosigned last, or 409 or 422: see ``_check_growth``.
        5. The new head is on the disk before the answer leaves. Comparing and storing is one
           transaction, so two requests can never both start from the same head.

        Raises:
            Refused: the witness does not cosign this.
        """
        # 1. and 2.
        try:
            sent = parse_submission(body)
            checkpoint, note = self._open(sent.note)
        except Malformed as error:
            raise Refused(HTTPStatus.BAD_REQUEST, error.message) from error
        # 3.
        if sent.old_size > checkpoint.tree_size:
            raise Refused(HTTPStatus.BAD_REQUEST, "The old size is larger than the new one.")
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                # 4.
                self._check_growth(sent.old_size, sent.proof, checkpoint, note)
                # 5. The time is taken in here, so that it is never before that of a smaller head.
                line = self._cosigner.cosign(checkpoint.text(), self._now_s())
                head = (checkpoint.origin, checkpoint.tree_size, checkpoint.root_hash, note + line)
                self._database.execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?)", head)
                self._database.execute("COMMIT")
            finally:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
        return line

    def latest(self, origin_hash: str) -> str | None:
        """Return the last checkpoint that was cosigned, with the log's signatures and our own."""
        with self._lock:
            heads = self._database.execute("SELECT origin, note FROM head").fetchall()
        notes = {sha256(origin.encode()).hexdigest(): note for origin, note in heads}
        return notes.get(origin_hash)

    def _open(self, note: str) -> tuple[Checkpoint, str]:
        """Return the checkpoint in a note, and the note with none but the log's own signatures."""
        claimed = parse_checkpoint(note.rpartition("\n\n")[0] + "\n")
        keys = self._logs.keys_of(claimed.origin)
        try:
            text, _ = open_note(note, keys)
        except (Unverified, Invalid) as error:
            if not keys:
                raise Refused(HTTPStatus.NOT_FOUND, "This log is not known here.") from error
            raise Refused(HTTPStatus.FORBIDDEN, error.message) from error
        lines = dict.fromkeys(note.removeprefix(text + "\n").split("\n")[:-1])
        signed = [f"{line}\n" for line in lines if _is_signed(f"{text}\n{line}\n", keys)]
        return parse_checkpoint(text), text + "\n" + "".join(signed)

    def _check_growth(
        self, old_size: int, proof: Sequence[bytes], new: Checkpoint, note: str
    ) -> None:
        """Check a signed checkpoint against the head that was cosigned last.

        1. The proof starts from that head, or 409 with its size, for the client to try again.
        2. The proof shows that the new tree begins with the old one, or 422; another tree of the
           same size is a fork, where trying again is no use: 409 without a size.

        What 2. refuses has the log's signature and may be evidence against it, so both trees go to
        stderr. (Drafts of the specification after 1.0 have 422 for a fork, too.)
        """
        query = "SELECT size, root FROM head WHERE origin = ?"
        found = self._database.execute(query, (new.origin,)).fetchone()
        size, root = found or (0, EMPTY_ROOT)
        # 1.
        if old_size != size:
            raise Refused(HTTPStatus.CONFLICT, str(size), SIZE)
        # 2.
        try:
            check_consistency(size, new.tree_size, root, new.root_hash, proof)
        except Invalid as error:
            _say(f"Refused after size {size}, root {root.hex()}: {error.message} {note!r}")
            fork = size == new.tree_size > 0 and root != new.root_hash
            status = HTTPStatus.CONFLICT if fork else HTTPStatus.UNPROCESSABLE_ENTITY
            raise Refused(status, error.message) from error


def _is_signed(note: str, keys: Sequence[Verifier]) -> bool:
    try:
        open_note(note, keys)
    except Unverified:
        return False
    return True


class _Server(ThreadingHTTPServer):
    """Answers each connection in a thread of its own; the system limits their number."""

    request_queue_size = 128

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        self.witness = witness
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        _say(f"A connection ended early: {type(sys.exception()).__name__}")


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"
    disable_nagle_algorithm = True  # an answer is two writes, and the second would wait for 40 ms
    server_version = "witness"
    sys_version = ""
    timeout = IDLE_S
    error_message_format = "%(message)s\n"
    error_content_type = PLAIN

    def do_POST(self) -> None:
        if self.path != "/add-checkpoint":
            self._answer_nothing()
            return
        try:
            body = self._read_body()
            self._answer(HTTPStatus.OK, self.server.witness.add_checkpoint(body))
        except Refused as error:
            self._answer(error.status, error.message + "\n", error.content_type)
        except sqlite3.Error as error:
            _say(f"The database failed: {error}")
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "The witness cannot write.\n")

    def do_GET(self) -> None:
        self.close_connection = True  # if there is a body, it is not read
        match = re.fullmatch(r"/([0-9a-f]{64})/checkpoint", self.path)
        note = self.server.witness.latest(match[1]) if match else None
        if note is None:
            self._answer_nothing()
        else:
            self._answer(HTTPStatus.OK, note)

    def _answer_nothing(self) -> None:
        self.close_connection = True  # if there is a body, it is not read
        if self.path == "/add-checkpoint":
            self._answer(HTTPStatus.METHOD_NOT_ALLOWED, "This takes a POST.\n")
        else:
            self._answer(HTTPStatus.NOT_FOUND, "There is nothing here.\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep no record of who asked."""

    def _read_body(self) -> bytes:
        """Return the body. Unless it was read in full, the connection is not used again."""
        kept_alive, self.close_connection = not self.close_connection, True
        lengths = self.headers.get_all("Content-Length", [])
        known = len(lengths) == 1 and re.fullmatch(r"[0-9]{1,9}", lengths[0])
        if not known or "Transfer-Encoding" in self.headers:
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "The length of the body is needed.")
        if int(lengths[0]) > MAX_BODY_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too long.")
        body = self.rfile.read(int(lengths[0]))
        if len(body) < int(lengths[0]):
            raise Refused(HTTPStatus.BAD_REQUEST, "The body is cut short.")
        self.close_connection = not kept_alive
        return body

    def _answer(self, status: HTTPStatus, text: str, content_type: str = PLAIN) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def main(arguments: Sequence[str]) -> int:
    """Serve until stopped; return 0, or 2 when it could not be done and a line on stderr says why.

    The first line on stdout is the witness's verifier key, the second its address.
    """
    parser = argparse.ArgumentParser(
        prog="python -m qa witness", description="Cosign logs that only ever grow."
    )
    parser.add_argument("--name", required=True, help="key name: an address without https://")
    parser.add_argument("--data", required=True, type=Path, help="folder of the key and the heads")
    parser.add_argument("--log", action="append", default=[], help="verifier key of a log")
    parser.add_argument("--logs", type=Path, help="file with a verifier key on every line")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8020, help="port to listen on (%(default)s)")
    chosen = parser.parse_args(arguments)
    if not chosen.log and not chosen.logs:
        parser.error("no log is named: use --log or --logs")
    try:
        logs = Logs(chosen.log, chosen.logs)
        cosigner, database = _open_data(chosen.data, chosen.name)
        with closing(database):
            _serve((chosen.host, chosen.port), Witness(cosigner, logs, database), cosigner.vkey)
    except (QaError, OSError, ValueError, OverflowError, sqlite3.Error) as error:
        _say(str(error))
        return 2
    except KeyboardInterrupt:
        pass
    return 0


def _serve(address: tuple[str, int], witness: Witness, vkey: str) -> None:
    with _Server(address, witness) as server:
        host, port = server.server_address[:2]
        sys.stdout.write(f"{vkey}\nWitnessing at http://{host!s}:{port}\n")
        sys.stdout.flush()
        server.serve_forever()


def _open_data(directory: Path, name: str) -> tuple[Cosigner, sqlite3.Connection]:
    """Return the key and the heads, made on the first start; the key comes last.

    So a key without heads is a witness that has forgotten what it cosigned, and must not start.
    """
    Cosigner(name, bytes(32))  # a name that is none is refused before anything is made
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    key, heads = directory / "witness.key", directory / "heads.sqlite3"
    cosigner = _read_key(key, name) if key.exists() else None
    database = sqlite3.connect(heads, IDLE_S, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    if cosigner is None:
        database.execute(_SCHEMA)
        _make_key(key, name)
        return _read_key(key, name), database
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'head'").fetchone():
        database.close()
        raise Unusable(f"{heads} is gone: this key must not cosign again. Use a new key and name.")
    return cosigner, database


def _make_key(path: Path, name: str) -> None:
    """Write a key so that it is whole or absent, even if the power goes, and never another's."""
    draft = path.with_suffix(f".{os.getpid()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{name}\n{secrets.token_hex(32)}\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # another process was first, and its key counts
        os.link(draft, path)
    draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _read_key(path: Path, name: str) -> Cosigner:
    if path.stat().st_mode & 0o077:
        raise Unusable(f"{path} must be readable by its owner only: chmod 600 it.")
    named, _, seed = path.read_text("utf-8").rstrip("\n").partition("\n")
    if not re.fullmatch(r"[0-9a-f]{64}", seed):
        raise Unusable(f"{path} does not hold a name and 32 bytes in hex.")
    if named != name:
        raise Unusable(f"{path} is the key of {named}: a key is never used under two names.")
    return Cosigner(name, bytes.fromhex(seed))


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
