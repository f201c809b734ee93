"""A second review at the desk: the words and nothing else, and then both verdicts in public."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from tests.browser.journeys import at_the_desk
from tests.browser.people import Client, Meeting
from tests.browser.windows import Windows

pytestmark = pytest.mark.browser


def decided(make_meeting: Callable[..., Meeting], verdict: str) -> Meeting:
    """Return a meeting whose every decision is drawn for a second review, with one decision."""
    policy = {**DEFAULT_POLICY_DOCUMENT, "second_review_percent": 100}
    meeting = make_meeting("open", policy=policy)
    meeting.ask("Who decided to sell the archive in Uppsala?")
    meeting.decide(1, verdict)
    return meeting


def test_a_second_moderator_decides_blind_and_then_learns_of_the_first_verdict(
    windows: Windows, make_meeting: Callable[..., Meeting]
) -> None:
    meeting = decided(make_meeting, "filter")
    desk = at_the_desk(windows, meeting)
    expect(desk.get_by_role("button", name="1 second review")).to_be_visible()
    desk.keyboard.press("s")
    dialog = desk.locator("#second-review")
    expect(dialog).to_contain_text("Who decided to sell the archive in Uppsala?")
    for told in ("Owner", "This was answered"):
        expect(dialog).not_to_contain_text(told)
    desk.get_by_role("button", name="Log my verdict").click()
    expect(dialog).to_contain_text("Choose one of the two first.")
    dialog.get_by_text("Show it", exact=True).click()
    desk.get_by_role("button", name="Log my verdict").click()
    expect(dialog).to_contain_text("Owner came to the other verdict on #1")
    dialog.get_by_role("button", name="Back to the desk").click()
    board = windows.open(f"{meeting.page}/record")
    expect(board.locator("#q1")).to_contain_text(
        "Moderator A looked at it without being shown the decision, and would have shown it."
    )
    expect(board.locator("#mark[data-state=checked]")).to_be_visible()


def test_words_of_a_review_that_are_hidden_leave_an_open_board(
    windows: Windows, make_meeting: Callable[..., Meeting]
) -> None:
    meeting = decided(make_meeting, "publish")
    moderator = Client(meeting.owner.url)
    moderator.sign_in(meeting.link("moderator"))
    one = f"{meeting.api}/questions/1"
    said = {"reason": "off_topic", "explanation": "It is about Ada Lovelace."}
    moderator.post(f"{one}/second-review", {"seq": 1, "verdict": "filter", **said})
    board = windows.open(meeting.page)
    reviews = board.locator("article.question [data-part=reviews]")
    expect(reviews).to_contain_text("It is about Ada Lovelace.")
    why = {"basis": "personal_data", "explanation": "A private person is named."}
    seen = {"text_version": 1, "seen": 0}
    meeting.owner.post(f"{one}/redactions", {"what": "review", "seq": 1, **why, **seen})
    (proposal,) = moderator.get(f"{meeting.api}/desk")["proposals"]
    moderator.post(f"{one}/redactions/{proposal['id']}/confirm")
    expect(reviews).not_to_contain_text("Ada Lovelace")
    expect(reviews).to_contain_text("would have declined it")
    moderator.close()
