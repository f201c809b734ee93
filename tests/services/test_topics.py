"""Topics of a report: worked out beside the server, and said to be missing where they are."""

import sys
from collections import OrderedDict

import gevent
import pytest

from qa.report.value import Report
from qa.services.context import Context
from qa.services.reports import build_report
from tests.report.test_topics import TEXTS
from tests.services.meeting import SLUG, hold_meeting


def hold_a_meeting_about_three_things(ctx: Context) -> None:
    """Ask 24 questions on parking, salaries and remote work; decline those about salaries."""
    meeting = hold_meeting(ctx, "open")
    for n, text in TEXTS.items():
        meeting.ask(text)
        meeting.decide(n, "filter" if 9 <= n <= 16 else "publish")
    meeting.ask("A question about parking that nobody decides on, and so nobody reads?")
    meeting.move("closed")


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
