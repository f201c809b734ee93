"""A real server in a process of its own, and clients for it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import socketio
import websocket

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 15.0
"""How long a page waits for what must come: long enough for a machine with other work to do."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Person:
    """A browser's cookies and CSRF token."""

    base: str
    http: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.http.headers["X-CSRF-Token"] = self.http.get(f"{self.base}/api/me").json()["csrf"]

    def send(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.http.request(method, self.base + path, json=body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    def sign_in(self, link: str) -> None:
        token = self.http.headers["X-CSRF-Token"]
        path = "/s/" + link.rsplit("/", maxsplit=1)[-1]
        answer = self.http.post(self.base + path, data={"csrf_token": token}, allow_redirects=False)
        assert answer.status_code == 303, answer.text

    def close(self) -> None:
        self.http.close()

    @property
    def cookies(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)


class Page:
    """An open page: a Socket.IO client that keeps every notice."""

    def __init__(self, person: Person, auth: dict[str, str]) -> None:
        self.notices: list[tuple[str, Any]] = []
        self.client = socketio.Client(reconnection=False)
        for name in ("board", "tally", "refetch", "role", "proof", "presence"):
            self.client.on(name, lambda *given, name=name: self.notices.append((name, given[0])))
        self.client.connect(
            person.base,
            headers={"Cookie": person.cookies},
            transports=["websocket"],
            auth=auth,
            wait_timeout=PATIENCE_S,
        )

    def call(self, name: str, *body: Any) -> dict[str, Any]:
        return dict(self.client.call(name, *body, timeout=PATIENCE_S))

    def named(self, name: str) -> list[Any]:
        return [notice for found, notice in self.notices if found == name]

    def close(self) -> None:
        self.client.disconnect()


class RawPage:
    """A websocket that sees every frame as text and can send anything."""

    def __init__(self, person: Person) -> None:
        self.frames: list[str] = []
        self.socket = websocket.create_connection(
            person.base.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket",
            cookie=person.cookies,
            origin=person.base,
            timeout=PATIENCE_S,
        )
        assert str(self.socket.recv()).startswith("0{")

    def close(self) -> None:
        self.socket.shutdown()

    def send(self, text: str) -> None:
        self.socket.send(text)

    def receive(self) -> str:
        frame = str(self.socket.recv())
        self.frames.append(frame)
        if frame == "2":
            self.send("3")
        return frame

    def expect(self, start: str) -> str:
        while not (frame := self.receive()).startswith(start):
            assert frame, "the connection ended"
        return frame

    def is_cut(self) -> bool:
        try:
            while self.receive():
                pass
        except websocket.WebSocketTimeoutException:
            return False
        except (websocket.WebSocketException, OSError):
            return True
        return True

    def drain(self, seconds: float) -> list[str]:
        self.socket.settimeout(seconds)
        try:
            while self.receive():
                pass
        except websocket.WebSocketTimeoutException:
            self.socket.settimeout(PATIENCE_S)
        return self.frames


@dataclass
class Running:
    """A server that runs."""

    base: str
    data_dir: Path
    environ: dict[str, str]
    log: Path


@contextmanager
def running(data_dir: Path, database_url: str, **settings: str) -> Iterator[Running]:
    """Serve in a process of its own until the block ends."""
    port = free_port()
    environ = {
        "QA_DATA_DIR": str(data_dir),
        "QA_DATABASE_URL": database_url,
        "QA_PORT": str(port),
        "QA_LIMIT_VOTES_PER_MINUTE": "100000",
        "QA_LIMIT_QUESTIONS_PER_MINUTE": "1000",
        "QA_LIMIT_QUESTIONS_PER_EVENT": "1000",
        "QA_LIMIT_EVENT_QUESTIONS_PER_SECOND": "1000",
        **settings,
    }
    log = data_dir / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.live.serve"],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdout=output,
            stderr=output,
        )
        try:
            wait_until(lambda: answers(port, process), 60)
            yield Running(f"http://localhost:{port}", data_dir, environ, log)
        finally:
            process.terminate()
            assert process.wait(20) == 0, log.read_text()


def answers(port: int, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "the server ended"
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(holds: Callable[[], Any], seconds: float = PATIENCE_S) -> None:
    """Wait until something holds; fail when it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
