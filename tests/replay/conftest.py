"""Recorded meetings: the real ones where they are, and one made of everything that is odd."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.server import ROOT, Server
from tests.conftest import need
from tests.replay.odd_meeting import write_odd_meeting

DATA = Path(os.environ.get("QA_REPLAY_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture
def real_meeting() -> Callable[[str], Path]:
    """Return a finder of the real meetings; where there are none, it skips the test, not in CI."""

    def find(name: str) -> Path:
        folder = DATA / name
        need(folder.is_dir(), f"The recorded meeting {name} (QA_REPLAY_DATA says where they are)")
        return folder

    return find


@pytest.fixture
def odd_meeting(tmp_path: Path) -> Path:
    """Return the folder of a small meeting with every oddity in it."""
    return write_odd_meeting(tmp_path / "Odd Meeting")


@pytest.fixture(scope="module")
def strict_server(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Server]:
    """Give a server that takes two questions a second, and two of each person."""
    folder = tmp_path_factory.mktemp("strict")
    (folder / "fair-hearing.sqlite3").write_bytes(sqlite_template.read_bytes())
    server = Server(folder)
    server.environ |= {
        "QA_LIMIT_EVENT_QUESTIONS_PER_SECOND": "2",
        "QA_LIMIT_QUESTIONS_PER_EVENT": "2",
    }
    server.start()
    yield server
    server.stop()
