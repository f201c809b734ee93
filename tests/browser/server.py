"""The real server in a process of its own, on a free port and an empty database."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 60
ROOMY = {
    "QA_LIMIT_QUESTIONS_PER_MINUTE": "10000",
    "QA_LIMIT_QUESTIONS_PER_EVENT": "10000",
    "QA_LIMIT_EVENT_QUESTIONS_PER_SECOND": "10000",
    "QA_LIMIT_VOTES_PER_MINUTE": "10000",
    "QA_LIMIT_JOINS_PER_MINUTE_AND_ADDRESS": "10000",
}


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """``python -m qa serve`` on a data folder; it can be stopped and started again."""

    def __init__(self, data_dir: Path) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environ = {"QA_DATA_DIR": str(data_dir), "QA_PORT": str(self.port), **ROOMY}
        self._log = data_dir / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "qa", "serve"],
                cwd=ROOT,
                env={**os.environ, **self.environ},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it as an operator does, and wait until it is gone."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/api/me", timeout=1).ok
        except requests.RequestException:
            return False
