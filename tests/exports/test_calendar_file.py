"""A meeting as a calendar entry: what every calendar reads in it, and what hides in no title."""

from datetime import UTC, datetime
from typing import Any

import pytest

from qa.errors import NotScheduled
from qa.exports.calendar_file import calendar_file

NOW = 1_795_000_020_000
TITLE = "Pay, rent; and \\ roads: Überstunden für alle " + "界" * 40
EVENT: dict[str, Any] = {
    "slug": "all-hands",
    "origin": "ask.example.org",
    "title": TITLE,
    "now": NOW,
    "starts_at": NOW + 3_600_000,
    "ends_at": NOW + 7_200_000,
    "join_url": "https://ask.example.org/j/HELLO2",
}


def unfolded(data: bytes) -> list[str]:
    """Read content lines as RFC 5545 (3.1) says, without the library that wrote them."""
    assert data.endswith(b"\r\n")
    physical = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in physical)
    assert not any(b"\n" in line or b"\r" in line for line in physical)
    for line in physical:
        line.decode()  # no fold cuts a character in two
    return data.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def test_a_calendar_is_told_when_in_utc_and_where_in_lines_that_are_folded_and_escaped() -> None:
    lines = unfolded(calendar_file(EVENT))
    values = dict(line.split(":", maxsplit=1) for line in lines)
    assert [lines[0], lines[-1]] == ["BEGIN:VCALENDAR", "END:VCALENDAR"]
    starts = datetime.fromtimestamp(EVENT["starts_at"] // 1000, UTC)
    assert values["DTSTART"] == starts.strftime("%Y%m%dT%H%M%SZ")
    assert values["DTEND"] == starts.replace(hour=starts.hour + 1).strftime("%Y%m%dT%H%M%SZ")
    assert values["UID"] == "all-hands@ask.example.org"
    assert values["URL"] == EVENT["join_url"]
    escaped = TITLE.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    assert values["SUMMARY"] == escaped


def test_a_title_cannot_add_a_line_of_its_own() -> None:
    hostile = {**EVENT, "title": "All hands\r\nATTENDEE:mailto:all@example.org\r\nEND:VEVENT"}
    lines = unfolded(calendar_file(hostile))
    assert [line for line in lines if line.startswith(("ATTENDEE", "END:VEVENT"))] == ["END:VEVENT"]


def test_an_open_end_is_no_time_of_ending_and_no_start_is_no_file() -> None:
    assert b"DTEND" not in calendar_file({**EVENT, "ends_at": None})
    with pytest.raises(NotScheduled):
        calendar_file({**EVENT, "starts_at": None})
