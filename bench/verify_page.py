"""What it costs a page to verify a meeting of 2,000 questions, in real Chromium.

    .venv/bin/python -m bench.verify_page [QUESTIONS]

One import, decisions on nine of ten questions, then a server of its own and two pages: the board
and the record. Chromium can slow a page's thread four times, but not its workers' (the same loop
takes as long in the worker before and after). So what is measured is the CPU time of the worker's
thread for one whole check, everything read anew, and it counts four times. The page's thread is
slowed while it is scrolled; tasks over 50 ms are by the clock, as the browser reports them
("longtask"), so a busy machine makes more and longer ones. Beside them stand those of the same
scrolling, for as long, without a check.
"""

import os
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import gevent
from playwright.sync_api import sync_playwright

from qa.config import load_config
from qa.domain.question import Role
from qa.services import decisions, events, identity, imports, staff
from qa.services.context import Actor, build_context
from qa.services.events import EventDraft
from qa.store import migrate
from tests.browser.server import Server

SLUG, RATE, RUNS = "full-house", 4, 3
WATCH = """
const Real = Worker;
window.checks = [];
window.Worker = class extends Real {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      const check = window.checks.find(({ id }) => id === data.id);
      if (!check) return;
      Object.assign(check, { ms: performance.now() - check.at, state: data.answer?.state });
    });
  }
  postMessage(message, ...more) {
    const { id, question } = message;
    if (question?.kind === "check") window.checks.push({ id, at: performance.now() });
    super.postMessage(message, ...more);
  }
};
window.tasks = [];
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) {
    window.tasks.push({ at: startTime, ms: duration });
  }
}).observe({ type: "longtask" });
"""
LOOP = """() => {
  const at = performance.now();
  let sum = 0;
  for (let step = 0; step < 2e7; step += 1) sum = (sum * 31 + step) | 0;
  return performance.now() - at + (sum === 1 ? 1 : 0);
}"""


def hold_meeting(data_dir, environ, count):
    """Import the questions, and decide on nine of ten."""
    migrate.upgrade(f"sqlite:///{data_dir / 'fair-hearing.sqlite3'}")
    ctx = build_context(load_config({**os.environ, **environ}))
    account = identity.create_account(ctx, "Olga Owner", may_create_events=True)
    events.create_event(ctx, account, EventDraft(title="All hands", slug=SLUG))
    owner = identity.staff_actor(ctx, SLUG, account)
    added = staff.add_staff(ctx, SLUG, owner, "Mona Moderator", Role.MODERATOR)
    moderator = Actor(Role.MODERATOR, str(added["pseudonym"]), int(str(added["id"])))
    events.move_event(ctx, SLUG, owner, "open")
    lines = ["text", *(f"What happens to building {n} and who decides?" for n in range(count))]
    imports.import_questions(ctx, SLUG, owner, "\n".join(lines).encode(), dry_run=False)

    def decide(n):
        words = {"reason": None, "explanation": None}
        if n % 4 == 0:
            words = {"reason": "off_topic", "explanation": "This is for the next meeting."}
        verdict = "filter" if n % 4 == 0 else "publish"
        decisions.decide(ctx, SLUG, moderator, n, verdict=verdict, seq=0, **words)

    decided = [n for n in range(1, count + 1) if n % 10]
    for start in range(0, len(decided), 200):
        batch = [gevent.spawn(decide, n) for n in decided[start : start + 200]]
        gevent.joinall(batch, raise_error=True)
    ctx.db.close()


def worker_cpu_ms():
    """Return the CPU time of the worker threads of the browsers that this process started."""
    total_ns = 0
    for comm in Path("/proc").glob("[0-9]*/task/[0-9]*/comm"):
        try:
            if not comm.read_text().startswith("DedicatedWorker") or not is_ours(comm.parts[2]):
                continue
            total_ns += int((comm.parent / "schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total_ns / 1e6


def is_ours(pid):
    while pid not in ("0", str(os.getpid())):
        status = Path("/proc", pid, "status").read_text()
        pid = re.search(r"PPid:\t(\d+)", status)[1]
    return pid != "0"


def measure(page):
    """Return the CPU milliseconds of each check, and the tasks over 50 ms with and without one."""
    costs_ms, tasks_ms, others_ms = [], [], []
    for _ in range(RUNS):
        page.evaluate("window.checks.length = window.tasks.length = 0")
        before_ms = worker_cpu_ms()
        page.locator("#verify [data-action=check]").evaluate("(button) => button.click()")
        while not page.evaluate("window.checks.some(({ ms }) => ms !== undefined)"):
            page.mouse.wheel(0, 300)
            page.wait_for_timeout(50)
        costs_ms.append(worker_cpu_ms() - before_ms)
        (check,) = page.evaluate("window.checks")
        assert check["state"] == "checked", check
        end = check["at"] + check["ms"]
        page.wait_for_timeout(500)
        tasks = page.evaluate("window.tasks")
        tasks_ms += [task["ms"] for task in tasks if check["at"] < task["at"] + task["ms"] < end]
        page.evaluate("window.tasks.length = 0")
        over = page.evaluate("performance.now()") + check["ms"]
        while page.evaluate("performance.now()") < over:
            page.mouse.wheel(0, -300)
            page.wait_for_timeout(50)
        others_ms += [task["ms"] for task in page.evaluate("window.tasks")]
    return costs_ms, tasks_ms, others_ms


def run(server):
    arguments = ["--no-sandbox", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=arguments
        )
        for path in (f"/e/{SLUG}", f"/e/{SLUG}/record"):
            page = browser.new_page(base_url=server.url, viewport={"width": 390, "height": 800})
            page.add_init_script(WATCH)
            page.goto(path)
            page.locator("#mark[data-state=checked]").wait_for(timeout=120_000)
            (worker,) = page.workers
            plain_ms = min(worker.evaluate(LOOP) for _ in range(3))
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": RATE})
            slowed = min(worker.evaluate(LOOP) for _ in range(3)) / plain_ms
            costs_ms, tasks_ms, others_ms = measure(page)
            print(
                f"{path}: a check costs the worker {min(costs_ms):.0f} to {max(costs_ms):.0f} ms of"
                f" CPU, {RATE} times that is {RATE * min(costs_ms):.0f} to"
                f" {RATE * max(costs_ms):.0f} ms; {len(tasks_ms)} tasks of the slowed page over 50"
                f" ms, the longest {max(tasks_ms, default=0):.0f} ms; without a check"
                f" {len(others_ms)}, the longest {max(others_ms, default=0):.0f} ms"
                f" (worker slowed {slowed:.1f} times by Chromium {browser.version})",
                flush=True,
            )
            page.close()
        browser.close()


def main(count):
    with TemporaryDirectory() as folder:
        server = Server(Path(folder))
        hold_meeting(Path(folder), server.environ, count)
        print(f"{count:,} questions are there", flush=True)
        server.start()
        try:
            run(server)
        finally:
            server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
