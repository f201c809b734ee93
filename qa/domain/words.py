"""Words as rules compare them: whole ones, whatever their case, width and invisible characters."""

import unicodedata
from typing import Final

import regex

WORD: Final = regex.compile(r"[\p{L}\p{M}\p{N}\p{DI}]+(?:[-‐‑][\p{L}\p{M}\p{N}\p{DI}]+)*")
_INVISIBLE = regex.compile(r"\p{DI}+")


def fold_word(word: str) -> str:
    """Return a word as banned words are compared: case, width and invisible characters set aside.

    Accents count: in Spanish, "año" and "ano" are different words.
    """
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", word)).casefold()
    return unicodedata.normalize("NFC", folded)


def is_one_word(word: str) -> bool:
    """Say whether a banned word can match at all: one word, hyphens allowed."""
    return WORD.fullmatch(word) is not None and bool(fold_word(word))
