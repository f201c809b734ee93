"""Topics of a report: worked out beside the server, and said to be missing where they are."""

import sys
from collections import OrderedDict

import gevent
import pytest

from qa.errors import BadInput, EventNotOpen, NoRight, UnknownQuestion
from qa.exports.bundle import read_bundle
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Pins
from qa.report.json_form import report_json
from qa.report.value import Report
from qa.services import logs, topic_edits
from qa.services.context import Context
from qa.services.reports import build_report
from tests.report.test_topics import TEXTS
from tests.services.meeting import SLUG, Meeting, hold_meeting


def hold_a_meeting_about_three_things(ctx: Context) -> Meeting:
    """Ask 24 questions on parking, salaries and remote work; decline those about salaries."""
    meeting = hold_meeting(ctx, "open")
    for n, text in TEXTS.items():
        meeting.ask(text)
        meeting.decide(n, "filter" if 9 <= n <= 16 else "publish")
    meeting.ask("A question about parking that nobody decides on, and so nobody reads?")
    meeting.move("closed")
    return meeting


def statuses(report: Report) -> list[tuple[str, str]]:
    return [(each.dimension, each.status) for each in report.disparity.comparisons]


def test_topics_have_counts_and_are_compared(ctx: Context) -> None:
    hold_a_meeting_about_three_things(ctx)
    report = build_report(ctx, SLUG)
    assert report.topics.status == "ready"
    salary = max(report.topics.topics, key=lambda topic: topic.filtered)
    assert "salary" in salary.label or "salaries" in salary.label
    assert salary.filtered >= 7
    assert [report.question(n).topic for n in salary.questions] == [salary.id] * len(
        salary.questions
    )
    sorted_in = [n for topic in report.topics.topics for n in topic.questions]
    assert sorted([*sorted_in, *report.topics.unsorted]) == list(TEXTS)
    comparison = report.disparity.comparisons[0]
    assert (comparison.dimension, comparison.status) == ("topic", "tested")
    assert comparison.q_value is not None
    assert comparison.q_value <= 0.05
    assert f"{salary.label} (more declined)" in comparison.sentence
    first = report.question(salary.representatives[0]).text
    assert f"{salary.label}, such as “{first}”" in comparison.sentence
    assert salary.label in next(each.text for each in report.summary if each.about == "uneven")
    assert build_report(ctx, SLUG) == report


def test_a_page_that_does_not_wait_has_topics_the_next_time(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.services.topics._kept", OrderedDict())
    hold_a_meeting_about_three_things(ctx)
    report = build_report(ctx, SLUG, topics="none")
    assert report.topics.status == "not_computed"
    assert ("topic", "missing") in statuses(report)
    assert build_report(ctx, SLUG, topics="if_known").topics.status == "not_computed"
    gevent.sleep(0)
    assert build_report(ctx, SLUG, topics="if_known").topics.status == "ready"


def test_without_the_optional_extra_the_report_says_what_is_missing(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_a_meeting_about_three_things(ctx)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    report = build_report(ctx, SLUG)
    assert report.topics.status == "not_installed"
    assert "scikit-learn" in report.topics.note
    assert "scikit-learn" in report.disparity.comparisons[0].sentence
    assert ("anonymity", "too_few") in statuses(report)


def test_a_handful_of_questions_has_no_topics(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "publish")
    assert build_report(ctx, SLUG).topics.status == "too_few"


def test_the_auditors_changes_are_noted_from_their_leaf_on_and_not_before(ctx: Context) -> None:
    meeting = hold_a_meeting_about_three_things(ctx)
    before = build_report(ctx, SLUG)
    words = {"act": "name", "n": 9, "label": "What people earn"}
    edited = topic_edits.edit_topics(ctx, SLUG, meeting.auditor, **words)
    assert edited["edits"] == [
        {"by": "Auditor A", "what": "Named the topic of #9 “What people earn”."}
    ]
    after = build_report(ctx, SLUG)
    assert "What people earn" in [topic.label for topic in after.topics.topics]
    assert [each.by for each in after.topics.edits] == ["Auditor A"]
    assert after.proof.tree_size == before.proof.tree_size + 1
    assert after.numbers == before.numbers
    then = build_report(ctx, SLUG, tree_size=before.proof.tree_size)
    assert report_json(then) == report_json(before)
    pins = Pins(log=Verifier.parse(logs.log_vkey(ctx, SLUG)))
    assert [
        step for step in verify_bundle(read_bundle(ctx, SLUG), pins) if step.passed is False
    ] == []


def test_only_the_auditor_edits_topics_and_only_in_a_way_there_is(ctx: Context) -> None:
    meeting = hold_meeting(ctx)
    with pytest.raises(EventNotOpen):
        topic_edits.edit_topics(ctx, SLUG, meeting.auditor, act="move", n=1)
    meeting.move("open")
    meeting.ask()
    for actor in (meeting.moderator, meeting.owner, meeting.person()):
        with pytest.raises(NoRight):
            topic_edits.edit_topics(ctx, SLUG, actor, act="move", n=1)
    for wrong in ({"act": "hide", "n": 1}, {"act": "name", "n": 1}, {"act": "join", "n": 1}):
        with pytest.raises(BadInput):
            topic_edits.edit_topics(ctx, SLUG, meeting.auditor, **wrong)
    with pytest.raises(UnknownQuestion):
        topic_edits.edit_topics(ctx, SLUG, meeting.auditor, act="move", n=2)
