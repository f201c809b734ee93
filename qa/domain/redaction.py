"""Hiding words: on what legal basis, which words, and what is left to show.

Redaction is the only way in which staff can hide words, so everything about it is a closed set.
"""

import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Final

from qa.domain.text import grapheme_starts
from qa.errors import BadInput

MAX_SPANS: Final = 50

Span = tuple[int, int]
"""From and to, in Unicode code points of the words as they are shown."""


class What(StrEnum):
    """Which words of a question are hidden. Some of them have a number besides: ``NUMBERED``.

    ``REVIEW`` is the explanation of a second review, under the number of the reviewed decision.
    """

    TEXT = "text"
    NAME = "name"
    EXPLANATION = "explanation"
    ANSWER = "answer"
    REVIEW = "review"


class Basis(StrEnum):
    """The legal basis of a redaction."""

    PERSONAL_DATA = "personal_data"
    HARASSMENT = "harassment"
    UNLAWFUL = "unlawful"


class ErasureBasis(StrEnum):
    """Why words are erased. ``AUTHOR`` needs no more than the author's key."""

    AUTHOR = "author"
    PERSON = "person"
    COURT_ORDER = "court_order"
    LEGAL_DUTY = "legal_duty"


ON_REQUEST: Final = (ErasureBasis.PERSON, ErasureBasis.COURT_ORDER, ErasureBasis.LEGAL_DUTY)
"""The bases on which an owner erases."""

NUMBERED: Final = frozenset({What.EXPLANATION, What.ANSWER, What.REVIEW})
"""What one question can have several of, counted from 1."""

BASIS_LABELS: Final = {
    Basis.PERSONAL_DATA: "personal data",
    Basis.HARASSMENT: "harassment",
    Basis.UNLAWFUL: "unlawful content",
    ErasureBasis.AUTHOR: "asked for by its author",
    ErasureBasis.PERSON: "asked for by a person whom it concerns",
    ErasureBasis.COURT_ORDER: "ordered by a court",
    ErasureBasis.LEGAL_DUTY: "required by law",
}

MARK: Final = "[redacted]"
"""Stands in place of hidden words, the same however long they were. It is plain text, so it is
seen without colour, read aloud, and kept by every export."""

_MARK_IN: Final = {What.ANSWER: r"\[redacted\]"}
"""Markdown would take the brackets for a link."""

_LONG_ENOUGH_TO_REPEAT: Final = 3


_NOUNS: Final = {
    What.TEXT: "words",
    What.NAME: "name",
    What.EXPLANATION: "explanation",
    What.ANSWER: "answer",
    What.REVIEW: "explanation of second review",
}


def title_of(
    kind: str, what: Sequence[str], seq: int | None, spans: int, basis: Basis | ErasureBasis
) -> str:
    """Return what was done in a few words, such as "Words redacted in part: personal data"."""
    # "Words and name", as people say it.
    nouns = " and ".join(_NOUNS[What(each)] for each in sorted(what, reverse=True))
    number = f" {seq}" if seq is not None else ""
    done = "erased" if kind == "erasure" else "redacted in part" if spans else "redacted"
    return f"{nouns.capitalize()}{number} {done}: {BASIS_LABELS[basis]}"


def check_spans(text: str, spans: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    """Return spans in order, apart from each other, and widened to whole characters.

    Nothing is left of a character that a span cuts into: an accent alone can tell a name. Spans
    over all that can be seen become none, which means the whole text.

    Raises:
        BadInput: a span is empty, or not within the text; or there are too many.
    """
    if len(spans) > MAX_SPANS:
        raise BadInput(f"At most {MAX_SPANS} parts can be hidden at once.", field="spans")
    starts = [*grapheme_starts(text), len(text)]
    merged: list[Span] = []
    for start, end in sorted(_check_span(text, span) for span in spans):
        first = max(at for at in starts if at <= start)
        last = min(at for at in starts if at >= end)
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged) if _kept(text, merged) else ()


def hide(text: str, spans: Sequence[Span], what: What) -> str:
    """Return what is left of a text, with a mark in place of each span."""
    return unicodedata.normalize("NFC", _MARK_IN.get(what, MARK).join(_pieces(text, spans)))


def check_explanation(explanation: str, text: str, spans: Sequence[Span]) -> None:
    """Refuse an explanation that says what it is to hide: it is public for ever.

    Raises:
        BadInput: it repeats hidden words.
    """
    hidden = [text[start:end] for start, end in spans] or [text]
    for words in hidden:
        told = words.strip().casefold()
        if len(told) >= _LONG_ENOUGH_TO_REPEAT and told in explanation.casefold():
            raise BadInput(
                "The explanation repeats the words that are to be hidden. It stays public, so say"
                " why without them.",
                field="explanation",
            )


def _check_span(text: str, span: Sequence[int]) -> Span:
    if len(span) != 2 or not 0 <= span[0] < span[1] <= len(text):
        raise BadInput(
            "A span is two numbers, from and to, within the text and not empty.", field="spans"
        )
    return span[0], span[1]


def _kept(text: str, spans: Sequence[Span]) -> bool:
    return bool("".join(_pieces(text, spans)).strip())


def _pieces(text: str, spans: Sequence[Span]) -> list[str]:
    edges = [0, *(at for span in spans for at in span), len(text)]
    return [text[start:end] for start, end in list(pairwise(edges))[::2]]
