"""The reports of the two real consultations: topics a reader knows, and the real finding."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from qa.exports.bundle import read_bundle
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Evidence, Pins
from qa.replay.criteria import INTRODUCTION
from qa.replay.recording import cut, read_recording
from qa.report.json_form import report_dict, report_json, report_schema
from qa.report.value import Report
from qa.services import logs
from qa.services.context import Context
from qa.services.reports import build_report
from tests.conftest import TurnableClock
from tests.replay.loading import load_recording
from tests.services.meeting import SLUG

BOWLING_GREEN, UBER = "american-assembly.bowling-green", "vtaiwan.uberx"
EXPECTED = {
    BOWLING_GREEN: (
        "896 asked · 607 shown · 289 filtered · 0 never decided",
        "For 289 of 289 filtered questions no reason was recorded in the source.",
        {
            "traffic",
            "school",
            "internet",
            "parking",
            "sidewalks",
            "immigrants",
            "fairness ordinance",
        },
    ),
    UBER: (
        "197 asked · 99 shown · 78 filtered · 20 never decided",
        "For 78 of 78 filtered questions no reason was recorded in the source.",
        {"計程車", "政府", "乘客", "共乘"},
    ),
}

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def check_report(ctx: Context, name: str) -> Report:
    """Check a consultation's report, and that the verifier counts the same."""
    headline, no_reason, themes = EXPECTED[name]
    report = build_report(ctx, SLUG)
    sentences = [each.text for each in report.summary]
    assert sentences[0] == headline
    assert no_reason in sentences
    assert report.numbers.filtered_without_reason == report.numbers.filtered
    assert [(each.code, each.label) for each in report.reasons] == [
        ("not_recorded", "No reason recorded")
    ]
    assert report.explanations.given == 0
    assert report.meeting.title.startswith("Replay: ")
    assert report.meeting.introduction == INTRODUCTION
    found = {term for topic in report.topics.topics for term in topic.terms}
    assert themes <= found
    assert len(report.topics.unsorted) < len(report.questions) / 3
    jsonschema.validate(report_dict(report), report_schema())
    pins = Pins(log=Verifier.parse(logs.log_vkey(ctx, SLUG)))
    step = verify_bundle(read_bundle(ctx, SLUG), pins, Evidence(report=report_json(report)))[-1]
    assert step.passed, step.sentence
    assert json.loads(report_json(report))["numbers"] == report.numbers.as_dict()
    return report


def test_the_report_on_uber_in_taiwan_names_its_topics_and_that_no_reason_was_kept(
    ctx: Context, clock: TurnableClock, real_meeting: Callable[[str], Path]
) -> None:
    load_recording(ctx, clock, cut(read_recording(real_meeting(UBER)), None, 25))
    report = check_report(ctx, UBER)
    assert all(report.question(n).outcome != "never_decided" for n in report.topics.unsorted)


@pytest.mark.soak
@pytest.mark.parametrize("name", [BOWLING_GREEN, UBER])
def test_the_whole_of_a_consultation_has_a_complete_report(
    ctx: Context, clock: TurnableClock, real_meeting: Callable[[str], Path], name: str
) -> None:
    load_recording(ctx, clock, read_recording(real_meeting(name)))
    report = check_report(ctx, name)
    assert report.numbers.votes > 30_000
    assert report.most_supported_unanswered[0].votes > 600
    time = next(each for each in report.disparity.comparisons if each.dimension == "time")
    assert time.q_value is not None
    assert time.q_value < 0.05
