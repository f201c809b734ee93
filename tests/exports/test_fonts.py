"""The fonts of the PDF: as published, with their licence, and for the promised scripts."""

import hashlib

import pytest

from qa.exports import glyphs
from tests.exports.hostile import EMOJI, SCRIPTS, UNSHIPPED

MOST_BYTES = 30 * 1024 * 1024


def test_every_font_is_the_one_that_its_readme_names() -> None:
    found = {path.name: path.read_bytes() for path in glyphs.FONTS.glob("*.ttf")}
    sums = (glyphs.FONTS / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert sorted(sums) == sorted(
        f"{hashlib.sha256(font).hexdigest()}  {name}" for name, font in found.items()
    )
    assert sum(map(len, found.values())) < MOST_BYTES
    readme = (glyphs.FONTS / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in readme for name in found)
    licence = (glyphs.FONTS / "LICENSE").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


@pytest.mark.parametrize("text", [*SCRIPTS, *EMOJI])
def test_every_promised_script_can_be_shown(text: str) -> None:
    assert glyphs.substitute(text) == (text, set())


def test_what_no_font_has_is_replaced_and_named() -> None:
    text, missing = glyphs.substitute(f"a {UNSHIPPED} b")
    assert text == f"a {glyphs.FALLBACK * len(UNSHIPPED)} b"
    assert missing == set(UNSHIPPED)
    assert "U+1018 MYANMAR LETTER BHA" in glyphs.describe(missing)


def test_a_font_maps_what_it_has_and_nothing_else() -> None:
    hebrew = glyphs.read_cmap((glyphs.FONTS / "NotoSansHebrew-Regular.ttf").read_bytes())
    assert ord("א") in hebrew
    assert ord("中") not in hebrew
    assert 0xFFFF not in hebrew
