"""A server of our own, for one replay: a child process with an empty database on a free port."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from qa.errors import QaError

ROOT: Final = Path(__file__).resolve().parent.parent.parent
START_S: Final = 60.0
STOP_S: Final = 20.0
ROOMY: Final = {
    f"QA_LIMIT_{name}": "1000000"
    for name in (
        "QUESTIONS_PER_MINUTE",
        "QUESTIONS_PER_EVENT",
        "VOTES_PER_MINUTE",
        "EVENT_QUESTIONS_PER_SECOND",
        "JOINS_PER_MINUTE_AND_ADDRESS",
    )
}
"""Quotas are per person and minute: days of a meeting played in seconds would use them up."""


class NoServer(QaError):
    """The temporary server did not start."""

    code = "no_server"


@contextmanager
def temporary_server() -> Iterator[tuple[str, str]]:
    """Give the address of a server and an owner's link; afterwards nothing is left of either.

    Raises:
        NoServer: it did not start; the message ends with what it said.
    """
    with tempfile.TemporaryDirectory(prefix="fair-hearing-replay-") as folder:
        environ = _environ(Path(folder))
        _run(environ, "migrate")
        said = Path(folder) / "server.log"
        with said.open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "qa", "serve"],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            link = _run(environ, "owner-link", "Owner")
            _wait_for(server, int(environ["QA_PORT"]), said)
            yield f"http://127.0.0.1:{environ['QA_PORT']}", link
        finally:
            _stop(server)


def _environ(folder: Path) -> dict[str, str]:
    """Return our environment without a deployment's settings: its database is left alone."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    return {
        **inherited,
        **ROOMY,
        "QA_DATA_DIR": str(folder / "data"),
        "QA_HOST": "127.0.0.1",
        "QA_PORT": str(_free_port()),
        "QA_LOG_LEVEL": "warning",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(environ: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-m", "qa", *arguments],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoServer(f"python -m qa {arguments[0]} failed:\n{done.stderr.strip()}")
    return done.stdout.strip()


def _wait_for(server: "subprocess.Popen[bytes]", port: int, said: Path) -> None:
    give_up_s = time.monotonic() + START_S
    while time.monotonic() < give_up_s and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise NoServer(f"The server did not start:\n{said.read_text(errors='replace').strip()}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
