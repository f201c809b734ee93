"""Signed checkpoints: made after the commit, and saved beside the keys.

A checkpoint is only ever signed for a head that is durable, so a crash before signing loses
nothing: the same head is signed again on the next read. The saved copy is what a restored, older
database is compared with.
"""

import fcntl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from qa.ledger.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from qa.store.keys import Keyring


class Checkpoints:
    """Signs heads, and keeps each log's newest signed checkpoint in ``data_dir/checkpoints``."""

    def __init__(self, data_dir: Path, keyring: Keyring) -> None:
        self._directory = data_dir / "checkpoints"
        self._keyring = keyring

    def sign(self, head: Checkpoint) -> str:
        """Return the signed note of a head. Ed25519 is deterministic: one head, one note."""
        return sign_checkpoint(head, self._keyring.signer(head.origin))

    def save_heads(self, heads: Mapping[str, Checkpoint]) -> None:
        """Sign and save the heads of one commit. Runs in the writer's thread."""
        for head in heads.values():
            self._save(head.origin, self.sign(head))

    def saved(self, origin: str) -> str | None:
        """Return the newest saved checkpoint of a log, or None when there is none."""
        path = self._path(origin)
        return path.read_text(encoding="utf-8") if path.exists() else None

    def _save(self, origin: str, note: str) -> None:
        """Save a checkpoint, unless another worker has saved a larger one meanwhile."""
        path = self._path(origin)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (path.parent / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            saved = self.saved(origin)
            if saved is not None and _tree_size(saved) > _tree_size(note):
                return
            draft = path.with_name(f"{path.name}.draft")
            draft.write_text(note, encoding="utf-8")
            draft.replace(path)

    def _path(self, origin: str) -> Path:
        return self._directory / quote(origin, safe="")


def _tree_size(note: str) -> int:
    """Return the size that a signed checkpoint gives. Raises: Malformed."""
    return parse_checkpoint(note.partition("\n\n")[0] + "\n").tree_size
