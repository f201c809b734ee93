"""Strict JSON: the only way in which a body or a packet from outside becomes values.

Whatever two parsers could read differently is refused: repeated keys, NaN and infinities, numbers
too large for a double, integers beyond 2^53, deep nesting, lone surrogates, and bytes that are not
UTF-8.
"""

import json
import math
import re
from typing import Never

from qa.errors import BadJson, TooLarge

MAX_DEPTH = 8
MAX_INTEGER = 2**53
_MAX_NUMBER_CHARS = 32
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(data: bytes | str, max_bytes: int) -> object:
    """Return the one value that the data holds.

    Raises:
        TooLarge: the data is longer than ``max_bytes``.
        BadJson: it is not strict JSON; the message says what is wrong.
    """
    if len(data) > max_bytes:
        raise TooLarge(f"Send at most {max_bytes:,} bytes.")
    text = data if isinstance(data, str) else _decode(data)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise BadJson(f"This is not JSON: {error.msg}, at character {error.pos + 1}.") from None
    except RecursionError:
        raise _too_deep() from None
    _check(value, MAX_DEPTH)
    return value


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJson("The text is not UTF-8.") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("The same key appears twice in one object.")
    return found


def _constant(_name: str) -> Never:
    raise BadJson("NaN and Infinity are not JSON.")


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise BadJson("A number is too large.")
    return number


def _integer(digits: str) -> int:
    # Checked by length first: int() refuses thousands of digits with an error of its own.
    if len(digits) > _MAX_NUMBER_CHARS or abs(int(digits)) > MAX_INTEGER:
        raise BadJson("Whole numbers go up to 2^53.")
    return int(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_constant=_constant,
    parse_float=_float,
    parse_int=_integer,
)


def _check(value: object, depth: int) -> None:
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise BadJson("The text holds half of a surrogate pair.")
    elif isinstance(value, dict | list):
        if depth == 0:
            raise _too_deep()
        if isinstance(value, dict):
            for key in value:
                _check(key, depth)
            value = list(value.values())
        for item in value:
            _check(item, depth - 1)


def _too_deep() -> BadJson:
    return BadJson(f"The JSON is nested more than {MAX_DEPTH} levels deep.")
