"""Reading a recorded meeting: the files of a Polis export, as published.

============================ ==================================================================
``comments.csv``             ``timestamp`` (ms), ``comment-id``, ``author-id``, ``moderated`` (1
                             shown, -1 filtered out, 0 never decided), ``comment-body``
``votes.csv``                ``timestamp`` (ms), ``comment-id``, ``voter-id``, ``vote`` (1 agree,
                             -1 disagree, 0 pass); a later row of the same voter and comment
                             replaces an earlier one
``participants-votes.csv``   instead of it: a row for each person, whose number is in
                             ``participant``, and a column for each comment; no times
``summary.csv``              two columns; the row ``topic`` holds the title
============================ ==================================================================

Rows stand in any order, texts may hold line breaks, and columns that are not named here are
ignored.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from qa.errors import QaError

COMMENTS: Final = "comments.csv"
VOTES: Final = "votes.csv"
PARTICIPANTS: Final = "participants-votes.csv"
SUMMARY: Final = "summary.csv"

Row = tuple[int, Mapping[str, str]]
"""A row by column, with the number of the line that it ends on."""


class BadRecording(QaError):
    """The folder does not hold a recorded meeting that can be read."""

    code = "bad_recording"


@dataclass(frozen=True)
class Comment:
    """A submission. ``moderated`` is 1, 0 or -1."""

    comment_id: int
    at_ms: int
    author: str
    moderated: int
    text: str


@dataclass(frozen=True)
class Vote:
    """One person's opinion of one comment: 1, 0 or -1. ``at_ms`` is None where no time is kept."""

    comment_id: int
    voter: str
    value: int
    at_ms: int | None = None


@dataclass(frozen=True)
class Recording:
    """A meeting. Comments stand in the order of their times, votes in that of theirs or the file's.

    ``unlisted_votes`` counts rows about comments that the files do not hold.
    """

    name: str
    title: str
    comments: tuple[Comment, ...]
    votes: tuple[Vote, ...]
    unlisted_votes: int = 0


def read_recording(folder: Path) -> Recording:
    """Read a folder. Where it has both files of votes, the one with times is used.

    Raises:
        BadRecording: a file is missing or cannot be understood; the message says where.
    """
    comments = parse_comments(_read(folder / COMMENTS))
    if (folder / VOTES).exists():
        votes = parse_votes(_read(folder / VOTES))
    else:
        votes = parse_participants(_read(folder / PARTICIPANTS))
    listed = {comment.comment_id for comment in comments}
    kept = tuple(vote for vote in votes if vote.comment_id in listed)
    return Recording(
        name=folder.resolve().name,
        title=_title(folder),
        comments=tuple(comments),
        votes=kept,
        unlisted_votes=len(votes) - len(kept),
    )


def cut(recording: Recording, questions: int | None, voters: int | None) -> Recording:
    """Return the beginning of a meeting: its first comments, and the votes of some voters on them.

    Voters are taken by number, those first who voted on one of the comments at all.
    """
    comments = recording.comments[:questions]
    kept = {comment.comment_id for comment in comments}
    votes = [vote for vote in recording.votes if vote.comment_id in kept]
    chosen = set(sorted({vote.voter for vote in votes}, key=by_number)[:voters])
    return replace(
        recording,
        comments=comments,
        votes=tuple(vote for vote in votes if vote.voter in chosen),
    )


def parse_comments(data: bytes) -> list[Comment]:
    """Return the comments of a file, oldest first. Raises: BadRecording."""
    comments: dict[int, Comment] = {}
    columns = ("timestamp", "comment-id", "author-id", "moderated", "comment-body")
    for line, row in _rows(COMMENTS, data, columns):
        comment_id = _number(COMMENTS, line, row, "comment-id")
        if comment_id in comments:
            raise _bad(COMMENTS, line, f"comment {comment_id} is there twice")
        comments[comment_id] = Comment(
            comment_id=comment_id,
            at_ms=_number(COMMENTS, line, row, "timestamp"),
            author=row["author-id"],
            moderated=_opinion(COMMENTS, line, row, "moderated"),
            text=row["comment-body"],
        )
    return sorted(comments.values(), key=lambda comment: (comment.at_ms, comment.comment_id))


def parse_votes(data: bytes) -> list[Vote]:
    """Return single votes in the order of their times; equal times keep the order of the file.

    Raises:
        BadRecording: a row cannot be understood.
    """
    columns = ("timestamp", "comment-id", "voter-id", "vote")
    votes = [
        Vote(
            comment_id=_number(VOTES, line, row, "comment-id"),
            voter=row["voter-id"],
            value=_opinion(VOTES, line, row, "vote"),
            at_ms=_number(VOTES, line, row, "timestamp"),
        )
        for line, row in _rows(VOTES, data, columns)
    ]
    return sorted(votes, key=lambda vote: vote.at_ms or 0)


def parse_participants(data: bytes) -> list[Vote]:
    """Return the votes of a table of people, person by person and comment by comment.

    Raises:
        BadRecording: a cell cannot be understood.
    """
    votes = [
        Vote(int(column), row["participant"], _opinion(PARTICIPANTS, line, row, column))
        for line, row in _rows(PARTICIPANTS, data, ("participant",))
        for column, cell in row.items()
        if cell and _is_number(column)
    ]
    return sorted(votes, key=lambda vote: (by_number(vote.voter), vote.comment_id))


def by_number(person: str) -> tuple[int, str]:
    """Return what sorts people by number; any other names come after them."""
    return (int(person), "") if _is_number(person) else (1 << 63, person)


def _title(folder: Path) -> str:
    path = folder / SUMMARY
    if not path.exists():
        return folder.resolve().name
    values = {row[0]: row[1] for _line, row in _cells(SUMMARY, _read(path)) if len(row) > 1}
    return values.get("topic", "").strip() or folder.resolve().name


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadRecording(f"{path} cannot be read: {error.strerror}.") from error


def _rows(name: str, data: bytes, columns: Sequence[str]) -> Iterator[Row]:
    cells = _cells(name, data)
    _line, header = next(cells, (1, []))
    missing = [column for column in columns if column not in header]
    if missing:
        raise _bad(name, 1, f"there is no column {missing[0]}")
    for line, row in cells:
        if row and len(row) != len(header):
            raise _bad(name, line, f"{len(row)} cells under {len(header)} columns")
        if row:
            yield line, dict(zip(header, row, strict=True))


def _cells(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRecording(f"{name} is not UTF-8.") from error
    # newline="" keeps line breaks inside of quotes as they are.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise _bad(name, reader.line_num, str(error)) from error


def _number(name: str, line: int, row: Mapping[str, str], column: str) -> int:
    if not _is_number(row[column]):
        raise _bad(name, line, f"{column} is no whole number")
    return int(row[column])


def _opinion(name: str, line: int, row: Mapping[str, str], column: str) -> int:
    if row[column] not in ("1", "0", "-1"):
        raise _bad(name, line, f"{column} is neither 1 nor 0 nor -1")
    return int(row[column])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _bad(name: str, line: int, what: str) -> BadRecording:
    return BadRecording(f"{name}, line {line}: {what}.")
