"""Takes a picture of every surface of the demo: ``python -m tests.browser.screenshots DIR``.

Each surface is taken at the width of a phone and of a laptop, light and dark. The demo is made anew
in a folder of its own, so the pictures show the same meeting every time.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from qa.config import load_config
from qa.demo.seed import DemoLinks, seed_demo
from qa.services.context import build_context
from qa.store.migrate import upgrade
from tests.browser.axe import STAND_STILL
from tests.browser.server import Server

SIZES: dict[str, ViewportSize] = {
    "390": {"width": 390, "height": 844},
    "1280": {"width": 1280, "height": 800},
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PUBLIC_URL = "http://ask.halden.example"
"""What the pictures show as the meeting's address."""

FILTERED = 12


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--only", default="", help="take only surfaces whose name has this in it")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        server = Server(Path(data))
        server.environ["QA_PUBLIC_URL"] = PUBLIC_URL
        demo = _seed(server)
        server.start()
        try:
            _take_all(server, demo, chosen.folder, chosen.only)
        finally:
            server.stop()


def _seed(server: Server) -> DemoLinks:
    config = load_config({**os.environ, **server.environ})
    upgrade(config.database_url)
    ctx = build_context(config)
    try:
        return seed_demo(ctx)
    finally:
        ctx.db.close()


def _take_all(server: Server, demo: DemoLinks, folder: Path, only: str) -> None:
    program = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        people = {
            "participant": _person(browser, server, f"/j/{demo.join_code}"),
            "moderator": _person(browser, server, demo.links["moderator"]),
            "owner": _person(browser, server, demo.links["owner"]),
        }
        for name, (who, path) in _surfaces(demo).items():
            if only in name:
                _take(people[who], f"{server.url}{path}", folder, name)
        browser.close()


def _surfaces(demo: DemoLinks) -> Mapping[str, tuple[str, str]]:
    """Return who looks at what, by the name of the picture."""
    event = f"/e/{demo.slug}"
    return {
        "join": ("participant", "/"),
        "board": ("participant", event),
        "board-new": ("participant", f"{event}#new"),
        "board-filtered": ("participant", f"{event}#filtered"),
        "board-answered": ("participant", f"{event}#answered"),
        "stage": ("participant", f"{event}/stage"),
        "record": ("participant", f"{event}/record"),
        "record-filtered": ("participant", f"{event}/record?verdict=filter"),
        "report": ("participant", f"{event}/report"),
        "report-fairness": ("participant", f"{event}/report#wanted"),
        "history": ("participant", f"{event}/record/{FILTERED}"),
        "policy": ("participant", f"{event}/policy"),
        "policy-edit": ("owner", f"{event}/policy/edit"),
        "desk": ("moderator", f"{event}/desk"),
        "desk-filter": ("moderator", f"{event}/desk"),
        "staff": ("owner", "/staff"),
        "trend": ("owner", "/trend"),
        "new": ("owner", "/new"),
        "settings": ("owner", f"{event}/settings"),
    }


def _person(browser: Browser, server: Server, door: str) -> BrowserContext:
    """Return a browser that has joined or signed in."""
    context = browser.new_context(
        base_url=server.url,
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
        device_scale_factor=2,
    )
    page = context.new_page()
    page.goto(door.removeprefix(PUBLIC_URL))
    if "/s/" in door:
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/staff")
    page.close()
    return context


def _take(context: BrowserContext, url: str, folder: Path, name: str) -> None:
    page = context.new_page()
    for width, size in SIZES.items():
        page.set_viewport_size(size)
        page.goto("about:blank")  # so that a change after the # loads the page, too
        page.goto(url)
        _wait(page, name)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.evaluate(STAND_STILL)
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
    page.close()


def _wait(page: Page, name: str) -> None:
    """Wait until everything is there that the picture shows."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    if name.startswith("board"):
        expect(page.locator("article.question").first).to_be_visible()
    if name == "desk-filter":
        if page.get_by_role("button", name="Back to the queue").is_hidden():
            page.locator("#queue button").first.click()
        page.keyboard.press("f")
        page.keyboard.press("o")
        expect(page.get_by_label("Explanation")).to_be_visible()


if __name__ == "__main__":
    main()
