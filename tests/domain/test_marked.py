"""A policy as text: YAML and JSON say the same, and a refusal names the line of the fault."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.domain.marked import MAX_BYTES, read_marked, write_yaml
from qa.domain.policy import DEFAULT_POLICY_DOCUMENT, Policy
from qa.errors import BadInput

SHORT = """\
# What we screen for.
introduction: Everyone gets a number.
deadline_minutes: 15
reason_codes:
  - code: spam
    label: Spam
    meaning: It is advertising.
    template: This is advertising.
    dsa:
      decision_ground: DECISION_GROUND_INCOMPATIBLE_CONTENT
      category: STATEMENT_CATEGORY_OTHER_VIOLATION_TC
rules:
  - id: links
    kind: link
    explanation: Flags links.
    decides: {reason: spam}
"""
AS_JSON = json.dumps(read_marked(SHORT).value, indent=2)


def fault(text):
    with pytest.raises(BadInput) as refused:
        Policy.from_text(text)
    assert refused.value.message.startswith(f"Line {refused.value.details['line']}: ")
    return refused.value.details["line"], refused.value.message


def line(text, part):
    return next(at for at, words in enumerate(text.splitlines(), 1) if part in words)


def test_yaml_and_json_say_the_same_policy():
    assert Policy.from_text(SHORT) == Policy.from_text(AS_JSON)
    assert Policy.from_text(SHORT).rules[0].decides == "spam"


@pytest.mark.parametrize("text", [SHORT, AS_JSON], ids=["yaml", "json"])
def test_a_deadline_of_zero_is_refused_with_its_line(text):
    wrong = text.replace("15", "0")
    at, message = fault(wrong)
    assert at == line(wrong, "deadline_minutes")
    assert "deadline_minutes must be a whole number from 1 to" in message


@pytest.mark.parametrize("name", ["second_person_redaction", "second_person_appeal"])
def test_a_policy_that_does_without_a_second_person_is_refused_with_its_line(name):
    wrong = f"{SHORT}{name}: nobody\n"
    at, message = fault(wrong)
    assert at == line(wrong, name)
    assert "must be somebody_else or " in message
    assert "whatever a policy says" in message


def test_a_policy_without_reason_codes_is_refused_with_the_line():
    start = SHORT.index("reason_codes")
    none = SHORT[:start] + "reason_codes: []\n" + SHORT[SHORT.index("rules") :]
    assert fault(none)[0] == line(none, "reason_codes")
    as_json = json.dumps({**json.loads(AS_JSON), "reason_codes": []}, indent=1)
    assert fault(as_json)[0] == line(as_json, "reason_codes")
    at, message = fault(SHORT[:start] + SHORT[SHORT.index("rules") :])
    assert (at, "lacks the field reason_codes" in message) == (2, True)


@pytest.mark.parametrize("text", [SHORT, AS_JSON], ids=["yaml", "json"])
def test_a_rule_that_decides_without_a_name_is_refused_with_its_line(text):
    unnamed = text.replace("id: links\n    ", "").replace('"id": "links",', "")
    at, message = fault(unnamed)
    assert at <= line(unnamed, "link") <= at + 2
    assert "rules[0] decides, so it must have a name" in message


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("a: &x [1]\nb: *x", 1, "anchors"),
        ("a: 1\nb: *x", 2, "anchors"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]", 2, "tags"),
        ("a: 1\n? [b]\n: 2", 2, "plain text"),
        ("a: 1\nb: 2\na: 3", 3, "twice"),
        ("a: 1\n b: 2", 2, "not YAML"),
        ("a: \x07", 1, "not YAML"),
        ("a: 1\n---\nb: 2", 1, "more than one"),
        ("a:\n " + "[" * 9 + "]" * 9, 2, "8 levels"),
        ('{"a": 1,\n "a": 2}', 2, "twice"),
        ('{"a":\n NaN}', 2, "not JSON"),
        ('{"a": 1}\n{}', 2, "after its end"),
        ('{"a": "b\n"}', 1, "not JSON"),
        ('{"a":\n' + "[" * 9 + "]" * 9 + "}", 2, "8 levels"),
    ],
)
def test_what_could_stand_for_more_than_is_written_is_refused_with_its_line(text, at, words):
    found = fault(text)
    assert (found[0], words in found[1]) == (at, True), found


def test_a_bomb_is_refused_before_it_is_read():
    with pytest.raises(BadInput, match="at most 60,000 bytes"):
        read_marked("a: " + "x" * MAX_BYTES)
    with pytest.raises(BadInput):
        read_marked("[" * 50_000)
    with pytest.raises(BadInput):
        read_marked('{"a":' + "[" * 50_000)


def test_words_of_a_language_are_words_and_not_yes_or_no():
    read = read_marked("words:\n  no: [no, on, 1.5, 'null', 2026-11-18]").value
    assert read == {"words": {"no": ["no", "on", "1.5", "null", "2026-11-18"]}}


TEXTS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]) | st.just("\n"), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_what_is_written_reads_back_as_the_same(document):
    yaml = write_yaml(document)
    assert read_marked(yaml).value == document or yaml == "{}\n"
    assert read_marked(json.dumps(document)).value == document


def test_the_form_and_the_text_of_the_default_policy_are_one():
    assert Policy.from_text(write_yaml(DEFAULT_POLICY_DOCUMENT)).as_document() == (
        DEFAULT_POLICY_DOCUMENT
    )


@given(st.text(alphabet="{}[]:,-&*!|>'\"# \nab1", max_size=60))
def test_any_text_is_read_or_refused_and_nothing_else(text):
    with suppress(BadInput):
        read_marked(text)
