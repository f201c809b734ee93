"""The database: short read sessions, and the single writer that every change goes through.

The writer takes whatever is queued, runs each command in a savepoint of one transaction, commits
once, and only then releases the callers (group commit). It works in one native thread, so an fsync
never stalls the event loop, and the order of its queue is the order of the log.

A ``Database`` belongs to one event loop: call it from greenlets of the thread that made it.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar, cast

import gevent
from gevent.event import AsyncResult
from gevent.threadpool import ThreadPool
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from qa.errors import Busy
from qa.store.scrub import scrub

T = TypeVar("T")
Item = TypeVar("Item")
Effect = Callable[[], None]

BATCH = 500
"""Commands in one transaction at most: bounds how long the first of them waits for the last."""

ATTEMPTS = 5
"""How often a batch is run when PostgreSQL ends it to break a deadlock between two workers."""

SCRUB_AGAIN_S = 1.0
"""How long a scrub that readers were in the way of is put off."""

RETRYABLE_SQLSTATES = frozenset({"40001", "40P01"})


GATHER_S = 0.010
"""How long a crowded writer waits for more: what a commit costs is then shared by more commands."""

Run = Callable[[Session, Sequence[Item]], Sequence[T | Exception]]
"""Does a run of equal acts at once; returns a value or an error for each, in their order."""


@dataclass(slots=True)
class WriterCounts:
    """What the writer has done since the process started."""

    commits: int = 0
    commands: int = 0
    commit_s: float = 0.0
    busy: int = 0


@dataclass(slots=True)
class _Job:
    command: Callable[[Session], Any] | None
    run: Run[Any, Any] | None = None
    item: Any = None
    result: "AsyncResult[Any]" = field(default_factory=AsyncResult)
    value: Any = None
    error: BaseException | None = None
    effects: list[Effect] = field(default_factory=list)
    scrubs: set[str] = field(default_factory=set)


def scrub_on_commit(session: Session, *tables: type[DeclarativeBase]) -> None:
    """Have what this write deletes from tables overwritten in the files too, before it returns.

    It happens after the commit, outside the transaction, in the writer's thread. When readers are
    in the way it is tried again every second; what was deleted is deleted in any case.
    """
    cast("set[str]", session.info["scrubs"]).update(table.__tablename__ for table in tables)


def on_commit(session: Session, effect: Effect) -> None:
    """Call ``effect`` in the event loop once the transaction of this write is durable.

    Nothing is called when the command fails, or when the commit does.
    """
    cast("list[Effect]", session.info["effects"]).append(effect)


class Database:
    """An engine for reading, an engine for writing, and the writer's queue.

    ``after_commit`` runs in the writer's thread after each commit, before any caller is released;
    it gets what the commands left in ``session.info["heads"]``.
    """

    def __init__(
        self,
        url: str,
        *,
        queue_limit: int = 5_000,
        after_commit: Callable[[Mapping[str, Any]], None] = lambda heads: None,
    ) -> None:
        self.url = url
        self._readers = _read_engine(url)
        self._engine = write_engine(url)
        self._queue_limit = queue_limit
        self._after_commit = after_commit
        self._pending: deque[_Job] = deque()
        self._pool: ThreadPool | None = None
        self._draining = False
        self._unscrubbed: set[str] = set()
        self._closed = False
        self.counts = WriterCounts()

    @property
    def waiting(self) -> int:
        """Return how many commands wait for the writer."""
        return len(self._pending)

    @property
    def has_room(self) -> bool:
        """Say whether another command would be taken."""
        return self.waiting < self._queue_limit

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one unchanging state and can write nothing."""
        with Session(self._readers) as session:
            yield session

    def write(self, command: Callable[[Session], T]) -> T:
        """Run a command in the writer and return its value once it is durable.

        The command may run again from the start (see ``ATTEMPTS``), so it must change nothing but
        the session.

        Raises:
            Busy: too many commands are waiting already.
        """
        return cast("T", self._wait_for(_Job(command)))

    def write_together(self, run: Run[Item, T], item: Item) -> T:
        """Do one of many equal acts; those that wait next to each other are done by one call.

        It ends as ``write`` does, with the value or the error that ``run`` gives for ``item``.

        Raises:
            Busy: too many commands are waiting already.
        """
        return cast("T", self._wait_for(_Job(None, run, item)))

    def _wait_for(self, job: _Job) -> Any:
        if not self.has_room:
            self.counts.busy += 1
            raise Busy("The server is busy. Try again in 2 seconds.", details={"retry_after_s": 2})
        self._pending.append(job)
        if not self._draining:
            self._draining = True
            gevent.spawn(self._drain)
        return job.result.get()

    def close(self) -> None:
        """Give up every connection; a write that is under way is finished first."""
        self._closed = True
        if self._pool is not None:
            self._pool.join()
            self._pool.kill()
        self._engine.dispose()
        self._readers.dispose()

    def _drain(self) -> None:
        if self._pool is None:
            self._pool = ThreadPool(1)
        crowded = False
        try:
            while self._pending:
                if crowded:
                    gevent.sleep(GATHER_S)
                count = min(len(self._pending), BATCH)
                crowded = count > 1
                batch = [self._pending.popleft() for _ in range(count)]
                started_s = time.perf_counter()
                self._pool.apply(self._commit, (batch,))
                self.counts.commits += 1
                self.counts.commands += count
                self.counts.commit_s += time.perf_counter() - started_s
                for job in batch:
                    _release(job)
                    for effect in job.effects:
                        gevent.spawn(effect)
        finally:
            self._draining = False
        if self._unscrubbed:
            gevent.spawn_later(SCRUB_AGAIN_S, self._scrub_again)

    def _scrub_again(self) -> None:
        if self._unscrubbed and not self._closed:
            # If the queue is full, whatever empties it comes by here again.
            with suppress(Busy):
                self.write(lambda session: session.info["scrubs"].update(self._unscrubbed))

    def _commit(self, batch: list[_Job]) -> None:
        """Run a batch in the writer's thread; every job ends with a value or an error."""
        try:
            heads = self._run_with_retries(batch)
        except BaseException as error:  # noqa: BLE001 - handed to every waiting caller
            for job in batch:
                job.error = job.error or error
                job.effects.clear()
            return
        try:
            self._after_commit(heads)
        except BaseException as error:  # noqa: BLE001 - what was written stands, and is announced
            for job in batch:
                job.error = job.error or error
        wanted = set[str]().union(*(job.scrubs for job in batch))
        if wanted:
            wanted |= self._unscrubbed
            self._unscrubbed = set() if scrub(self._engine, wanted) else wanted

    def _run_with_retries(self, batch: list[_Job]) -> Mapping[str, Any]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._run(batch)
            except OperationalError as error:
                if attempt == ATTEMPTS or not _is_retryable(error):
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _run(self, batch: list[_Job]) -> Mapping[str, Any]:
        with Session(self._engine, expire_on_commit=False) as session:
            heads: dict[str, Any] = {}
            runs = [list(jobs) for _, jobs in groupby(batch, key=lambda job: job.run or id(job))]
            if len(runs) == 1 and runs[0][0].run is not None:
                self._do_alone(session, runs[0])
            else:
                for jobs in runs:
                    heads.update(self._do(session, jobs))
            session.commit()
            return heads

    def _do_alone(self, session: Session, jobs: list[_Job]) -> None:
        """Do a run that is a whole batch without a savepoint, which costs as much as the run."""
        _prepare(session, jobs)
        try:
            _call(session, jobs)
        except Exception as error:
            if isinstance(error, OperationalError):
                raise
            session.rollback()
            for job in jobs:
                self._do(session, [job])

    def _do(self, session: Session, jobs: list[_Job]) -> Mapping[str, Any]:
        """Do one command, or one run of equal acts, in a savepoint; return the heads it left."""
        first = jobs[0]
        _prepare(session, jobs)
        try:
            with session.begin_nested():
                _call(session, jobs)
        except Exception as error:
            if isinstance(error, OperationalError) or not session.is_active:
                raise
            first.effects.clear()
            first.scrubs.clear()
            if len(jobs) > 1:  # what one of them stumbled over is not the others' fault
                heads: dict[str, Any] = {}
                for job in jobs:
                    heads.update(self._do(session, [job]))
                return heads
            first.error = error
            return {}
        return cast("Mapping[str, Any]", session.info["heads"])


