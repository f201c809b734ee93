"""Tiles: the static files of a log (https://c2sp.org/tlog-tiles).

A tile is up to 256 hashes of one level: ``tile/<L>/<N>`` when full, ``tile/<L>/<N>.p/<W>`` with W
hashes when not. The leaves are served in bundles, ``tile/entries/<N>[.p/<W>]``: each leaf after its
length in two bytes, big-endian.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.errors import Malformed
from qa.ledger.merkle import HASH_BYTES

TILE_HEIGHT = 8
TILE_WIDTH = 256
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 65_535
ENTRIES = "entries"

_PATH = re.compile(
    r"tile/(?P<level>0|[1-9][0-9]?|entries)"
    r"/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True)
class Tile:
    """One tile. ``level`` None is a bundle of entries, which is cut like a tile of level 0."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level <= MAX_LEVEL:
            raise Malformed("A tile's level is a number from 0 to 63.")
        if not 0 <= self.index < 1000**7:
            raise Malformed("A tile's index is a whole number.")
        if not 1 <= self.width <= TILE_WIDTH:
            raise Malformed("A tile holds 1 to 256 hashes.")

    @property
    def full(self) -> bool:
        """Say whether the tile can never grow again."""
        return self.width == TILE_WIDTH

    @property
    def path(self) -> str:
        """The path below the log's prefix (tlog-tiles, "Merkle Tree")."""
        level = ENTRIES if self.level is None else str(self.level)
        digits = str(self.index)
        padded = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [padded[at : at + 3] for at in range(0, len(padded), 3)]
        index = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        return f"tile/{level}/{index}" + ("" if self.full else f".p/{self.width}")


def parse_tile_path(path: str) -> Tile:
    """Return the tile that a path names, such as ``tile/0/x001/234.p/7``.

    Raises:
        Malformed: this is not the one spelling of a tile's path.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise Malformed("This is not the path of a tile.")
    level = None if match["level"] == ENTRIES else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(match["width"] or TILE_WIDTH))
    if tile.path != path:
        raise Malformed("This is not the canonical path of the tile.")
    return tile


def tile_width(level: int | None, index: int, tree_size: int) -> int:
    """Return how many hashes the tile holds in a tree of this size; 0 means that there is none."""
    at_level = tree_size >> (TILE_HEIGHT * (level or 0))
    return max(0, min(TILE_WIDTH, at_level - index * TILE_WIDTH))


def tiles_of(tree_size: int) -> Iterator[Tile]:
    """Give every tile of a tree: its bundles of entries, then its hashes, level by level."""
    levels = range(-(-tree_size.bit_length() // TILE_HEIGHT))
    for level in (None, *levels):
        at_level = tree_size >> (TILE_HEIGHT * (level or 0))
        for index in range(-(-at_level // TILE_WIDTH)):
            yield Tile(level, index, tile_width(level, index, tree_size))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries as one bundle (tlog-tiles, "Log entries").

    Raises:
        Malformed: there are none or over 256 of them, or one is over 65,535 bytes.
    """
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise Malformed("A bundle holds 1 to 256 entries.")
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise Malformed("An entry has at most 65,535 bytes.")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle (tlog-tiles, "Log entries").

    Raises:
        Malformed: an entry is cut short, or there are none or over 256 of them.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise Malformed("The bundle ends inside an entry.")
        entries.append(data[start:at])
        if len(entries) > TILE_WIDTH:
            raise Malformed("A bundle holds 1 to 256 entries.")
    if not entries:
        raise Malformed("A bundle holds 1 to 256 entries.")
    return entries


def decode_hashes(data: bytes) -> list[bytes]:
    """Return the hashes of a tile (tlog-tiles, "Merkle Tree").

    Raises:
        Malformed: these are not 1 to 256 hashes of 32 bytes.
    """
    count, rest = divmod(len(data), HASH_BYTES)
    if rest or not 1 <= count <= TILE_WIDTH:
        raise Malformed("A tile holds 1 to 256 hashes of 32 bytes.")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
