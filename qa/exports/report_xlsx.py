"""The report as a workbook: numbers as numbers, times as times, and no text that is a formula."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from qa.exports.report_csv import COLUMNS, Cell, question_rows
from qa.exports.report_plots import all_plots
from qa.exports.words import FINDINGS, most_wanted, status_of
from qa.report.value import Report

TIME: Final = "%Y-%m-%dT%H:%MZ"
WIDTHS: Final = {"question": 70, "explanation": 50, "reason_label": 24, "docket_number": 9}
OPTIONS: Final = {
    "in_memory": True,
    # By default a text that starts with = would be a live formula, and an address a live link.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def make_xlsx(report: Report) -> bytes:
    """Return the report as a workbook. The same report gives the same bytes."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties(
            {
                "title": f"Audit report: {report.meeting.title}",
                "created": datetime.strptime(report.proof.as_of, TIME),  # noqa: DTZ007 - UTC
            }
        )
        sheets = _Sheets(book)
        _summary(sheets, report)
        sheets.table("Questions", COLUMNS, question_rows(report))
        _decisions(sheets, report)
        for name, plot in all_plots(report).items():
            sheets.table(SHEET_NAMES[name], plot.table.heads, plot.table.rows)
        _topics(sheets, report)
    return stream.getvalue()


SHEET_NAMES: Final = {
    "flow": "Outcomes",
    "timeline": "Over time",
    "waits": "Waiting",
    "support": "Support",
    "by_topic": "By topic",
    "by_anonymity": "By anonymity",
    "by_language": "By language",
    "by_moderator": "By moderator",
    "by_time": "By time",
    "by_support": "By support",
}


class _Sheets:
    """A workbook's sheets, each with a frozen head and filters."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._head: Format = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self._text: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self._plain: Format = book.add_format({"valign": "top"})
        self._time: Format = book.add_format(
            {"num_format": "yyyy-mm-dd hh:mm", "valign": "top", "align": "left"}
        )

    def table(self, name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Add a sheet with a table."""
        sheet = self._book.add_worksheet(name)
        written = 0
        for at, head in enumerate(heads):
            sheet.write_string(0, at, head, self._head)
            sheet.set_column(at, at, WIDTHS.get(head, 17))
        for at, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                self._write(sheet, at, column, cell, is_time=heads[column].endswith("_at"))
            written = at
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(written, 1), len(heads) - 1)

    def _write(self, sheet: Worksheet, row: int, column: int, cell: Cell, *, is_time: bool) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, bool):
            sheet.write_boolean(row, column, cell, self._plain)
        elif isinstance(cell, int):
            sheet.write_number(row, column, cell, self._plain)
        elif is_time:
            when = datetime.strptime(cell, TIME)  # noqa: DTZ007 - a workbook knows no time zones
            sheet.write_datetime(row, column, when, self._time)
        else:
            sheet.write_string(row, column, cell, self._text)


def _summary(sheets: _Sheets, report: Report) -> None:
    n, proof = report.numbers, report.proof
    rows: list[Sequence[Cell]] = [
        ("Meeting", report.meeting.title),
        ("Asked", n.submitted),
        ("Shown", n.published),
        ("Filtered out", n.filtered),
        ("Merged", n.merged),
        ("Withdrawn", n.withdrawn),
        ("Waiting", n.pending),
        ("Never decided", n.never_decided),
        ("Answered", n.answered),
        ("Votes", n.votes),
        ("Of these, unverified", n.votes_unverified),
        ("Tickets sent", n.electorate),
        ("Tickets used", n.tickets_used),
        ("People who signed in", n.signed_in),
        ("Decisions", n.decisions),
        ("Decided by a rule alone", n.automated),
        ("First decisions after the deadline", n.waiting.late),
        ("Half waited at most, minutes", n.waiting.p50_minutes),
        ("Nine in ten waited at most, minutes", n.waiting.p90_minutes),
        *_findings(report),
        ("Status", status_of(report)),
        ("What people read first", report.meeting.introduction),
        ("Log", proof.origin),
        ("Verifier key", proof.vkey),
        ("Tree size", proof.tree_size),
        ("Root hash", proof.root_hash),
        ("Six words", " ".join(proof.words)),
        *(("How to check", step) for step in proof.how_to_check),
        *(("What it cannot show", limit) for limit in report.limits),
    ]
    sheets.table("Summary", ("what", "question"), rows)


def _findings(report: Report) -> Iterable[Sequence[Cell]]:
    for about, heading in FINDINGS.items():
        yield from ((heading, each.text) for each in report.summary if each.about == about)
        if about == "wanted":
            for each in most_wanted(report):
                yield (heading, f"#{each.n} {each.words} ({each.fate})")


def _decisions(sheets: _Sheets, report: Report) -> None:
    heads = (
        "docket_number",
        "number",
        "decided_at",
        "verdict",
        "reason",
        "reason_label",
        "explanation",
        "decided_by",
        "rule",
        "automated",
        "policy_version",
        "merged_into",
        "leaf_index",
    )
    sheets.table(
        "Decisions",
        heads,
        [
            (
                row.n,
                each.seq,
                each.at,
                each.verdict,
                each.reason,
                each.reason_label,
                each.explanation,
                each.by,
                each.rule,
                each.automated,
                each.policy,
                each.into,
                each.leaf_index,
            )
            for row in report.questions
            for each in row.decisions
        ],
    )


def _topics(sheets: _Sheets, report: Report) -> None:
    sheets.table(
        "Topics",
        (
            *("topic", "questions", "decided", "filtered", "votes", "votes_unverified"),
            *("edited", "examples"),
        ),
        [
            (
                topic.label,
                len(topic.questions),
                topic.decided,
                topic.filtered,
                topic.votes,
                topic.votes if report.unverified else 0,
                topic.edited,
                " ".join(f"#{n}" for n in topic.representatives),
            )
            for topic in report.topics.topics
        ],
    )
    sheets.table(
        "Edited topics",
        ("edited_at", "edited_by", "change"),
        [(each.at, each.by, each.what) for each in report.topics.edits],
    )
