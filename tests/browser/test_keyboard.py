"""The board without a mouse, in both directions of writing, and without movement."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.full_house import ARABIC, LIVE, RTL
from tests.browser.full_house import CODE as HOUSE_CODE
from tests.browser.journeys import ask, ask_field, question, said
from tests.browser.people import Meeting
from tests.browser.windows import Windows

pytestmark = pytest.mark.browser

FOCUS_IS_SEEN = """
() => {
  const focused = document.activeElement;
  return [focused, focused.closest("label")].filter(Boolean).some((el) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(el);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
  });
}
"""
FOCUSED_QUESTION = "document.activeElement.closest('article')?.dataset.n"
IS_NEW_STOP = """
() => {
  const focused = document.activeElement;
  const isNew = focused !== document.body && !("stop" in focused.dataset);
  focused.dataset.stop = "";
  return isNew;
}
"""
DESCRIBE_FOCUS = "document.activeElement.outerHTML.slice(0, 120)"
TARGETS = """
() => [...document.querySelectorAll("article [data-action=vote]")]
  .filter((button) => button.checkVisibility())
  .map((button) => button.getBoundingClientRect())
  .map(({ width, height }) => Math.min(width, height))
"""


def focus_stops(page: Page, count: int) -> list[str]:
    """Press Tab so many times; return the ids or names of what gets the focus, all visibly."""
    stops = []
    for _ in range(count):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate(DESCRIBE_FOCUS)
        stops.append(page.evaluate("document.activeElement.id || document.activeElement.dataset.n"))
        if stops[-1] == "ask-text":
            break
    return stops


def test_the_keyboard_reaches_the_question_field_past_the_skip_link(
    windows: Windows, meeting: Meeting
) -> None:
    page = windows.open(f"/j/{meeting.code}")
    expect(ask_field(page)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    stops = focus_stops(page, 3)
    assert stops[-1] == "ask-text"


def test_every_stop_of_the_tab_key_on_the_board_can_be_seen(windows: Windows) -> None:
    page = windows.open(f"/j/{HOUSE_CODE}")
    expect(question(page, RTL)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    stops = 0
    while page.evaluate(IS_NEW_STOP):
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate(DESCRIBE_FOCUS)
        stops += 1
        page.keyboard.press("Tab")
    assert stops > 15


def test_arrow_keys_walk_through_the_tabs(windows: Windows) -> None:
    page = windows.open(f"/j/{HOUSE_CODE}")
    expect(question(page, RTL)).to_be_visible()
    page.get_by_role("tab", name="Popular").focus()
    walk = [("ArrowRight", "New"), ("ArrowRight", "Filtered out"), ("End", "Mine")]
    walk += [("ArrowRight", "Popular"), ("ArrowLeft", "Mine"), ("Home", "Popular")]
    for key, name in walk:
        page.keyboard.press(key)
        tab = page.get_by_role("tab", name=name)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
    selected = page.locator("[role=tab][tabindex='0'], [role=tab]:not([tabindex])")
    expect(selected).to_have_count(1)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_vote_is_cast_and_taken_back_from_the_keyboard(
    windows: Windows, meeting: Meeting, key: str
) -> None:
    meeting.published("Why is the bicycle shed so small?")
    page = windows.open(f"/j/{meeting.code}")
    button = page.get_by_role("button", name="Upvote question 1")
    button.focus()
    for pressed, count in (("true", "1 vote"), ("false", "0 votes")):
        page.keyboard.press(key)
        expect(button).to_have_attribute("aria-pressed", pressed)
        expect(button).to_have_accessible_name(f"Upvote question 1, {count}")
        expect(button).to_be_focused()


def test_the_focus_stays_on_the_same_question_when_it_moves(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.published("Which door is the main entrance?", votes=1)
    meeting.published("Which door is open at night?", votes=0)
    page = windows.open(f"/j/{meeting.code}")
    question(page, 2).get_by_role("button", name="Upvote").click()
    meeting.vote(2, 3)
    expect(page.locator("article.question").first).to_have_attribute("data-n", "2")
    assert page.evaluate(FOCUSED_QUESTION) == "2"


def test_nothing_moves_for_those_who_want_less_motion(windows: Windows, meeting: Meeting) -> None:
    meeting.published("Which door is the main entrance?", votes=1)
    meeting.published("Which door is open at night?")
    page = windows.open(meeting.page, reduced_motion="reduce")
    expect(question(page, 2)).to_be_visible()
    page.evaluate(
        """() => {
          window.animated = 0;
          const animate = Element.prototype.animate;
          Element.prototype.animate = function (...how) {
            window.animated += 1;
            return animate.apply(this, how);
          };
        }"""
    )
    meeting.vote(2, 3)
    expect(page.locator("article.question").first).to_have_attribute("data-n", "2")
    assert page.evaluate("window.animated") == 0
    slow = "document.getAnimations().filter((a) => a.effect.getTiming().duration > 1).length"
    assert page.evaluate(slow) == 0


def test_a_question_in_arabic_runs_from_right_to_left_wherever_it_stands(windows: Windows) -> None:
    page = windows.open(f"/j/{HOUSE_CODE}")
    for path in (None, "/e/full-house/record", f"/e/full-house/record/{RTL}"):
        if path:
            page.goto(path)
        words = page.get_by_text(ARABIC).first
        expect(words).to_have_css("direction", "rtl")
        expect(words).to_have_attribute("lang", "ar")
        expect(page.locator("main")).to_have_css("direction", "ltr")


def test_vote_buttons_are_large_enough_for_a_thumb(windows: Windows) -> None:
    page = windows.open(
        f"/j/{HOUSE_CODE}", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    expect(question(page, LIVE)).to_be_visible()
    targets = page.evaluate(TARGETS)
    assert len(targets) >= 4
    assert min(targets) >= 44


def test_what_happened_is_said_in_the_status_region(windows: Windows, meeting: Meeting) -> None:
    page = windows.open(f"/j/{meeting.code}")
    expect(said(page)).to_have_role("status")
    ask(page, "Is there a lift in the new building?")
    expect(said(page)).to_have_text("Your question has docket number 1.")
    ask_again = page.get_by_role("button", name="Ask another")
    ask_again.click()
    expect(ask_field(page)).to_be_focused()
    page.get_by_role("button", name="Send question").click()
    alert = page.locator("#ask-error")
    expect(alert).to_have_role("alert")
    expect(alert).to_have_text(re.compile("Write your question"))
    expect(ask_field(page)).to_have_attribute("aria-invalid", "true")
