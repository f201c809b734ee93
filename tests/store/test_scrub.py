"""Deleted words are gone from the files too, and not only from the tables."""

from collections.abc import Iterator
from pathlib import Path

import gevent
import psycopg
import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from qa.store.db import Database, scrub_on_commit
from qa.store.models.accounts import Account
from qa.store.models.questions import QuestionText

SECRET = b"Melpomene of the third floor"


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    """Return an empty, migrated SQLite file."""
    path = tmp_path / "scrubbed.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    return path


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    """Give the database in that file, with rows enough for pages to split."""
    opened = Database(f"sqlite:///{file}")
    opened.write(_fill)
    yield opened
    opened.close()


def _fill(session: Session) -> None:
    names = (f"{SECRET.decode()} {n}" if n % 7 == 0 else f"person {n} " * 6 for n in range(3_000))
    session.add_all(Account(name=name, may_create_events=False, created_at=0) for name in names)


def _delete(session: Session) -> None:
    session.execute(delete(Account).where(Account.name.startswith(SECRET.decode())))


def _delete_and_scrub(session: Session) -> None:
    _delete(session)
    scrub_on_commit(session, Account)


def _bytes_of(file: Path) -> bytes:
    return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))


def test_a_scrub_leaves_nothing_in_the_file_nor_in_its_log(database: Database, file: Path) -> None:
    database.write(_delete)
    assert SECRET in _bytes_of(file), "the test would find nothing in any case"
    database.write(lambda session: scrub_on_commit(session, Account))
    assert SECRET not in _bytes_of(file)


def test_a_scrub_that_a_reader_is_in_the_way_of_is_made_up_for(
    database: Database, file: Path
) -> None:
    with database.read() as session:
        session.scalars(select(Account.name)).all()
        database.write(_delete_and_scrub)
        assert SECRET in _bytes_of(file)
    with gevent.Timeout(60):
        while SECRET in _bytes_of(file):
            gevent.sleep(0.1)


def test_a_command_that_fails_asks_for_no_scrub_and_the_next_write_works(
    database: Database, file: Path
) -> None:
    def fail(session: Session) -> None:
        scrub_on_commit(session, Account)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(fail)
    database.write(_delete_and_scrub)
    database.write(_fill)
    assert SECRET in _bytes_of(file)


def test_postgresql_writes_the_tables_anew_that_words_are_deleted_from(postgres_url: str) -> None:
    path = "SELECT pg_relation_filepath('question_text')"
    database = Database(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        before = connection.execute(path).fetchone()
        database.write(lambda session: scrub_on_commit(session, QuestionText))
        assert connection.execute(path).fetchone() != before
    database.close()
