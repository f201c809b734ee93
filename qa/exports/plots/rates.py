"""Rates with their intervals, one row for each group, against the rate of all."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.exports.plots.drawing import (
    LINE_PX,
    NARROW,
    Drawing,
    Shape,
    dot,
    line,
    text,
    width_of,
    wrap,
)
from qa.report.figures import in_thousands


@dataclass(frozen=True)
class Rate:
    """A group's rate between 0 and 1 with its interval; all ``None`` when it is suppressed."""

    label: str
    count: int
    total: int
    rate: float | None
    low: float | None
    high: float | None


def draw_rates(
    name: str, width: int, rates: Sequence[Rate], overall: float | None, words: tuple[str, str]
) -> Drawing:
    """Return each group's rate as a dot on its interval; a dashed line marks the rate of all."""
    narrow = width == NARROW
    label_px = 0.0 if narrow else min(width * 0.5, _widest(rates) + 16)
    count_px = max([60, *(width_of(_count(rate)) for rate in rates)]) + 10
    left, right = label_px + 8, width - count_px
    top = _ceiling(rates, overall)
    shapes: list[Shape] = []
    y = 44.0
    for rate in rates:
        lines = wrap(rate.label, width - 8 if narrow else label_px - 8, lines=2)
        start = y
        for each in lines:
            x, anchor = (0.0, "start") if narrow else (label_px - 8, "end")
            shapes.append(text(x, y + 12, each, "halo", anchor))
            y += LINE_PX
        middle = y + 8 if narrow else start + LINE_PX * len(lines) / 2
        shapes += _row(rate, left, right, top, middle)
        shapes.append(text(width, middle + 4, _count(rate), "small", "end"))
        y = (middle + 20) if narrow else y + 12
    frame = _frame(left, right, top, y, overall)
    return Drawing.of(name, (width, y + 8), words, [*frame, *shapes])


def _row(rate: Rate, left: float, right: float, top: float, y: float) -> list[Shape]:
    if rate.rate is None or rate.low is None or rate.high is None:
        return [text(left, y + 4, "too few to show", "small")]
    scale = (right - left) / top
    low, high = left + rate.low * scale, left + rate.high * scale
    return [
        line(low, y, high, y, "whisker"),
        line(low, y - 4, low, y + 4, "whisker"),
        line(high, y - 4, high, y + 4, "whisker"),
        dot(left + rate.rate * scale, y, 5, "point"),
    ]


def _frame(
    left: float, right: float, top: float, bottom: float, overall: float | None
) -> list[Shape]:
    shapes: list[Shape] = []
    steps = 4 if right - left > 240 else 2
    for at in range(steps + 1):
        x = left + (right - left) * at / steps
        words = f"{100 * top * at / steps:g} %"
        fits = "middle" if x > width_of(words) / 2 else "start"
        shapes += [line(x, 34, x, bottom, "grid"), text(x, 28, words, "small", fits)]
    if overall is not None:
        x = left + (right - left) * overall / top
        anchor = "end" if x > (left + right) / 2 else "start"
        shapes += [
            line(x, 14, x, bottom, "overall"),
            text(x + (-5 if anchor == "end" else 5), 12, "all questions", "small", anchor),
        ]
    return shapes


def _ceiling(rates: Sequence[Rate], overall: float | None) -> float:
    """Return where the axis ends: 20, 40, 60, 80 or 100 %."""
    most = max([overall or 0.0, *(rate.high for rate in rates if rate.high is not None)])
    return next((top for top in (0.2, 0.4, 0.6, 0.8) if most <= top), 1.0)


def _widest(rates: Sequence[Rate]) -> float:
    return max([40.0, *(width_of(rate.label) for rate in rates)])


def _count(rate: Rate) -> str:
    return "" if rate.rate is None else f"{in_thousands(rate.count)} of {in_thousands(rate.total)}"
