"""The report of 5,000 questions from a cold server, while another meeting is live on it."""

import threading
import time
from pathlib import Path
from typing import Self

import pytest
import requests

from tests.live.big_meeting import hold_big_meeting
from tests.live.meeting import LiveMeeting, open_meeting, question, sign_in_owner
from tests.live.server import Running, running
from tests.services.meeting import SLUG

QUESTIONS = 5_000
PAGE_S, PDF_S, NOTICE_P95_S = 1.5, 10.0, 0.25


class Watcher:
    """A page of the live meeting, and how long its notices take while it is asked questions."""

    def __init__(self, meeting: LiveMeeting) -> None:
        self.waited_s: list[float] = []
        self._watching = meeting.page(meeting.participant())
        self._asking = meeting.page(meeting.participant())
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            seen = len(self._watching.named("board"))
            started_s = time.monotonic()
            self._asking.call("ask", question(f"How soon, at {started_s:.3f}?"))
            while len(self._watching.named("board")) == seen:
                time.sleep(0.001)
            self.waited_s.append(time.monotonic() - started_s)

    @property
    def p95_s(self) -> float:
        ordered = sorted(self.waited_s)
        return ordered[int(0.95 * (len(ordered) - 1))]


def fetch(server: Running, path: str) -> tuple[float, bytes]:
    """Return how long a request took to its last byte, and what came."""
    started_s = time.monotonic()
    answer = requests.get(server.base + path, timeout=120)
    took_s = time.monotonic() - started_s
    assert answer.status_code == 200, answer.text
    return took_s, answer.content


@pytest.mark.soak
def test_the_report_of_5000_questions_comes_soon_and_a_live_meeting_does_not_notice(
    tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "big.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    hold_big_meeting(tmp_path, f"sqlite:///{database}", QUESTIONS)
    with running(tmp_path, f"sqlite:///{database}") as server:
        meeting = open_meeting(server, sign_in_owner(server), "small-meeting")
        try:
            with Watcher(meeting) as watcher:
                time.sleep(1)
                quiet_s = watcher.p95_s
                watcher.waited_s.clear()
                page_s, page = fetch(server, f"/e/{SLUG}/report")
                pdf_s, _ = fetch(server, f"/api/events/{SLUG}/report.pdf")
        finally:
            meeting.close()
    with capsys.disabled():
        print(
            f"\n{QUESTIONS:,} questions: page of {len(page):,} bytes in {page_s:.2f} s, PDF in"
            f" {pdf_s:.2f} s; notices p95 {1000 * watcher.p95_s:.0f} ms meanwhile"
            f" ({len(watcher.waited_s)} of them), {1000 * quiet_s:.0f} ms before"
        )
    assert b'id="q5000"' in page
    assert page_s < PAGE_S
    assert pdf_s < PDF_S
    assert watcher.p95_s < NOTICE_P95_S
