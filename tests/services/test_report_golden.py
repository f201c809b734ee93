"""A meeting of forty questions whose numbers were worked out by hand, from the table below.

Minutes count from the start. Questions 1 to 10 were asked in minute 0, 11 to 20 in minute 10, 21 to
30 in minute 20, 31 to 40 in minute 30; a decision was due 15 minutes later. Every fifth has a name.
"""

import json

import pytest
from scipy import stats

from qa.exports.bundle import read_bundle
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.numbers import Count, DeciderCount
from qa.ledger.record import Evidence, Pins
from qa.report.chart_value import Supported
from qa.report.json_form import report_json
from qa.report.value import Report
from qa.services import logs, presenting, questions, snapshots
from qa.services.context import Context
from qa.services.reports import build_report
from tests.conftest import TurnableClock
from tests.services.meeting import EXPLANATION, SLUG, Meeting, hold_meeting
from tests.verify.town_hall import policy_with_a_deciding_rule

ACTS = """
minute  who   act          questions              what follows
     5  A     publish      1 2 3 4 5 6            waited 5
    12  A     off_topic    7 8                    waited 12
    12  A     spam         9                      waited 12
    20  B     publish      10 11 12 13 14 15      #10 waited 20 and is late, the others 10
    24  B     off_topic    16 17                  waited 14
    24  B     individual_case 18                  waited 14
    40  A     publish      19 20 21 22 23 24      waited 30 (2) and 20 (4), all late
    41  B     spam         25 26                  waited 21, late
    41  B     individual_case 27                  waited 21, late
    42  A     publish      31 32 33               waited 12
    43  B     off_topic    34                     waited 13
    44  B     restore      9                      a correction of A
    44  B     publish      9                      published after all
    44  B     off_topic    6                      a correction of A: filtered after all
    44  A     restore      27                     a correction of B: undecided again
    45  author withdraw    12 28                  one shown, one undecided
    45  author revise      29 30                  never decided
    46  voters 5           1                      votes: 5 + 3 + 1 + 4 + 6 + 2 + 3 + 1 + 8 = 33
    46  voters 3           2 20
    46  voters 1           3 25
    46  voters 4           6
    46  voters 6           7
    46  voters 2           9
    46  voters 8           31
    50  stage  spoken      3                      called first
    51  stage  written     1
    52  stage  spoken      20
    53  stage  unanswered  9                      called fourth, and not answered
"""
"""#39 and #40 repeat #1 and #2 to the letter, so a rule declined them at once: they waited 0."""

LANGUAGES = {**dict.fromkeys(range(1, 21), "en"), **dict.fromkeys(range(21, 33), "de")} | (
    dict.fromkeys(range(33, 37), "zh-Hant")
)

KNOWN = {(6, "off_topic"): 1, (9, "restore"): 1, (9, "publish"): 2, (27, "restore"): 1}
"""How many decisions were there before a correction."""


def hold_forty(ctx: Context, clock: TurnableClock) -> Meeting:
    policy = policy_with_a_deciding_rule()
    policy = {**policy, "rules": policy["rules"][:1], "deadline_minutes": 15}  # type: ignore[index]
    meeting = hold_meeting(ctx, "open", policy=policy)
    acts = [line.split() for line in ACTS.strip().splitlines()[1:]]
    start_ms = clock.now_ms
    for minute in range(61):
        clock.now_ms = start_ms + minute * 60_000
        if minute in (0, 10, 20, 30):
            for n in range(minute + 1, minute + 11):
                ask(meeting, n)
        if minute == 49:
            snapshots.log_snapshots(ctx, [SLUG])
            meeting.move("live")
        for _minute, who, what, *rest in (act for act in acts if int(act[0]) == minute):
            for n in numbers_in(rest):
                act(meeting, who, what, n)
    meeting.move("closed")
    return meeting


def numbers_in(words: list[str]) -> list[int]:
    """Return the docket numbers that a line begins with."""
    found = []
    for word in words:
        if not word.isdigit():
            break
        found.append(int(word))
    return found


def ask(meeting: Meeting, n: int) -> None:
    text = f"What about matter {n - 38 if n > 38 else n}?"
    more = {"name": f"Person {n}"} if n % 5 == 0 else {}
    meeting.ask(text, language=LANGUAGES.get(n), **more)


