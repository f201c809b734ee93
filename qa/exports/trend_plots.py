"""The plots of a trend: one line for each share, at two widths."""

from dataclasses import dataclass
from typing import Final

from qa.exports.plots.drawing import NARROW, WIDE, Drawing
from qa.exports.plots.lines import draw_line
from qa.exports.report_plots import share
from qa.report.trend import Trend

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
