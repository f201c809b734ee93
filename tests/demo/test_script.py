"""The demo's meeting as a file: what it must hold, and how a slip in it is answered."""

from pathlib import Path

import pytest

from qa.demo.script import AUTHOR, MEETING, load_script
from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.domain.text import clean_question


def edited(tmp_path: Path, old: str, new: str) -> Path:
    """Return the meeting's file with its first ``old`` replaced."""
    text = MEETING.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "meeting.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_meeting_has_about_120_questions_in_the_order_they_were_asked() -> None:
    asks = load_script().asks
    assert 115 <= len(asks) <= 135
    times = [ask.ago_ms for ask in asks]
    assert times == sorted(times, reverse=True)


def test_the_meeting_is_held_in_many_languages_and_scripts() -> None:
    languages = {ask.language for ask in load_script().asks}
    assert languages >= {"en", "de", "fr", "es", "pl", "ar", "he", "hi", "ja", "zh-Hant", "zh-Hans"}


def test_every_question_is_one_that_somebody_could_send() -> None:
    for ask in load_script().asks:
        assert clean_question(ask.text) == ask.text


def test_only_those_who_are_there_do_something() -> None:
    script = load_script()
    known = {person.key for person in script.staff} | {AUTHOR}
    assert {step.who for ask in script.asks for step in ask.steps} <= known


def test_every_reason_code_of_the_policy_is_used() -> None:
    used = {step.reason for ask in load_script().asks for step in ask.steps if step.reason}
    assert used == {reason["code"] for reason in DEFAULT_POLICY_DOCUMENT["reason_codes"]}


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        ("ines publish", "not a step"),
        ("+9 ines", "not a step"),
        ("+300 ines publish", "after now"),
        ("@310 ines publish", "before its question"),
    ],
)
def test_a_step_that_cannot_be_is_refused(tmp_path: Path, step: str, complaint: str) -> None:
    path = edited(tmp_path, "+9 ines publish", step)
    with pytest.raises(ValueError, match=complaint):
        load_script(path)
