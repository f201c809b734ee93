"""A progress bar on a terminal; in a pipe or a log file, a line now and then."""

import sys
import time
from typing import Final, TextIO

REDRAW_S: Final = 0.1
LINE_S: Final = 10.0
BAR_WIDTH: Final = 30


class Progress:
    """Counts what is done of a known total and shows it."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self._total = max(total, 1)
        self._stream = stream or sys.stderr
        self._drawn = self._stream.isatty()
        self._started_s = self._shown_s = time.monotonic()
        self._done = 0

    def step(self) -> None:
        """Count one act, and show it if that is due."""
        self._done += 1
        now_s = time.monotonic()
        if now_s - self._shown_s >= (REDRAW_S if self._drawn else LINE_S):
            self._show(now_s)

    def finish(self) -> None:
        """Show the last state and end the line."""
        self._show(time.monotonic())
        if self._drawn:
            self._stream.write("\n")
            self._stream.flush()

    def _show(self, now_s: float) -> None:
        self._shown_s = now_s
        line = self._line(now_s - self._started_s)
        self._stream.write(f"\r\x1b[K{line}" if self._drawn else f"{line}\n")
        self._stream.flush()

    def _line(self, elapsed_s: float) -> str:
        share = self._done / self._total
        bar = "#" * int(share * BAR_WIDTH)
        rate = self._done / elapsed_s if elapsed_s else 0.0
        return (
            f"{share:4.0%} [{bar:<{BAR_WIDTH}}] {self._done:,} of {self._total:,} acts, "
            f"{rate:,.0f} a second, {clock_time(elapsed_s)}"
        )


def clock_time(seconds: float) -> str:
    """Return a duration as minutes and seconds: ``3:07``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
