"""One meeting for all tests here, which read it and change nothing.

Holding it takes seconds, and mutation testing needs it in thousands of processes: with the name of
a folder in ``QA_KEPT_HALLS`` it is held once, and read from there by whoever comes later.
"""

import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qa.config import load_config
from qa.ledger.bundle import Bundle
from qa.services.context import Context, build_context
from tests.conftest import ROOMY, TurnableClock, check_every_log
from tests.verify.town_hall import TownHall, hold_town_hall

Holder = Callable[..., TownHall]


@pytest.fixture(scope="session")
def hold(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Holder]:
    """Give a holder of meetings, each with a server of its own."""
    made = []

    def hold_one(**how: bool) -> TownHall:
        folder = tmp_path_factory.mktemp("hall")
        kept = Path(os.environ.get("QA_KEPT_HALLS", folder), f"hall {how}")
        if kept.exists():
            shutil.copytree(kept, folder, dirs_exist_ok=True)
        else:
            shutil.copy(sqlite_template, folder / "hall.sqlite3")
        settings = {
            "QA_DATA_DIR": str(folder),
            "QA_DATABASE_URL": f"sqlite:///{folder}/hall.sqlite3",
        }
        clock = TurnableClock()
        ctx = build_context(replace(load_config(settings), limits=ROOMY), clock=clock)
        made.append(ctx)
        if kept.exists():
            return _recall(folder, ctx)
        hall = hold_town_hall(ctx, clock, **how)
        if "QA_KEPT_HALLS" in os.environ:
            _keep(hall, folder, kept)
        return hall

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


@pytest.fixture(scope="session")
def bundle(hall: TownHall) -> Bundle:
    """Return the record of the meeting that was held."""
    return hall.bundle()


@pytest.fixture(params=["some", pytest.param("all", marks=pytest.mark.soak)])
def every(request: pytest.FixtureRequest) -> Callable[..., range]:
    """Give a maker of ranges: of all numbers in a soak, else of one in so many."""
    return lambda stop, stride=13: range(0, stop, 1 if request.param == "all" else stride)


def _keep(hall: TownHall, folder: Path, kept: Path) -> None:
    hall.meeting.ctx.db.close()
    without_server = replace(hall, meeting=replace(hall.meeting, ctx=None))
    (folder / "hall.pickle").write_bytes(pickle.dumps(without_server))
    shutil.copytree(folder, kept)


def _recall(folder: Path, ctx: Context) -> TownHall:
    hall: TownHall = pickle.loads((folder / "hall.pickle").read_bytes())
    return replace(hall, meeting=replace(hall.meeting, ctx=ctx))
