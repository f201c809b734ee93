"""Reading a JSON document strictly: a refusal names the path of its field, as ``rules[2].kind``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import regex

from qa.domain.text import TextLimit, clean
from qa.errors import BadInput

_IDENTIFIER = regex.compile(r"[a-z][a-z0-9_]{0,39}")


def read_object(
    value: object, path: str, required: Iterable[str], optional: Iterable[str] = ()
) -> Mapping[str, Any]:
    """Return an object that has all required keys and no key beyond the listed ones."""
    if not isinstance(value, Mapping):
        raise BadInput(f"{_named(path)} must be an object with named fields.", field=path or None)
    needed, known = list(required), {*required, *optional}
    for key in needed:
        if key not in value:
            raise BadInput(f"{_named(path)} lacks the field {key}.", field=join(path, key))
    for key in value:
        if key not in known:
            raise BadInput(
                f"{_named(path)} has a field that is not known here; it can have"
                f" {', '.join(sorted(known))}.",
                field=join(path, str(key)[:40]),
            )
    return value


def read_list(value: object, path: str, lowest: int, highest: int) -> list[Any]:
    """Return a list with a number of items within bounds."""
    if not isinstance(value, list):
        raise BadInput(f"{path} must be a list.", field=path)
    if not lowest <= len(value) <= highest:
        raise BadInput(
            f"{path} must have {lowest:,} to {highest:,} items; this has {len(value):,}.",
            field=path,
        )
    return value


def read_text(value: object, path: str, max_graphemes: int, min_graphemes: int = 1) -> str:
    """Return a text in its normal form, within bounds."""
    return clean(value, TextLimit(path, path, max_graphemes, 8 * max_graphemes, min_graphemes))


def read_number(value: object, path: str, lowest: int, highest: int) -> int:
    """Return a whole number within bounds; ``true`` and ``1.0`` are none."""
    if type(value) is int and lowest <= value <= highest:
        return value
    # A number of thousands of digits is valid JSON, and nothing that anybody wants to read again.
    found = f"; this is {value:,}" if type(value) is int and abs(value) < 10**9 else ""
    raise BadInput(
        f"{path} must be a whole number from {lowest:,} to {highest:,}{found}.", field=path
    )


def read_identifier(value: object, path: str) -> str:
    """Return a short machine name: what goes into the log in place of words."""
    if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
        raise BadInput(
            f"{path} must be a name of 1 to 40 characters from a-z, 0-9 and _ that begins with a"
            " letter.",
            field=path,
        )
    return value


def read_choice(value: object, path: str, choices: Sequence[str], why: str) -> str:
    """Return one of a few values; ``why`` tells whoever chose another what it is about."""
    for choice in choices:
        if value == choice:
            return choice
    raise BadInput(f"{path} must be {' or '.join(choices)}: {why}.", field=path)


def join(path: str, key: str) -> str:
    """Return the path of a field inside an object."""
    return f"{path}.{key}" if path else key


def _named(path: str) -> str:
    return path or "The policy"
