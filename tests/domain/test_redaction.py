"""Spans, marks and explanations of a redaction."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.domain.redaction import MARK, MAX_SPANS, What, check_explanation, check_spans, hide
from qa.errors import BadInput

TEXT = "Why does Ada Lovelace earn more?"


def test_what_is_left_has_one_mark_for_each_part_however_long_it_was():
    spans = check_spans(TEXT, [(27, 31), (9, 21)])
    assert spans == ((9, 21), (27, 31))
    assert hide(TEXT, spans, What.TEXT) == f"Why does {MARK} earn {MARK}?"


def test_parts_that_touch_or_overlap_are_one():
    assert check_spans(TEXT, [(9, 12), (12, 15), (10, 21)]) == ((9, 21),)


@pytest.mark.parametrize(
    ("text", "span", "widened"),
    [
        ("Jose\u0301 left", (3, 4), (3, 5)),
        ("Jose\u0301 left", (4, 5), (3, 5)),
        ("a \U0001f469\u200d\U0001f680 b", (3, 4), (2, 5)),
        ("in \U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7 now", (5, 6), (5, 7)),
        ("in \U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7 now", (4, 5), (3, 5)),
    ],
)
def test_no_half_of_a_character_is_left(text, span, widened):
    assert check_spans(text, [span]) == (widened,)


def test_spans_over_all_that_can_be_seen_mean_the_whole_text():
    assert check_spans(TEXT, [(0, len(TEXT))]) == ()
    assert check_spans("one two", [(0, 3), (4, 7)]) == ()


@pytest.mark.parametrize(
    "spans", [[(3, 3)], [(4, 2)], [(-1, 2)], [(0, 33)], [(1, 2, 3)], [(0, 1)] * (MAX_SPANS + 1)]
)
def test_a_span_that_is_none_is_refused(spans):
    with pytest.raises(BadInput) as refused:
        check_spans(TEXT, spans)
    assert refused.value.field == "spans"


def test_the_mark_in_an_answer_is_no_markdown():
    assert hide("Ada: gone", [(0, 3)], What.ANSWER) == r"\[redacted\]: gone"


@pytest.mark.parametrize("said", ["It names Ada Lovelace.", "About ada lovelace and her pay."])
def test_an_explanation_does_not_say_what_it_hides(said):
    with pytest.raises(BadInput, match="without them"):
        check_explanation(said, TEXT, [(9, 21)])
    check_explanation("It names a private person.", TEXT, [(9, 21)])


def test_an_explanation_does_not_repeat_a_whole_text():
    with pytest.raises(BadInput, match="without them"):
        check_explanation(f"Somebody asked: {TEXT} Not nice.", TEXT, [])


@given(st.text(st.sampled_from("ab \u0301\U0001f1e9\u200d\U0001f469é"), min_size=1), st.data())
def test_nothing_of_a_hidden_part_is_left_and_nothing_else_goes(text, data):
    text = unicodedata.normalize("NFC", text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    spans = check_spans(text, [(start, end)])
    if not spans:
        return
    ((first, last),) = spans
    assert first <= start < end <= last
    left = unicodedata.normalize("NFC", text[:first] + MARK + text[last:])
    assert hide(text, spans, What.TEXT) == left
