"""The progress bar."""

import io

from qa.replay.progress import Progress, clock_time


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_bar_that_ends_full() -> None:
    terminal = Terminal()
    progress = Progress(2, terminal)
    progress.step()
    progress.step()
    progress.finish()

    last = terminal.getvalue().split("\r\x1b[K")[-1]
    assert last.startswith("100% [##############################] 2 of 2 acts")
    assert last.endswith("\n")


def test_a_pipe_gets_no_line_for_each_step_and_no_control_characters() -> None:
    pipe = io.StringIO()
    progress = Progress(100, pipe)
    for _ in range(100):
        progress.step()
    progress.finish()

    assert pipe.getvalue().count("\n") == 1
    assert "\r" not in pipe.getvalue()


def test_a_duration_reads_as_minutes_and_seconds() -> None:
    assert [clock_time(seconds) for seconds in (0, 59.6, 3_661)] == ["0:00", "1:00", "61:01"]
