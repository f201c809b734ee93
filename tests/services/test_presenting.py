"""The stage: one question live at a time, answers that stay on the record."""

import pytest

from qa.errors import BadInput, EventClosed, EventNotOpen, IllegalTransition, NoRight
from qa.services import boards, presenting
from qa.services.context import PUBLIC, Context
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, Meeting, hold_meeting


def _published(ctx: Context, count: int) -> Meeting:
    meeting = hold_meeting(ctx, "open", "live")
    for n in range(1, count + 1):
        meeting.ask()
        meeting.decide(n, "publish")
    return meeting


def _live(ctx: Context) -> list[int]:
    return [row["n"] for row in boards.public_board(ctx, SLUG)["questions"] if row["live"]]


def test_one_question_is_live_at_a_time(ctx: Context) -> None:
    meeting = _published(ctx, 2)
    presenting.set_live(ctx, SLUG, meeting.presenter, 1, True)
    presenting.set_live(ctx, SLUG, meeting.presenter, 2, True)
    assert _live(ctx) == [2]
    steps = [(leaf.fields["n"], leaf.fields["on"]) for leaf in leaves_of(ctx, "live")]
    assert steps == [(1, True), (1, False), (2, True)]
    presenting.set_live(ctx, SLUG, meeting.presenter, 2, False)
    assert _live(ctx) == []


def test_doing_it_twice_logs_it_once(ctx: Context) -> None:
    meeting = _published(ctx, 1)
    for _ in range(2):
        presenting.set_live(ctx, SLUG, meeting.presenter, 1, True)
    assert len(leaves_of(ctx, "live")) == 1


def test_a_written_answer_is_shown_as_safe_html_and_committed_to(ctx: Context) -> None:
    meeting = _published(ctx, 1)
    text = "**Yes.** <script>alert(1)</script>"
    presenting.mark_answered(ctx, SLUG, meeting.presenter, 1, mode="written", answer=text)
    (row,) = boards.public_board(ctx, SLUG)["questions"]
    assert row["answered_how"] == "written"
    assert "<strong>Yes.</strong>" in row["answer_html"]
    assert "<script" not in row["answer_html"]
    (leaf,) = leaves_of(ctx, "answered")
    assert "Yes" not in str(leaf.fields)


def test_a_later_answer_does_not_remove_the_earlier_one(ctx: Context) -> None:
    meeting = _published(ctx, 1)
    for answer in ("First words.", "Better words."):
        presenting.mark_answered(ctx, SLUG, meeting.presenter, 1, mode="written", answer=answer)
    history = boards.question_history(ctx, SLUG, 1)
    answers = [
        step["summary"]["answer"] for step in history["history"] if step["kind"] == "answered"
    ]
    assert answers == ["First words.", "Better words."]
    assert "Better words." in history["question"]["answer_html"]


def test_an_answer_takes_the_question_off_the_stage_and_the_list(ctx: Context) -> None:
    meeting = _published(ctx, 2)
    presenting.set_next(ctx, SLUG, meeting.presenter, 2, True)
    presenting.set_live(ctx, SLUG, meeting.presenter, 1, True)
    presenting.mark_answered(ctx, SLUG, meeting.presenter, 1, mode="spoken", answer=None)
    presenting.mark_answered(ctx, SLUG, meeting.presenter, 2, mode="spoken", answer=None)
    rows = boards.public_board(ctx, SLUG)["questions"]
    assert [(row["live"], row["next"], row["answered_how"]) for row in rows] == [
        (False, False, "spoken"),
        (False, False, "spoken"),
    ]
    with pytest.raises(IllegalTransition):
        presenting.set_next(ctx, SLUG, meeting.presenter, 1, True)


def test_only_published_questions_reach_the_stage(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open", "live")
    meeting.ask()
    meeting.ask()
    meeting.decide(2, "filter")
    for n in (1, 2):
        with pytest.raises(IllegalTransition):
            presenting.set_live(ctx, SLUG, meeting.presenter, n, True)
        with pytest.raises(IllegalTransition):
            presenting.set_next(ctx, SLUG, meeting.presenter, n, True)
        with pytest.raises(IllegalTransition):
            presenting.mark_answered(ctx, SLUG, meeting.presenter, n, mode="spoken", answer=None)


def test_nothing_goes_live_before_the_meeting_or_after_it(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "publish")
    with pytest.raises(EventNotOpen):
        presenting.set_live(ctx, SLUG, meeting.presenter, 1, True)
    meeting.move("closed")
    with pytest.raises(EventClosed):
        presenting.set_live(ctx, SLUG, meeting.presenter, 1, True)


def test_participants_and_auditors_do_not_present(ctx: Context) -> None:
    meeting = _published(ctx, 1)
    for actor in (PUBLIC, meeting.person(), meeting.auditor):
        with pytest.raises(NoRight):
            presenting.set_live(ctx, SLUG, actor, 1, True)
        with pytest.raises(NoRight):
            presenting.set_next(ctx, SLUG, actor, 1, True)
        with pytest.raises(NoRight):
            presenting.mark_answered(ctx, SLUG, actor, 1, mode="spoken", answer=None)


@pytest.mark.parametrize(
    ("field", "mode", "answer"),
    [
        ("mode", "sung", None),
        ("answer", "spoken", "words"),
        ("answer", "written", ""),
        ("answer", "written", "a" * 5_001),
    ],
)
def test_a_bad_answer_names_its_field(
    ctx: Context, field: str, mode: str, answer: str | None
) -> None:
    meeting = _published(ctx, 1)
    with pytest.raises(BadInput) as refused:
        presenting.mark_answered(ctx, SLUG, meeting.presenter, 1, mode=mode, answer=answer)
    assert refused.value.field == field
