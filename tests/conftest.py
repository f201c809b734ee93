"""What every test stands on: a real database, a clock that the test turns, the whole-log check."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
import redis
from hypothesis import settings
from sqlalchemy import select

from qa.config import Config, Limits, load_config
from qa.services.context import Context, build_context
from qa.store import migrate
from qa.store.log import check_log
from qa.store.models.base import Base
from qa.store.models.logs import Log
from tests.warm import kept_connections, share_dialects, share_routes

# Machines are shared and slow at times; tests of speed count CPU seconds instead.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

IN_CI = os.environ.get("CI") == "true"
POSTGRES = "postgresql://postgres@127.0.0.1:5432/"
REDIS = "redis://127.0.0.1:6379/15"
START_MS = 1_795_000_020_000
"""2026-11-18T11:07Z, on a full minute."""
TABLES = [table.name for table in Base.metadata.sorted_tables]
"""What refers to a table comes after it."""
ROOMY = Limits(
    questions_per_minute=10_000,
    questions_per_event=10_000,
    votes_per_minute=10_000,
    event_questions_per_second=10_000,
)
"""For tests about something else: quotas count in real seconds, whatever a test's clock says."""


def need(reachable: bool, what: str) -> None:
    """Skip the test when ``what`` is missing here; fail in CI, where nothing may be missing."""
    if not reachable:
        (pytest.fail if IN_CI else pytest.skip)(f"{what} is not reachable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first and browsers next: at the end, every core still has work."""
    files = {
        mark: {item.path for item in items if item.get_closest_marker(mark)}
        for mark in ("slow", "browser")
    }
    items.sort(key=lambda item: [item.path not in marked for marked in files.values()])


def pytest_sessionstart() -> None:
    """Sweep nothing while tests are imported and collected: all of it stays to the end."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Keep what has been imported and collected out of every sweep."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20)  # what a test makes is large, and soon gone without a sweep
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def warm() -> Iterator[None]:
    """Make once in a process what depends on no test."""
    with pytest.MonkeyPatch.context() as patch:
        share_dialects(patch)
        share_routes(patch)
        yield


@dataclass
class TurnableClock:
    """A clock that stands still until a test turns it."""

    now_ms: int = START_MS

    def __call__(self) -> int:
        """Return the time now in milliseconds."""
        return self.now_ms

    def turn(self, *, minutes: float = 0, hours: float = 0) -> None:
        """Move on."""
        self.now_ms += round(minutes * 60_000 + hours * 3_600_000)


@pytest.fixture
def clock() -> TurnableClock:
    """Return a clock that the test turns."""
    return TurnableClock()


@contextmanager
def own_database(label: str) -> Iterator[str]:
    """Give the address of a migrated PostgreSQL database of this test run until the block ends."""
    name = f"qa_{label}_{os.getpid()}"
    try:
        with psycopg.connect(POSTGRES + "postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
    except psycopg.OperationalError:
        need(False, "PostgreSQL")
    migrate.upgrade(POSTGRES + name)
    yield POSTGRES + name
    with psycopg.connect(POSTGRES + "postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_url(warm: None) -> Iterator[str]:
    """Give the address of an empty database of this test run, removed afterwards."""
    with own_database("test") as url, kept_connections(url):
        yield url


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str) -> Iterator[Callable[[], object]]:
    """Give what empties the PostgreSQL database of this test run."""
    # TRUNCATE makes new files for every table and costs ten times as much.
    emptying = [f'DELETE FROM "{name}"' for name in reversed(TABLES)]
    emptying.append("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield lambda: connection.execute("; ".join(emptying))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file for tests to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Return the address of a Redis database that tests may use."""
    try:
        redis.Redis.from_url(REDIS).ping()
    except redis.ConnectionError:
        need(False, "Redis")
    return REDIS


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> Iterator[str]:
    """Give the address of an empty, migrated database: each test runs on both engines."""
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite3"
        path.write_bytes(sqlite_template.read_bytes())
        yield f"sqlite:///{path}"
        return
    yield request.getfixturevalue("emptied_postgres_url")


@pytest.fixture
def one_database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    """Return SQLite's address, or PostgreSQL's for a test that is marked ``postgres``."""
    if request.node.get_closest_marker("postgres"):
        url: str = request.getfixturevalue("emptied_postgres_url")
        return url
    path = tmp_path / "test.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def emptied_postgres_url(postgres_url: str, empty_postgres: Callable[[], object]) -> Iterator[str]:
    """Give the address of the migrated PostgreSQL database, and empty it afterwards."""
    yield postgres_url
    empty_postgres()


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    """Return a configuration on the test's own database and folder, with roomy quotas."""
    loaded = load_config({"QA_DATA_DIR": str(tmp_path), "QA_DATABASE_URL": database_url})
    return replace(loaded, limits=ROOMY)


@pytest.fixture
def make_context(clock: TurnableClock) -> Iterator[Callable[[Config], Context]]:
    """Give a maker of contexts, each closed when the test ends."""
    made: list[Context] = []

    def make(config: Config) -> Context:
        made.append(build_context(config, clock=clock))
        return made[-1]

    yield make
    for context in made:
        context.db.close()


@pytest.fixture
def ctx(config: Config, make_context: Callable[[Config], Context]) -> Iterator[Context]:
    """Give a context, and re-verify every log that the test wrote when it is done."""
    context = make_context(config)
    yield context
    check_every_log(context)


def check_every_log(context: Context) -> None:
    """Re-verify every log of a database from its leaves."""
    with context.db.read() as session:
        for log in session.scalars(select(Log)):
            check_log(session, log)


def everything_at_rest(context: Context) -> str:
    """Return every value of every row of the database, as text, for tests that search it.

    It asks the driver itself: some tests do this after each step.
    """
    with context.db.read() as session:
        cursor = session.connection().connection.cursor()
        rows = [
            repr(row)
            for name in TABLES
            for row in cursor.execute(f'SELECT * FROM "{name}"').fetchall()
        ]
        cursor.close()
    return "\n".join(rows)
