"""The flow from what was asked to what became of it: three columns with bands between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qa.exports.plots.drawing import (
    LINE_PX,
    NARROW,
    Drawing,
    Shape,
    area,
    path,
    percent,
    text,
    wrap,
)
from qa.report.figures import in_thousands

BAR_PX: Final = 12
BODY_PX: Final = 230
LEAST_PX: Final = 2.0


@dataclass(frozen=True)
class Branch:
    """A number of questions, how they are drawn, and what became of them in turn."""

    label: str
    outcome: str
    count: int
    parts: tuple["Branch", ...] = ()


@dataclass(frozen=True)
class _Node:
    branch: Branch
    x: float
    y: float
    height: float


def draw_flow(name: str, width: int, asked: int, branches: Sequence[Branch]) -> Drawing:
    """Return the flow of ``asked`` questions into branches, and of those into their parts.

    Branches and parts without questions are left out. What of a branch is in none of its parts
    ends there.
    """
    branches = [branch for branch in branches if branch.count]
    narrow = width == NARROW
    columns = (0, width * 0.21, width * 0.56) if narrow else (0, width * 0.3, width * 0.66)
    scale = BODY_PX / max(asked, 1)
    parts = [part for branch in branches for part in branch.parts if part.count]
    second = _place(branches, columns[1], scale, top=34)
    third = _place(parts, columns[2], scale, top=34)
    bottoms = [node.y + max(node.height, 2 * LINE_PX) for node in [*second, *third]]
    height = max([34 + BODY_PX, *bottoms]) + 8
    start = _Node(Branch("Asked", "asked", asked), columns[0], 34, asked * scale)
    shapes = [
        *_bands(start, second),
        *(band for node in second for band in _bands(node, _under(node, third))),
        area(name, "asked", (start.x, start.y, BAR_PX, start.height)),
        text(0, 14, in_thousands(asked), "strong"),
        text(0, 29, "asked"),
    ]
    rooms = (columns[2] - columns[1], width - columns[2])
    for nodes, room in ((second, rooms[0]), (third, rooms[1])):
        for node in nodes:
            shapes += _node(name, node, asked, room - BAR_PX - 10)
    words = "; ".join(f"{branch.label} {in_thousands(branch.count)}" for branch in branches)
    description = f"Of {asked} questions asked: {words}." if branches else "Nothing was asked."
    return Drawing.of(name, (width, height), ("From asked to outcome", description), shapes)


def _place(branches: Sequence[Branch], x: float, scale: float, top: float) -> list[_Node]:
    """Return the nodes of a column from the top down, each with room for its label."""
    nodes, y = [], top
    for branch in branches:
        height = max(branch.count * scale, LEAST_PX)
        nodes.append(_Node(branch, x, y, height))
        y += max(height, 2 * LINE_PX) + 8
    return nodes


def _under(node: _Node, third: Sequence[_Node]) -> list[_Node]:
    return [other for other in third if any(other.branch is part for part in node.branch.parts)]


def _bands(start: _Node, ends: Sequence[_Node]) -> list[Shape]:
    bands, y = [], start.y
    for end in ends:
        from_x, to_x = start.x + BAR_PX, end.x
        middle = (from_x + to_x) / 2
        bands.append(
            path(
                (
                    *("M", from_x, y, "C", middle, y, middle, end.y, to_x, end.y),
                    *("V", end.y + end.height),
                    *("C", middle, end.y + end.height, middle, y + end.height),
                    *(from_x, y + end.height, "Z"),
                ),
                f"band {end.branch.outcome}",
            )
        )
        y += end.height
    return bands


def _node(name: str, node: _Node, asked: int, room_px: float) -> list[Shape]:
    branch, x = node.branch, node.x + BAR_PX + 6
    share = f" · {percent(branch.count, asked)}" if not _is_tight(room_px) else ""
    lines = wrap(branch.label, room_px, lines=2 if node.height > 2 * LINE_PX + 12 else 1)
    return [
        area(name, branch.outcome, (node.x, node.y, BAR_PX, node.height)),
        text(x, node.y + 12, f"{in_thousands(branch.count)}{share}", "strong halo"),
        *(text(x, node.y + 12 + LINE_PX * (at + 1), line, "halo") for at, line in enumerate(lines)),
    ]


def _is_tight(room_px: float) -> bool:
    return room_px < 80
