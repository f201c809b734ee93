"""How alike two questions read. Suggestions only: nothing is ever merged by a score.

A score says nothing about meaning: "Will the Berlin office close?" and "Will the Berlin office
open?" are 91 % alike and ask the opposite.
"""

import math
import unicodedata
from collections import defaultdict
from heapq import nlargest
from typing import Final

import regex
from rapidfuzz import fuzz, process

DEFAULT_CUTOFF: Final = 45
"""Lowest score, of 100, that is worth a reader's glance while typing."""

_WEIGHED: Final = 200
"""Questions that are weighed by both views: so many of the best by each."""

_INVISIBLE = regex.compile(r"\p{DI}+")
_SENTENCE_MARKS = regex.compile(r"[.,;:!?…。、，；：！？·¿¡'\"‘’‚“”„«»‹›「」『』()\[\]\s]+")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]", flags=regex.V1
)


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


class Index:
    """Questions by docket number, ready to be compared: about 20 ms among 20,000 of them."""

    def __init__(self) -> None:
        self._spelt: dict[int, str] = {}
        self._having: defaultdict[str, set[int]] = defaultdict(set)

    def put(self, number: int, text: str) -> None:
        """Add a question, or replace its words."""
        self.drop(number)
        self._spelt[number] = spelt = normalise(text)
        for word in _words(spelt):
            self._having[word].add(number)

    def drop(self, number: int) -> None:
        """Leave a question out, if it is there."""
        for word in _words(self._spelt.pop(number, "")):
            self._having[word].discard(number)
            if not self._having[word]:
                del self._having[word]

    def similar(
        self, text: str, limit: int = 5, cutoff: int = DEFAULT_CUTOFF
    ) -> list[tuple[int, int]]:
        """Return docket numbers and scores (0 to 100) of questions most like a text, best first.

        The score is the mean of two views: the share of the text's words that a question has, rare
        words weighing more, so that a half-typed text finds the longer question; and the likeness
        letter by letter, so that a misspelt one does. Equal scores keep the order of the docket. Of
        a long docket, the 200 best by each view are weighed by both.
        """
        wanted = normalise(text)
        shared = self._shared_words(wanted)
        likeness = _likeness(wanted, self._spelt)
        best = nlargest(_WEIGHED, shared, key=shared.__getitem__)
        likeness |= _likeness(wanted, {n: self._spelt[n] for n in best if n not in likeness})
        scores = {n: int((shared.get(n, 0.0) + alike) / 2) for n, alike in likeness.items()}
        ranked = sorted((-score, n) for n, score in scores.items() if score >= cutoff)
        return [(n, -score) for score, n in ranked[:limit]]

    def _shared_words(self, wanted: str) -> dict[int, float]:
        """Return the share (0 to 100) of the wanted words that each question has, if it has any."""
        having = {word: self._having.get(word, set[int]()) for word in _words(wanted)}
        weights = {
            word: math.log1p(len(self._spelt) / max(len(numbers), 1))
            for word, numbers in having.items()
        }
        total = sum(weights.values())
        shared: defaultdict[int, float] = defaultdict(float)
        for word, numbers in having.items():
            share = 100 * weights[word] / total if numbers else 0.0
            for n in numbers:
                shared[n] += share
        return shared


def _likeness(wanted: str, spelt: dict[int, str]) -> dict[int, float]:
    found = process.extract(wanted, spelt, scorer=fuzz.ratio, limit=_WEIGHED)
    return {number: likeness for _, likeness, number in found}


def _words(normalised: str) -> frozenset[str]:
    found: set[str] = set()
    for run in _WORD.findall(normalised):
        if is_unspaced(run):
            found.update(run[at : at + 2] for at in range(max(len(run) - 1, 1)))
        else:
            found.add(run)
    return frozenset(found)
