"""Which characters the shipped fonts can show, read from their tables.

A TrueType font's ``cmap`` table maps characters to glyphs (OpenType specification, cmap, formats 4
and 12). A PDF made for assistive technology may not hold a character that has no glyph, so what is
in none of the fonts is replaced before it gets there, and listed.
"""

import struct
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).resolve().parent / "fonts"
FALLBACK: Final = "\N{REPLACEMENT CHARACTER}"
_INVISIBLE: Final = frozenset(range(0xFE00, 0xFE10)) | {0x200B, 0x200C, 0x200D, 0x2060, 0xAD}
"""Variation selectors, joiners and the like: they shape their neighbours and need no glyph."""


@cache
def covered() -> frozenset[int]:
    """Return every code point that one of the shipped fonts has a glyph for."""
    found: set[int] = set(_INVISIBLE)
    for path in sorted(FONTS.glob("*.ttf")):
        found |= read_cmap(path.read_bytes())
    return frozenset(found)


def substitute(text: str) -> tuple[str, set[str]]:
    """Return a text that the fonts can show, and the characters that were replaced in it."""
    shown = covered()
    missing = {letter for letter in text if ord(letter) not in shown and not letter.isspace()}
    for letter in missing:
        text = text.replace(letter, FALLBACK)
    return text, missing


def describe(characters: Iterable[str]) -> list[str]:
    """Return characters by number and name, such as ``U+1000 MYANMAR LETTER KA``, in order."""
    return [
        f"U+{ord(letter):04X} {unicodedata.name(letter, 'without a name')}"
        for letter in sorted(characters)
    ]


def read_cmap(font: bytes) -> set[int]:
    """Return the code points that a TrueType font maps to a glyph."""
    (count,) = struct.unpack_from(">H", font, 4)
    tables = {
        font[at : at + 4]: struct.unpack_from(">L", font, at + 8)[0]
        for at in range(12, 12 + 16 * count, 16)
    }
    base = tables[b"cmap"]
    (count,) = struct.unpack_from(">H", font, base + 2)
    offsets = [struct.unpack_from(">L", font, base + 4 + 8 * at + 4)[0] for at in range(count)]
    by_format = {struct.unpack_from(">H", font, base + at)[0]: base + at for at in offsets}
    if 12 in by_format:
        return _read_groups(font, by_format[12])
    return _read_segments(font, by_format[4])


def _read_groups(font: bytes, at: int) -> set[int]:
    """Read format 12: runs of code points, each with the glyph of its first."""
    (count,) = struct.unpack_from(">L", font, at + 12)
    found: set[int] = set()
    for first, last, _ in struct.iter_unpack(">LLL", font[at + 16 : at + 16 + 12 * count]):
        found.update(range(first, last + 1))
    return found


def _read_segments(font: bytes, at: int) -> set[int]:
    """Read format 4: the ends of all segments, two bytes of padding, then their starts."""
    (size,) = struct.unpack_from(">H", font, at + 6)
    ends = struct.unpack_from(f">{size // 2}H", font, at + 14)
    starts = struct.unpack_from(f">{size // 2}H", font, at + 16 + size)
    found: set[int] = set()
    for first, last in zip(starts, ends, strict=True):
        found.update(range(first, last + 1))
    return found - {0xFFFF}
