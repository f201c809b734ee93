"""Rules about personal data: addresses, phone numbers, and the names that a policy lists."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import phonenumbers
import regex

from qa.domain.rule_kind import Check, Sighting, Span, Submission
from qa.domain.words import WORD, fold_word

# Quantifiers are bounded, so that no text makes a search slow.
_EMAIL = regex.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}[@＠][\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_DIGITS = regex.compile(r"(?<![\w.,+])(?:\+|\(\+?)?\d(?:[ \u00a0().\-/‐‑–]{0,3}\d){6,16}(?!\w)")
_NORTH_AMERICAN = regex.compile(r"(?:1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}")
_DATE = regex.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d)(?!\d)"
)
_DECIMAL = regex.compile(r"\d+[.,]\d+")


def finds(search: Callable[[str], Span | None], what: str) -> Check:
    """Return the check of text and name by a search for something."""

    def check(submission: Submission) -> Sighting | None:
        span = search(submission.text)
        if span is not None:
            return Sighting(f"The text holds what looks like {what}.", span)
        if submission.name and search(submission.name) is not None:
            return Sighting(f"The name holds what looks like {what}.")
        return None

    return check


def email_address(_: Mapping[str, Any]) -> Check:
    """Look for an e-mail address."""
    return finds(lambda text: span_of(_EMAIL.search(text)), "an e-mail address")


def phone_number(params: Mapping[str, Any]) -> Check:
    """Look for a phone number, by its shape or by the numbering plans of the policy's regions."""
    regions = (None, *params["regions"])

    def search(text: str) -> Span | None:
        return _find_phone(text) or next(
            (span for region in regions if (span := _find_valid_phone(text, region))), None
        )

    return finds(search, "a phone number")


def _find_valid_phone(text: str, region: str | None) -> Span | None:
    """Return the first number that is one by the numbering plan of a region, None for any."""
    found = next(iter(phonenumbers.PhoneNumberMatcher(text, region)), None)
    return None if found is None else (found.start, found.end)


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


def listed_name(params: Mapping[str, Any]) -> Check:
    """Look for a name that the policy lists, all its words in a row."""
    names = {tuple(fold_word(word) for word in WORD.findall(name)) for name in params["names"]}
    longest = max(map(len, names), default=0)

    def check(submission: Submission) -> Sighting | None:
        found = list(WORD.finditer(submission.text))
        folded = [fold_word(each.group()) for each in found]
        for start in range(len(found)):
            for end in range(start + 1, min(start + longest, len(found)) + 1):
                if tuple(folded[start:end]) in names:
                    span = (found[start].start(), found[end - 1].end())
                    return Sighting("The text names a person whom the policy lists.", span)
        return None

    return check


def is_name(name: str) -> bool:
    """Say whether a listed name can match at all: it has a word of two letters or more."""
    return any(len(word) > 1 for word in WORD.findall(name))


def is_region(region: str) -> bool:
    """Say whether phone numbers of a region are known, by its two letters such as DE."""
    return region in phonenumbers.SUPPORTED_REGIONS


def span_of(found: "regex.Match[str] | None") -> Span | None:
    """Return where a match is."""
    return None if found is None else found.span()
