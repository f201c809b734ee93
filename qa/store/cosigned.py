"""What witnesses have cosigned, kept as files in ``data_dir/cosigned``, one folder for each log.

Files and not a table, because a database that is brought back from a backup must not bring its own
memory of what was witnessed back with it. In a log's folder, ``quorum`` is the newest checkpoint
that the policy accepts, and ``<key id>`` the newest that this one witness cosigned. A file is
replaced as a whole and never by an older one; losing them all costs a question to each witness.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.parse import quote

import gevent

from qa.errors import QaError
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.cosignature import open_cosigned
from qa.ledger.note import Verifier
from qa.ledger.witness_policy import KnownWitness, WitnessPolicy

QUORUM = "quorum"
POLL_S = 0.05


@dataclass(frozen=True)
class Kept:
    """A checkpoint with cosignatures. ``times_s`` are those of known witnesses, by their names."""

    checkpoint: Checkpoint
    note: str
    times_s: Mapping[str, int]


class Cosigned:
    """The cosignatures of one deployment, and the logs that have grown since they were asked for.

    ``policy`` None means that nobody witnesses here.
    """

    def __init__(self, data_dir: Path, policy: WitnessPolicy | None = None) -> None:
        self.policy = policy
        self.grown: set[str] = set()
        self._directory = data_dir / "cosigned"
        self._read: dict[Path, tuple[tuple[int, int, int], Kept]] = {}

    @property
    def witnesses(self) -> tuple[KnownWitness, ...]:
        """The witnesses of the policy."""
        return self.policy.witnesses if self.policy else ()

    def note_growth(self, heads: Mapping[str, Checkpoint]) -> None:
        """Remember which logs have new heads. Runs in the writer's thread, so it does no more."""
        if self.witnesses:
            self.grown.update(heads)

    def by_witness(self, log: Verifier, witness: KnownWitness) -> Kept | None:
        """Return the newest checkpoint of a log that a witness cosigned, if one is kept."""
        kept = self._find(log, self._path(log.name, witness.verifier.key_id.hex()))
        return kept if kept and witness.name in kept.times_s else None

    def by_quorum(self, log: Verifier) -> Kept | None:
        """Return the newest kept checkpoint of a log that the policy, as it is now, accepts."""
        kept = self._find(log, self._path(log.name, QUORUM))
        return kept if kept and self.accepts(kept) else None

    def accepts(self, found: Kept) -> bool:
        """Say whether the policy takes these cosignatures for enough."""
        return self.policy is None or self.policy.satisfied(found.times_s)

    def on(self, log: Verifier, head: Checkpoint, note: str) -> Kept:
        """Return a log's head, signed as ``note``, with every cosignature that is kept of it."""
        lines, times_s = "", {}
        for witness in self.witnesses:
            kept = self.by_witness(log, witness)
            if kept and kept.checkpoint == head:
                lines += kept.note.removeprefix(note)
                times_s[witness.name] = kept.times_s[witness.name]
        return Kept(head, note + lines, times_s)

    def keep(self, log: Verifier, witness: KnownWitness, cosigned: Kept, note: str) -> None:
        """Keep a verified cosignature of the head signed as ``note``, and a quorum it completes."""
        self._save(log, self._path(log.name, witness.verifier.key_id.hex()), cosigned)
        together = self.on(log, cosigned.checkpoint, note)
        if self.accepts(together):
            self._save(log, self._path(log.name, QUORUM), together)

    def notes(self, origin: str) -> list[str]:
        """Return every kept note of a log, by whomever it was cosigned."""
        folder = self._directory / quote(origin, safe="")
        files: Iterable[Path] = sorted(folder.iterdir()) if folder.exists() else ()
        return [path.read_text("utf-8") for path in files if path.suffix != ".draft"]

    @contextmanager
    def turn(self, within_s: float) -> Iterator[bool]:
        """Say whether it is this worker's turn to ask the witnesses: one at a time does."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._directory / ".lock").open("w") as lock:
            yield _lock(lock.fileno(), monotonic() + within_s)

    def _find(self, log: Verifier, path: Path) -> Kept | None:
        """Return what a file holds, or None when it is not there or not what it should be."""
        try:
            found = path.stat()
            seen = (found.st_mtime_ns, found.st_size, found.st_ino)
            if path not in self._read or self._read[path][0] != seen:
                note = path.read_text("utf-8")
                cosigners = self.policy.cosigners if self.policy else {}
                checkpoint, times_s = open_cosigned(note, log, cosigners)
                self._read[path] = (seen, Kept(checkpoint, note, times_s))
        except (OSError, ValueError, QaError):
            return None
        return self._read[path][1]

    def _save(self, log: Verifier, path: Path, kept: Kept) -> None:
        before = self._find(log, path)
        if before and before.checkpoint.tree_size > kept.checkpoint.tree_size:
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            file.write(kept.note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def _path(self, origin: str, name: str) -> Path:
        return self._directory / quote(origin, safe="") / name


def _lock(descriptor: int, until_s: float) -> bool:
    """Take a lock unless another worker, or another greenlet of this one, keeps it for too long."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if monotonic() > until_s:
                return False
            gevent.sleep(POLL_S)
        else:
            return True
