"""A share over meetings: a dot for each, and a line between those that are next to each other."""

from collections.abc import Sequence
from itertools import pairwise

from qa.exports.plots.drawing import Drawing, Shape, dot, line, text, width_of

HEIGHT_PX = 120
TOP_PX = 14
EDGE_PX = 8
LABEL_GAP_PX = 14


def draw_line(
    name: str, width: int, shares: Sequence[float | None], words: tuple[str, str]
) -> Drawing:
    """Return shares between 0 and 1 in their order; below each is its place, from 1 on."""
    left = width_of("100 %") + 8
    room = width - left - 2 * EDGE_PX
    step = room / max(len(shares) - 1, 1)
    bottom = TOP_PX + HEIGHT_PX
    shapes: list[Shape] = []
    for percent in (0, 50, 100):
        y = bottom - HEIGHT_PX * percent / 100
        shapes += [
            line(left, y, width, y, "grid" if percent else "axis"),
            text(left - 6, y + 4, f"{percent} %", "small", "end"),
        ]
    places = [
        None if share is None else (left + EDGE_PX + at * step, bottom - HEIGHT_PX * share)
        for at, share in enumerate(shares)
    ]
    for before, after in pairwise(places):
        if before is not None and after is not None:
            shapes.append(line(*before, *after, "whisker"))
    shapes += [dot(*place, 5, "point") for place in places if place is not None]
    every = max(1, -(-(width_of(str(len(shares))) + LABEL_GAP_PX) // step))
    shapes += [
        text(left + EDGE_PX + at * step, bottom + 20, str(at + 1), "small", "middle")
        for at in range(len(shares))
        if at % every == 0
    ]
    return Drawing.of(name, (width, bottom + 28), words, shapes)
