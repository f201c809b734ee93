"""Whatever two parsers could read differently is refused at the door."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import BadJson, TooLarge
from qa.web.json_in import parse_json

LIMIT = 32 * 1024

REFUSED = {
    "a repeated key": (b'{"a":1,"a":2}', "same key appears twice"),
    "a repeated key deep down": (b'{"a":[{"b":1,"b":1}]}', "same key appears twice"),
    "a key repeated by an escape": (b'{"a":1,"\\u0061":2}', "same key appears twice"),
    "not a number": (b'{"a":NaN}', "NaN and Infinity"),
    "infinity": (b"[-Infinity]", "NaN and Infinity"),
    "a number beyond a double": (b"[1e999]", "too large"),
    "a whole number beyond 2^53": (b"[9007199254740993]", "2^53"),
    "a negative one": (b"[-9007199254740993]", "2^53"),
    "thousands of digits": (b"[" + b"9" * 9000 + b"]", "2^53"),
    "nine levels": (b"[" * 9 + b"]" * 9, "more than 8 levels"),
    "thousands of levels": (b"[" * 16_000 + b"]" * 16_000, "more than 8 levels"),
    "thousands of levels, unfinished": (b'{"a":' * 6_000, "more than 8 levels"),
    "half a surrogate pair": (rb'["\ud83d"]', "surrogate"),
    "half of one in a key": (rb'{"\udc00":1}', "surrogate"),
    "bytes that are not UTF-8": (b'["\xff"]', "not UTF-8"),
    "a surrogate in UTF-8": (b'["\xed\xa0\x80"]', "not UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "not JSON"),
    "nothing": (b"", "not JSON"),
    "two values": (b"{}{}", "not JSON"),
    "a trailing comma": (b"[1,]", "not JSON"),
    "single quotes": (b"{'a':1}", "not JSON"),
    "a control character in a string": (b'["\x01"]', "not JSON"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_json_is_refused_with_a_sentence_that_says_why(name: str) -> None:
    data, words = REFUSED[name]
    with pytest.raises(BadJson, match=words.replace("^", r"\^")):
        parse_json(data, LIMIT)


def test_eight_levels_and_the_largest_whole_number_are_fine() -> None:
    assert parse_json(b"[" * 8 + b"]" * 8, LIMIT) == [[[[[[[[]]]]]]]]
    assert parse_json(b"[9007199254740992]", LIMIT) == [2**53]


def test_a_whole_surrogate_pair_is_one_character() -> None:
    assert parse_json(rb'["\ud83d\ude42"]', LIMIT) == ["\U0001f642"]


def test_a_body_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge, match="10 bytes"):
        parse_json(b"[" + b" " * 10, 10)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=6,
)


def depth(value: object) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(VALUES.filter(lambda value: depth(value) <= 8))
def test_every_honest_value_is_read_as_it_was_written(value: object) -> None:
    assert parse_json(json.dumps(value).encode(), 1_000_000) == value
    assert parse_json(json.dumps(value, ensure_ascii=False), 1_000_000) == value


@given(st.binary(max_size=200))
def test_no_bytes_make_the_parser_fail_in_another_way(data: bytes) -> None:
    with suppress(BadJson):
        parse_json(data, LIMIT)
