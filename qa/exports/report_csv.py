"""The report as CSV: every question in a row, for spreadsheets that people already have.

RFC 4180 in UTF-8. A text that a spreadsheet would take for a formula gets an apostrophe in front,
which is the one thing in which this form differs from the JSON; take the JSON to check anything.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from qa.domain.csv_file import inert
from qa.report.row_value import QuestionRow
from qa.report.topic_value import Topic
from qa.report.value import Report

BOM: Final = b"\xef\xbb\xbf"
Cell = str | int | bool | None

COLUMNS: Final = (
    "docket_number",
    "outcome",
    "question",
    "question_state",
    "name",
    "anonymous",
    "language",
    "source",
    "submitted_at",
    "due_at",
    "first_decided_at",
    "wait_minutes",
    "late",
    "overdue",
    "reason",
    "reason_label",
    "explanation",
    "decided_by",
    "rule",
    "automated",
    "decisions",
    "merged_into",
    "votes",
    "votes_unverified",
    "called",
    "answered_at",
    "answered_how",
    "flags",
    "wordings",
    "redactions",
    "topic",
    "topic_edited",
    "leaf_index",
)


def make_csv(report: Report) -> bytes:
    """Return every question as a row."""
    return write_rows(COLUMNS, question_rows(report))


def make_csv_with_bom(report: Report) -> bytes:
    """Return the same with the mark by which some spreadsheets tell UTF-8."""
    return BOM + make_csv(report)


def question_rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each question, in the order of ``COLUMNS``."""
    topics = {topic.id: topic for topic in report.topics.topics}
    for row in report.questions:
        yield _cells(report, row, topics.get(row.topic or 0))


def _cells(report: Report, row: QuestionRow, topic: Topic | None) -> tuple[Cell, ...]:
    return (
        row.n,
        row.outcome,
        row.text,
        row.text_state,
        row.name,
        row.anonymous,
        row.language,
        row.source,
        row.submitted_at,
        row.due_at,
        row.first_decided_at,
        row.wait_minutes,
        row.late,
        row.overdue,
        row.reason,
        row.reason_label,
        row.explanation,
        row.decided_by,
        row.rule,
        row.automated,
        len(row.decisions),
        row.merged_into,
        row.votes,
        row.votes if report.unverified else 0,
        row.called,
        row.answered_at,
        row.answered_how,
        " ".join(row.flags),
        row.wordings,
        len(row.redactions),
        topic.label if topic else None,
        topic.edited if topic else None,
        row.leaf_index,
    )


def write_rows(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV in which nothing is a formula."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return lines.getvalue().encode()


def _cell(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return inert(cell) if isinstance(cell, str) else cell
