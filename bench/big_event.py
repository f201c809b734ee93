"""Whether pages stay usable in an event of 20,000 questions, in real Chromium.

    CPU=4 .venv/bin/python -m bench.big_event [QUESTIONS]

Half of the questions are published, the others wait. Printed in milliseconds, beside the same page
of an event of 100 questions on the same server: until the first question can be read; until an
upvote is on the page; until somebody else's vote is; a letter typed into the ask box; the record
until it says that it was checked; the report; the desk until a question is in hand, and from one
question to the next; and the tasks over 50 ms in each. ``CPU=4`` makes the page's processor so much
slower.
"""

import os
import shutil
import sys
from statistics import median
from time import perf_counter

from playwright.sync_api import sync_playwright

from bench.desk_queue import PRESS, WATCH
from bench.hall import OWNER, Hall
from qa.domain.question import Role
from qa.services import staff
from tests.browser.people import Client

FEW, ROUNDS = 100, 5
FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def hold(count):
    hall = Hall("big_event")
    hall.open_event("small", FEW, published=FEW // 2)
    hall.open_event("large", count, published=count // 2)
    with hall.services() as ctx:
        added = [
            staff.add_staff(ctx, slug, OWNER, "Mona", Role.MODERATOR) for slug in ("small", "large")
        ]
    return hall, [each["link"] for each in added]


class Watched:
    """A page whose acts are timed, and whose tasks over 50 ms are counted."""

    def __init__(self, browser, hall, slug):
        self.slug, self.url = slug, hall.origin
        self.page = browser.new_context(base_url=hall.origin).new_page()
        self.page.add_init_script(f"({WATCH})()")
        rate = int(os.environ.get("CPU", "1"))
        session = self.page.context.new_cdp_session(self.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": rate})

    def timed(self, what, act, rounds=ROUNDS):
        took, tasks = [], []
        for number in range(rounds):
            if self.page.url != "about:blank":
                self.page.evaluate("window.tasks.length = 0")
            started_s = perf_counter()
            act(number)
            took.append((perf_counter() - started_s) * 1e3)
            self.page.wait_for_timeout(1_000)
            tasks += self.page.evaluate("window.tasks")
        print(
            f"{self.slug:<6} {what:<34} median {median(took):7.0f} ms; tasks over 50 ms:"
            f" {len(tasks) / rounds:4.1f} each time, the longest {max(tasks, default=0):.0f} ms",
            flush=True,
        )

    def open(self, _):
        self.page.goto(f"/e/{self.slug}", wait_until="commit")
        self.page.locator("article").first.wait_for(timeout=120_000)

    def upvote(self, number):
        button = self.page.get_by_role("button", name="Upvote").nth(number)
        button.click()
        self._wait("(button) => button.getAttribute('aria-pressed') === 'true'", button)

    def hear_of(self, other, number):
        field = self.page.locator("#popular, main").locator("[data-field=votes]").nth(ROUNDS)
        before = field.inner_text()
        n = field.locator("xpath=ancestor::article").get_attribute("data-n")
        other.send("DELETE" if number % 2 else "PUT", f"/api/events/{self.slug}/questions/{n}/vote")
        self._wait(f"(field) => field.textContent !== '{before}'", field)

    def type(self, _):
        self.page.get_by_label("Your question").press_sequentially("w")
        self.page.evaluate(FRAME)

    def go(self, page, ready):
        self.page.goto(f"/e/{self.slug}/{page}", wait_until="commit")
        self.page.locator(ready).first.wait_for(timeout=120_000)

    def press_j(self, _):
        self.page.evaluate(PRESS, "j")

    def _wait(self, until, element):
        self.page.wait_for_function(until, arg=element.element_handle())


def watch_public_pages(watched):
    other = Client(watched.url)
    other.post(f"/api/events/{watched.slug}/join")
    watched.timed("the board, until it can be read", watched.open, 3)
    watched.page.wait_for_timeout(3_000)
    watched.timed("an upvote", watched.upvote)
    watched.timed("a letter typed", watched.type)
    watched.timed("somebody else's vote", lambda number: watched.hear_of(other, number))
    checked = "#mark[data-state=checked]"
    watched.timed("the record, until it is checked", lambda _: watched.go("record", checked), 3)
    watched.timed("the report", lambda _: watched.go("report", "footer"), 3)


def watch_desk(watched, link):
    watched.page.goto(link)
    watched.page.get_by_role("button", name="Sign in").click()
    watched.page.wait_for_url("**/staff")
    hand = "#in-hand [data-field=number]:has-text('#')"
    watched.timed("the desk, until it can be used", lambda _: watched.go("desk", hand), 3)
    watched.page.wait_for_timeout(3_000)
    watched.timed("J, to the next question", watched.press_j)


def run(count):
    hall, links = hold(count)
    with hall.served(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for slug, link in zip(("small", "large"), links, strict=True):
            watch_public_pages(Watched(browser, hall, slug))
            watch_desk(Watched(browser, hall, slug), link)
        browser.close()


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
