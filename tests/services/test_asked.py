"""What a worker remembers of questions: never more, and never less, than what stands."""

from collections.abc import Callable
from typing import Any

import pytest

from qa.config import Config
from qa.services import boards, hiding, questions
from qa.services.context import Context
from qa.services.unit import Unit, perform
from tests.services.hiding import draft, redact
from tests.services.meeting import SLUG, Meeting, hold_meeting

TEXT = "When will the office in Leeds close for good?"


def flags(meeting: Meeting, n: int) -> list[str]:
    rows = boards.desk_board(meeting.ctx, SLUG, meeting.auditor)["questions"]
    return [flag["rule"] for row in rows if row["n"] == n for flag in row["flags"]]


def similar(ctx: Context, text: str = TEXT) -> list[int]:
    return [each["n"] for each in questions.similar_questions(ctx, SLUG, text)["similar"]]


def test_a_repeat_is_flagged_and_no_longer_once_the_first_was_withdrawn(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask(TEXT)
    meeting.ask(TEXT)
    assert flags(meeting, 2) == ["exact_duplicate"]
    for n in (1, 2):
        questions.withdraw_question(ctx, SLUG, n, meeting.key(n))
    meeting.ask(TEXT)
    assert flags(meeting, 3) == []


def test_a_changed_text_is_compared_as_it_is_now_and_not_with_itself(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask(TEXT)
    questions.revise_question(ctx, SLUG, 1, meeting.key(1), TEXT + " And why?")
    assert flags(meeting, 1) == []
    questions.revise_question(ctx, SLUG, 1, meeting.key(1), "Who pays for the lunch on Fridays?")
    meeting.ask(TEXT)
    assert flags(meeting, 2) == []


def test_a_question_of_an_act_that_failed_was_never_asked(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()

    def fails(unit: Unit) -> None:
        questions.add_questions(unit, [submission()])
        assert TEXT.lower().rstrip("?") in ctx.asked.words(unit.session, unit.event).values()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        perform(ctx, SLUG, fails)
    meeting.ask(TEXT)
    assert flags(meeting, 2) == []


def submission() -> questions.Submission:
    return questions.Submission(
        text=TEXT, name=None, language=None, client_key="f" * 40, author_tag=None, source="live"
    )


def test_what_another_worker_took_is_known_here(
    ctx: Context, config: Config, make_context: Callable[[Config], Context]
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    other: Any = make_context(config)
    there = Meeting(**{**vars(meeting), "ctx": other})
    assert similar(other) == []
    meeting.ask(TEXT)
    meeting.decide(2, "publish")
    there.ask(TEXT)
    assert flags(meeting, 3) == ["exact_duplicate"]
    assert similar(other) == [2]


def test_words_that_another_worker_hid_are_forgotten_here_within_a_tick(
    ctx: Context, config: Config, make_context: Callable[[Config], Context]
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask(TEXT)
    meeting.decide(1, "publish")
    other = make_context(config)
    Meeting(**{**vars(meeting), "ctx": other}).ask(TEXT)
    assert similar(other) == [1]
    redact(meeting, 1, draft())
    assert remembered(ctx) == []
    assert remembered(other) == [TEXT]
    hiding.forget_texts(other)
    assert remembered(other) == []
    assert similar(other) == []


def remembered(ctx: Context) -> list[str]:
    """Return which of the words of question 1 this worker's memory still has."""
    halves = [each.spelt.get(1) for each in ctx.asked._words.values()]
    halves += [each.index._spelt.get(1) for each in ctx.asked._public.values()]
    return sorted({TEXT for each in halves if each})
