"""Witnesses for tests: one process that all tests share, and others that a test may kill."""

import itertools

import pytest

from tests.witness.hall import Log, Running


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("witness")
    logs = folder / "logs"
    logs.write_text("# the logs of the tests\n", encoding="utf-8")
    running = Running(folder / "data", "--logs", logs)
    running.logs = logs
    yield running
    running.kill()
    assert "Traceback" not in running.said


@pytest.fixture(scope="session")
def numbers():
    return itertools.count(1)


@pytest.fixture
def log(shared, numbers):
    """A log that the shared witness knows and has never seen."""
    log = Log(f"questions.example.org/log/event-{next(numbers)}")
    with shared.logs.open("a", encoding="utf-8") as file:
        file.write(log.signer.vkey + "\n")
    return log


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a witness over one folder of data."""
    started = []

    def run(*arguments, **options):
        started.append(Running(tmp_path / "data", *arguments, **options))
        return started[-1]

    yield run
    for running in started:
        running.kill()
        assert "Traceback" not in running.said
