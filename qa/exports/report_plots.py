"""The plots of a report: its numbers, drawn at two widths, each with the table behind it.

Nothing is counted here that the report does not hold already, but questions by votes and outcome,
which are a count of its rows.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from qa.exports.plots.bars import (
    OUTCOME_WORDS,
    OUTCOMES,
    Moment,
    Stack,
    draw_stacks,
    draw_timeline,
    draw_waits,
)
from qa.exports.plots.drawing import NARROW, WIDE, Drawing, Row, percent
from qa.exports.plots.flow import Branch, draw_flow
from qa.exports.plots.rates import Rate, draw_rates
from qa.exports.words import MONTHS, votes_word
from qa.report.chart_value import Timeline, WaitBucket
from qa.report.comparison import Comparison
from qa.report.row_value import QuestionRow
from qa.report.value import Report

SHOWN_REASONS: Final = 6
VOTE_STEPS: Final = (0, 1, 5, 10, 20, 50, 100, 200, 500, 1_000)
Cell = str | int


@dataclass(frozen=True)
class Table:
    """The numbers behind a plot."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Plot:
    """One plot at both widths, and its numbers."""

    wide: Drawing
    narrow: Drawing
    table: Table


def plot_flow(report: Report) -> Plot:
    """Return what became of all questions."""
    numbers = report.numbers
    pending = "Never decided" if report.final else "Waiting"
    branches = [
        Branch(
            "Shown",
            "shown",
            numbers.published,
            (
                Branch("Answered", "answered", numbers.published - numbers.published_unanswered),
                Branch("Not answered", "shown", numbers.published_unanswered),
            ),
        ),
        Branch("Filtered out", "filtered", numbers.filtered, _reasons(report)),
        Branch("Merged", "merged", numbers.merged),
        Branch("Withdrawn", "withdrawn", numbers.withdrawn),
        Branch(pending, "pending", numbers.never_decided + numbers.pending),
    ]
    rows: list[tuple[Cell, ...]] = []
    for branch in branches:
        rows.append((branch.label, branch.count, percent(branch.count, numbers.submitted)))
        rows += [
            (f"{branch.label}: {part.label}", part.count, percent(part.count, numbers.submitted))
            for part in branch.parts
        ]
    table = Table(("Outcome", "Questions", "Of all"), tuple(rows))

    def draw(name: str, width: int) -> Drawing:
        return draw_flow(name, width, numbers.submitted, branches)

    return _both("flow", draw, table)


def _reasons(report: Report) -> tuple[Branch, ...]:
    shown = report.reasons[:SHOWN_REASONS]
    rest = sum(reason.filtered for reason in report.reasons[SHOWN_REASONS:])
    branches = [Branch(reason.label, "filtered", reason.filtered) for reason in shown]
    return (*branches, Branch("Other reasons", "filtered", rest)) if rest else tuple(branches)


def plot_timeline(report: Report) -> Plot:
    """Return arrivals and decisions over time."""
    timeline = report.timeline
    moments = [
        Moment(
            _moment(bucket.start, timeline),
            bucket.submitted,
            bucket.published + bucket.filtered,
        )
        for bucket in timeline.buckets
    ]
    unit = duration(timeline.bucket_minutes)
    table = Table(
        ("From (UTC)", "Asked", "Shown", "Filtered out", "Answered"),
        tuple(
            (
                _moment(bucket.start, timeline),
                bucket.submitted,
                bucket.published,
                bucket.filtered,
                bucket.answered,
            )
            for bucket in timeline.buckets
            if bucket.submitted or bucket.published or bucket.filtered or bucket.answered
        ),
    )
    return _both("timeline", lambda name, width: draw_timeline(name, width, moments, unit), table)


def plot_waits(report: Report) -> Plot:
    """Return how long first decisions took."""
    numbers = report.numbers
    waits = [(_stretch(bucket), bucket) for bucket in report.waits]
    never = numbers.submitted - numbers.waiting.decided - _undecided_withdrawn(report)
    first_late = next(
        (at for at, (_, bucket) in enumerate(waits) if bucket.late * 2 > bucket.decisions),
        len(waits),
    )
    facts = ". ".join(f"{label}: {bucket.decisions:,}" for label, bucket in waits)
    table = Table(
        ("Waited", "First decisions", "Of these after the deadline"),
        (
            *((label, bucket.decisions, bucket.late) for label, bucket in waits),
            ("not decided", never, "–"),
        ),
    )
    rows = [Row(label, bucket.decisions) for label, bucket in waits]

    def draw(name: str, width: int) -> Drawing:
        return draw_waits(name, width, rows, overdue_from=first_late, never=never, facts=facts)

    return _both("waits", draw, table)


