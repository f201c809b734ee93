"""How the writer waits for PostgreSQL: as its thread's own affair."""

from typing import Any, Final

from psycopg import Connection, waiting
from sqlalchemy import Engine, create_engine, event

LOOK_UP_S: Final = 0.1
"""How long it waits before it looks whether the connection is still there."""


class ThreadsOwnConnection(Connection[Any]):
    """A connection that a thread has to itself, so that waiting for it keeps nobody else waiting.

    psycopg knows that gevent is there, and waits by a loop in Python that lets others go on. In the
    writer's thread there are no others, and that loop would cost a vote more than its statements.
    """

    def wait(self, gen: Any, interval: float = LOOK_UP_S, timeout: float | None = None) -> Any:
        """Run a generator of psycopg's to its end."""
        return waiting.wait_c(gen, self.pgconn.socket, interval=interval, timeout=timeout)


def durable_engine(url: str) -> Engine:
    """Return an engine of one connection, whose commits are durable; for one thread."""
    engine = create_engine(
        url, pool_size=1, max_overflow=0, connect_args={"options": "-c synchronous_commit=on"}
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, given: Any, named: Any) -> ThreadsOwnConnection:
        return ThreadsOwnConnection.connect(*given, **named)

    return engine
