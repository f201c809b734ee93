"""One running server per database, and a meeting of its own on it for each test."""

from collections.abc import Iterator
from itertools import count

import pytest

from qa.config import load_config
from qa.services.context import build_context
from qa.store import migrate
from tests.conftest import check_every_log, own_database
from tests.live.meeting import LiveMeeting, open_meeting, sign_in_owner
from tests.live.server import Person, Running, running

_serial = count(100)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def served_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give a migrated database that lives as long as its server."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('served') / 'live.sqlite3'}"
        migrate.upgrade(url)
        yield url
        return
    with own_database("live") as url:
        yield url


@pytest.fixture(scope="session")
def server(served_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Give a server, and re-verify every log that it wrote when it has ended."""
    data_dir = tmp_path_factory.mktemp("data")
    # Both ways of fan-out behave alike; one database each, so that this costs no time.
    fanout = "direct" if served_database.startswith("sqlite") else "stock"
    with running(data_dir, served_database, QA_FANOUT=fanout) as server:
        yield server
    context = build_context(load_config(server.environ))
    check_every_log(context)
    context.db.close()


@pytest.fixture(scope="session")
def owner(server: Running) -> Iterator[Person]:
    """Give somebody signed in who may create events."""
    person = sign_in_owner(server)
    yield person
    person.close()


@pytest.fixture
def meeting(server: Running, owner: Person) -> Iterator[LiveMeeting]:
    """Give an open meeting, and fail if the server stumbled over anything in it."""
    before = len(server.log.read_text())
    meeting = open_meeting(server, owner, f"meeting-{next(_serial)}", log_start=before)
    yield meeting
    meeting.close()
    assert "Traceback" not in meeting.logged
    assert "unhandled" not in meeting.logged
    assert "failed" not in meeting.logged
