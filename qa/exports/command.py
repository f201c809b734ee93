"""``python -m qa report``: an event's report as a file, with a bar while it is being made."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from qa.errors import QaError
from qa.exports.bundle import make_bundle
from qa.exports.formats import ADDENDUM_FILES, FILES, FORMATS, make_form
from qa.services import reports, standing
from qa.services.context import Context

BUNDLE: Final = "bundle"
CHOICES: Final = (*FILES, *ADDENDUM_FILES, BUNDLE)
REDRAW_S: Final = 0.2
BAR_WIDTH: Final = 30


class CannotWrite(QaError):
    """The file cannot be written where it should go."""

    code = "cannot_write"


def write_report(
    ctx: Context, slug: str, form: str, out: Path | None, tree_size: int | None
) -> None:
    """Write a report to a file, and say on stderr how far it is and where it went.

    Raises:
        UnknownEvent, EventNotOpen, EventNotClosed, BadInput: there is no such report.
        CannotWrite: the file cannot be written.
    """
    standing.read_standing(ctx, slug, standing.OPERATOR)
    suffix = ".zip" if form == BUNDLE else FORMATS[form].suffix
    target = out or Path(f"{slug}{suffix}")
    bar = Bar(sys.stderr)
    if form == BUNDLE:
        with bar.stage("Making the bundle", 0, 90):
            made = make_bundle(ctx, slug)
    else:
        build = reports.build_addendum if form in ADDENDUM_FILES else reports.build_report
        with bar.stage("Reading the log", 0, 30):
            subject = build(ctx, slug, tree_size=tree_size)
        with bar.stage(f"Making the {form}", 30, 95):
            made = make_form(form, subject)
    with bar.stage(f"Writing {target}", 95, 100):
        _write(target, made)
    sys.stderr.write(f"{target}: {len(made):,} bytes\n")


def _write(target: Path, made: bytes) -> None:
    try:
        target.write_bytes(made)
    except OSError as error:
        raise CannotWrite(f"{target} cannot be written: {error.strerror}.") from error


class Bar:
    """A bar that goes from stage to stage, with the time; nothing where there is no terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._drawn = stream.isatty()
        self._started_s = time.monotonic()

    @contextmanager
    def stage(self, words: str, start: int, end: int) -> Iterator[None]:
        """Show a stage while it lasts, from one percentage to another."""
        done = threading.Event()
        drawer = threading.Thread(target=self._draw, args=(words, start, done), daemon=True)
        if self._drawn:
            drawer.start()
        try:
            yield
        finally:
            done.set()
            if self._drawn:
                drawer.join()
                self._show(words, end)
                if end == 100:
                    self._stream.write("\n")

    def _draw(self, words: str, share: int, done: threading.Event) -> None:
        while not done.wait(REDRAW_S):
            self._show(words, share)

    def _show(self, words: str, share: int) -> None:
        elapsed_s = time.monotonic() - self._started_s
        bar = "#" * (share * BAR_WIDTH // 100)
        line = f"{share:3}% [{bar:<{BAR_WIDTH}}] {words}, {elapsed_s:.0f} s"
        self._stream.write(f"\r\x1b[K{line}")
        self._stream.flush()
