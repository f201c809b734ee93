"""A log as a server serves it now (https://c2sp.org/tlog-tiles), fetched within limits.

The server may be slow, endless or hostile: every answer has a greatest size, and a time in which
it has to be complete; so have all of them together. It may redirect within its own host only.
"""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from qa.errors import Invalid, Malformed, QaError
from qa.ledger.bundle import MAX_LEAVES, Bundle
from qa.ledger.bundle_zip import MAX_UNPACKED_BYTES, MAX_ZIP_BYTES
from qa.ledger.checkpoint import Checkpoint, open_checkpoint
from qa.ledger.merkle import leaf_hash
from qa.ledger.note import MAX_NOTE_BYTES, Verifier
from qa.ledger.record import PrefixRoots, describe
from qa.ledger.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    decode_bundle,
    decode_hashes,
    tiles_of,
)

TIMEOUT_S = 20
"""How long a connection, the wait for the next bytes, and a whole answer but a bundle may take."""

TOTAL_S = 900
CONNECTIONS = 4
CHUNK_BYTES = 65_536
MAX_ENTRIES_TILE_BYTES = TILE_WIDTH * (65_535 + 2)
MAX_HASH_TILE_BYTES = TILE_WIDTH * 32

_ADDRESS = re.compile(
    r"(?P<base>https?://[A-Za-z0-9._:\[\]-]+(?:/[A-Za-z0-9._~-]+)*?)/(?:e|log|api/events)"
    r"/(?P<slug>[a-z0-9][a-z0-9-]{0,59})(?:/[a-z./-]*)?",
    re.ASCII,
)


class Unreachable(QaError):
    """What is served could not be fetched."""

    code = "unreachable"