def _prepare(session: Session, jobs: list[_Job]) -> None:
    for job in jobs:
        job.error, job.effects, job.scrubs = None, [], set()
    session.info["effects"] = jobs[0].effects
    session.info["heads"] = {}
    session.info["scrubs"] = jobs[0].scrubs


def _call(session: Session, jobs: list[_Job]) -> None:
    first = jobs[0]
    if first.run is None:
        first.value = cast("Callable[[Session], Any]", first.command)(session)
        return
    for job, outcome in zip(jobs, first.run(session, [job.item for job in jobs]), strict=True):
        if isinstance(outcome, Exception):
            job.error = outcome
        else:
            job.value = outcome


def _release(job: _Job) -> None:
    if job.error is None:
        job.result.set(job.value)
    else:
        # With its traceback: where it failed is in the writer's thread, not in the caller's.
        error = job.error
        job.result.set_exception(error, (type(error), error, error.__traceback__))


def _is_retryable(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlstate", None) in RETRYABLE_SQLSTATES


def _read_engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        return _sqlite_engine(url, "BEGIN", "query_only=ON")
    return create_engine(
        url,
        pool_size=10,
        max_overflow=20,
        isolation_level="REPEATABLE READ",
        connect_args={"options": "-c default_transaction_read_only=on"},
    )


def write_engine(url: str) -> Engine:
    """Return an engine whose transactions are durable and, on SQLite, exclusive from the start."""
    if url.startswith("sqlite"):
        return _sqlite_engine(
            url, "BEGIN IMMEDIATE", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"
        )
    # psycopg takes a while to import, and whoever keeps to SQLite has no use for it.
    from qa.store.postgresql import durable_engine

    return durable_engine(url)


def _sqlite_engine(url: str, begin: str, *pragmas: str) -> Engine:
    """Return an engine whose transactions begin when SQLAlchemy says so.

    The driver would otherwise begin one on the first write only, which lets two writers read the
    same state and lets one read session see two states.
    """
    engine = create_engine(url, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("foreign_keys=ON", "busy_timeout=5000", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
