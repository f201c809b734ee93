"""The parts that the report on paper is made of, as ``report.typ`` sets them: plain values.

A text that people wrote is ``{"text", "rtl", "endless"}``; its direction controls are written out.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

from qa.domain.text import show_bidi
from qa.exports.report_html import drawing_as_svg
from qa.exports.report_plots import Plot, Table
from qa.exports.words import in_cell

Part = dict[str, Any]
ENDLESS: Final = 35
SHORT: Final = 12
SHORT_LINES: Final = 16
"""A table with no more rows and lines than these stays on one page."""

_STRONG: Final = frozenset({"R", "AL"})


def section_part(title: str, *parts: Part) -> Part:
    """Return a section with its heading."""
    return {"title": title, "parts": list(parts)}


def text_part(text: str) -> Part:
    """Return a paragraph."""
    return {"kind": "text", "text": written(text)}


def note_part(text: str) -> Part:
    """Return a paragraph in small type."""
    return {"kind": "note", "text": written(text)}


def heading_part(text: str) -> Part:
    """Return a heading within a section."""
    return {"kind": "heading", "text": written(text)}


def bullets_part(items: Iterable[str]) -> Part:
    """Return a list."""
    return {"kind": "list", "items": [written(item) for item in items]}


def counted_part(*pairs: tuple[str, str]) -> Part:
    """Return numbers with what they count."""
    return {"kind": "counted", "pairs": [list(pair) for pair in pairs]}


def plot_part(plot: Plot) -> Part:
    """Return a plot."""
    svg = drawing_as_svg(plot.wide)
    return {"kind": "plot", "svg": svg, "alt": f"{plot.wide.title}. {plot.wide.description}"}


def plot_table_part(table: Table) -> Part:
    """Return the numbers behind a plot."""
    widths = (1, *(0 for _ in table.heads[1:]))
    rows = [(written(str(first)), *rest) for first, *rest in table.rows]
    return table_part(table.heads, widths, rows)


def table_part(heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Any]]) -> Part:
    """Return a table; a column of width 0 is as wide as it needs to be."""
    first = rows[0] if rows else ()
    return {
        "kind": "table",
        "heads": list(heads),
        "whole": len(rows) <= SHORT and _lines(rows) <= SHORT_LINES,
        "columns": list(widths),
        "numeric": [
            at
            for at, cell in enumerate(first)
            if isinstance(cell, int) or (at and isinstance(cell, str))
        ],
        "rows": [
            [cell if isinstance(cell, dict) else in_cell(cell) for cell in row] for row in rows
        ],
    }


def _lines(rows: Sequence[Sequence[Any]]) -> int:
    """Return about how many lines a table takes, in columns of half a page."""
    texts = [[cell["text"] for cell in row if isinstance(cell, dict)] for row in rows]
    return sum(
        max((1 + len(text) // 40 + text.count("\n") for text in row), default=1) for row in texts
    )


@cache
def _is_right_to_left(letter: str) -> bool | None:
    kind = unicodedata.bidirectional(letter)
    return True if kind in _STRONG else False if kind == "L" else None


def written(text: str) -> Part:
    """Return a text for ``report.typ``.

    ``rtl``: its first strong letter is of a script from right to left. ``endless``: it has a word
    that is too long for a line.
    """
    visible = show_bidi(text)
    strong = (found for letter in text if (found := _is_right_to_left(letter)) is not None)
    endless = (
        any(len(word) > ENDLESS for word in visible.split()) if len(visible) > ENDLESS else False
    )
    return {"text": visible, "rtl": next(strong, False), "endless": endless}


def date_of(minute: str) -> dict[str, int]:
    """Return the date of a time as leaves spell it."""
    year, month, day = re.findall(r"\d+", minute)[:3]
    return {"year": int(year), "month": int(month), "day": int(day)}
