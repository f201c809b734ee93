"""What people do again and again in these windows."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Meeting
from tests.browser.windows import Windows


def question(page: Page, n: int) -> Locator:
    """Return a question on a page, by its docket number."""
    return page.locator(f"article#q{n}")


def said(page: Page) -> Locator:
    """Return the place where a page says what happened."""
    return page.locator("#notice")


def open_tab(page: Page, name: str) -> None:
    """Choose one of the lists."""
    page.get_by_role("tab", name=name).click()


def ask_field(page: Page) -> Locator:
    """Return the field in which a question is written."""
    return page.get_by_role("textbox", name="Ask a question")


def ask(page: Page, text: str) -> None:
    """Write a question and send it."""
    ask_field(page).fill(text)
    page.get_by_role("button", name="Send question").click()


def at_the_desk(windows: Windows, meeting: Meeting, role: str = "moderator") -> Page:
    """Sign a new member of staff in and go to the desk, as they do."""
    desk = windows.sign_in(meeting.link(role))
    desk.get_by_role("link", name="Desk of").click()
    expect(desk.locator("#desk")).to_be_visible()
    return desk