def _undecided_withdrawn(report: Report) -> int:
    return sum(row.outcome == "withdrawn" and not row.decisions for row in report.questions)


def plot_support(report: Report) -> Plot:
    """Return what became of questions with few and with many votes."""
    counts: dict[int, Counter[str]] = {}
    for row in report.questions:
        step = max(step for step in VOTE_STEPS if row.votes >= step)
        counts.setdefault(step, Counter())[_drawn_outcome(row)] += 1
    stacks = [
        Stack(_votes(step), tuple((outcome, found[outcome]) for outcome in OUTCOMES))
        for step, found in sorted(counts.items())
    ]
    used = [outcome for outcome in OUTCOMES if any(found[outcome] for found in counts.values())]
    table = Table(
        (votes_word(report), *(OUTCOME_WORDS[outcome] for outcome in used), "All"),
        tuple(
            (stack.label, *(dict(stack.counts)[outcome] for outcome in used), stack.total)
            for stack in stacks
        ),
    )
    title = "Support against outcome" + (", by unverified votes" if report.unverified else "")
    return _both("support", lambda name, width: draw_stacks(name, width, stacks, title), table)


def _drawn_outcome(row: QuestionRow) -> str:
    if row.outcome == "published":
        return "answered" if row.answered_at else "shown"
    return "pending" if row.outcome in ("pending", "never_decided") else row.outcome


def _votes(step: int) -> str:
    if step == 0:
        return "No votes"
    following = next((other for other in VOTE_STEPS if other > step), None)
    return f"{step:,} or more" if following is None else f"{step:,} to {following - 1:,}"


def plot_comparison(report: Report, comparison: Comparison) -> Plot:
    """Return the filter rate of each group of a comparison, with intervals."""
    rates = [
        Rate(group.label, group.filtered or 0, group.total or 0, group.rate, group.low, group.high)
        for group in comparison.groups
    ]
    words = (comparison.title, comparison.sentence)
    table = Table(
        ("Group", "Filtered", "Decided", "Rate", "95 % interval"),
        tuple(_group_row(rate) for rate in rates),
    )
    overall = report.disparity.rate
    return _both(
        f"by-{comparison.dimension}",
        lambda name, width: draw_rates(name, width, rates, overall, words),
        table,
    )


def _group_row(rate: Rate) -> tuple[Cell, ...]:
    if rate.rate is None or rate.low is None or rate.high is None:
        return (rate.label, "too few to show", "–", "–", "–")
    interval = f"{share(rate.low)} to {share(rate.high)}"
    return (rate.label, rate.count, rate.total, share(rate.rate), interval)


def share(value: float | None) -> str:
    """Return a share from 0 to 1 in words, such as ``16.1 %``."""
    return "–" if value is None else f"{100 * value:.1f} %"


def duration(minutes: int | None) -> str:
    """Return a time in words, such as ``2 h 5 min``."""
    if minutes is None:
        return "–"
    days, rest = divmod(minutes, 24 * 60)
    hours, rest_minutes = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (rest_minutes, "min")]
    words = [f"{amount} {unit}" for amount, unit in parts if amount]
    return " ".join(words[:2]) or "under 1 min"


def _stretch(bucket: WaitBucket) -> str:
    if bucket.to_minutes is None:
        return f"{duration(bucket.from_minutes)} or more"
    if bucket.from_minutes == 0:
        return f"under {duration(bucket.to_minutes)}"
    return f"{duration(bucket.from_minutes)} to {duration(bucket.to_minutes)}"


def _moment(minute: str, timeline: Timeline) -> str:
    """Return a time with as much of date and clock as tells the stretches of a timeline apart."""
    starts = [bucket.start for bucket in timeline.buckets]
    clock = minute[11:16] if any(start[11:16] != "00:00" for start in starts) else ""
    year = minute[:4] if len({start[:4] for start in starts}) > 1 else ""
    day = f"{int(minute[8:10])} {MONTHS[int(minute[5:7]) - 1]}"
    one_day = len({start[:10] for start in starts}) <= 1
    return " ".join(filter(None, [clock] if one_day and clock else [day, year, clock]))


def _both(name: str, draw: Callable[[str, int], Drawing], table: Table) -> Plot:
    return Plot(draw(f"{name}-wide", WIDE), draw(f"{name}-narrow", NARROW), table)


def all_plots(report: Report) -> dict[str, Plot]:
    """Return every plot of a report by its name."""
    tested: Sequence[Comparison] = [
        each for each in report.disparity.comparisons if each.status == "tested"
    ]
    return {
        "flow": plot_flow(report),
        "timeline": plot_timeline(report),
        "waits": plot_waits(report),
        "support": plot_support(report),
        **{f"by_{each.dimension}": plot_comparison(report, each) for each in tested},
    }
