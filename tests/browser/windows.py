"""Browser windows of several people, and what none of them may ever complain about."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});
"""
PATIENCE_MS = 30_000
ALARM = "#mark[data-state=alarm]"
NO_ANSWER = r"net::ERR_|WebSocket connection to|The worker stopped"
"""What is said of a connection that breaks: by Chromium, and by the check of the record."""


def refused(status: int) -> str:
    """Return what Chromium says by itself of an answer that is a refusal."""
    return rf"Failed to load resource: .*{status}"


@dataclass
class Windows:
    """Opens a window for each person, and collects what goes wrong in any of them."""

    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, path: str | None = None, **options: Any) -> Page:
        """Open a window with cookies and storage of its own."""
        page = self.person(**options).new_page()
        if path is not None:
            page.goto(path)
        return page

    def person(self, **options: Any) -> BrowserContext:
        """Return a browser of its own, that its pages can share."""
        chosen = {"locale": "en-GB", "timezone_id": "UTC", **options}
        context = self.browser.new_context(base_url=self.url, **chosen)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(TELL_VIOLATIONS)
        context.on("page", self._watch)
        self.contexts.append(context)
        return context

    def sign_in(self, link: str, **options: Any) -> Page:
        """Open a window of a member of staff, and sign in as they do."""
        page = self.open(link, **options)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/staff")
        return page

    def expect(self, *patterns: str) -> None:
        """Accept complaints of these forms, because the test provokes them."""
        self.expected.extend(patterns)

    def unexpected(self) -> list[str]:
        """Return the complaints that nobody provoked."""
        accepted = re.compile("|".join(self.expected) or r"(?!)")
        return [complaint for complaint in self.complaints if not accepted.search(complaint)]

    def close(self) -> None:
        """Close every window; a record that was found wrong is a complaint, too."""
        for context in self.contexts:
            for page in context.pages:
                if page.locator(ALARM).count():
                    self.complaints.append(f"alarm: {page.locator('#alarm').inner_text()}")
            context.close()

    def _watch(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("request", self._requested)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "blob:")):
            self.complaints.append(f"asked another host: {request.url}")


def stays_the_same(page: Page) -> Callable[[], bool]:
    """Mark a page; the answer says later whether it is still the same, without a reload."""
    page.evaluate("window.sameAsBefore = true")
    return lambda: page.evaluate("window.sameAsBefore === true")
