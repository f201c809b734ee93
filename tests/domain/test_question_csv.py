"""Questions sent in advance: what a file may look like, and how a bad one is answered."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.domain.question_csv import MAX_ROWS, CsvRow, parse_rows

NOW_MS = int(datetime(2026, 11, 23, 12, 0, tzinfo=UTC).timestamp() * 1000)


def rows_of(data: bytes) -> tuple[CsvRow, ...]:
    parsed = parse_rows(data, NOW_MS)
    assert parsed.errors == ()
    return parsed.rows


def errors_of(data: bytes) -> list[tuple[int, str | None]]:
    return [(error.line, error.field) for error in parse_rows(data, NOW_MS).errors]


def only_message(data: bytes) -> str:
    (error,) = parse_rows(data, NOW_MS).errors
    return error.message


def test_a_file_with_every_column_becomes_questions() -> None:
    data = (
        b"text,name,language,submitted_at\r\n"
        b"When do we know?,Marta,en,2026-11-20T09:30:00+01:00\r\n"
        b"Und die Zulage?,,de,2026-11-20T08:30:00Z\r\n"
    )
    at = int(datetime(2026, 11, 20, 8, 30, tzinfo=UTC).timestamp() * 1000)
    assert rows_of(data) == (
        CsvRow(2, "When do we know?", "Marta", "en", at),
        CsvRow(3, "Und die Zulage?", None, "de", at),
    )


def test_text_is_the_only_column_a_file_needs() -> None:
    assert rows_of(b"text\nWhy?\n") == (CsvRow(2, "Why?", None, None, None),)


def test_columns_may_stand_in_any_order_and_case() -> None:
    assert rows_of(b"Name, TEXT \nMarta,Why?\n") == (CsvRow(2, "Why?", "Marta", None, None),)


def test_a_byte_order_mark_is_not_part_of_the_first_column() -> None:
    assert rows_of(b"\xef\xbb\xbftext\nWhy?\n")[0].text == "Why?"


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_in_any_of_the_three_ways(ending: bytes) -> None:
    rows = rows_of(ending.join([b"text", b"One?", b"Two?"]))
    assert [(row.line, row.text) for row in rows] == [(2, "One?"), (3, "Two?")]


def test_a_row_is_named_by_the_line_on_which_it_begins() -> None:
    data = b'text,name\r\n"First line\r\nsecond line\r\nthird?",Ana\r\nNext?,\r\n'
    assert [(row.line, row.text) for row in rows_of(data)] == [
        (2, "First line\nsecond line\nthird?"),
        (5, "Next?"),
    ]


def test_blank_lines_are_skipped_and_still_counted() -> None:
    assert [row.line for row in rows_of(b"\n\ntext\n\nOne?\n\n\nTwo?\n\n")] == [5, 8]


def test_a_line_separator_inside_a_text_does_not_begin_a_new_row() -> None:
    separator = "\N{LINE SEPARATOR}".encode()
    parsed = parse_rows(b"text\nOne" + separator + b"more?\nTwo?\n", NOW_MS)
    lines = {row.line for row in parsed.rows} | {error.line for error in parsed.errors}
    assert lines == {2, 3}


def test_quotes_and_commas_inside_a_cell_survive() -> None:
    assert rows_of(b'text\n"He said ""soon"", but when, exactly?"\n')[0].text == (
        'He said "soon", but when, exactly?'
    )


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n\r\n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert "The file is empty" in only_message(data)


def test_a_file_without_questions_is_refused() -> None:
    assert "holds no questions" in only_message(b"text,name\n")


def test_an_unknown_column_is_refused_by_name_and_the_rows_are_still_checked() -> None:
    data = b"text,votes,colour\nWhy?,1,red\n,2,blue\n"
    assert errors_of(data) == [(1, "votes"), (1, "colour"), (3, "text")]
    assert "'votes'" in parse_rows(data, NOW_MS).errors[0].message


def test_a_column_named_twice_is_refused() -> None:
    assert "named 2 times" in only_message(b"text,name,Name\nWhy?,a,b\n")


def test_a_first_line_that_is_no_header_is_refused_in_one_sentence() -> None:
    assert "names 60 columns" in only_message(b"text" + b",x" * 59 + b"\n" + b"a" * 10)


def test_a_file_without_the_text_column_is_refused() -> None:
    assert errors_of(b"name\nAna\n") == [(1, "text")]


@pytest.mark.parametrize(
    ("header", "separator"),
    [(b"text;name", "semicolons"), (b"name\ttext", "tabs"), (b"name|text", "vertical bars")],
)
def test_a_file_separated_by_something_else_is_told_so(header: bytes, separator: str) -> None:
    assert separator in only_message(header + b"\nWhy?\n")


def test_a_row_with_the_wrong_number_of_cells_is_named() -> None:
    data = b"text,name\nWhy?,Ana,\nGood?,Ana\nShort?\n"
    assert errors_of(data) == [(2, None), (4, None)]
    assert parse_rows(data, NOW_MS).errors[0].message.startswith("The row has 3 cells")


def test_every_bad_cell_of_every_row_is_named() -> None:
    long_name = b"n" * 61
    data = (
        b"text,name,language,submitted_at\n"
        b"," + long_name + b",not a tag,yesterday\n"
        b"Fine?,,,\n"
        b"   ,,,\n"
    )
    parsed = parse_rows(data, NOW_MS)
    assert [(error.line, error.field) for error in parsed.errors] == [
        (2, "text"),
        (2, "name"),
        (2, "language"),
        (2, "submitted_at"),
        (4, "text"),
    ]
    assert [row.text for row in parsed.rows] == ["Fine?"]


def test_a_text_beyond_the_limit_is_named_and_one_at_the_limit_is_good() -> None:
    data = b"text\n" + b"x" * 500 + b"\n" + b"x" * 501 + b"\n"
    assert errors_of(data) == [(3, "text")]


def test_nul_and_control_characters_are_named() -> None:
    assert errors_of(b"text\nnul \x00 here\nbell \x07 here\nfine?\n") == [(2, "text"), (3, "text")]


def test_bytes_that_are_not_utf8_are_named_by_line_and_byte() -> None:
    data = "text\nGrüße?\nÄ €".encode() + b"\xe4?\nFine?\n\xffx\n"
    parsed = parse_rows(data, NOW_MS)
    assert [error.message.partition(" is not")[0] for error in parsed.errors] == [
        "Line 3, byte 7 (0xE4)",
        "Line 5, byte 1 (0xFF)",
    ]
    assert [row.line for row in parsed.rows] == [2, 4]


def test_a_bad_byte_inside_a_quoted_cell_is_named_on_its_own_line() -> None:
    (error,) = parse_rows(b'text\n"one\ntwo \xe9?"\n', NOW_MS).errors
    assert error.line == 2
    assert error.message.startswith("Line 3, byte 5")


def test_a_bad_byte_in_the_header_refuses_the_file() -> None:
    assert "Line 1, byte 5 (0xE9)" in only_message(b"text\xe9\nWhy?\n")


def test_a_utf16_file_is_told_so_once() -> None:
    assert "UTF-16" in only_message("text\nWhy?\n".encode("utf-16"))


def test_a_quotation_mark_that_is_never_closed_names_where_it_opens() -> None:
    data = b'text\nGood?\n"Never closed\nand on\nand on\n'
    (error,) = parse_rows(data, NOW_MS).errors
    assert (error.line, error.message) == (3, "A quotation mark is opened here and never closed.")


def test_text_after_a_closing_quotation_mark_does_not_hide_the_next_row() -> None:
    parsed = parse_rows(b'text\n"What" now?\nGood?\n,\n', NOW_MS)
    assert [error.line for error in parsed.errors] == [2, 4]
    assert [row.line for row in parsed.rows] == [3]


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("2026-11-23T12:00:00.001Z", "in the future"),
        ("2026-11-20T09:30:00", "ISO 8601"),
        ("20/11/2026 09:30", "ISO 8601"),
        ("2026-11-20", "ISO 8601"),
        ("2026-W47-1T09:30Z", "ISO 8601"),
        ("２０２６-11-20T09:30Z", "ISO 8601"),
        ("2026-02-30T09:30Z", "does not exist"),
        ("2026-11-20T24:30Z", "does not exist"),
        ("2026-11-20T09:30+25:00", "does not exist"),
        ("1969-12-31T23:59:59Z", "before 1970"),
        ("0001-01-01T00:00+23:59", "before 1970"),
        ("9999-12-31T23:59:59-23:59", "in the future"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_its_reason(time: str, reason: str) -> None:
    assert reason in only_message(f"text,submitted_at\nWhy?,{time}\n".encode())


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-11-23T12:00:00Z", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("2026-11-23 13:00+0100", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        (
            "2026-11-20T09:30:00.25-05:30",
            datetime(2026, 11, 20, 9, 30, 0, 250_000, timezone(-timedelta(hours=5, minutes=30))),
        ),
    ],
)
def test_a_time_with_an_offset_is_read_to_the_millisecond(time: str, expected: datetime) -> None:
    (row,) = rows_of(f"text,submitted_at\nWhy?, {time} \n".encode())
    assert row.submitted_at_ms == int(expected.timestamp() * 1000)


def test_two_thousand_rows_are_taken_and_one_more_is_refused() -> None:
    full = b"text\n" + b"Why?\n" * MAX_ROWS
    assert len(rows_of(full)) == MAX_ROWS
    (error,) = parse_rows(full + b"Why?\n" * 3, NOW_MS).errors
    assert error.line == MAX_ROWS + 2
    assert "2,000" in error.message


@given(st.binary(max_size=300))
@example(b'text,name\n"\n')
@example(b"text\n" + b'"' + b"x" * 140_000 + b'"\n')
def test_no_bytes_at_all_make_the_parser_raise(data: bytes) -> None:
    parsed = parse_rows(data, NOW_MS)
    assert parsed.rows or parsed.errors


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["Why?", 'a "b", c', "one\ntwo"]))))
def test_every_row_is_either_good_or_named(kinds: list[tuple[bool, str]]) -> None:
    lines, data, line = [], "text,name\n", 2
    for good, text in kinds:
        quoted = '"' + text.replace('"', '""') + '"'
        data += quoted + (",Ana\n" if good else ",Ana,extra\n")
        lines.append((line, good))
        line += quoted.count("\n") + 1
    parsed = parse_rows(data.encode(), NOW_MS)
    assert [row.line for row in parsed.rows] == [line for line, good in lines if good]
    if kinds:
        bad = [line for line, good in lines if not good]
        assert [error.line for error in parsed.errors] == bad
