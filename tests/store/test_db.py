"""The single writer: order, group commit, savepoints, and what happens when it is full or fails."""

from collections.abc import Sequence

import gevent
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from qa.errors import BadInput, Busy
from qa.services.context import Context
from qa.store.db import Database, on_commit
from qa.store.models.accounts import Account


def _add(session: Session, name: str) -> int:
    account = Account(name=name, may_create_events=False, created_at=0)
    session.add(account)
    session.flush()
    return account.id


def _names(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Account.name).order_by(Account.id)))


def test_a_write_returns_once_it_can_be_read(ctx: Context) -> None:
    ctx.db.write(lambda session: _add(session, "ada"))
    assert _names(ctx.db) == ["ada"]


def test_commands_run_in_the_order_in_which_they_came(ctx: Context) -> None:
    wanted = [f"person {n}" for n in range(40)]
    waiting = [
        gevent.spawn(ctx.db.write, lambda session, name=name: _add(session, name))
        for name in wanted
    ]
    gevent.joinall(waiting, raise_error=True)
    assert _names(ctx.db) == wanted


def test_many_waiting_commands_share_one_commit(ctx: Context) -> None:
    commits: list[object] = []
    database = Database(ctx.db.url, after_commit=commits.append)
    waiting = [
        gevent.spawn(database.write, lambda session, n=n: _add(session, str(n))) for n in range(40)
    ]
    gevent.joinall(waiting, raise_error=True)
    assert len(commits) < 5
    database.close()


def test_a_failing_command_takes_nothing_of_its_neighbours_with_it(ctx: Context) -> None:
    def fail(session: Session) -> None:
        _add(session, "half-written")
        raise BadInput("No.")

    good = gevent.spawn(ctx.db.write, lambda session: _add(session, "before"))
    bad = gevent.spawn(ctx.db.write, fail)
    also_good = gevent.spawn(ctx.db.write, lambda session: _add(session, "after"))
    gevent.joinall([good, bad, also_good])
    assert isinstance(bad.exception, BadInput)
    assert _names(ctx.db) == ["before", "after"]


def test_nothing_is_announced_for_a_command_that_failed(ctx: Context) -> None:
    announced: list[str] = []

    def fail(session: Session) -> None:
        on_commit(session, lambda: announced.append("failed"))
        raise BadInput("No.")

    def succeed(session: Session) -> None:
        on_commit(session, lambda: announced.append("succeeded"))

    with pytest.raises(BadInput):
        ctx.db.write(fail)
    ctx.db.write(succeed)
    gevent.sleep(0.01)
    assert announced == ["succeeded"]


def test_an_unexpected_error_reaches_its_caller_and_the_writer_goes_on(ctx: Context) -> None:
    def fail(session: Session) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ctx.db.write(fail)
    ctx.db.write(lambda session: _add(session, "ada"))
    assert _names(ctx.db) == ["ada"]


def test_a_full_queue_answers_at_once(ctx: Context) -> None:
    database = Database(ctx.db.url, queue_limit=3)
    waiting = [
        gevent.spawn(database.write, lambda session, n=n: _add(session, str(n))) for n in range(9)
    ]
    gevent.joinall(waiting)
    busy = [one for one in waiting if isinstance(one.exception, Busy)]
    assert len(busy) == 6
    assert busy[0].exception.details == {"retry_after_s": 2}
    assert len(_names(database)) == 3
    database.close()


def test_a_read_session_cannot_write(ctx: Context) -> None:
    with ctx.db.read() as session, pytest.raises(DatabaseError):
        session.execute(update(Account).values(name="changed"))


def test_a_read_session_sees_one_state_while_others_write(ctx: Context) -> None:
    with ctx.db.read() as session:
        count = select(func.count()).select_from(Account)
        before = session.scalar(count)
        ctx.db.write(lambda other: _add(other, "ada"))
        assert session.scalar(count) == before
    assert _names(ctx.db) == ["ada"]


def test_the_event_loop_goes_on_while_the_writer_works(ctx: Context) -> None:
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            gevent.sleep(0.001)

    ticker = gevent.spawn(tick)

    def slow(session: Session) -> None:
        import time

        time.sleep(0.2)

    ctx.db.write(slow)
    ticker.kill()
    assert ticks > 20


def _add_all(session: Session, names: Sequence[str]) -> list[int | BadInput]:
    if "poison" in names:
        raise ZeroDivisionError
    return [BadInput("No.") if name == "refused" else _add(session, name) for name in names]


def test_equal_acts_that_wait_are_done_by_one_call_and_end_each_on_their_own(ctx: Context) -> None:
    runs: list[int] = []

    def add_all(session: Session, names: Sequence[str]) -> list[int | BadInput]:
        runs.append(len(names))
        return _add_all(session, names)

    names = ["ada", "bob", "refused", "cleo"]
    waiting = [gevent.spawn(ctx.db.write_together, add_all, name) for name in names]
    between = gevent.spawn(ctx.db.write, lambda session: _add(session, "between"))
    waiting += [gevent.spawn(ctx.db.write_together, add_all, name) for name in ("dan", "eve")]
    gevent.joinall([*waiting, between])
    assert runs == [4, 2]
    assert _names(ctx.db) == ["ada", "bob", "cleo", "between", "dan", "eve"]
    assert [isinstance(one.exception, BadInput) for one in waiting].count(True) == 1
    assert isinstance(waiting[2].exception, BadInput)


def test_an_act_that_breaks_its_run_is_the_only_one_that_fails(ctx: Context) -> None:
    names = ["ada", "poison", "bob"]
    waiting = [gevent.spawn(ctx.db.write_together, _add_all, name) for name in names]
    gevent.joinall(waiting)
    assert [type(one.exception) for one in waiting] == [type(None), ZeroDivisionError, type(None)]
    assert _names(ctx.db) == ["ada", "bob"]
