"""The kinds of automatic rule: each looks at one submission and says in a sentence what it saw.

A rule flags for a person; it knows nothing of decisions. Every kind misses some and flags some
innocent ones, which is why only a rule that the policy names may decide (see ``policy.py``).
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import regex
from rapidfuzz import fuzz, process

from qa.domain.similarity import is_unspaced, normalise

Span = tuple[int, int]
"""Start and end in the text, in Unicode code points."""


@dataclass(frozen=True)
class Submission:
    """What a rule may look at: the words, the name if one was given, and what was asked before."""

    text: str
    name: str | None
    seen: Sequence[str]


@dataclass(frozen=True)
class Sighting:
    """What a rule saw, in one sentence, and where in the text if it is in one place."""

    explanation: str
    span: Span | None = None


Check = Callable[[Submission], Sighting | None]


@dataclass(frozen=True)
class Number:
    """A parameter that is a whole number."""

    default: int
    lowest: int
    highest: int


@dataclass(frozen=True)
class Kind:
    """One kind of rule. ``build`` makes the check from parameters that passed the policy's lint."""

    build: Callable[[Mapping[str, Any]], Check]
    numbers: Mapping[str, Number] = field(default_factory=dict)
    takes_words: bool = False
    may_decide: bool = True


# Patterns. Quantifiers are bounded, so that no text makes a search slow.

_EMAIL = regex.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}[@＠][\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_URL = regex.compile(
    r"(?:\b(?:https?|ftp)://|\bwww\.)[^\s<>\"]{1,2000}"
    r"|(?<![\w@.＠-])(?:[\w-]{1,63}\.){1,8}(?:(?:com|org|info|biz|io|app|dev|ly)\b|[a-z]{2,18}/\w)",
    flags=regex.IGNORECASE,
)
_DIGITS = regex.compile(r"(?<![\w.,+])(?:\+|\(\+?)?\d(?:[ \u00a0().\-/‐‑–]{0,3}\d){6,16}(?!\w)")
_NORTH_AMERICAN = regex.compile(r"(?:1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}")
_DATE = regex.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d)(?!\d)"
)
_DECIMAL = regex.compile(r"\d+[.,]\d+")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}\p{DI}]+(?:[-‐‑][\p{L}\p{M}\p{N}\p{DI}]+)*")
_INVISIBLE = regex.compile(r"\p{DI}+")
_UPPER = regex.compile(r"\p{Lu}")
_LETTER = regex.compile(r"\p{L}")


def _exact_duplicate(_: Mapping[str, Any]) -> Check:
    def check(submission: Submission) -> Sighting | None:
        wanted = normalise(submission.text)
        if wanted in map(normalise, submission.seen):
            return Sighting("The same words were asked before in this event.")
        return None

    return check


def _near_duplicate(params: Mapping[str, Any]) -> Check:
    def check(submission: Submission) -> Sighting | None:
        wanted = normalise(submission.text)
        if len(wanted) < params["min_characters"]:
            return None
        best = process.extractOne(
            wanted,
            list(map(normalise, submission.seen)),
            scorer=fuzz.ratio,
            score_cutoff=params["likeness_percent"],
        )
        if best is None:
            return None
        return Sighting(
            f"Letter by letter, {int(best[1])} % like a question asked before in this event."
        )

    return check


def _finds(search: Callable[[str], Span | None], what: str) -> Check:
    def check(submission: Submission) -> Sighting | None:
        span = search(submission.text)
        if span is not None:
            return Sighting(f"The text holds what looks like {what}.", span)
        if submission.name and search(submission.name) is not None:
            return Sighting(f"The name holds what looks like {what}.")
        return None

    return check


def _email_address(_: Mapping[str, Any]) -> Check:
    return _finds(lambda text: _span(_EMAIL.search(text)), "an e-mail address")


def _link(_: Mapping[str, Any]) -> Check:
    return _finds(lambda text: _span(_URL.search(text)), "a link to another site")


def _phone_number(_: Mapping[str, Any]) -> Check:
    return _finds(_find_phone, "a phone number")


