"""The report of an event: read at one tree size, the same bytes every time."""

import json

import jsonschema
import pytest

from qa.errors import BadInput, UnknownEvent
from qa.ledger.numbers import Appeals
from qa.report.json_form import report_dict, report_json, report_schema
from qa.report.value import Report
from qa.services import appeals, presenting, questions, snapshots
from qa.services.context import Context
from qa.services.reports import build_report
from tests.conftest import TurnableClock
from tests.services.meeting import EXPLANATION, SLUG, Meeting, hold_meeting

SAME = "Both ask the same."
OUTCOMES = ("published", "filtered", "merged", "withdrawn", "pending", "never_decided")


def hold_small_meeting(ctx: Context, clock: TurnableClock) -> Meeting:
    """Hold a meeting of five questions: one of each outcome that there is, and one answered."""
    meeting = hold_meeting(ctx, "open")
    for _ in range(5):
        meeting.ask()
    clock.turn(minutes=7)
    meeting.decide(1, "publish")
    meeting.decide(2, "publish")
    meeting.decide(3, "filter")
    meeting.vote(3, "Ada", "Ben")
    meeting.vote(2, "Ada")
    questions.withdraw_question(ctx, SLUG, 4, meeting.key(4))
    meeting.move("live")
    presenting.set_live(ctx, SLUG, meeting.presenter, 1, True)
    presenting.mark_answered(ctx, SLUG, meeting.presenter, 1, mode="spoken", answer=None)
    return meeting


def outcomes_of(report: Report) -> dict[str, int]:
    return {name: getattr(report.numbers, name) for name in OUTCOMES}