def act(meeting: Meeting, who: str, what: str, n: int) -> None:
    ctx, presenter = meeting.ctx, meeting.presenter
    if who == "voters":
        meeting.vote(n, *(f"voter {number}" for number in range(int(what))))
    elif what == "withdraw":
        questions.withdraw_question(ctx, SLUG, n, meeting.key(n))
    elif what == "revise":
        questions.revise_question(ctx, SLUG, n, meeting.key(n), f"Better words for matter {n}?")
    elif who == "stage":
        presenting.set_live(ctx, SLUG, presenter, n, True)
        if what == "unanswered":
            presenting.set_live(ctx, SLUG, presenter, n, False)
        else:
            answer = "Yes." if what == "written" else None
            presenting.mark_answered(ctx, SLUG, presenter, n, mode=what, answer=answer)
    else:
        actor = meeting.moderator if who == "A" else meeting.other_moderator
        verdict = what if what in ("publish", "restore") else "filter"
        more = {"reason": what, "explanation": EXPLANATION} if verdict == "filter" else {}
        meeting.decide(n, verdict, seq=KNOWN.get((n, what), 0), actor=actor, **more)


def rows_with(report: Report, outcome: str) -> list[int]:
    return [row.n for row in report.questions if row.outcome == outcome]


def test_the_numbers_are_those_worked_out_by_hand(ctx: Context, clock: TurnableClock) -> None:
    meeting = hold_forty(ctx, clock)
    report = build_report(ctx, SLUG, topics="none")
    check_outcomes(report)
    check_decisions(report)
    check_waiting(report)
    check_support(report)
    check_disparity(report)
    check_that_the_verifier_counts_the_same(meeting, report)


def check_outcomes(report: Report) -> None:
    numbers = report.numbers
    headline = "40 asked · 20 shown · 11 filtered · 2 withdrawn · 7 never decided"
    assert report.summary[0].text == headline
    shown = [1, 2, 3, 4, 5, 9, 10, 11, 13, 14, 15, 19, 20, 21, 22, 23, 24, 31, 32, 33]
    assert rows_with(report, "published") == shown
    assert rows_with(report, "filtered") == [6, 7, 8, 16, 17, 18, 25, 26, 34, 39, 40]
    assert rows_with(report, "withdrawn") == [12, 28]
    assert rows_with(report, "never_decided") == [27, 29, 30, 35, 36, 37, 38]
    assert (numbers.submitted, numbers.merged, numbers.pending) == (40, 0, 0)
    assert numbers.put_back == 1  # 27
    assert numbers.revised == 2  # 29, 30
    assert numbers.anonymous == 32  # all but 5, 10, …, 40
    assert (numbers.answered, numbers.answered_in_writing) == (3, 1)  # 3, 1, 20; 1
    assert numbers.published_unanswered == 17  # 20 - 3
    assert (numbers.redacted, numbers.erased, numbers.imported, numbers.refused) == (0, 0, 0, 0)
    assert numbers.by_language == (
        Count("en", 20),
        Count("de", 12),
        Count("none", 4),
        Count("zh-Hant", 4),
    )


def check_decisions(report: Report) -> None:
    numbers, rates = report.numbers, report.rates
    # off_topic: 6 7 8 16 17 34; duplicate: 39 40; spam: 25 26; individual_case: 18
    assert numbers.by_reason == (
        Count("off_topic", 6),
        Count("duplicate", 2),
        Count("spam", 2),
        Count("individual_case", 1),
    )
    assert numbers.by_rule == (Count("exact_duplicate", 2),)
    # 33 first ones, and 4 corrections: 6 once, 9 twice, 27 once
    assert (numbers.decisions, numbers.corrections) == (37, 4)
    assert (numbers.automated, numbers.automated_filtered, numbers.flagged) == (2, 2, 2)
    assert numbers.by_decider == (
        # 1-9, 19-24, 31-33 first, and the restore of 27; declined 7 8 9; overruled on 6 and 9
        DeciderCount("Moderator A", decisions=19, first=18, first_filtered=3, overruled=2),
        # 10-18, 25-27, 34 first, then 9 twice and 6; declined 16-18, 25-27, 34; overruled on 27
        DeciderCount("Moderator B", decisions=16, first=13, first_filtered=7, overruled=1),
        DeciderCount("Rule", decisions=2, first=2, first_filtered=2, overruled=0),
    )
    assert rates.filtered == 0.3548  # 11 / 31
    assert rates.answered == 0.15  # 3 / 20
    assert rates.automated == 0.0645  # 2 / 31
    assert rates.automated_of_filtered == 0.1818  # 2 / 11
    assert rates.late == 0.303  # 10 / 33
    assert rates.never_decided == 0.175  # 7 / 40
    assert rates.anonymous == 0.8  # 32 / 40
    assert (report.explanations.given, report.explanations.distinct) == (11, 2)


