"""JSON as it is read here: one meaning for every reader, and one spelling where that is asked for.

Refused are repeated keys, fractions and exponents, NaN, whole numbers from 2**53 on, half
characters and bytes that are not UTF-8: on each of these two JSON readers may disagree. The one
spelling has sorted keys, no spaces, and no escape that JSON does not ask for.
"""

import json
from typing import Any, NoReturn

from qa.errors import Malformed
from qa.ledger.spelling import MAX_WHOLE


def parse_json(data: bytes) -> Any:
    """Return the value that JSON in any spelling holds.

    Raises:
        Malformed: this is not such JSON.
    """
    text, value = _load(data, object_pairs_hook=_object)
    if "\\u" in text:
        spell_json(value)  # an escape is the one way to half a character
    return value


def parse_canonical_json(data: bytes) -> Any:
    """Return the value of JSON in its one spelling.

    Raises:
        Malformed: this is not JSON, or another spelling of it.
    """
    _, value = _load(data)
    if spell_json(value) != data:  # as with a repeated key, of which only the last is left
        raise Malformed("This JSON is not in its canonical spelling.")
    return value


def spell_json(value: object) -> bytes:
    """Return a value as JSON in its one spelling.

    Raises:
        Malformed: the value holds a half character, or nothing that is JSON.
    """
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        )
        return text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed("This value cannot be spelt as JSON.") from error


def _load(data: bytes, **hooks: Any) -> tuple[str, Any]:
    """Return the text and the value of JSON; what is refused in it but for keys is in hooks."""
    try:
        text = data.decode()
        value = json.loads(
            text, parse_int=_whole, parse_float=_refuse, parse_constant=_refuse, **hooks
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("This is not JSON.") from error
    return text, value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("A key is repeated in the JSON.")
    return found


def _whole(digits: str) -> int:
    if len(digits) > 17 or not -MAX_WHOLE <= (number := int(digits)) <= MAX_WHOLE:
        raise Malformed("A number in the JSON is too large.")
    return number


def _refuse(_digits: str) -> NoReturn:
    raise Malformed("The JSON holds a number that is not whole.")
