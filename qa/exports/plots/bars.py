"""Bars: what arrived and was decided over time, how long decisions took, support and outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qa.exports.plots.drawing import (
    LINE_PX,
    NARROW,
    Drawing,
    Row,
    Shape,
    area,
    line,
    percent,
    shorten,
    text,
    ticks,
    width_of,
)
from qa.report.figures import in_thousands

PANEL_PX: Final = 110
WIDEST_BAR_PX: Final = 60
OUTCOMES: Final = ("answered", "shown", "filtered", "merged", "withdrawn", "pending")
OUTCOME_WORDS: Final = {
    "answered": "Answered",
    "shown": "Shown, not answered",
    "filtered": "Filtered out",
    "merged": "Merged",
    "withdrawn": "Withdrawn",
    "pending": "Not decided",
}


@dataclass(frozen=True)
class Moment:
    """One stretch of time: when it starts, in words, and what happened in it."""

    label: str
    asked: int
    decided: int


@dataclass(frozen=True)
class Stack:
    """One group of questions and how many of them had which outcome."""

    label: str
    counts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """Return how many questions the group has."""
        return sum(count for _, count in self.counts)


def draw_timeline(name: str, width: int, moments: Sequence[Moment], unit: str) -> Drawing:
    """Return arrivals upwards and decisions downwards, over time; ``unit`` names a stretch."""
    top = max([1, *(max(each.asked, each.decided) for each in moments)])
    marks = ticks(top, 2)
    left = width_of(in_thousands(marks[-1])) + 10
    step = (width - left) / max(len(moments), 1)
    zero = 30 + PANEL_PX
    scale = PANEL_PX / marks[-1]
    shapes: list[Shape] = []
    for mark in marks[1:]:
        for y in (zero - mark * scale, zero + mark * scale):
            shapes += [
                line(left, y, width, y, "grid"),
                text(left - 6, y + 4, in_thousands(mark), "small", "end"),
            ]
    for at, each in enumerate(moments):
        x, bar = left + at * step, min(max(step - min(2, step / 4), 0.5), WIDEST_BAR_PX)
        up, down = each.asked * scale, each.decided * scale
        shapes.append(area(name, "asked", (x, zero - up, bar, up)))
        shapes.append(area(name, "decided", (x, zero, bar, down)))
    shapes += [
        line(left, zero, width, zero, "axis"),
        text(left, 16, "Asked ↑", "strong"),
        text(left, zero + PANEL_PX + 20, "Decided ↓", "strong"),
        *_time_labels(moments, left, step, width, zero + PANEL_PX + 40),
    ]
    busiest = max(moments, key=lambda each: each.asked, default=None)
    words = "Nothing was asked."
    if busiest is not None and busiest.asked:
        words = (
            f"Arrivals and decisions in stretches of {unit}. Most arrived at {busiest.label}: "
            f"{in_thousands(busiest.asked)}."
        )
    return Drawing.of(
        name, (width, zero + PANEL_PX + 48), ("Arrivals and decisions over time", words), shapes
    )


def _time_labels(
    moments: Sequence[Moment], left: float, step: float, width: int, y: float
) -> list[Shape]:
    if not moments:
        return []
    room = max(width_of(each.label) for each in moments) + 24
    every = max(1, -(-room // step) if step else 1)
    shown = [at for at in range(len(moments)) if at % every == 0]
    labels = []
    for at in shown:
        x = left + at * step
        if x + room - 24 <= width:
            labels += [
                line(x, y - 14, x, y - 10, "axis"),
                text(x, y + 4, moments[at].label, "small"),
            ]
    return labels


def draw_waits(
    name: str, width: int, waits: Sequence[Row], *, overdue_from: int, never: int, facts: str
) -> Drawing:
    """Return how long decisions took: a bar for each class of waiting times.

    ``overdue_from`` is the place of the first class past the deadline; ``never`` counts those that
    were not decided at all.
    """
    rows = [*waits, Row("not decided", never)]
    label_px = max(width_of(row.label) for row in rows) + 10
    most = max(1, *(row.count for row in rows))
    room = width - label_px - width_of(in_thousands(most)) - 10
    shapes: list[Shape] = []
    for at, row in enumerate(rows):
        y = 8 + at * 26
        kind = "pending" if at == len(waits) else "late" if at >= overdue_from else "decided"
        length = room * row.count / most
        shapes += [
            text(label_px - 10, y + 14, row.label, anchor="end"),
            area(name, kind, (label_px, y, length, 20)),
            text(label_px + length + 6, y + 14, in_thousands(row.count), "strong"),
        ]
        if at == overdue_from and at < len(waits):
            shapes.append(line(0, y - 3, width, y - 3, "deadline"))
    height = 8 + len(rows) * 26
    return Drawing.of(name, (width, height), ("How long decisions took", facts), shapes)


def draw_stacks(name: str, width: int, stacks: Sequence[Stack], title: str) -> Drawing:
    """Return one bar of full width for each group, divided by outcome."""
    narrow = width == NARROW
    label_px = 0 if narrow else max([60, *(width_of(each.label) for each in stacks)]) + 14
    count_px = max([40, *(width_of(in_thousands(each.total)) for each in stacks)]) + 8
    room = width - label_px - count_px
    keys, y = _keys(name, width, stacks)
    shapes = list(keys)
    for each in stacks:
        if narrow:
            shapes.append(text(0, y + 12, shorten(each.label, width)))
            y += LINE_PX
        else:
            shapes.append(text(label_px - 14, y + 16, each.label, anchor="end"))
        x = float(label_px)
        for outcome, count in each.counts:
            length = room * count / each.total if each.total else 0
            if count:
                shapes.append(area(name, outcome, (x, y, length, 22)))
            x += length
        shapes.append(text(label_px + room + 8, y + 16, in_thousands(each.total), "strong"))
        y += 32
    words = " ".join(f"{each.label}: {_in_words(each)}." for each in stacks if each.total)
    return Drawing.of(name, (width, y), (title, words or "There is nothing to compare."), shapes)


def _in_words(stack: Stack) -> str:
    return ", ".join(
        f"{OUTCOME_WORDS[outcome].lower()} {percent(count, stack.total)}"
        for outcome, count in stack.counts
        if count
    )


def _keys(name: str, width: int, stacks: Sequence[Stack]) -> tuple[list[Shape], float]:
    """Return the key of the patterns, and where it ends."""
    used = {outcome for each in stacks for outcome, count in each.counts if count}
    shapes: list[Shape] = []
    x, y = 0.0, 4.0
    for outcome in OUTCOMES:
        if outcome not in used:
            continue
        words = OUTCOME_WORDS[outcome]
        length = 24 + width_of(words) + 18
        if x and x + length > width:
            x, y = 0.0, y + 24
        shapes += [area(name, outcome, (x, y, 16, 14)), text(x + 23, y + 12, words)]
        x += length
    return shapes, y + 30
