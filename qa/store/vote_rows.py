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


@dataclass(frozen=True)
class Found:
    """What there is at some addresses, and which of some votes; an unknown event is left out."""

    targets: Mapping[Address, Target]
    ballots: frozenset[Ballot]


def find_locked(session: Session, wanted: Collection[tuple[Address, bytes]]) -> Found:
    """Lock the questions at these addresses; return them, and which of these votes there are."""
    connection = session.connection()
    ordered = sorted(wanted)
    addresses = [address for address, _voter in ordered]
    voters = [voter for _address, voter in ordered]
    if connection.dialect.name == "sqlite":
        rows = _on_sqlite(connection, _FIND_SQLITE, (_blob(voters), json.dumps(addresses)))
    else:
        slugs, numbers = ([address[part] for address in addresses] for part in (0, 1))
        connection.exec_driver_sql(_LOCK, (slugs, numbers))
        # Read only now: a close that held these rows has been committed.
        found = connection.exec_driver_sql(_FIND_POSTGRESQL, (slugs, numbers, voters))
        rows = list(found)
    targets: dict[Address, Target] = {}
    ballots: set[Ballot] = set()
    for slug, number, state, question_id, status, votes, text_open, voter in rows:
        targets[slug, number] = Target(state, question_id, status, votes or 0, bool(text_open))
        if voter is not None:
            ballots.add((question_id, bytes(voter)))
    return Found(targets, frozenset(ballots))


def change(
    session: Session,
    added: Collection[Ballot],
    removed: Collection[Ballot],
    moves: Mapping[int, int],
) -> None:
    """Add and remove votes, and move the counts of their questions."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        for sql, ballots in ((_ADD_SQLITE, added), (_REMOVE_SQLITE, removed)):
            if ballots:
                ids, voters = _columns(ballots)
                _on_sqlite(connection, sql, (_blob(voters), json.dumps(ids)))
        _on_sqlite(connection, _MOVE_SQLITE, (json.dumps(sorted(moves.items())),))
        return
    values = (*_columns(added), *_columns(removed), *_columns(moves.items()))
    connection.exec_driver_sql(_CHANGE_POSTGRESQL, values)


def _columns(pairs: Iterable[tuple[int, Any]]) -> tuple[list[int], list[Any]]:
    ordered = sorted(pairs)
    return [first for first, _second in ordered], [second for _first, second in ordered]


def _blob(voters: Collection[bytes]) -> bytes:
    if any(len(voter) != VOTER_BYTES for voter in voters):
        raise ValueError(f"a voter has {VOTER_BYTES} bytes")
    return b"".join(voters)


def _on_sqlite(connection: Connection, sql: str, values: tuple[Any, ...]) -> list[Any]:
    """Run one statement by the driver itself, which takes a tenth of the time."""
    driver: Any = connection.connection.driver_connection
    rows: list[Any] = driver.execute(sql, values).fetchall()
    return rows


_VOTER: Final = f"substr(?, key * {VOTER_BYTES} + 1, {VOTER_BYTES}) AS voter"
_FOUND: Final = """
    event.slug, wanted.number, event.state, question.id, question.status, question.votes,
    question.text_open, vote.voter
"""
# CROSS JOIN keeps SQLite from looking through all questions, or all votes of one.
_FIND_SQLITE = f"""
    SELECT {_FOUND}
    FROM (SELECT json_extract(value, '$[0]') AS slug, json_extract(value, '$[1]') AS number,
              {_VOTER}
          FROM json_each(?)) AS wanted
    CROSS JOIN event ON event.slug = wanted.slug
    LEFT JOIN question
        ON question.event_id = event.id AND question.docket_number = wanted.number
    LEFT JOIN vote ON vote.question_id = question.id AND vote.voter = wanted.voter
"""  # noqa: S608 - constants
_KEYS = f"SELECT value AS question_id, {_VOTER} FROM json_each(?)"  # noqa: S608 - a constant
_ADD_SQLITE = f"INSERT INTO vote (question_id, voter) {_KEYS}"
# By row, because SQLite would look through all votes of a question for a pair of values.
_REMOVE_SQLITE = f"""
    DELETE FROM vote WHERE rowid IN (
        SELECT vote.rowid FROM ({_KEYS}) AS wanted
        CROSS JOIN vote ON vote.question_id = wanted.question_id AND vote.voter = wanted.voter)
"""  # noqa: S608
_MOVE_SQLITE = """
    UPDATE question SET votes = votes + moved.change
    FROM (SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS change
          FROM json_each(?)) AS moved
    WHERE question.id = moved.id
"""
# In the order of their ids, as closing an event does, so that nobody waits in a circle.
_LOCK = """
    SELECT question.id FROM unnest(%s::text[], %s::int[]) AS wanted (slug, number)
    JOIN event ON event.slug = wanted.slug
    JOIN question ON question.event_id = event.id AND question.docket_number = wanted.number
    ORDER BY question.id FOR NO KEY UPDATE OF question
"""
_FIND_POSTGRESQL = f"""
    SELECT {_FOUND}
    FROM unnest(%s::text[], %s::int[], %s::bytea[]) AS wanted (slug, number, voter)
    JOIN event ON event.slug = wanted.slug
    LEFT JOIN question
        ON question.event_id = event.id AND question.docket_number = wanted.number
    LEFT JOIN vote ON vote.question_id = question.id AND vote.voter = wanted.voter
"""  # noqa: S608 - a constant
_CHANGE_POSTGRESQL = """
    WITH added AS (
        INSERT INTO vote (question_id, voter)
        SELECT * FROM unnest(%s::bigint[], %s::bytea[])
    ), removed AS (
        DELETE FROM vote USING unnest(%s::bigint[], %s::bytea[]) AS wanted (question_id, voter)
        WHERE vote.question_id = wanted.question_id AND vote.voter = wanted.voter
    )
    UPDATE question SET votes = votes + moved.change
    FROM unnest(%s::bigint[], %s::int[]) AS moved (id, change) WHERE question.id = moved.id
"""
