"""CSV files that people make: every problem is named by its line and in plain words.

Format: UTF-8 with or without a byte order mark; RFC 4180 quoting with commas; lines end in CR LF,
LF or CR. The first line names the columns. Blank lines are skipped.

Lines are counted as an editor counts them; a row is named by the line on which it begins.

In files made for them, ``inert`` keeps a spreadsheet from reading words as a formula.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from qa.errors import BadInput

MAX_COLUMNS = 50

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\0")
"""What a spreadsheet takes for the beginning of a formula."""

_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_SAVE_AS_UTF8 = "Save the file as UTF-8."


@dataclass(frozen=True)
class RowError:
    """One reason why the file is refused. ``field`` is None where the whole row is at fault."""

    line: int
    field: str | None
    message: str


@dataclass(frozen=True)
class Shape:
    """What a kind of file holds. ``what`` names its rows, such as "questions"."""

    columns: tuple[str, ...]
    required: str
    what: str
    max_rows: int


@dataclass(frozen=True)
class Row:
    """One row, by the names of its columns."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class _Record:
    """One record as the file has it: its cells, or why it cannot be read."""

    line: int
    cells: tuple[str, ...]
    problem: str | None


def inert(cell: str) -> str:
    """Return a text for a cell, in which no spreadsheet sees a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def refusal(errors: Sequence[RowError], outcome: str) -> BadInput:
    """Return the error that names every problem of a file, and says what came of it."""
    count = "1 problem" if len(errors) == 1 else f"{len(errors)} problems"
    return BadInput(
        f"The file has {count}. {outcome}",
        field="file",
        details={"errors": [vars(error) for error in errors]},
    )


def read_table(data: bytes, shape: Shape) -> tuple[list[Row], list[RowError]]:
    """Return a file's rows that can be read, and why the others cannot, both in order."""
    if data.startswith(_UTF16_BOMS):
        return _refused(1, f"The file is UTF-16. {_SAVE_AS_UTF8}")
    records = _records(data)
    header = next(records, None)
    if header is None:
        required = shape.required
        return _refused(
            1, f"The file is empty. Its first line must name the columns, such as {required}."
        )
    if header.problem is not None:
        return _refused(header.line, header.problem)
    columns = tuple(cell.strip().lower() for cell in header.cells)
    errors = _header_errors(header.line, columns, shape)
    readable = shape.required in columns and len(columns) <= MAX_COLUMNS
    rows = _rows(records, columns, shape, errors) if readable else []
    if not rows and not errors:
        message = f"The file names columns but holds no {shape.what}."
        errors.append(RowError(header.line, None, message))
    return rows, errors


def _refused(line: int, message: str) -> tuple[list[Row], list[RowError]]:
    return [], [RowError(line, None, message)]


def _rows(
    records: Iterator[_Record], columns: tuple[str, ...], shape: Shape, errors: list[RowError]
) -> list[Row]:
    rows: list[Row] = []
    for count, record in enumerate(records, start=1):
        if count > shape.max_rows:
            message = f"A file can have at most {shape.max_rows:,} rows. Split it in two."
            errors.append(RowError(record.line, None, message))
            break
        problem = record.problem
        if problem is None and len(record.cells) != len(columns):
            problem = (
                f"The row has {len(record.cells)} cells, "
                f"but the first line names {len(columns)} columns."
            )
        if problem is not None:
            errors.append(RowError(record.line, None, problem))
        else:
            rows.append(Row(record.line, dict(zip(columns, record.cells, strict=True))))
    return rows


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


def _header_errors(line: int, columns: tuple[str, ...], shape: Shape) -> list[RowError]:
    separator = _other_separator(columns, shape.required)
    if separator is not None:
        message = f"The columns are separated by {separator}. Separate them by commas."
        return [RowError(line, None, message)]
    if len(columns) > MAX_COLUMNS:
        message = f"The first line names {len(columns):,} columns. There are {len(shape.columns)}."
        return [RowError(line, None, message)]
    errors = []
    for column in dict.fromkeys(columns):
        if column not in shape.columns:
            known = ", ".join(shape.columns)
            message = f"The column {column[:60]!r} is not known. The columns are {known}."
            errors.append(RowError(line, column[:60], message))
        elif columns.count(column) > 1:
            message = f"The column {column!r} is named {columns.count(column)} times."
            errors.append(RowError(line, column, message))
    if shape.required not in columns:
        message = f"The first line must name a column {shape.required}."
        errors.append(RowError(line, shape.required, message))
    return errors


def _other_separator(columns: tuple[str, ...], required: str) -> str | None:
    if len(columns) != 1:
        return None
    for character, name in _OTHER_SEPARATORS.items():
        parts = [part.strip(' "') for part in columns[0].split(character)]
        if len(parts) > 1 and required in parts:
            return name
    return None
