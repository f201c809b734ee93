"""What the board does while somebody reads, types and votes."""

import statistics
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import ask_field, open_tab, question
from tests.browser.people import Meeting
from tests.browser.windows import Windows

pytestmark = pytest.mark.browser

NOTE_ARRIVALS = """
(selector) => {
  window.arrivals = [];
  const seen = new Set();
  new MutationObserver(() => {
    for (const words of document.querySelectorAll(selector)) {
      if (seen.has(words.textContent)) continue;
      seen.add(words.textContent);
      window.arrivals.push([words.textContent, Date.now()]);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
"""


def order(page: Page) -> list[str]:
    """Return the docket numbers on the board, in the order shown."""
    return page.locator("article.question [data-field=number]").all_inner_texts()


def test_similar_questions_show_while_typing_and_can_be_upvoted_there(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.published("When will the Hamburg laboratory be closed?", votes=2)
    meeting.published("Why did the bonus shrink?")
    author = windows.open(f"/j/{meeting.code}")
    ask_field(author).press_sequentially("When is the Hamburg laboratory closed")
    similar = author.get_by_role("region", name="Already asked?")
    expect(similar).to_contain_text("When will the Hamburg laboratory be closed?")
    expect(similar).not_to_contain_text("bonus")
    similar.get_by_role("button", name="Upvote question 1").click()
    expect(similar.get_by_role("button", name="Upvote question 1, 3 votes")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(question(author, 1).locator("[data-field=votes]")).to_have_text("3")


def test_the_list_does_not_move_while_a_vote_button_has_the_focus(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.published("Which supplier built the old scanner?", votes=2)
    meeting.published("Who pays for the new scanner?", votes=1)
    reader = windows.open(f"/j/{meeting.code}")
    expect(question(reader, 2)).to_be_visible()
    question(reader, 1).get_by_role("button", name="Upvote").focus()
    meeting.vote(2, 4)
    expect(question(reader, 2).locator("[data-field=votes]")).to_have_text("4")
    chip = reader.get_by_role("button", name="1 update")
    expect(chip).to_be_visible()
    assert order(reader) == ["#1", "#2"]
    chip.click()
    expect(chip).to_be_hidden()
    assert order(reader) == ["#2", "#1"]


def test_a_vote_shows_at_once_is_counted_once_and_can_be_taken_back(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.published("Why is the parking garage locked on Sundays?")
    voter = windows.open(f"/j/{meeting.code}")
    button = voter.get_by_role("button", name="Upvote question 1")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_have_accessible_name("Upvote question 1, 1 vote")
    voter.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert meeting.question(1)["votes"] == 1
    button.click()
    expect(button).to_have_accessible_name("Upvote question 1, 0 votes")
    expect(button).to_have_attribute("aria-pressed", "false")
    voter.reload()
    expect(button).to_have_accessible_name("Upvote question 1, 0 votes")
    expect(button).to_have_attribute("aria-pressed", "false")


@pytest.mark.soak  # a bound in seconds says nothing on a machine with other work to do
def test_a_decision_reaches_every_open_page_within_a_second(
    windows: Windows, meeting: Meeting, record_property: Callable[[str, object], None]
) -> None:
    numbers = [meeting.ask(f"What became of the promise of {year}?") for year in range(2015, 2020)]
    pages = [windows.open(f"{meeting.page}#new"), windows.open(f"/j/{meeting.code}")]
    for page in pages:
        open_tab(page, "New")
        expect(question(page, numbers[-1])).to_contain_text("Waiting")
        page.evaluate(NOTE_ARRIVALS, "[data-field=text]:not([hidden])")
    decided_at = {}
    for n in numbers:
        decided_at[n] = pages[0].evaluate("Date.now()")
        meeting.decide(n, "publish")
    delays: list[int] = []
    for page in pages:
        expect(question(page, numbers[-1])).to_contain_text("What became of the promise")
        arrivals = dict(page.evaluate("window.arrivals"))
        delays += [arrivals[meeting.question(n)["text"]] - decided_at[n] for n in numbers]
    record_property("median_ms", statistics.median(delays))
    assert statistics.median(delays) < 1000, delays
