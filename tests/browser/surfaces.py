"""Every page of the product, in every state in which it looks different."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, StorageState, expect

from tests.browser.full_house import (
    ANSWERED,
    CLOSED_SLUG,
    FILTERED,
    LIVE,
    OVERDUE,
    SLUG,
    TEXTS,
    WAITING,
    WITHDRAWN,
    WRITTEN,
)
from tests.browser.journeys import ask_field

MINE = (LIVE, FILTERED, WAITING, WITHDRAWN)
LINK = "a fresh sign-in link"
Act = Callable[[Page], Any]


@dataclass(frozen=True)
class Surface:
    """A page as somebody has it before their eyes. ``ready`` is there when it is complete."""

    name: str
    path: str
    ready: str
    who: str = "anyone"
    act: Act | None = None

    def show(self, page: Page, link: str) -> None:
        """Go there and wait until it is complete."""
        page.goto(link if self.path == LINK else self.path)
        expect(page.locator(self.ready).first).to_be_visible()
        expect(page.locator("#mark[data-state=checking]:visible")).to_have_count(0)
        if self.act is not None:
            self.act(page)


def _board(tab: str, n: int, name: str = "", act: Act | None = None) -> Surface:
    path, ready = f"/e/{SLUG}#{tab}", f"article#q{n}"
    return Surface(name or f"board-{tab}", path, ready, who="participant", act=act)


def _type(page: Page) -> None:
    ask_field(page).fill("Why did you stop the plan for the new building?")
    expect(page.get_by_role("region", name="Already asked?")).to_contain_text("#1")


def _withdraw(page: Page) -> None:
    page.locator(f"#q{WAITING}").get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _filter(page: Page) -> None:
    page.keyboard.press("f")
    page.keyboard.press("o")
    expect(page.get_by_label("Explanation")).to_be_focused()


def _take_published(page: Page) -> None:
    page.get_by_role("tab", name="Published").click()
    page.locator("#queue").get_by_text(TEXTS[LIVE]).click()
    expect(page.get_by_role("button", name="Live")).to_be_visible()


def _write_answer(page: Page) -> None:
    _take_published(page)
    page.get_by_role("button", name="Write an answer").click()
    expect(page.locator("#answer-form")).to_be_visible()


def _help(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def _complain(page: Page) -> None:
    page.get_by_role("button", name="Create the event").click()
    expect(page.locator("#title-error")).not_to_be_empty()


SURFACES = [
    Surface("join", "/", "#join-form"),
    Surface("sign-in", LINK, "#sign-in"),
    Surface("sign-in-ways", "/sign-in", "#password-form"),
    Surface("account", "/account", "#password-form", who="owner"),
    Surface("ticket", f"/e/{SLUG}/ticket", "#ticket-form"),
    Surface("signed-out", "/staff", "#signed-out"),
    Surface("error", "/e/no-such-meeting", "h1"),
    Surface("board-to-join", f"/e/{SLUG}", "[data-part=join]"),
    _board("popular", LIVE, act=_type),
    _board("new", OVERDUE),
    _board("filtered", FILTERED),
    _board("answered", ANSWERED),
    _board("mine", WITHDRAWN),
    _board("mine", WAITING, name="board-withdraw", act=_withdraw),
    Surface("board-closed", f"/e/{CLOSED_SLUG}#new", "#q3"),
    Surface("record", f"/e/{SLUG}/record", "#q10"),
    Surface("record-closed", f"/e/{CLOSED_SLUG}/record?verdict=none", "#q3"),
    Surface("report", f"/e/{SLUG}/report", "#summary"),
    Surface("history-filtered", f"/e/{SLUG}/record/{FILTERED}", "main h1"),
    Surface("history-answered", f"/e/{SLUG}/record/{WRITTEN}", "main h1"),
    Surface("policy", f"/e/{SLUG}/policy", "#reasons-title"),
    Surface("policy-edit", f"/e/{SLUG}/policy/edit", "#rules > li", who="owner"),
    Surface("stage", f"/e/{SLUG}/stage", "[data-part=now]"),
    Surface("stage-closed", f"/e/{CLOSED_SLUG}/stage", "[data-part=closed]"),
    Surface("staff", "/staff", "#events", who="owner"),
    Surface("trend", "/trend", "main table", who="owner"),
    Surface("new", "/new", "#new-event", who="owner", act=_complain),
    Surface("settings", f"/e/{SLUG}/settings", ".member", who="owner"),
    Surface("desk", f"/e/{SLUG}/desk", "#desk", who="owner"),
    Surface("desk-filter", f"/e/{SLUG}/desk", "#desk", who="owner", act=_filter),
    Surface("desk-published", f"/e/{SLUG}/desk", "#desk", who="owner", act=_take_published),
    Surface("desk-answer", f"/e/{SLUG}/desk", "#desk", who="owner", act=_write_answer),
    Surface("desk-help", f"/e/{SLUG}/desk", "#desk", who="owner", act=_help),
]


def with_receipts(state: StorageState, url: str, receipts: str) -> StorageState:
    """Return a participant's storage in which some of the questions are theirs."""
    kept = [receipt for receipt in json.loads(receipts) if receipt["n"] in MINE]
    item = {"name": f"fair-hearing/receipts/{SLUG}", "value": json.dumps(kept)}
    return {**state, "origins": [{"origin": url, "localStorage": [item]}]}