def check_waiting(report: Report) -> None:
    waiting = report.numbers.waiting
    # 0 twice, 5 six times, 10 five, 12 six, 13 once, 14 three, 20 five, 21 three, 30 twice: 33
    assert waiting.decided == 33
    assert waiting.p50_minutes == 12  # the 17th
    assert waiting.p90_minutes == 21  # the 30th
    assert waiting.longest_minutes == 30
    assert waiting.late == 10  # over 15: five at 20, three at 21, two at 30
    assert waiting.overdue == 6  # 29 30 35 36 37 38
    buckets = {each.from_minutes: (each.decisions, each.late) for each in report.waits}
    assert buckets == {0: (2, 0), 1: (0, 0), 2: (0, 0), 5: (6, 0), 10: (15, 0), 15: (8, 8)} | {
        30: (2, 2)
    }
    assert report.timeline.bucket_minutes == 1
    assert [bucket.submitted for bucket in report.timeline.buckets if bucket.submitted] == [10] * 4
    assert len(report.timeline.buckets) == 61


def check_support(report: Report) -> None:
    assert report.numbers.votes == 33
    assert report.most_supported_filtered == (Supported(7, 6), Supported(6, 4), Supported(25, 1))
    assert report.most_supported_unanswered == (
        Supported(31, 8),
        Supported(2, 3),
        Supported(9, 2),
    )
    called = [(each.n, each.votes, each.place_by_support) for each in report.order.called]
    assert called == [(3, 1, 4.0), (1, 5, 1.0), (20, 3, 2.0), (9, 2, 3.0)]
    assert report.order.kendall_tau == 0.0  # three pairs as supported, three not
    assert report.order.passed_over == (Supported(31, 8), Supported(2, 3))  # over the median, 2
    published = report.support[0]
    # 1:5 2:3 3:1 9:2 20:3 31:8, and fourteen without a vote
    assert (published.votes, published.p50, published.p75, published.most) == (22, 0, 1, 8)


def check_disparity(report: Report) -> None:
    by_name = {each.dimension: each for each in report.disparity.comparisons}
    anonymity, moderator = by_name["anonymity"], by_name["moderator"]
    # With a name and decided: 5 10 15 20 25 40, of which 25 and 40 were filtered
    assert [(group.filtered, group.total) for group in anonymity.groups] == [(9, 25), (2, 6)]
    assert [(group.filtered, group.total) for group in moderator.groups] == [(3, 18), (7, 13)]
    for comparison, table in ((anonymity, [[9, 16], [2, 4]]), (moderator, [[3, 15], [7, 6]])):
        expected = stats.fisher_exact(table).pvalue
        assert comparison.test == "exact"
        assert comparison.p_value == pytest.approx(expected, abs=1e-6)
    assert moderator.effect.risk_difference == 0.3718  # 7 / 13 - 3 / 18
    assert moderator.effect.odds_ratio == 0.1714  # (3 x 6) / (15 x 7)


def check_that_the_verifier_counts_the_same(meeting: Meeting, report: Report) -> None:
    ctx = meeting.ctx
    pins = Pins(log=Verifier.parse(logs.log_vkey(ctx, SLUG)))
    data = report_json(report)
    (step,) = verify_bundle(read_bundle(ctx, SLUG), pins, Evidence(report=data))[-1:]
    assert (step.title, step.passed) == ("Report", True), step.sentence
    assert json.loads(data)["numbers"] == report.numbers.as_dict()
