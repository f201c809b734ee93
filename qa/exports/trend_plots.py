"""What the page of a trend shows of its points: a line for each share, and people in words."""

from dataclasses import dataclass
from typing import Final

from qa.exports.plots.drawing import NARROW, WIDE, Drawing
from qa.exports.plots.lines import draw_line
from qa.exports.report_plots import share
from qa.report.figures import in_thousands
from qa.report.trend import Trend, TrendPoint

SHARES: Final = (
    ("filtered", "Declined, of those decided"),
    ("answered", "Answered, of those shown"),
    ("late", "Decided late, of first decisions"),
    ("never_decided", "Never decided, of all asked"),
)


@dataclass(frozen=True)
class Line:
    """One share over all meetings, at both widths."""

    wide: Drawing
    narrow: Drawing


def plot_trend(trend: Trend) -> list[Line]:
    """Return a line for each of ``SHARES``; none without two meetings."""
    if len(trend.points) < 2:
        return []
    lines = []
    for field, title in SHARES:
        shares = [getattr(point.rates, field) for point in trend.points]
        told = ", ".join(f"{at}: {share(value)}" for at, value in enumerate(shares, start=1))
        wide, narrow = (
            draw_line(f"trend-{field}-{size}", width, shares, (title, f"By meeting, {told}."))
            for size, width in (("wide", WIDE), ("narrow", NARROW))
        )
        lines.append(Line(wide, narrow))
    return lines


def people_let_in(point: TrendPoint) -> str:
    """Return how many people could take part in a meeting, as far as anybody can know."""
    numbers, way_in = point.numbers, point.meeting.way_in
    if way_in == "open":
        return "not known"
    if way_in == "provider":
        signed_in = numbers.signed_in
        return "not counted yet" if signed_in is None else f"{in_thousands(signed_in)} signed in"
    sent = numbers.electorate or 0
    tickets = f"{in_thousands(sent)} ticket{'' if sent == 1 else 's'}"
    used = numbers.tickets_used
    return f"{tickets} sent" if used is None else f"{in_thousands(used)} of {tickets}"
