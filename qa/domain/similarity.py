"""How alike two questions read. Suggestions only: nothing is ever merged by a score.

A score says nothing about meaning: "Will the Berlin office close?" and "Will the Berlin office
open?" are 91 % alike and ask the opposite.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import regex
from rapidfuzz import fuzz, process

DEFAULT_CUTOFF: Final = 45
"""Lowest score, of 100, that is worth a reader's glance while typing."""

_REMEMBERED: Final = 16_384
"""Texts whose normal form is kept, so that a whole event is compared in about a millisecond."""

_INVISIBLE = regex.compile(r"\p{DI}+")
_SENTENCE_MARKS = regex.compile(r"[.,;:!?…。、，；：！？·¿¡'\"‘’‚“”„«»‹›「」『』()\[\]\s]+")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]", flags=regex.V1
)


@lru_cache(maxsize=_REMEMBERED)
def normalise(text: str) -> str:
    """Return what spellings of one question share: case, width, spacing, sentence marks set aside.

    Letters, digits and signs such as ``+``, ``#``, ``%`` and ``-`` stay: "C++" is not "C#".
    """
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    folded = unicodedata.normalize("NFC", folded)
    return _SENTENCE_MARKS.sub(" ", folded).strip() or " ".join(folded.split())


def is_unspaced(text: str) -> bool:
    """Say whether a text is in a script that puts no spaces between words, such as Chinese."""
    return _UNSPACED.search(text) is not None


def similar(
    text: str,
    candidates: Sequence[tuple[int, str]],
    limit: int = 5,
    cutoff: int = DEFAULT_CUTOFF,
) -> list[tuple[int, int]]:
    """Return docket numbers and scores (0 to 100) of the questions most like a text, best first.

    The score is the mean of two views: the share of the text's words that a question has, rare
    words weighing more, so that a half-typed text finds the longer question; and the likeness
    letter by letter, so that a misspelt one does. Equal scores keep the order of the docket.
    """
    wanted = normalise(text)
    others = [normalise(candidate) for _, candidate in candidates]
    scores = _shared_words(wanted, others)
    for _, likeness, index in process.extract(wanted, others, scorer=fuzz.ratio, limit=None):
        scores[index] = (scores[index] + likeness) / 2
    ranked = sorted(
        (-int(score), docket)
        for score, (docket, _) in zip(scores, candidates, strict=True)
        if score >= cutoff
    )
    return [(docket, -score) for score, docket in ranked[:limit]]


def _shared_words(wanted: str, others: list[str]) -> list[float]:
    words = _words(wanted)
    shared = [words & _words(other) for other in others]
    spread = Counter(word for hits in shared for word in hits)
    weights = {word: math.log1p(len(others) / max(spread[word], 1)) for word in words}
    total = sum(weights.values())
    return [100 * sum(weights[word] for word in hits) / total if hits else 0.0 for hits in shared]


@lru_cache(maxsize=_REMEMBERED)
def _words(normalised: str) -> frozenset[str]:
    found: set[str] = set()
    for run in _WORD.findall(normalised):
        if is_unspaced(run):
            found.update(run[at : at + 2] for at in range(max(len(run) - 1, 1)))
        else:
            found.add(run)
    return frozenset(found)


def forget_texts() -> None:
    """Empty what is remembered of texts: words that were hidden are not to stay in memory."""
    normalise.cache_clear()
    _words.cache_clear()
