"""Drives ``client.c``: one line asks, one line of JSON answers."""

import json
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from bench.machine import CLIENT_CORE, VAR, compiled, pinned


class Crowd:
    """Thousands of browsers in one process."""

    def __init__(self, child):
        self._child = child

    def ask(self, command):
        self.tell(command)
        return self.hear()

    def tell(self, command):
        self._child.stdin.write(command + "\n")
        self._child.stdin.flush()

    def hear(self):
        line = self._child.stdout.readline()
        if not line:
            raise RuntimeError("the client ended")
        return json.loads(line)

    def connect(self, clients, inflight=200, path="", *, least=None):
        told = self.ask(f"connect {clients} {inflight} {path}".strip())
        if told["ready"] < (least or clients):
            raise RuntimeError(f"only {told['ready']} of {clients} clients connected: {told}")
        return told


@contextmanager
def crowd(port, *, auth="{}", cookies=("",), origin=None, core=CLIENT_CORE):
    """Start a client for the server on a port; it ends with the block."""
    VAR.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=VAR, delete=False) as jar:
        jar.writelines(f"{cookie}\n" for cookie in cookies)
    command = [compiled("client"), str(port), origin or f"http://127.0.0.1:{port}", auth, jar.name]
    child = subprocess.Popen(
        pinned(core, command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Crowd(child)
    finally:
        child.stdin.close()
        child.kill()
        child.wait()
        child.stdout.close()
        Path(jar.name).unlink()
