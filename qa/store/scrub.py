"""Overwriting what was deleted: a database goes on holding old bytes long after a commit.

SQLite (``secure_delete`` is on) overwrites a deleted row, but older copies of it stay in the
write-ahead log, and in the slack of pages that were split or rebuilt. PostgreSQL keeps each row as
it was before an update. Both are made to write the tables anew. What is left on PostgreSQL is in
its write-ahead log until that is recycled: see docs/operations.md.
"""

import sqlite3
from collections.abc import Collection

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

PATIENCE_MS = 250
"""How long a scrub waits for readers, because everybody who writes waits for it."""


def scrub(engine: Engine, tables: Collection[str]) -> bool:
    """Overwrite what was deleted from tables in the database's files, outside any transaction.

    Returns whether it is done: a reader that still sees the state before is in its way.
    """
    try:
        if engine.dialect.name == "sqlite":
            return _scrub_sqlite(engine)
        return _scrub_postgresql(engine, tables)
    except (DBAPIError, sqlite3.Error):
        return False


def _scrub_sqlite(engine: Engine) -> bool:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        # The copy that VACUUM makes must not go through a file of its own.
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # answers: busy, pages, copied
        return not (cursor.fetchone() or [1])[0]
    finally:
        # The settings above were for this job only.
        connection.invalidate()


def _scrub_postgresql(engine: Engine, tables: Collection[str]) -> bool:
    names = ", ".join(f'"{name}"' for name in sorted(tables))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = {PATIENCE_MS}")
        try:
            connection.exec_driver_sql(f"VACUUM (FULL) {names}")
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
    return True
