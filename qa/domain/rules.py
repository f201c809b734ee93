"""The kinds of automatic rule: each looks at one submission and says in a sentence what it saw.

A rule flags for a person; it knows nothing of decisions. Every kind misses some and flags some
innocent ones, which is why only a rule that the policy names may decide (see ``policy.py``).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import regex
from rapidfuzz import fuzz, process

from qa.domain.personal import (
    email_address,
    finds,
    is_name,
    is_region,
    listed_name,
    phone_number,
    span_of,
)
from qa.domain.rule_kind import Check, Kind, ListOf, Number, ShortText, Sighting, Span, Submission
from qa.domain.similarity import is_unspaced, normalise
from qa.domain.words import WORD, fold_word

# Patterns. Quantifiers are bounded, so that no text makes a search slow.

_URL = regex.compile(
    r"(?:\b(?:https?|ftp)://|\bwww\.)[^\s<>\"]{1,2000}"
    r"|(?<![\w@.＠-])(?:[\w-]{1,63}\.){1,8}(?:(?:com|org|info|biz|io|app|dev|ly)\b|[a-z]{2,18}/\w)",
    flags=regex.IGNORECASE,
)
_UPPER = regex.compile(r"\p{Lu}")
_LETTER = regex.compile(r"\p{L}")
_GRAPHEME = regex.compile(r"\X")


def _exact_duplicate(_: Mapping[str, Any]) -> Check:
    def check(submission: Submission) -> Sighting | None:
        if normalise(submission.text) in submission.seen:
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
            submission.seen,
            scorer=fuzz.ratio,
            score_cutoff=params["likeness_percent"],
        )
        if best is None:
            return None
        return Sighting(
            f"Letter by letter, {int(best[1])} % like a question asked before in this event."
        )

    return check


def _link(_: Mapping[str, Any]) -> Check:
    return finds(lambda text: span_of(_URL.search(text)), "a link to another site")


def _length(params: Mapping[str, Any]) -> Check:
    shortest, longest = params["shortest"], params["longest"]

    def check(submission: Submission) -> Sighting | None:
        graphemes = len(_GRAPHEME.findall(submission.text))
        if graphemes < shortest:
            return Sighting(f"Only {graphemes} characters long; the policy asks for {shortest}.")
        if graphemes > longest:
            return Sighting(f"{graphemes} characters long; the policy asks for {longest} at most.")
        return None

    return check


def _flood(params: Mapping[str, Any]) -> Check:
    def check(submission: Submission) -> Sighting | None:
        if not submission.flooding:
            return None
        return Sighting(
            f"One browser sent more than {params['questions']} questions within"
            f" {params['minutes']} minutes. All that arrives at this time is flagged, whoever sends"
            " it: the flag says when, and not who."
        )

    return check


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
        for found in WORD.finditer(text):
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


def _is_own_name(text: str) -> bool:
    return regex.fullmatch(r"[a-z][a-z0-9_]{0,39}", text) is not None


def _is_version(text: str) -> bool:
    return regex.fullmatch(r"[0-9][0-9A-Za-z.+!]{0,39}", text) is not None


def _own(params: Mapping[str, Any]) -> Check:
    rule, version = params["rule"], params["version"]

    def check(submission: Submission) -> Sighting | None:
        unasked = Sighting(f"{rule}, version {version}, was not asked about this.", failed=True)
        return submission.own.get((rule, version), unasked)

    return check


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
        "email_address": Kind(email_address),
        "phone_number": Kind(
            phone_number,
            lists={"regions": ListOf("a region by its two capital letters, as DE", is_region, 50)},
        ),
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
        "length": Kind(
            _length,
            numbers={"shortest": Number(10, 1, 500), "longest": Number(300, 1, 500)},
        ),
        "listed_name": Kind(
            listed_name,
            lists={"names": ListOf("a name, with a word of two letters or more", is_name)},
        ),
        "own": Kind(
            _own,
            texts={
                "rule": ShortText("the name of an installed rule", _is_own_name),
                "version": ShortText("the version that is installed", _is_version),
            },
        ),
        "flood": Kind(
            _flood,
            numbers={"questions": Number(5, 1, 100), "minutes": Number(5, 1, 60)},
            may_decide=False,
        ),
    }
)
"""Every kind. A likeness may flag but never decide: "close" and "open" are too alike. Neither may
a flood, whose flag falls on everybody."""
