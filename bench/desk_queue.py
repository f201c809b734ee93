"""How smooth the desk is with a long queue: ``.venv/bin/python bench/desk_queue.py [QUESTIONS]``.

Lays down a meeting with so many waiting questions (2,000 by default), serves it on loopback, opens
the desk in headless Chromium and prints, in milliseconds: until the first question is in hand; from
a key press to the next question on the screen (p50, p95, longest), for 60 presses of J, for 30 of
A, which publishes, and for 60 of J while somebody else asks and decides ten times a second; then
with the longest list that the desk shows, of 200; and the tasks over 50 ms in each. ``CPU=6`` in
the environment makes the page's processor so much slower.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from qa.config import load_config
from qa.services import events, identity, questions
from qa.services.context import build_context
from qa.store.migrate import upgrade
from tests.browser.people import Client
from tests.browser.server import Server

SLUG = "long-queue"
SUBJECTS = ("the archive", "parental leave", "the Bergen office", "on-call pay", "the new badge")

WATCH = """() => {
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.tasks.push(entry.duration);
  }).observe({ type: "longtask", buffered: true });
}"""
"""Collects tasks over 50 ms (Long Tasks API)."""

PRESS = """(key) => new Promise((done) => {
  const number = () => document.querySelector("#in-hand [data-field=number]")?.textContent;
  const before = number();
  const started = performance.now();
  const press = { key, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new KeyboardEvent("keydown", press));
  const look = () => {
    if (number() === before) requestAnimationFrame(look);
    else requestAnimationFrame(() => done(performance.now() - started));
  };
  look();
})"""
"""From a key to the frame after the one that has another question in hand."""


def lay_down(environ: dict[str, str], count: int) -> list[str]:
    """Fill a database with waiting questions; return two sign-in links of the owner."""
    config = load_config({**os.environ, **environ})
    upgrade(config.database_url)
    ctx = build_context(config)
    account = identity.create_account(ctx, "Olga Owner", may_create_events=True)
    draft = events.EventDraft(title="A long queue", slug=SLUG, join_code="LONGQUEUE")
    events.create_event(ctx, account, draft)
    owner = identity.staff_actor(ctx, SLUG, account)
    assert owner is not None
    events.move_event(ctx, SLUG, owner, "open")
    events.move_event(ctx, SLUG, owner, "live")
    asker = identity.participant(SLUG, "asker")
    for n in range(count):
        text = f"What has been decided about {SUBJECTS[n % 5]}, and who answers for part {n}?"
        draft = questions.QuestionDraft(
            text, anonymous=True, client_key=f"{n:040d}", author_tag=f"{n:064x}"
        )
        questions.submit_question(ctx, SLUG, asker, draft)
    links = [identity.link_url(ctx, identity.create_link(ctx, account)) for _ in range(2)]
    ctx.db.close()
    return links


def measure(page: Page, name: str, key: str, presses: int) -> None:
    """Press a key so many times, and print how long each took."""
    page.evaluate("window.tasks.length = 0")
    took = []
    for _ in range(presses):
        took.append(page.evaluate(PRESS, key))
        page.wait_for_timeout(120)
    tell(page, name, took)


def tell(page: Page, name: str, took: list[float]) -> None:
    took.sort()
    p95 = took[-(-95 * len(took) // 100) - 1]
    tasks = page.evaluate("window.tasks")
    print(
        f"{name:<44} p50 {median(took):6.0f}  p95 {p95:6.0f}  longest {took[-1]:6.0f} ms;"
        f" {len(tasks)} long tasks, longest {max(tasks, default=0):.0f} ms"
    )


def keep_busy(other: Client, count: int, stop: Event) -> None:
    """Decide from the far end of the queue, and ask, as somebody else would."""
    api, n = f"/api/events/{SLUG}", count
    asker = Client(other.url)
    asker.post("/api/join", {"code": "LONGQUEUE"})
    while not stop.wait(0.1):
        other.post(f"{api}/questions/{n}/decision", {"verdict": "publish", "seq": 0})
        if n % 5 == 0:
            key = f"{n:022d}"
            body = {"text": f"And what of {n}?", "anonymous": True, "client_key": key}
            asker.post(f"{api}/questions", {**body, "author_tag": "0" * 64})
        n -= 1


def show_all(page: Page) -> None:
    """Press "Show more" until the end of the queue is in the list."""
    page.evaluate("window.tasks.length = 0")
    started_s = perf_counter()
    presses = 0
    while page.locator("#more").is_visible():
        page.evaluate("document.querySelector('#more').click()")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
        presses += 1
    tell(page, "showing fifty more", [(perf_counter() - started_s) * 1000 / max(presses, 1)])


def press_keys(page: Page, other: Client, last: int, listed: str) -> None:
    """Go through the queue and decide, alone and with somebody else who does the same."""
    measure(page, f"{listed}: J", "j", 60)
    measure(page, f"{listed}: A", "a", 30)
    stop = Event()
    busy = Thread(target=keep_busy, args=(other, last, stop))
    busy.start()
    measure(page, f"{listed}: J, and somebody else is busy", "j", 60)
    stop.set()
    busy.join()


def run(folder: Path, count: int) -> None:
    """Lay down, serve, open and press."""
    server = Server(folder)
    first, second = lay_down(server.environ, count)
    server.start()
    try:
        other = Client(server.url)
        other.sign_in(second)
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-gpu"]
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=arguments
            )
            page = browser.new_context(base_url=server.url).new_page()
            page.add_init_script(f"({WATCH})()")
            page.goto(first)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/staff")
            slower = int(os.environ.get("CPU", "1"))
            page.context.new_cdp_session(page).send(
                "Emulation.setCPUThrottlingRate", {"rate": slower}
            )
            print(f"{count:,} waiting questions, processor {slower} times slower")
            opened = []
            for _ in range(3):
                started_s = perf_counter()
                page.goto(f"/e/{SLUG}/desk", wait_until="commit")
                page.locator("#in-hand [data-field=number]", has_text="#").wait_for()
                opened.append((perf_counter() - started_s) * 1000)
            tell(page, "opening the desk", opened)
            page.wait_for_timeout(2_000)
            press_keys(page, other, count, "fifty listed")
            show_all(page)
            press_keys(page, other, count - 500, "most listed")
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        run(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
