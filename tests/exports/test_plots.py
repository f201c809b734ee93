"""Plots: what is drawn is what was counted, it fits, and it says in words what it shows."""

from collections.abc import Callable, Sequence

import pytest

from qa.exports.plots.bars import (
    OUTCOMES,
    Moment,
    Stack,
    draw_stacks,
    draw_timeline,
    draw_waits,
)
from qa.exports.plots.drawing import (
    NARROW,
    WIDE,
    Drawing,
    Row,
    Shape,
    percent,
    shorten,
    ticks,
    width_of,
    wrap,
)
from qa.exports.plots.flow import Branch, draw_flow
from qa.exports.plots.rates import Rate, draw_rates
from tests.exports.hostile import TEXTS

LABELS = [text * 3 for text in TEXTS]
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


def attribute(shape: Shape, name: str) -> float:
    return float(dict(shape.attributes)[name])


def of_kind(drawing: Drawing, kind: str) -> list[Shape]:
    return [each for each in drawing.shapes if dict(each.attributes).get("class") == kind]


def draw_all(width: int, labels: Sequence[str]) -> dict[str, Drawing]:
    """Return every plot of odd numbers under odd labels."""
    many = 123_456
    reasons = tuple(Branch(label, "filtered", 1 + at) for at, label in enumerate(labels))
    branches = [Branch(labels[0], "filtered", many, reasons), Branch("Merged", "merged", 1)]
    moments = [Moment(f"{at:02d}:00", many * (at % 2), at) for at in range(24)]
    waits = [Row("under 1 min", many), Row("1 h 30 min or more", 0)]
    counts = tuple((outcome, at) for at, outcome in enumerate(OUTCOMES))
    rates = [Rate(label, many, many, 0.5, 0.4, 1.0) for label in labels]
    hidden = Rate(labels[0], 0, 0, None, None, None)
    return {
        "flow": draw_flow("f", width, many + 1, branches),
        "timeline": draw_timeline("t", width, moments, "1 h"),
        "waits": draw_waits("w", width, waits, overdue_from=1, never=7, facts="Facts."),
        "stacks": draw_stacks("s", width, [Stack("1,000 or more", counts)], "Support"),
        "rates": draw_rates("r", width, [*rates, hidden], 0.93, ("By topic", "In words.")),
    }


@WIDTHS
def test_nothing_is_drawn_or_written_outside_the_picture(width: int) -> None:
    for name, drawing in draw_all(width, LABELS).items():
        for shape in drawing.shapes:
            found = dict(shape.attributes)
            if shape.tag == "text":
                length = width_of(shape.words)
                start = {"end": 1.0, "middle": 0.5}.get(found.get("text-anchor", ""), 0.0)
                left = float(found["x"]) - length * start
                assert left >= -0.5, (name, shape.words)
                assert left + length <= width + 12, (name, shape.words)
                assert float(found["y"]) <= drawing.height
            elif shape.tag == "rect":
                assert float(found["x"]) + float(found["width"]) <= width + 0.2, name
                assert float(found["y"]) + float(found["height"]) <= drawing.height, name


def test_bars_are_as_long_as_their_numbers() -> None:
    rows = [Row("a", 10), Row("b", 20), Row("c", 0)]
    drawing = draw_waits("w", WIDE, rows, overdue_from=3, never=5, facts="")
    first, second, none = (attribute(each, "width") for each in of_kind(drawing, "edge decided"))
    (never,) = (attribute(each, "width") for each in of_kind(drawing, "edge pending"))
    assert second == pytest.approx(2 * first, abs=0.2)
    assert never == pytest.approx(first / 2, abs=0.2)
    assert none == 0


def test_the_flow_keeps_every_question() -> None:
    parts = (Branch("Answered", "answered", 25), Branch("Not answered", "shown", 15))
    branches = [Branch("Shown", "shown", 40, parts), Branch("Filtered out", "filtered", 60)]
    drawing = draw_flow("f", WIDE, 100, branches)
    (asked,) = (attribute(each, "height") for each in of_kind(drawing, "edge asked"))
    shown, not_answered = (attribute(each, "height") for each in of_kind(drawing, "edge shown"))
    (filtered,) = (attribute(each, "height") for each in of_kind(drawing, "edge filtered"))
    (answered,) = (attribute(each, "height") for each in of_kind(drawing, "edge answered"))
    assert shown + filtered == pytest.approx(asked, abs=0.2)
    assert answered + not_answered == pytest.approx(shown, abs=0.2)
    assert "Shown 40; Filtered out 60" in drawing.description


def test_a_rate_stands_on_its_interval_and_a_suppressed_group_shows_no_number() -> None:
    rates = [Rate("a", 4, 10, 0.4, 0.2, 0.7), Rate("small", 0, 0, None, None, None)]
    drawing = draw_rates("r", WIDE, rates, 0.5, ("Title", "Words"))
    (dot,) = of_kind(drawing, "point")
    across, *_ = of_kind(drawing, "whisker")
    assert attribute(across, "x1") < attribute(dot, "cx") < attribute(across, "x2")
    words = [each.words for each in drawing.shapes if each.tag == "text"]
    assert "4 of 10" in words
    assert "too few to show" in words
    assert "0 of 0" not in words


@WIDTHS
@pytest.mark.parametrize(
    "draw",
    [
        lambda width: draw_flow("f", width, 0, []),
        lambda width: draw_timeline("t", width, [], "1 min"),
        lambda width: draw_waits("w", width, [], overdue_from=0, never=0, facts=""),
        lambda width: draw_stacks("s", width, [], "Support"),
        lambda width: draw_rates("r", width, [], None, ("Title", "Words")),
    ],
)
def test_a_meeting_without_questions_has_plots(draw: Callable[[int], Drawing], width: int) -> None:
    drawing = draw(width)
    assert drawing.height > 0
    assert "nan" not in repr(drawing)


def test_every_outcome_is_told_apart_without_colour() -> None:
    drawing = draw_all(WIDE, LABELS)["stacks"]
    fills = {dict(each.attributes)["fill"] for each in drawing.shapes if each.tag == "rect"}
    assert len(fills) == len(OUTCOMES) - 1  # the first one of the sample has no question


def test_long_labels_are_shortened_at_whole_graphemes() -> None:
    family = "👩‍👩‍👧‍👦"
    assert shorten(family * 50, 100).rstrip("…") == family * shorten(family * 50, 100).count(family)
    assert width_of(shorten("w" * 500, 80)) <= 80
    assert [len(line) > 0 for line in wrap("w" * 500, 80)] == [True, True]
    assert "\u202e" not in shorten("\u202eevil", 500)


@pytest.mark.parametrize("top", [0, 1, 3, 7, 19, 20, 21, 99, 12_345, 10**7])
def test_an_axis_ends_at_a_round_number_that_holds_everything(top: int) -> None:
    marks = ticks(top)
    assert marks[0] == 0
    assert marks[-1] >= top
    assert len(marks) <= 7


def test_a_share_is_never_rounded_to_nothing_or_to_everything() -> None:
    found = [percent(part, whole) for part, whole in [(0, 9), (1, 999), (998, 999), (9, 9), (0, 0)]]
    assert found == ["0 %", "< 1 %", "> 99 %", "100 %", "–"]
