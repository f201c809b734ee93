"""Questions sent in advance, as a CSV file: every bad row is named by line and reason.

The form is that of ``csv_file``. Columns: ``text`` (required), ``name``, ``language`` and
``submitted_at`` (ISO 8601 with ``Z`` or an offset). A row without a name is anonymous. At most
2,000 rows, which keep the writer busy for a few seconds.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from qa.domain.csv_file import Row, RowError, Shape, read_table
from qa.domain.text import clean_language, clean_name, clean_question
from qa.errors import BadInput

MAX_ROWS = 2_000
SHAPE = Shape(("text", "name", "language", "submitted_at"), "text", "questions", MAX_ROWS)

_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_Clean = TypeVar("_Clean")


@dataclass(frozen=True)
class CsvRow:
    """One good row. ``submitted_at_ms`` is None where the file does not say when."""

    line: int
    text: str
    name: str | None
    language: str | None
    submitted_at_ms: int | None


@dataclass(frozen=True)
class ParsedCsv:
    """Every good row and every error, both in the order of the file."""

    rows: tuple[CsvRow, ...]
    errors: tuple[RowError, ...]


def parse_rows(data: bytes, now_ms: int) -> ParsedCsv:
    """Read a whole file, checking each row as a submission would be checked.

    ``now_ms`` is the time that no ``submitted_at`` may be later than. Nothing is raised for what a
    file can get wrong: the answer carries all of it.
    """
    found, errors = read_table(data, SHAPE)
    rows = [row for row in (_read_row(each, now_ms, errors) for each in found) if row is not None]
    return ParsedCsv(tuple(rows), tuple(sorted(errors, key=lambda error: error.line)))


def _read_row(row: Row, now_ms: int, errors: list[RowError]) -> CsvRow | None:
    """Return the row, or None after adding every reason why it is not good."""
    check = _RowCheck(row.line, row.cells, [])
    text = check.cell("text", clean_question)
    name = check.cell("name", clean_name)
    language = check.cell("language", clean_language)
    submitted_at_ms = check.cell("submitted_at", lambda cell: _read_time(cell, now_ms))
    errors.extend(check.errors)
    if text is None or check.errors:
        return None
    return CsvRow(row.line, text, name, language, submitted_at_ms)


@dataclass(frozen=True)
class _RowCheck:
    line: int
    cells: Mapping[str, str]
    errors: list[RowError]

    def cell(self, field: str, clean: Callable[[str], _Clean | None]) -> _Clean | None:
        """Return the cleaned cell; None for an optional one left blank, or after an error."""
        cell = self.cells.get(field, "")
        if field != "text" and not cell.strip():
            return None
        try:
            return clean(cell)
        except BadInput as error:
            self.errors.append(RowError(self.line, field, error.message))
            return None


def _read_time(cell: str, now_ms: int) -> int:
    written = cell.strip()
    if _TIME.fullmatch(written) is None:
        raise BadInput("A time is ISO 8601 with Z or an offset, such as 2026-11-23T09:30:00+01:00.")
    try:
        time_ms = (datetime.fromisoformat(written) - _EPOCH) // timedelta(milliseconds=1)
    except ValueError:
        raise BadInput("This time names a day, an hour or an offset that does not exist.") from None
    if time_ms < 0:
        raise BadInput("This time is before 1970.")
    if time_ms > now_ms:
        raise BadInput("This time is in the future.")
    return time_ms
