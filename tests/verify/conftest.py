"""One meeting for all tests here, which read it and change nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qa.config import load_config
from qa.services.context import build_context
from tests.conftest import ROOMY, TurnableClock, check_every_log
from tests.verify.town_hall import TownHall, hold_town_hall

Holder = Callable[..., TownHall]


@pytest.fixture(scope="session")
def hold(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Holder]:
    """Give a holder of meetings, each with a server of its own."""
    made = []

    def hold_one(**how: bool) -> TownHall:
        folder = tmp_path_factory.mktemp("hall")
        path = folder / "hall.sqlite3"
        path.write_bytes(sqlite_template.read_bytes())
        settings = {"QA_DATA_DIR": str(folder), "QA_DATABASE_URL": f"sqlite:///{path}"}
        clock = TurnableClock()
        ctx = build_context(replace(load_config(settings), limits=ROOMY), clock=clock)
        made.append(ctx)
        return hold_town_hall(ctx, clock, **how)

    yield hold_one
    for ctx in made:
        check_every_log(ctx)
        ctx.db.close()


@pytest.fixture(scope="session")
def hall(hold: Holder) -> TownHall:
    """Return a meeting that was held and closed, with about 200 leaves."""
    return hold()


@pytest.fixture(scope="session")
def open_hall(hold: Holder) -> TownHall:
    """Return a meeting that is going on."""
    return hold(close=False)
