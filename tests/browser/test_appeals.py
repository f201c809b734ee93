"""Appeals in the browser: asked for by the author, decided by another moderator, told at once."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import ask, at_the_desk, open_tab, question, said
from tests.browser.people import Meeting
from tests.browser.windows import Windows

pytestmark = pytest.mark.browser


def asked_and_filtered(windows: Windows, meeting: Meeting) -> tuple[Page, Page]:
    """Return the author's page and the first moderator's desk, from which #1 was filtered out."""
    author = windows.open(f"/j/{meeting.code}")
    ask(author, "Who decided to sell the archive in Uppsala?")
    expect(author.locator("[data-part=done]")).to_be_visible()
    first = at_the_desk(windows, meeting)
    expect(first.locator("#in-hand")).to_contain_text("Uppsala")
    for key in ("f", "o", "Enter"):
        first.keyboard.press(key)
    expect(said(first)).to_contain_text("#1 is filtered out")
    return author, first


def test_an_author_asks_for_a_second_look_and_learns_what_another_moderator_decided(
    windows: Windows, meeting: Meeting
) -> None:
    author, first = asked_and_filtered(windows, meeting)

    open_tab(author, "Mine")
    author.get_by_role("button", name="Ask for a second look").click()
    expect(said(author)).to_contain_text("Somebody else will look at it again.")
    expect(question(author, 1)).to_contain_text("Its author asks for a second look, due by")

    open_tab(first, "Appeals")
    first.locator("#queue button").first.click()
    expect(first.locator("#acts-none")).to_contain_text("somebody else decides on it")
    second = at_the_desk(windows, meeting)
    open_tab(second, "Appeals")
    second.locator("#queue button").first.click()
    expect(second.locator("#in-hand")).to_contain_text("Uppsala")
    second.keyboard.press("a")
    expect(second.locator("#statement")).to_be_visible()
    second.keyboard.press("Enter")
    expect(said(second)).to_contain_text("#1 is published.")
    expect(said(author)).to_contain_text("Your question #1: It is on the board for everyone.")
    expect(question(author, 1)).to_contain_text("looked at it again and changed the decision")

    record = windows.open(f"{meeting.page}/record")
    expect(record.locator("#record")).to_contain_text("1 appeal: 1 decided by somebody else")
    history = windows.open(f"{meeting.page}/record/1")
    expect(history.locator("body")).to_contain_text("A second look asked for by its author")


def test_an_appeal_after_the_close_is_decided_at_the_desk_and_told_in_the_addendum(
    windows: Windows, meeting: Meeting
) -> None:
    author, first = asked_and_filtered(windows, meeting)
    meeting.move("closed")

    open_tab(author, "Mine")
    author.get_by_role("button", name="Ask for a second look").click()
    expect(question(author, 1)).to_contain_text("Its author asks for a second look, due by")
    open_tab(first, "Appeals")
    first.locator("#queue button").first.click()
    expect(first.locator("#acts-none")).to_contain_text("somebody else decides on it")
    second = at_the_desk(windows, meeting)
    open_tab(second, "Appeals")
    second.locator("#queue button").first.click()
    expect(second.locator("#in-hand")).to_contain_text("Uppsala")
    expect(second.get_by_role("button", name="Put back into the queue")).to_be_hidden()
    second.keyboard.press("a")
    expect(second.locator("#statement")).to_be_visible()
    second.keyboard.press("Enter")
    expect(said(second)).to_contain_text("#1 is published.")
    expect(question(author, 1)).to_contain_text("looked at it again and changed the decision")
    expect(author.get_by_text("Record checked").first).to_be_visible()

    addendum = windows.open(f"{meeting.page}/addendum")
    expect(addendum.locator("main")).to_contain_text(
        "Its author appealed against decision 1 on #1."
    )
    expect(addendum.locator("main")).to_contain_text("decided on the appeal: #1 is published.")
