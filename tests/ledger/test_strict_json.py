"""JSON as the record takes it: one meaning, and for what is signed one spelling."""

import pytest

from qa.errors import Malformed
from qa.ledger.spelling import MAX_WHOLE
from qa.ledger.strict_json import parse_canonical_json, parse_json, spell_json


def test_a_repeated_key_has_no_meaning() -> None:
    with pytest.raises(Malformed, match="repeated"):
        parse_json(b'{"n":1,"n":2}')
    with pytest.raises(Malformed, match="canonical"):
        parse_canonical_json(b'{"n":1,"n":2}')


@pytest.mark.parametrize("number", [MAX_WHOLE, -MAX_WHOLE, 0])
def test_whole_numbers_up_to_the_largest_are_read(number: int) -> None:
    assert parse_canonical_json(str(number).encode()) == number


@pytest.mark.parametrize(
    "text", [str(MAX_WHOLE + 1), str(-MAX_WHOLE - 1), "9" * 5_000, "1.0", "1e2", "NaN", "-Infinity"]
)
def test_any_other_number_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_json(text.encode())


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"n": float("nan")}, "\ud800", {1}])
def test_what_is_no_json_is_not_spelt(value: object) -> None:
    with pytest.raises(Malformed):
        spell_json(value)


def test_letters_are_spelt_as_they_are_and_keys_in_order() -> None:
    assert spell_json({"ü": 1, "a": "ж"}) == '{"a":"ж","ü":1}'.encode()


def test_half_a_character_is_refused_though_it_comes_escaped() -> None:
    with pytest.raises(Malformed):
        parse_json(b'"\\ud800"')
