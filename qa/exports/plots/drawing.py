"""A drawing: shapes with places and class names, and the words that say what they show.

Colours and faces are not here but in the style sheets, one for pages and one for paper; a shape
only names its class. Outcomes also have a pattern each, so that a drawing reads in black and white.
Text stays text: a template writes it, escaped.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import regex

from qa.domain.text import show_bidi

WIDE: Final = 720
NARROW: Final = 340
"""The two widths that a plot is drawn at, in pixels: for a sheet or screen, and for a phone."""

TEXT_PX: Final = 13.0
LINE_PX: Final = 17.0
_CHARACTER_EM: Final = 0.56
_GRAPHEME: Final = regex.compile(r"\X")

Number = int | float
Box = tuple[Number, Number, Number, Number]


@dataclass(frozen=True)
class Shape:
    """One SVG element: its tag, its attributes in order, and its words if it is text."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    words: str = ""


@dataclass(frozen=True)
class Drawing:
    """A picture of ``width`` × ``height`` pixels; ``name`` is unique on a page."""

    name: str
    width: int
    height: int
    title: str
    description: str
    shapes: tuple[Shape, ...]

    @classmethod
    def of(
        cls, name: str, size: tuple[int, Number], words: tuple[str, str], shapes: Iterable[Shape]
    ) -> Self:
        """Return a drawing; ``words`` are its title and its description."""
        width, height = size
        return cls(name, width, round(height), *words, tuple(shapes))


@dataclass(frozen=True)
class Row:
    """Something with a label and a number."""

    label: str
    count: int


def rect(box: Box, kind: str, **more: str) -> Shape:
    """Return a rectangle; ``box`` is where it starts, its width and its height."""
    x, y, width, height = box
    return _shape("rect", kind, more, x=x, y=y, width=max(width, 0), height=max(height, 0))


def line(x1: Number, y1: Number, x2: Number, y2: Number, kind: str) -> Shape:
    """Return a straight line."""
    return _shape("line", kind, {}, x1=x1, y1=y1, x2=x2, y2=y2)


def dot(x: Number, y: Number, radius: Number, kind: str) -> Shape:
    """Return a circle."""
    return _shape("circle", kind, {}, cx=x, cy=y, r=radius)


def path(steps: Sequence[str | Number], kind: str, **more: str) -> Shape:
    """Return a path; ``steps`` are its commands and coordinates."""
    return _shape("path", kind, {"d": " ".join(_number(step) for step in steps), **more})


def text(x: Number, y: Number, words: str, kind: str = "", anchor: str = "start") -> Shape:
    """Return one line of text, its base line at ``y``."""
    more = {} if anchor == "start" else {"text-anchor": anchor}
    return _shape("text", f"word {kind}".strip(), more, words, x=x, y=y)


def area(name: str, outcome: str, box: Box) -> Shape:
    """Return an area in the colour and pattern of an outcome; ``name`` is the drawing's."""
    return rect(box, f"edge {outcome}", fill=f"url(#{name}-{outcome})")


def width_of(words: str, size_px: Number = TEXT_PX) -> float:
    """Return about how wide a line of text is, in pixels; it is never narrower by much."""
    full = sum(unicodedata.east_asian_width(letter) in "WF" for letter in words)
    return (full * 1.05 + (len(words) - full) * _CHARACTER_EM) * size_px


def shorten(words: str, room_px: Number) -> str:
    """Return a line of text that fits, with an ellipsis where letters were left out."""
    words = " ".join(show_bidi(words).split())
    if width_of(words) <= room_px:
        return words
    kept = ""
    for letter in _GRAPHEME.findall(words):
        if width_of(kept + letter + "…") > room_px:
            break
        kept += letter
    return kept.rstrip() + "…"


def wrap(words: str, room_px: Number, lines: int = 2) -> list[str]:
    """Return a text as lines that fit, the last one shortened."""
    found: list[str] = []
    left = " ".join(show_bidi(words).split())
    while left:
        if len(found) == lines - 1 or width_of(left) <= room_px:
            return [*found, shorten(left, room_px)]
        head = _head(left, room_px)
        found.append(head.rstrip())
        left = left[len(head) :].lstrip()
    return found


def _head(words: str, room_px: Number) -> str:
    """Return as much of the start as fits, up to a space where there is one."""
    fitting = ""
    for letter in _GRAPHEME.findall(words):
        if width_of(fitting + letter) > room_px and fitting:
            break
        fitting += letter
    at_space = fitting.rfind(" ")
    return fitting[:at_space] if at_space > 0 else fitting


def ticks(top: Number, wanted: int = 4) -> list[int]:
    """Return round numbers from 0 to at least ``top``, about as many as wanted."""
    if top <= 0:
        return [0, 1]
    step = next(
        step
        for power in range(12)
        for step in (10**power, 2 * 10**power, 5 * 10**power)
        if step * wanted >= top
    )
    return list(range(0, -(-int(-(-top // 1)) // step) * step + 1, step))


def percent(part: Number, whole: Number) -> str:
    """Return a share in words, such as ``16 %``; never 0 for something or 100 for not all."""
    if not whole:
        return "–"
    share = 100 * part / whole
    if 0 < share < 1:
        return "< 1 %"
    if 99 < share < 100:
        return "> 99 %"
    return f"{round(share)} %"


def _shape(tag: str, kind: str, more: dict[str, str], words: str = "", **places: Number) -> Shape:
    attributes = {name: _number(value) for name, value in places.items()} | more
    attributes["class"] = kind
    return Shape(tag, tuple(attributes.items()), words)


def _number(value: str | Number) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.1f}".removesuffix(".0")
