"""The forms that a field of a leaf can have: small values, checked one way everywhere.

No form admits free text. That is what keeps words and names out of a log that is public for ever.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from qa.ledger.spelling import MAX_WHOLE

Value = str | int | bool | list[str] | list[int] | dict[str, int]
"""What a field can hold once its form has been checked."""


@dataclass(frozen=True)
class Form:
    """One form: what it is called in an error, and whether a value has it.

    ``spelling`` is a pattern: what it matches as a whole is canonical JSON, and when the form is
    ``regular``, a value of it. It may leave values out. See ``glance``, which is for speed only.
    """

    name: str
    admits: Callable[[object], bool]
    spelling: str | None = None
    regular: bool = False


@dataclass(frozen=True)
class FieldSpec:
    """One field of a kind of leaf. An optional field is absent or of its form, never null."""

    form: Form
    optional: bool = False


def word(name: str, pattern: str) -> Form:
    """Return the form of a string that matches a pattern as a whole.

    The pattern admits only characters that JSON spells as they are.
    """
    matches = re.compile(pattern, re.ASCII).fullmatch
    return Form(
        name,
        lambda value: isinstance(value, str) and matches(value) is not None,
        spelling=f'"(?:{pattern})"',
        regular=True,
    )


def choice(*values: str) -> Form:
    """Return the form of a closed set of strings."""
    return Form(
        " or ".join(values),
        lambda value: isinstance(value, str) and value in values,
        spelling=f'"(?:{"|".join(map(re.escape, values))})"',
        regular=True,
    )


def whole(lowest: int = 0) -> Form:
    """Return the form of a whole number from ``lowest`` up to 2**53 - 1."""
    return Form(
        f"a whole number from {lowest}",
        lambda value: type(value) is int and lowest <= value <= MAX_WHOLE,
        spelling="[1-9][0-9]{0,14}" if lowest else "(?:0|[1-9][0-9]{0,14})",
        regular=lowest <= 1,
    )


def list_of(form: Form, longest: int, *, in_order: bool = False, distinct: bool = False) -> Form:
    """Return the form of a list; ``in_order`` means sorted, ``distinct`` without repeats."""

    def admits(value: object) -> bool:
        if not isinstance(value, list) or len(value) > longest:
            return False
        if not all(form.admits(item) for item in value):
            return False
        if distinct and len(set(value)) != len(value):
            return False
        return not in_order or value == sorted(value)

    item = form.spelling
    return Form(
        f"a list of up to {longest} of {form.name}",
        admits,
        spelling=None if item is None else rf"\[(?:{item}(?:,{item})*)?\]",
    )


def counts_by(key: Form, longest: int) -> Form:
    """Return the form of an object that counts something for each key, and is not empty."""
    return Form(
        f"counts by {key.name}",
        lambda value: (
            isinstance(value, Mapping)
            and 1 <= len(value) <= longest
            and all(key.admits(name) and POSITIVE.admits(count) for name, count in value.items())
        ),
    )


def _is_minute(value: object) -> bool:
    return isinstance(value, str) and len(value) == 17 and _is_known_minute(value)


@lru_cache(maxsize=4096)  # a log names the same minutes over and over, and parsing one is slow
def _is_known_minute(value: str) -> bool:
    if not _MINUTE.fullmatch(value):
        return False
    try:
        datetime.strptime(value, "%Y-%m-%dT%H:%M%z")
    except ValueError:
        return False
    return True


_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z", re.ASCII)

WHOLE = whole()
POSITIVE = whole(1)
YES_NO = Form(
    "true or false", lambda value: isinstance(value, bool), spelling="(?:true|false)", regular=True
)
MINUTE = Form("a UTC time to the minute", _is_minute, spelling='"[0-9TZ:-]*"')
HEX64 = word("64 lower-case hex digits", r"[0-9a-f]{64}")
SLUG = word("a slug", r"[a-z0-9][a-z0-9-]{0,59}")
CODE = word("a code of a-z and _", r"[a-z_]{1,40}")
ORIGIN = word(
    "the origin of a log",
    r"(?=.{1,255}\Z)(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
    r"(?:/[A-Za-z0-9._~-]+)*/log/[a-z0-9][a-z0-9-]{0,59}",
)
# What an OpenID provider calls itself: an address without query or fragment (Discovery section 2).
ISSUER = word("an issuer", r"https?://[A-Za-z0-9._~:/%@!$&'()*+,;=\[\]-]{1,240}")
# Language, script, region and one variant (RFC 5646 §2.1): what browsers say. Private use and
# extension subtags would leave room for a sentence.
LANGUAGE = word(
    "a language tag",
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))?",
)
STAFF = word("a staff pseudonym", r"(?:Owner|Moderator|Presenter|Auditor)(?: [A-Z]{1,3})?")
ERASER = word("a pseudonym", r"Author|(?:Owner|Moderator|Presenter|Auditor)(?: [A-Z]{1,3})?")
DECIDER = word("a pseudonym", r"Rule|(?:Owner|Moderator|Presenter|Auditor)(?: [A-Z]{1,3})?")
