"""Who is measured: Fair Hearing, and who it is measured beside, all started in the same way."""

import http.client
import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass

from bench.crowd import Crowd, crowd
from bench.machine import HERE, Process, compiled, free_port, peer_command, started

SLUG = "bench"
OURS, NODE, STOCK, FLOOR = "Fair Hearing", "Node socket.io", "Flask-SocketIO", "C send()"


@dataclass
class Contest:
    """A server that runs, and the crowd that uses it."""

    name: str
    process: Process
    crowd: Crowd
    port: int

    def measure(self, command):
        """Let the crowd do something, and return what it cost."""
        cpu_s, waited_s = self.process.cpu_s, self.process.waited_s
        told = self.crowd.ask(command)
        return Phase(told, self.process.cpu_s - cpu_s, self.process.waited_s - waited_s)

    def total(self):
        """Return how many votes a peer counts."""
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        door.request("GET", "/total")
        found = json.loads(door.getresponse().read())
        door.close()
        return found


@dataclass
class Phase:
    """What one command cost the server, beside what the crowd tells of it."""

    told: dict
    cpu_s: float
    waited_s: float

    @property
    def share(self):
        """CPU seconds of the server a second."""
        return self.cpu_s / self.told["s"]

    @property
    def kept_waiting(self):
        """Part of the time in which the server could have run while others had its core."""
        return self.waited_s / self.told["s"]

    @property
    def client_share(self):
        """CPU seconds of the crowd a second."""
        return self.told["cpu_s"] / self.told["s"]


@contextmanager
def contest(name, hall, *, tallies, voters, body=None):
    """Start a server and its crowd; the first connections are ``voters`` participants."""
    if name == OURS:
        with hall.served(tallies=tallies) as process:
            cookies = hall.voters(SLUG, voters)
            auth = json.dumps({"slug": SLUG})
            with crowd(hall.port, auth=auth, cookies=cookies) as people:
                yield Contest(name, process, people, hall.port)
        return
    port = free_port()
    with (
        started(_peer(name, port, 1_000 // tallies, body), port) as process,
        crowd(port, cookies=[""] * voters) as people,
    ):
        yield Contest(name, process, people, port)


def _peer(name, port, gap_ms, body):
    if name == FLOOR:
        return [compiled("floor"), str(port)]
    if name == STOCK:
        return [sys.executable, str(HERE / "stock.py"), str(port), str(gap_ms)]
    return [*peer_command(), str(port), str(gap_ms), *([str(body)] if body else [])]
