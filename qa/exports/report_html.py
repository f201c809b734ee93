"""The report as a page: the part that the site frames, and a whole file for reading without it.

Templates only write what the report holds; nothing is computed in them. They have an environment of
their own, because a page is made where there is no web server (see ``workshop``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from qa.domain.text import show_bidi
from qa.exports import addendum_words
from qa.exports.plots.drawing import Drawing
from qa.exports.report_plots import all_plots, duration, share
from qa.exports.words import (
    FINDINGS,
    NOBODY_DECIDED,
    NOTHING_TO_COMPARE,
    OUTCOME_WORDS,
    in_cell,
    in_words,
    kind_of,
    moment,
    most_wanted,
    people_of,
    probability,
    votes_of,
    votes_word,
)
from qa.ledger.numbers import NO_REASON
from qa.report.addendum_value import Addendum
from qa.report.chart_value import SupportedOutcome
from qa.report.figures import two_decimals
from qa.report.row_value import QuestionRow
from qa.report.value import Report

ROOT: Final = Path(__file__).resolve().parent.parent.parent
STYLES: Final = (
    *("tokens", "base", "surfaces", "record", "plots"),
    *("report-parts", "report-top", "report-questions", "report"),
)
FILE_WORDS: Final = (
    ("report.pdf", "PDF", "to print, and for screen readers"),
    ("report.xlsx", "Workbook", "numbers as numbers, with filters"),
    ("report.csv", "CSV", "every question in a row"),
    ("report.json", "JSON", "every number, for programs"),
    ("report.html", "Page", "one file, to read anywhere"),
    ("statements-of-reasons.csv", "Statements of reasons", "in the terms of the EU’s DSA"),
)
"""What the page offers, by the end of its address."""
_CODE: Final = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class File:
    """A link to another form of the report."""

    href: str
    words: str
    note: str


@dataclass(frozen=True)
class Links:
    """Where the page leads; a file for reading without a server has none of these."""

    record: str = ""
    at_close: str = ""
    addendum: str = ""
    files: tuple[File, ...] = ()


def make_page(report: Report) -> bytes:
    """Return the report as the inner part of a page of the site."""
    return _render("_report.html", report, links_of(report)).encode()


def make_file(report: Report) -> bytes:
    """Return the report as a page that needs nothing else."""
    styles = Markup(_styles())  # noqa: S704 - ours, and without a single <
    return _render("report_alone.html", report, Links(), styles=styles).encode()


def make_addendum_page(addendum: Addendum) -> bytes:
    """Return the addendum as the inner part of a page of the site."""
    template = _environment().get_template("_addendum.html")
    return template.render(found=addendum, status=addendum_words.status_of(addendum)).encode()


def links_of(report: Report) -> Links:
    """Return where the page of a report leads."""
    slug, size = report.meeting.slug, report.proof.tree_size
    page, api = f"/e/{slug}", f"/api/events/{slug}"
    return Links(
        record=f"{page}/record",
        at_close=f"{page}/report?size={report.late_changes[0].leaf_index}"
        if report.late_changes
        else "",
        addendum=f"{page}/addendum?size={size}" if report.late_changes else "",
        files=(
            *(File(f"{api}/{name}?size={size}", words, note) for name, words, note in FILE_WORDS),
            File(f"{api}/bundle.zip", "Bundle", "to check all of it without this server"),
        ),
    )


def drawing_as_svg(drawing: Drawing) -> str:
    """Return a drawing as an SVG file in the colours of paper."""
    template = _environment().get_template("plot_paper.svg")
    return template.render(found=drawing, styles=_paper_styles())


@cache
def _paper_styles() -> str:
    return (ROOT / "templates" / "_paper_plot.css").read_text(encoding="utf-8")


def _render(name: str, report: Report, links: Links, **more: object) -> str:
    template = _environment().get_template(name)
    return template.render(report=report, plots=all_plots(report), links=links, **more)


@cache
def _styles() -> str:
    """Return every style sheet of the page; they are ours, and hold no ``<``."""
    folder = ROOT / "static" / "css"
    return "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: Mapping[str, Any] = {
        "visible": show_bidi,
        "number": in_cell,
        "decimal": two_decimals,
        "duration": duration,
        "share": share,
        "at": moment,
        "words": _words,
        "kind": kind_of,
        "code": _code,
        "probability": probability,
        "support_rows": _support_rows,
        "votes_word": votes_word,
        "votes_of": votes_of,
        "people": people_of,
        "most_wanted": most_wanted,
        "marks": _marks,
        "side": addendum_words.value_in_words,
    }
    environment.filters.update(filters)
    environment.globals |= {
        "headings": FINDINGS,
        "no_reason": NO_REASON,
        "nobody_decided": NOBODY_DECIDED,
        "nothing_to_compare": NOTHING_TO_COMPARE,
    }
    return environment


def _words(row: QuestionRow) -> str:
    return show_bidi(in_words(row))


def _code(sentence: str) -> Markup:
    """Return a sentence in which what stands between backticks is shown as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 - escaped


def _marks(report: Report, outcomes: Sequence[str], top: int) -> str:
    """Return the path of the marks that questions with these outcomes have in the docket's strip.

    Each is 0.8 wide, and stands in the middle of the unit before its docket number.
    """
    return "".join(
        f"M{row.n - 1}.1 {top}h.8V10h-.8z" for row in report.questions if row.outcome in outcomes
    )


def _support_rows(found: Iterable[SupportedOutcome]) -> list[tuple[str | int, ...]]:
    return [
        (
            OUTCOME_WORDS[each.outcome],
            each.questions,
            each.votes,
            *(_or_dash(value) for value in (each.p25, each.p50, each.p75, each.most)),
        )
        for each in found
    ]


def _or_dash(value: int | None) -> str | int:
    return "–" if value is None else value
