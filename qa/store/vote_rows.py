"""The rows of votes, many at a time: a run of votes costs a few statements, however long it is.

Whoever changes a question's votes holds the question's row until the transaction ends, so that its
count and its rows in ``vote`` change together, and what is read here stays true until then. SQLite
has one writer anyway; there a list travels as JSON, and voters as one blob of equal pieces.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.orm import Session

VOTER_BYTES: Final = 16

Address = tuple[str, int]
"""An event's slug and a docket number."""

Ballot = tuple[int, bytes]
"""A question's id and a voter: the key of one vote."""


@dataclass(frozen=True)
class Target:
    """What a vote is for: the event's state and, if the number exists, the question."""

    state: str
    question_id: int | None
    status: str | None
    votes: int
    text_open: bool


def lock_targets(session: Session, wanted: Collection[Address]) -> dict[Address, Target]:
    """Return what these addresses lead to, locked; an unknown event is left out."""
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    return (_targets_on_sqlite if sqlite else _targets_on_postgresql)(connection, list(wanted))


def find_ballots(session: Session, wanted: Collection[Ballot]) -> set[Ballot]:
    """Return which of these votes there are."""
    connection = session.connection()
    rows = _execute(connection, _sql(connection).find, _ballots(connection, wanted))
    return {(int(question_id), bytes(voter)) for question_id, voter in rows}


def change_ballots(
    session: Session,
    added: Collection[Ballot],
    removed: Collection[Ballot],
    changes: Mapping[int, int],
) -> None:
    """Add and remove votes, and move the counts of their questions by ``changes``."""
    connection = session.connection()
    sql = _sql(connection)
    if added:
        _execute(connection, sql.add, _ballots(connection, added))
    if removed:
        _execute(connection, sql.remove, _ballots(connection, removed))
    if changes:
        _execute(connection, sql.count, _pairs(connection, changes.items()))


def _execute(connection: Connection, sql: str, values: tuple[Any, ...]) -> Iterable[Any]:
    """Run one statement; on SQLite by the driver itself, which takes a tenth of the time."""
    if connection.dialect.name != "sqlite":
        result = connection.exec_driver_sql(sql, values)
        return result.all() if result.returns_rows else ()
    driver: Any = connection.connection.driver_connection
    rows: list[Any] = driver.execute(sql, values).fetchall()
    return rows


def _targets_on_sqlite(connection: Connection, wanted: list[Address]) -> dict[Address, Target]:
    rows = _execute(connection, _FIND_TARGETS_SQLITE, (json.dumps(wanted),))
    return {
        (slug, number): Target(state, question_id, status, votes or 0, bool(text_open))
        for slug, number, state, question_id, status, votes, text_open in rows
    }


def _targets_on_postgresql(connection: Connection, wanted: list[Address]) -> dict[Address, Target]:
    slugs, numbers = ([one[part] for one in wanted] for part in (0, 1))
    found = connection.exec_driver_sql(_FIND_IDS, (slugs, numbers)).all()
    # In the order of their ids, as closing an event does, so that nobody waits in a circle.
    ids = sorted({question_id for _slug, _number, question_id in found if question_id is not None})
    locked = {
        question_id: (status, votes, text_open)
        for question_id, status, votes, text_open in connection.exec_driver_sql(_LOCK, (ids,))
    }
    # Read only now: a close that held these rows has been committed.
    states = {row.slug: row.state for row in connection.exec_driver_sql(_STATES, (slugs,))}
    nothing = (None, 0, False)
    return {
        (slug, number): Target(states[slug], question_id, *locked.get(question_id, nothing))
        for slug, number, question_id in found
    }


@dataclass(frozen=True)
class _Statements:
    find: str
    add: str
    remove: str
    count: str


def _sql(connection: Connection) -> _Statements:
    return _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL


def _ballots(connection: Connection, ballots: Iterable[Ballot]) -> tuple[Any, ...]:
    ordered = sorted(ballots)
    ids = [question_id for question_id, _voter in ordered]
    voters = [voter for _question_id, voter in ordered]
    if connection.dialect.name != "sqlite":
        return (ids, voters)
    if any(len(voter) != VOTER_BYTES for voter in voters):
        raise ValueError(f"a voter has {VOTER_BYTES} bytes")
    return (b"".join(voters), json.dumps(ids))


def _pairs(connection: Connection, pairs: Iterable[tuple[int, int]]) -> tuple[Any, ...]:
    ordered = sorted(pairs)
    if connection.dialect.name == "sqlite":
        return (json.dumps(ordered),)
    return tuple([pair[part] for pair in ordered] for part in (0, 1))


_FIND_TARGETS_SQLITE = """
    SELECT event.slug, wanted.number, event.state, question.id, question.status, question.votes,
        question.text_open
    FROM (SELECT json_extract(value, '$[0]') AS slug, json_extract(value, '$[1]') AS number
          FROM json_each(?)) AS wanted
    CROSS JOIN event ON event.slug = wanted.slug
    LEFT JOIN question
        ON question.event_id = event.id AND question.docket_number = wanted.number
"""
_KEYS = f"""
    SELECT value AS question_id, substr(?, key * {VOTER_BYTES} + 1, {VOTER_BYTES}) AS voter
    FROM json_each(?)
"""  # noqa: S608 - a constant
_SQLITE = _Statements(
    find=f"""
        SELECT vote.question_id, vote.voter FROM ({_KEYS}) AS wanted
        CROSS JOIN vote
            ON vote.question_id = wanted.question_id AND vote.voter = wanted.voter
    """,  # noqa: S608 - constants
    add=f"INSERT INTO vote (question_id, voter) {_KEYS}",
    # By row, because SQLite would look through all votes of a question for a pair of values.
    remove=f"""
        DELETE FROM vote WHERE rowid IN (
            SELECT vote.rowid FROM ({_KEYS}) AS wanted
            CROSS JOIN vote ON vote.question_id = wanted.question_id AND vote.voter = wanted.voter)
    """,  # noqa: S608
    count="""
        UPDATE question SET votes = votes + moved.change
        FROM (SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS change
              FROM json_each(?)) AS moved
        WHERE question.id = moved.id
    """,
)
_FIND_IDS = """
    SELECT event.slug, wanted.number, question.id
    FROM unnest(%s::text[], %s::int[]) AS wanted (slug, number)
    JOIN event ON event.slug = wanted.slug
    LEFT JOIN question
        ON question.event_id = event.id AND question.docket_number = wanted.number
"""
_LOCK = """
    SELECT id, status, votes, text_open FROM question WHERE id = ANY(%s)
    ORDER BY id FOR NO KEY UPDATE
"""
_STATES = "SELECT slug, state FROM event WHERE slug = ANY(%s)"
_KEYS_POSTGRESQL = "unnest(%s::bigint[], %s::bytea[]) AS wanted (question_id, voter)"
_POSTGRESQL = _Statements(
    find=f"SELECT vote.question_id, vote.voter FROM vote JOIN {_KEYS_POSTGRESQL}"  # noqa: S608
    " USING (question_id, voter)",
    add=f"INSERT INTO vote (question_id, voter) SELECT * FROM {_KEYS_POSTGRESQL}",  # noqa: S608
    remove=f"DELETE FROM vote USING {_KEYS_POSTGRESQL}"  # noqa: S608
    " WHERE vote.question_id = wanted.question_id AND vote.voter = wanted.voter",
    count="""
        UPDATE question SET votes = votes + moved.change
        FROM unnest(%s::bigint[], %s::int[]) AS moved (id, change) WHERE question.id = moved.id
    """,
)
