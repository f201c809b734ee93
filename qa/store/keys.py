"""Keys and secrets: one file each with mode 0600, made on first use, never in the database.

A file holds 32 random bytes in hex. Whoever reads a log's key can sign as that log; whoever loses
it can sign no further checkpoint that anyone who pinned its verifier key will accept.
"""

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from qa.errors import ConfigError
from qa.ledger.note import Signer

SEED_BYTES = 32
PROMISE_SUFFIX = "/promise"


class Keyring:
    """The keys of one deployment, in ``data_dir/keys``.

    Raises:
        ConfigError: a key file can be read by others, or does not hold 32 bytes in hex.
    """

    def __init__(
        self, data_dir: Path, random_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._directory = data_dir / "keys"
        self._random_bytes = random_bytes
        self._signers: dict[str, Signer] = {}
        self._secrets: dict[str, bytes] = {}

    def signer(self, origin: str) -> Signer:
        """Return the signer of the log with this origin; its key name is the origin."""
        if origin not in self._signers:
            self._signers[origin] = Signer(origin, self.secret(f"log {origin}"))
        return self._signers[origin]

    def promise_signer(self, deployment: str) -> Signer:
        """Return the signer of promises; ``deployment`` is what every log's origin begins with."""
        name = deployment + PROMISE_SUFFIX
        if name not in self._signers:
            self._signers[name] = Signer(name, self.secret("promise"))
        return self._signers[name]

    def secret(self, name: str) -> bytes:
        """Return the 32 bytes kept under this name, made now if there are none."""
        if name not in self._secrets:
            self._secrets[name] = self._load(name)
        return self._secrets[name]

    def _load(self, name: str) -> bytes:
        path = self._directory / (quote(name, safe="") + ".key")
        if not path.exists():
            self._create(path)
        if path.stat().st_mode & 0o077:
            raise ConfigError(f"{path.name} must be readable by its owner only: chmod 600 it")
        seed = path.read_text().strip()
        if not re.fullmatch(r"[0-9a-f]{64}", seed):
            raise ConfigError(f"{path.name} does not hold 32 bytes in hex: restore it")
        return bytes.fromhex(seed)

    def _create(self, path: Path) -> None:
        """Write a key so that it is whole or absent, and the first of two processes wins."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self._random_bytes(SEED_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process made it first, and its key is the one that counts
        finally:
            draft.unlink()
