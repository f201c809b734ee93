"""What the person at the terminal sees: one line a phase, and a counter while packages arrive."""

import shutil
import sys
import time


class CannotGoOn(Exception):
    """Something about this machine is missing; the message says exactly what to do about it."""


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


class Counter:
    """A count that rewrites its own line on a terminal and prints now and then elsewhere."""

    STEP = 10

    def __init__(self, label: str, total: int) -> None:
        self.total = total
        self.seen = 0
        self._label = label
        self._started_s = time.monotonic()
        self._rewrites = sys.stdout.isatty()

    def show(self, seen: int, name: str = "") -> None:
        """Say how far it is, and what is being worked on."""
        before, self.seen = self.seen, seen
        if not self._rewrites and seen // self.STEP == before // self.STEP:
            return
        line = f"  {self._label} {seen}/{self.total}  {self._seconds()} s  {name}"
        if self._rewrites:
            width = shutil.get_terminal_size().columns - 1
            print("\r" + line[:width].ljust(width), end="", flush=True)
        else:
            say(line)

    def finish(self) -> None:
        """Leave one complete line behind."""
        line = f"  {self._label} {self.seen}/{self.total}  {self._seconds()} s"
        if self._rewrites:
            width = shutil.get_terminal_size().columns - 1
            print("\r" + line.ljust(width))
        else:
            say(line)

    def _seconds(self) -> int:
        return round(time.monotonic() - self._started_s)
