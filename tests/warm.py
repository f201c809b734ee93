"""What a process need make only once, however many databases and apps its tests open.

A server opens one database and one app, and then serves for weeks. A test opens its own in a
moment, and most of that moment went into translating the same statements to SQL and compiling the
same routes as the test before. Nothing that is kept here holds any data.
"""

from collections.abc import Callable
from typing import Any

import pytest
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