def _find_phone(text: str) -> Span | None:
    for found in _DIGITS.finditer(text):
        candidate = found.group()
        digits = sum(char.isdigit() for char in candidate)
        if digits > 15 or _DATE.search(candidate) or _DECIMAL.fullmatch(candidate):
            continue
        # Without a country code, a trunk zero or the North American grouping, a run of digits is
        # more likely an amount, a range of years or a ticket number.
        first = candidate.lstrip("(")[0]
        if first == "+" or unicodedata.digit(first) == 0 or _NORTH_AMERICAN.fullmatch(candidate):
            return found.span()
    return None


def _shouting(params: Mapping[str, Any]) -> Check:
    def check(submission: Submission) -> Sighting | None:
        letters = len(_LETTER.findall(submission.text))
        if letters < params["min_letters"]:
            return None
        share = 100 * len(_UPPER.findall(submission.text)) // letters
        if share < params["capitals_percent"]:
            return None
        return Sighting(f"Written in capitals: {share} % of its letters.")

    return check


def _repeated_text(params: Mapping[str, Any]) -> Check:
    characters, words = params["characters"], params["words"]
    run_of_characters = regex.compile(
        rf"([\p{{L}}\p{{So}}!?])\1{{{characters - 1},}}", flags=regex.IGNORECASE
    )
    run_of_words = regex.compile(
        rf"\b(\w{{1,64}})(?:\W{{1,8}}\1\b){{{words - 1},}}", flags=regex.IGNORECASE
    )

    def check(submission: Submission) -> Sighting | None:
        found = run_of_characters.search(submission.text)
        if found:
            return Sighting(
                f"One character is repeated {found.end() - found.start()} times in a row.",
                found.span(),
            )
        found = run_of_words.search(submission.text)
        if found:
            return Sighting(f"One word is repeated {words} times or more in a row.", found.span())
        return None

    return check


def _banned_words(params: Mapping[str, Any]) -> Check:
    listed = {fold_word(word) for words in params["words"].values() for word in words}
    unspaced = tuple(word for word in listed if is_unspaced(word))

    def search(text: str) -> tuple[str, Span | None] | None:
        for found in _WORD.finditer(text):
            if fold_word(found.group()) in listed:
                return fold_word(found.group()), found.span()
        folded = fold_word(text) if unspaced else ""
        return next(((word, None) for word in unspaced if word in folded), None)

    def check(submission: Submission) -> Sighting | None:
        hit = search(submission.text)
        if hit is not None:
            return Sighting(f'The text holds the word "{hit[0]}", which the policy lists.', hit[1])
        hit = search(submission.name or "")
        if hit is not None:
            return Sighting(f'The name holds the word "{hit[0]}", which the policy lists.')
        return None

    return check


def fold_word(word: str) -> str:
    """Return a word as banned words are compared: case, width and invisible characters set aside.

    Accents count: in Spanish, "año" and "ano" are different words.
    """
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", word)).casefold()
    return unicodedata.normalize("NFC", folded)


def is_one_word(word: str) -> bool:
    """Say whether a banned word can match at all: one word, hyphens allowed."""
    return _WORD.fullmatch(word) is not None and bool(fold_word(word))


def _span(found: "regex.Match[str] | None") -> Span | None:
    return None if found is None else found.span()


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "exact_duplicate": Kind(_exact_duplicate),
        "near_duplicate": Kind(
            _near_duplicate,
            numbers={
                "likeness_percent": Number(88, 50, 100),
                "min_characters": Number(15, 1, 500),
            },
            may_decide=False,
        ),
        "email_address": Kind(_email_address),
        "phone_number": Kind(_phone_number),
        "link": Kind(_link),
        "shouting": Kind(
            _shouting,
            numbers={"min_letters": Number(20, 5, 500), "capitals_percent": Number(70, 50, 100)},
        ),
        "repeated_text": Kind(
            _repeated_text,
            numbers={"characters": Number(6, 3, 100), "words": Number(4, 2, 100)},
        ),
        "banned_words": Kind(_banned_words, takes_words=True),
    }
)
"""Every kind. A likeness may flag but never decide: "close" and "open" are too alike."""
