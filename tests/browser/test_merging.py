"""Merging in the browser: from the keyboard at the desk, and seen by both authors at once."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import ask, at_the_desk, open_tab, question, said
from tests.browser.people import Meeting
from tests.browser.windows import Windows, refused

pytestmark = pytest.mark.browser

FIRST = "Will the canteen in Malmö stay open after the summer?"
SECOND = "Will the canteen in Malmö still be open after summer?"


def test_a_moderator_merges_two_questions_with_three_keys_and_both_authors_are_told(
    windows: Windows, meeting: Meeting
) -> None:
    first = windows.open(f"/j/{meeting.code}")
    ask(first, FIRST)
    expect(first.locator("[data-part=done]")).to_be_visible()
    meeting.decide(1, "publish")
    second = windows.open(f"/j/{meeting.code}")
    ask(second, SECOND)
    expect(second.locator("[data-part=done]")).to_be_visible()
    meeting.vote(1, 2)

    desk = at_the_desk(windows, meeting)
    expect(desk.locator("#in-hand")).to_contain_text(SECOND)
    expect(desk.locator("#alike")).to_contain_text(FIRST)
    desk.keyboard.press("m")
    desk.keyboard.press("1")
    expect(desk.locator("#explanation")).to_have_value("Asks the same as #1.")
    desk.keyboard.press("Enter")
    expect(said(desk)).to_contain_text("#2 is merged into #1.")

    expect(said(first)).to_contain_text("It stands for #2 too.")
    expect(said(second)).to_contain_text("It was merged into #1")
    open_tab(second, "New")
    merged = question(second, 2)
    expect(merged).to_contain_text("Merged into #1 · its own words below")
    expect(merged).to_contain_text(SECOND)
    merged.get_by_role("button", name="Upvote question 2").click()
    expect(question(second, 1).locator("[data-field=votes]")).to_have_text("3")

    desk.keyboard.press("u")
    expect(desk.locator("#statement-title")).to_contain_text("Put it back as it was")
    desk.keyboard.press("Enter")
    expect(said(desk)).to_contain_text("#2 is back in the queue.")
    expect(question(second, 1).locator("[data-field=votes]")).to_have_text("2")


def test_a_merge_by_number_that_is_not_possible_says_why_in_the_form(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(refused(409))
    meeting.published("Who reads the minutes of the works council?")
    n = meeting.ask("How many people work in Tromsø by now?")
    desk = at_the_desk(windows, meeting)
    expect(desk.locator("#in-hand")).to_contain_text("Tromsø")
    desk.keyboard.press("m")
    desk.get_by_label("Number of the published question").fill(str(n))
    desk.keyboard.press("Enter")
    expect(desk.locator("#into-error")).to_contain_text("into itself")
    desk.get_by_label("Number of the published question").fill("1")
    expect(desk.locator("#merge-words")).to_contain_text("works council")
    desk.keyboard.press("Enter")
    expect(said(desk)).to_contain_text(f"#{n} is merged into #1.")
