"""What a process need make only once, however many databases and apps its tests open.

A server opens one database and one app, and then serves for weeks. A test opens its own in a
moment, and most of that moment went into translating the same statements to SQL, compiling the same
routes and telling PostgreSQL's processes of the same tables as the test before. Nothing that is
kept here holds any data.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError
from werkzeug.routing import Rule

from qa.store import db


def share_dialects(patch: pytest.MonkeyPatch) -> None:
    """Let engines that were made alike share a dialect, and with it what it has translated."""
    first: dict[str, Engine] = {}

    def make(url: str, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        kind = repr((engine.dialect.name, sorted(options.items())))
        if kind not in first:
            try:
                engine.connect().close()  # a dialect asks the database at first what it can do
            except OperationalError:
                return engine
            engine.dispose()
            first[kind] = engine
        engine.dialect = first[kind].dialect
        engine._compiled_cache = first[kind]._compiled_cache
        return engine

    patch.setattr(db, "create_engine", make)


@contextmanager
def kept_connections(url: str) -> Iterator[None]:
    """Let engines on this database that were made alike take over each other's connections."""
    idle: defaultdict[str, list[psycopg.Connection[Any]]] = defaultdict(list)
    make_engine = db.create_engine

    def make(wanted: str, **options: Any) -> Engine:
        engine = make_engine(wanted, **options)
        if wanted == url:
            _take_over(engine, idle[repr(sorted(options.items()))])
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "create_engine", make)
        yield
    for connection in [each for kept in idle.values() for each in kept]:
        connection.close()


def _take_over(engine: Engine, idle: list[psycopg.Connection[Any]]) -> None:
    """Have an engine open connections from, and close them to, those that are idle."""
    pool = engine.pool
    open_one = pool._invoke_creator

    def take(connection_record: Any = None) -> Any:
        return idle.pop() if idle else open_one(connection_record)

    def leave(connection: psycopg.Connection[Any]) -> None:
        if connection.info.transaction_status is TransactionStatus.IDLE:
            idle.append(connection)
        else:
            connection.close()

    pool._creator = take
    pool._dialect.do_close = leave


def share_routes(patch: pytest.MonkeyPatch) -> None:
    """Let the same route of every app share what builds its addresses."""
    made: dict[object, Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    patch.setattr(Rule, "_compile_builder", once)
