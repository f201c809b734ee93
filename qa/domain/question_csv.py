"""Questions sent in advance, as a CSV file: every bad row is named by line and reason.

Format: UTF-8 with or without a byte order mark; RFC 4180 quoting with commas; lines end in CR LF,
LF or CR. The first line names the columns: ``text`` (required), ``name``, ``language`` and
``submitted_at`` (ISO 8601 with ``Z`` or an offset). A row without a name is anonymous. Blank lines
are skipped. At most 2,000 rows, which keep the writer busy for a few seconds.

Lines are counted as an editor counts them; a row is named by the line on which it begins.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from qa.domain.text import clean_language, clean_name, clean_question
from qa.errors import BadInput

MAX_ROWS = 2_000
MAX_COLUMNS = 50
COLUMNS = ("text", "name", "language", "submitted_at")

_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_SAVE_AS_UTF8 = "Save the file as UTF-8."

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
class RowError:
    """One reason why the file is refused. ``field`` is None where the whole row is at fault."""

    line: int
    field: str | None
    message: str


@dataclass(frozen=True)
class ParsedCsv:
    """Every good row and every error, both in the order of the file."""

    rows: tuple[CsvRow, ...]
    errors: tuple[RowError, ...]


@dataclass(frozen=True)
class _Record:
    """One record as the file has it: its cells, or why it cannot be read."""

    line: int
    cells: tuple[str, ...]
    problem: str | None


def parse_rows(data: bytes, now_ms: int) -> ParsedCsv:
    """Read a whole file, checking each row as a submission would be checked.

    ``now_ms`` is the time that no ``submitted_at`` may be later than. Nothing is raised for what a
    file can get wrong: the answer carries all of it.
    """
    if data.startswith(_UTF16_BOMS):
        return _refused(1, f"The file is UTF-16. {_SAVE_AS_UTF8}")
    records = _records(data)
    header = next(records, None)
    if header is None:
        return _refused(1, "The file is empty. Its first line must name the columns, such as text.")
    if header.problem is not None:
        return _refused(header.line, header.problem)
    columns = tuple(cell.strip().lower() for cell in header.cells)
    errors = _header_errors(header.line, columns)
    readable = "text" in columns and len(columns) <= MAX_COLUMNS
    rows = _read_rows(records, columns, now_ms, errors) if readable else []
    if not rows and not errors:
        errors.append(RowError(header.line, None, "The file names columns but holds no questions."))
    return ParsedCsv(tuple(rows), tuple(errors))


def _refused(line: int, message: str) -> ParsedCsv:
    return ParsedCsv((), (RowError(line, None, message),))


def _records(data: bytes) -> Iterator[_Record]:
    """Yield the records that are not blank; one that cannot be read does not hide the next."""
    # A byte that is not UTF-8 becomes a lone surrogate here, so that it can be named below.
    text = data.removeprefix(_BOM).decode("utf-8", errors="surrogateescape")
    # Not splitlines(): U+2028 and its kind are part of what somebody wrote.
    lines = _LINE.findall(text)
    reader = csv.reader(lines, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            yield _Record(line, (), _csv_problem(error))
            continue
        if cells:
            yield _Record(line, cells, _encoding_problem(lines, line, reader.line_num))


def _csv_problem(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "A quotation mark is opened here and never closed."
    if "field larger" in str(error):
        return "A cell is too long. Perhaps a quotation mark is never closed."
    return "A closing quotation mark must be followed by a comma or the end of the line."


def _encoding_problem(lines: Sequence[str], first: int, last: int) -> str | None:
    for number in range(first, last + 1):
        bad = _ESCAPED_BYTE.search(lines[number - 1])
        if bad is not None:
            before = lines[number - 1][: bad.start()].encode("utf-8")
            value = ord(bad.group()) - 0xDC00
            return (
                f"Line {number}, byte {len(before) + 1} (0x{value:02X}) is not UTF-8. "
                f"{_SAVE_AS_UTF8}"
            )
    return None


def _header_errors(line: int, columns: tuple[str, ...]) -> list[RowError]:
    separator = _other_separator(columns)
    if separator is not None:
        message = f"The columns are separated by {separator}. Separate them by commas."
        return [RowError(line, None, message)]
    if len(columns) > MAX_COLUMNS:
        message = f"The first line names {len(columns):,} columns. There are {len(COLUMNS)}."
        return [RowError(line, None, message)]
    errors = []
    for column in dict.fromkeys(columns):
        if column not in COLUMNS:
            known = ", ".join(COLUMNS)
            message = f"The column {column[:60]!r} is not known. The columns are {known}."
            errors.append(RowError(line, column[:60], message))
        elif columns.count(column) > 1:
            message = f"The column {column!r} is named {columns.count(column)} times."
            errors.append(RowError(line, column, message))
    if "text" not in columns:
        errors.append(RowError(line, "text", "The first line must name a column text."))
    return errors


def _other_separator(columns: tuple[str, ...]) -> str | None:
    if len(columns) != 1:
        return None
    for character, name in _OTHER_SEPARATORS.items():
        parts = [part.strip(' "') for part in columns[0].split(character)]
        if len(parts) > 1 and "text" in parts:
            return name
    return None


def _read_rows(
    records: Iterator[_Record], columns: tuple[str, ...], now_ms: int, errors: list[RowError]
) -> list[CsvRow]:
    rows: list[CsvRow] = []
    for count, record in enumerate(records, start=1):
        if count > MAX_ROWS:
            message = f"A file can have at most {MAX_ROWS:,} rows. Split it in two."
            errors.append(RowError(record.line, None, message))
            break
        row = _read_row(record, columns, now_ms, errors)
        if row is not None:
            rows.append(row)
    return rows


def _read_row(
    record: _Record, columns: tuple[str, ...], now_ms: int, errors: list[RowError]
) -> CsvRow | None:
    """Return the row, or None after adding every reason why it is not good."""
    problem = record.problem
    if problem is None and len(record.cells) != len(columns):
        problem = (
            f"The row has {len(record.cells)} cells, "
            f"but the first line names {len(columns)} columns."
        )
    if problem is not None:
        errors.append(RowError(record.line, None, problem))
        return None
    cells = dict(zip(columns, record.cells, strict=True))
    check = _RowCheck(record.line, cells, [])
    text = check.cell("text", clean_question)
    name = check.cell("name", clean_name)
    language = check.cell("language", clean_language)
    submitted_at_ms = check.cell("submitted_at", lambda cell: _read_time(cell, now_ms))
    errors.extend(check.errors)
    if text is None or check.errors:
        return None
    return CsvRow(record.line, text, name, language, submitted_at_ms)


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