def test_the_report_counts_every_docket_number_in_exactly_one_outcome(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_small_meeting(ctx, clock)
    live = build_report(ctx, SLUG)
    assert outcomes_of(live) == dict(zip(OUTCOMES, (2, 1, 0, 1, 1, 0), strict=True))
    assert live.summary[0].text == "5 asked · 2 shown · 1 filtered · 1 withdrawn · 1 waiting"
    meeting.move("closed")
    final = build_report(ctx, SLUG)
    assert outcomes_of(final) == dict(zip(OUTCOMES, (2, 1, 0, 1, 0, 1), strict=True))
    assert final.summary[0].text == "5 asked · 2 shown · 1 filtered · 1 withdrawn · 1 never decided"
    assert [row.n for row in final.questions] == [1, 2, 3, 4, 5]
    assert final.numbers.submitted == sum(outcomes_of(final).values()) == 5


def test_a_filtered_question_is_in_the_table_with_who_when_and_why(
    ctx: Context, clock: TurnableClock
) -> None:
    hold_small_meeting(ctx, clock)
    snapshots.log_snapshots(ctx, [SLUG])
    report = build_report(ctx, SLUG)
    row = report.question(3)
    assert row.outcome == "filtered"
    assert (row.reason, row.reason_label) == ("answered_elsewhere", "Answered elsewhere")
    assert (row.explanation, row.decided_by) == (EXPLANATION, "Moderator A")
    assert (row.wait_minutes, row.late, row.votes) == (7, False, 2)
    assert row.text == "What about matter number 3, and who looks after it?"
    assert [(each.n, each.votes) for each in report.most_supported_filtered] == [(3, 2)]
    assert [(each.n, each.votes) for each in report.most_supported_unanswered] == [(2, 1)]


def test_one_question_and_one_vote_are_told_in_the_singular(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    clock.turn(hours=30)
    meeting.decide(1, "filter")
    meeting.vote(1, "Ada")
    meeting.move("live", "closed")
    told = [each.text for each in build_report(ctx, SLUG).summary]
    assert told[1] == "The one question with a decision waited at most 1 day 6 hours for it."
    assert told[2].startswith("1 first decision came after the deadline; 0 questions")
    assert any(each.startswith("The one vote is unverified: ") for each in told)


def test_words_that_nobody_decided_on_are_not_in_the_report(
    ctx: Context, clock: TurnableClock
) -> None:
    hold_small_meeting(ctx, clock)
    report = build_report(ctx, SLUG)
    for n in (4, 5):
        assert report.question(n).text is None
        assert report.question(n).text_state == "undecided"
        assert f"matter number {n}" not in report_json(report).decode()


def test_a_tree_size_has_one_report_to_the_last_byte(ctx: Context, clock: TurnableClock) -> None:
    meeting = hold_small_meeting(ctx, clock)
    before = build_report(ctx, SLUG)
    clock.turn(hours=30)
    assert report_json(build_report(ctx, SLUG)) == report_json(before)
    meeting.move("closed")
    after = build_report(ctx, SLUG)
    assert report_json(after) != report_json(before)
    then = build_report(ctx, SLUG, tree_size=before.proof.tree_size)
    assert report_json(then) == report_json(before)


def test_a_report_keeps_to_its_schema(ctx: Context, clock: TurnableClock) -> None:
    hold_small_meeting(ctx, clock)
    found = json.loads(report_json(build_report(ctx, SLUG)))
    jsonschema.validate(found, report_schema(), cls=jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**found, "verdict": 1}, report_schema())


def test_an_event_without_questions_has_a_report_of_zeros(ctx: Context) -> None:
    meeting = hold_meeting(ctx)
    for states in ((), ("open",), ("closed",)):
        meeting.move(*states)
        report = build_report(ctx, SLUG)
        assert report.numbers.submitted == 0
        assert report.rates.filtered is None
        assert report.timeline.buckets == ()
        assert report.summary[0].text.startswith("0 asked · 0 shown · 0 filtered")
        jsonschema.validate(report_dict(report), report_schema())


def test_an_event_in_which_nothing_was_decided_has_only_pending_questions(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_meeting(ctx, "open")
    for _ in range(3):
        meeting.ask()
    clock.turn(hours=200)
    meeting.move("live")
    report = build_report(ctx, SLUG)
    assert (report.numbers.pending, report.numbers.waiting.overdue) == (3, 3)
    assert report.numbers.waiting.p50_minutes is None
    assert "Nothing has been decided." in [each.text for each in report.summary]


def test_what_does_not_exist_has_no_report(ctx: Context) -> None:
    with pytest.raises(UnknownEvent):
        build_report(ctx, "nothing-here")
    hold_meeting(ctx)
    size = build_report(ctx, SLUG).proof.tree_size
    for wrong in (0, -1, size + 1):
        with pytest.raises(BadInput):
            build_report(ctx, SLUG, tree_size=wrong)


def test_a_question_taken_out_of_a_merge_counts_as_what_it_was_before(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_meeting(ctx, "open")
    for _ in range(3):
        meeting.ask()
    meeting.decide(1, "publish")
    meeting.decide(2, "filter")
    meeting.decide(3, "merge", into=1, explanation=SAME)
    meeting.decide(2, "merge", seq=1, into=1, explanation=SAME)
    meeting.vote(1, "Ada", "Ben")
    meeting.vote(2, "Ada", "Cleo")
    snapshots.log_snapshots(ctx, [SLUG])
    merged = build_report(ctx, SLUG)
    assert outcomes_of(merged)["merged"] == 2
    assert [merged.question(n).merged_into for n in (1, 2, 3)] == [None, 1, 1]
    assert (merged.question(1).votes, merged.question(1).supporters) == (2, 3)
    assert [(each.n, each.votes) for each in merged.most_supported_unanswered] == [(1, 3)]
    meeting.decide(2, "restore", seq=2)
    report = build_report(ctx, SLUG)
    assert (report.numbers.filtered, report.numbers.merged) == (1, 1)
    assert report.question(2).reason == "answered_elsewhere"
    assert report.numbers.by_reason[0].count == 1


def test_appeals_are_counted_by_how_they_ended(ctx: Context, clock: TurnableClock) -> None:
    meeting = hold_meeting(ctx, "open")
    for n in range(1, 5):
        meeting.ask()
        meeting.decide(n, "filter")
        appeals.appeal_as_author(ctx, SLUG, n, meeting.key(n), 1)
    meeting.decide(1, "filter", seq=1, actor=meeting.other_moderator)
    meeting.decide(2, "publish", seq=1, actor=meeting.other_moderator)
    questions.withdraw_question(ctx, SLUG, 3, meeting.key(3))
    report = build_report(ctx, SLUG)
    assert report.numbers.appeals == Appeals(filed=4, upheld=1, overturned=1, withdrawn=1, open=1)
    assert (report.numbers.filtered, report.numbers.published) == (2, 1)
    assert report.question(1).decided_by == "Moderator B"
