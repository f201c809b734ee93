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

    def total(self):
        """Return how many votes a peer counts."""
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        door.request("GET", "/total")
        found = json.loads(door.getresponse().read())
        door.close()
        return found


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
