"""The workshop: a process beside the server in which reports are made.

Making the report of a large meeting takes about a second of CPU, and a PDF several. In the server's
own process each notice to a watcher would wait for that: a thread is no way out, because whoever
sends lets go of the interpreter's lock at every packet and gets it back 5 ms later. So one child
process does the work, one job after the other. It reads the database by itself, so it sees what is
durable; it writes nothing. It ends when it has been idle for a minute, or when the server ends.

A job is one line of JSON on its standard input, its answer a line of JSON and then that many bytes
on its standard output.
"""

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import gevent
from gevent import subprocess
from gevent.lock import BoundedSemaphore

from qa import errors
from qa.config import Config
from qa.errors import Busy, QaError
from qa.exports.job import Job, encode_config

ROOT: Final = Path(__file__).resolve().parent.parent.parent
QUEUE: Final = 8
"""Jobs that may wait; whoever comes after them is told to come back."""
PATIENCE_S: Final = 120
"""How long one job may take; a child that takes longer is ended."""


@dataclass(frozen=True)
class Product:
    """What a job made. ``complete``: there is nothing in it that is still on its way."""

    body: bytes
    complete: bool


class Workshop:
    """One child process, started when there is something to do. For one event loop."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._turn = BoundedSemaphore(1)
        self._waiting = 0
        self._child: subprocess.Popen[bytes] | None = None

    def make(self, job: Job) -> Product:
        """Return what a job makes.

        Raises:
            Busy: too many jobs are waiting, or this one took too long.
            QaError: what the services raise, such as UnknownEvent.
        """
        if self._waiting >= QUEUE:
            raise _busy()
        self._waiting += 1
        try:
            with self._turn:
                return self._do(job)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the child, and wait until nothing of it is left."""
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            with suppress(BrokenPipeError):
                pipe.close()
        child.kill()
        child.wait()

    def _do(self, job: Job) -> Product:
        try:
            with gevent.Timeout(PATIENCE_S):
                try:
                    return self._ask(job)
                except (BrokenPipeError, EOFError):
                    # It had been idle and ended just now.
                    self.close()
                    return self._ask(job)
        except gevent.Timeout:
            self.close()
            raise _busy() from None

    def _ask(self, job: Job) -> Product:
        child = self._running()
        child.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
        child.stdin.flush()
        head = child.stdout.readline()
        if not head:
            raise EOFError
        answer: Mapping[str, Any] = json.loads(head)
        if "error" in answer:
            raise _revive(answer["error"])
        return Product(child.stdout.read(answer["bytes"]), complete=answer["complete"])

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(
                [sys.executable, "-m", "qa.exports.bench"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
            )
            self._child.stdin.write(encode_config(self._config) + b"\n")
        return self._child


def _revive(error: Mapping[str, Any]) -> QaError:
    """Return the error that the child met, of its own kind again."""
    kinds = {kind.code: kind for kind in vars(errors).values() if _is_kind(kind)}
    kind: type[QaError] = kinds.get(error["code"], QaError)
    return kind(error["message"], field=error.get("field"))


def _is_kind(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, QaError)


def _busy() -> Busy:
    return Busy(
        "Many reports are being made. Try again in 10 seconds.", details={"retry_after_s": 10}
    )
