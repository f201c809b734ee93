"""Words are hidden before everybody: proposed in one window, confirmed in another, gone in all."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import ask, at_the_desk, open_tab, question, said
from tests.browser.people import Meeting
from tests.browser.windows import Windows

pytestmark = pytest.mark.browser

WORDS = "Why does Ada Lovelace 🗳 earn more than all of us?"
SECRET = "Lovelace"
LEFT = "Why does [redacted] 🗳 earn more than [redacted]?"
WHY = "It names a private person and what they earn."

SELECT = """(words) => {
  const node = document.querySelector("#in-hand [data-field=text]").firstChild;
  const range = document.createRange();
  range.setStart(node, node.data.indexOf(words));
  range.setEnd(node, node.data.indexOf(words) + words.length);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""

# In one task of the page: nothing has told it of the selection when it is asked for.
SELECT_AND_MARK = f"""(words) => {{
  ({SELECT})(words);
  document.querySelector("#redaction [data-action=mark]").click();
}}"""


def wait_until_checked(page: Page) -> None:
    """Wait until the page has checked the record and found nothing wrong."""
    expect(page.locator("#mark[data-state=checked]")).to_be_visible()


def test_words_that_two_people_hide_are_gone_from_every_open_page(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.published(WORDS, votes=2)
    reader = windows.open(meeting.page)
    record = windows.open(f"{meeting.page}/record")
    for page in (reader, record):
        expect(question(page, 1)).to_contain_text(WORDS)
    first, second = at_the_desk(windows, meeting), at_the_desk(windows, meeting)
    for desk in (first, second):
        open_tab(desk, "Published")
        expect(desk.locator("#in-hand")).to_contain_text(WORDS)

    first.evaluate(SELECT, "Ada Lovelace")
    first.keyboard.press("r")
    expect(first.get_by_role("button", name="Mark what is selected")).to_be_visible()
    first.evaluate(SELECT_AND_MARK, "all of us")
    expect(first.locator("#redaction-left del")).to_have_text(["Ada Lovelace", "all of us"])
    first.get_by_role("radio", name="Personal data").check()
    first.get_by_role("textbox", name="Reason that everybody will read").fill(WHY)
    first.get_by_role("button", name="Propose").click()
    expect(said(first)).to_have_text("Proposed. Somebody else has to confirm it.")
    expect(first.locator("#proposed")).to_contain_text("Take it back")
    expect(first.get_by_role("button", name="Confirm and hide")).to_be_hidden()
    expect(question(reader, 1)).to_contain_text(WORDS)

    expect(second.get_by_role("button", name="1 redaction to confirm")).to_be_visible()
    second.keyboard.press("d")
    expect(second.locator("#proposed-left del")).to_have_text(["Ada Lovelace", "all of us"])
    second.keyboard.press("c")
    expect(said(second)).to_have_text("The words of #1 are hidden, and the record says so.")
    for page in (reader, record, first, second):
        expect(page.locator("article[data-n='1']")).to_contain_text(LEFT)
        expect(page.locator("article[data-n='1']")).to_contain_text(WHY)
        assert SECRET not in page.content()
    expect(second.locator("#proposals")).to_be_hidden()
    expect(question(record, 1)).to_contain_text("Words redacted in part: personal data.")
    expect(question(record, 1)).to_contain_text("Moderator A and Moderator B")
    for page in (windows.open(f"{meeting.page}/record"), windows.open(f"{meeting.page}/record/1")):
        wait_until_checked(page)
        assert SECRET not in page.content()


def test_an_author_sees_where_the_words_are_and_erases_them(
    windows: Windows, meeting: Meeting
) -> None:
    author, reader = windows.open(f"/j/{meeting.code}"), windows.open(meeting.page)
    ask(author, WORDS)
    expect(author.locator("[data-part=done]")).to_be_visible()
    meeting.decide(1, "publish")
    expect(question(reader, 1)).to_contain_text(WORDS)
    author.get_by_role("button", name="See it under Mine").click()
    question(author, 1).get_by_role("button", name="Erase my words").click()
    dialog = author.get_by_role("dialog")
    expect(dialog).to_contain_text("The author's receipt, in the browser that asked")
    expect(dialog).to_contain_text("Backups of the database")
    dialog.get_by_role("button", name="Erase them").click()
    expect(question(author, 1)).to_contain_text("Only your receipt still has them.")
    expect(question(reader, 1)).to_contain_text("Words erased: asked for by its author.")
    assert SECRET not in reader.content()
    record = windows.open(f"{meeting.page}/record")
    wait_until_checked(record)
    wait_until_checked(windows.open(meeting.page))