@dataclass
class Server:
    """Where one event is served. ``base`` is all of an address before ``/e/`` or ``/log/``."""

    base: str
    slug: str
    timeout_s: float = TIMEOUT_S
    total_s: float = TOTAL_S
    _started_s: float = field(default_factory=monotonic)
    _fetched_bytes: int = 0

    @classmethod
    def find(cls, address: str) -> "Server":
        """Return the server of a meeting's page or log. Raises: Malformed."""
        match = _ADDRESS.fullmatch(address)
        if match is None:
            raise Malformed("The address has to end in /e/MEETING or /log/MEETING.")
        return cls(match["base"], match["slug"])

    def bundle(self) -> bytes:
        """Fetch the bundle. Raises: Unreachable."""
        return self._get(f"api/events/{self.slug}/bundle.zip", MAX_ZIP_BYTES, self.total_s)

    def checkpoint(self) -> bytes:
        """Fetch the checkpoint that clients of the log are to read. Raises: Unreachable."""
        return self._get(f"log/{self.slug}/checkpoint", MAX_NOTE_BYTES, self.timeout_s)

    def head(self) -> bytes:
        """Fetch the newest checkpoint of all, which witnesses may not have seen yet.

        A log that is served as files has no other than the one. Raises: Unreachable.
        """
        return self._get(f"log/{self.slug}/head", MAX_NOTE_BYTES, self.timeout_s)

    def tiles(self, wanted: Sequence[Tile]) -> Iterator[bytes]:
        """Fetch tiles, a few at a time, in their order. Raises: Unreachable."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            yield from pool.map(self._tile, wanted)

    def _tile(self, tile: Tile) -> bytes:
        limit = MAX_ENTRIES_TILE_BYTES if tile.level is None else MAX_HASH_TILE_BYTES
        return self._get(f"log/{self.slug}/{tile.path}", limit, self.timeout_s)

    def _get(self, path: str, limit: int, within_s: float) -> bytes:
        until_s = min(monotonic() + within_s, self._started_s + self.total_s)
        address = f"{self.base}/{path}"
        try:
            with _opener().open(address, timeout=self.timeout_s) as answer:
                data = _read_all(answer, limit, until_s)
        except urllib.error.HTTPError as error:
            raise Unreachable(f"The server answers {error.code} for {path}.") from error
        except (OSError, HTTPException, ValueError) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            raise Unreachable(f"{address} cannot be fetched: {reason}.") from error
        self._fetched_bytes += len(data)
        if self._fetched_bytes > MAX_UNPACKED_BYTES:
            raise Unreachable("The server sends more than a log has.")
        return data


def check_served(server: Server, bundle: Bundle, key: Verifier) -> str:
    """Check that the log as it is served now is the one in a bundle fetched just before.

    1. The served checkpoint is signed by the log's key, and not older than the bundle. If it is,
       because it waits for witnesses, the bundle begins with it, and the head is not older.
    2. The served entries have the root hash of that checkpoint.
    3. The bundle's leaves are the first of them.
    4. The served hashes are those of the entries, on every level.

    Raises:
        Malformed, Unverified, Invalid: it is another log, or none.
        Unreachable: it could not be fetched.
    """
    # 1.
    head = _newest(server, bundle, key)
    if head.tree_size > MAX_LEAVES:
        raise Invalid("The server shows more leaves than a log has.")
    # 2.
    leaves = _entries(server, head)
    roots = PrefixRoots([leaf_hash(leaf) for leaf in leaves])
    if len(leaves) != head.tree_size or roots.root(len(leaves)) != head.root_hash:
        raise Invalid(
            f"The served entries are not those of the served checkpoint, {describe(head)}."
        )
    # 3.
    for index, (ours, theirs) in enumerate(zip(bundle.leaves, leaves, strict=False)):
        if ours != theirs:
            raise Invalid(f"Leaf {index} of the bundle is not the one that is served.")
    # 4.
    tiles = [tile for tile in tiles_of(head.tree_size) if tile.level is not None]
    for tile, data in zip(tiles, server.tiles(tiles), strict=True):
        start = tile.index * TILE_WIDTH
        level = roots.level((tile.level or 0) * TILE_HEIGHT)
        if decode_hashes(data) != list(level[start : start + tile.width]):
            raise Invalid(f"The served hashes in {tile.path} are not those of the entries.")
    return f"The server shows the same log, now with {head.tree_size:,} leaves."


def _entries(server: Server, head: Checkpoint) -> list[bytes]:
    leaves: list[bytes] = []
    tiles = [tile for tile in tiles_of(head.tree_size) if tile.level is None]
    for data in server.tiles(tiles):
        leaves += decode_bundle(data)
    return leaves


def _newest(server: Server, bundle: Bundle, key: Verifier) -> Checkpoint:
    """Return the newest checkpoint that is served, which covers the bundle (step 1)."""
    count = len(bundle.leaves)
    waiting = open_checkpoint(server.checkpoint(), key)
    if waiting.tree_size >= count:
        return waiting
    known = PrefixRoots([leaf_hash(leaf) for leaf in bundle.leaves])
    if known.root(waiting.tree_size) != waiting.root_hash:
        raise Invalid(f"The bundle does not begin with what is served: {describe(waiting)}.")
    try:
        head = open_checkpoint(server.head(), key)
    except Unreachable:
        head = waiting
    if head.tree_size < count:
        raise Invalid(f"The server now shows {describe(head)}, fewer than the bundle's {count:,}.")
    return head


def _read_all(answer: Any, limit: int, until_s: float) -> bytes:
    chunks, total = [], 0
    while chunk := answer.read1(CHUNK_BYTES):
        chunks.append(chunk)
        total += len(chunk)
        if total > limit:
            raise ValueError("the answer is too long")
        if monotonic() > until_s:
            raise TimeoutError("it takes too long")
    return b"".join(chunks)


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect within the host that was asked, and no other."""

    def redirect_request(  # noqa: PLR0917 - as its base class has it
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """Return the request to send next, or raise the redirect as an error."""
        target = urlsplit(newurl)
        if target.scheme not in ("http", "https") or target.netloc != req.host:
            raise urllib.error.HTTPError(newurl, code, msg, headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """Return an opener for http and https and nothing else; a proxy in the environment is used."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _SameHost(),
    ):
        opener.add_handler(handler)
    return opener
