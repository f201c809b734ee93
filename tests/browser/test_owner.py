"""An owner's first quarter of an hour: an event, its staff, and questions sent in advance."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.journeys import said
from tests.browser.people import Meeting
from tests.browser.windows import Windows, refused

pytestmark = pytest.mark.browser

BAD = "text,name,submitted_at\nWhat is a good row?,Ada,2026-11-01T09:00:00Z\n,Bob,\nWhen?,,soon\n"
GOOD = "text,name\nWho planned the move to the new building?,Ada\nMay we keep our desks?,\n"


def csv(text: str) -> FilePayload:
    return {"name": "questions.csv", "mimeType": "text/csv", "buffer": text.encode()}


def test_an_owner_makes_an_event_in_under_a_minute_and_a_moderator_signs_in(
    windows: Windows, meeting: Meeting, record_property: Callable[[str, object], None]
) -> None:
    owner = windows.sign_in(meeting.owner_link())
    owner.get_by_role("link", name="New event").click()
    expect(owner.get_by_label("Join code")).not_to_have_value("")
    steps = _Steps(owner)
    started = time.monotonic()
    steps.fill("Title", "Spring meeting in Málaga")
    steps.fill("Name of a member of staff", "Mona")
    steps.press("Create the event")
    steps.press("Open for questions")
    expect(owner.get_by_text("It is open for questions.")).to_be_visible()
    seconds = time.monotonic() - started
    record_property("seconds", round(seconds, 1))
    record_property("steps", steps.taken)
    assert seconds < 60
    assert steps.taken <= 4

    code = owner.locator("#made-code").inner_text()
    link = owner.get_by_label("One-time sign-in link").input_value()
    moderator = windows.sign_in(link)
    expect(moderator.get_by_text("Signed in as Mona")).to_be_visible()
    moderator.get_by_role("link", name="Desk of Spring meeting").click()
    expect(moderator.get_by_text("Nothing is waiting")).to_be_visible()
    assert moderator.url.endswith("/e/spring-meeting-in-malaga/desk")

    participant = windows.open("/")
    participant.get_by_label("Join code").fill(code)
    participant.keyboard.press("Enter")
    expect(participant.locator("main h1")).to_have_text("Spring meeting in Málaga")


def test_an_owner_says_who_may_take_part_when_the_event_is_made(
    windows: Windows, meeting: Meeting
) -> None:
    owner = windows.sign_in(meeting.owner_link())
    owner.goto("/new")
    owner.get_by_label("Title").fill("Council by ticket")
    expect(owner.get_by_label("Whoever signs in")).to_have_count(0)
    owner.get_by_label("Whoever was sent a ticket").check()
    owner.get_by_role("button", name="Create the event").click()
    expect(owner.get_by_text("To take part, each needs a ticket")).to_be_visible()
    owner.get_by_role("link", name="make them in the settings").click()
    expect(owner.get_by_label("Whoever was sent a ticket")).to_be_checked()
    expect(owner.get_by_label("File of recipients")).to_be_visible()


def test_a_sign_in_link_works_once(windows: Windows, meeting: Meeting) -> None:
    windows.expect(refused(4))
    link = meeting.link("moderator")
    windows.sign_in(link)
    second = windows.open(link)
    second.get_by_role("button", name="Sign in").click()
    expect(second.get_by_role("heading", level=1)).to_be_visible()
    expect(second.get_by_text(re.compile("new one|fresh"))).to_be_visible()
    assert not second.url.endswith("/staff")


def test_a_bad_row_of_a_csv_file_is_named_and_a_good_file_is_imported(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(refused(400))
    owner = windows.sign_in(meeting.owner_link())
    owner.goto(f"{meeting.page}/settings")
    file = owner.get_by_label("File", exact=True)
    file.set_input_files(csv(BAD))
    rows = owner.get_by_role("region", name="Rows to correct").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("3")
    expect(rows.nth(0)).to_contain_text("text")
    expect(rows.nth(1)).to_contain_text("4")
    expect(rows.nth(1)).to_contain_text("submitted_at")
    assert meeting.counts()["submitted"] == 0

    file.set_input_files(csv(GOOD))
    expect(owner.get_by_text("The file is good: 2 questions")).to_be_visible()
    expect(rows).to_have_count(0)
    owner.get_by_role("button", name="Import 2 questions").click()
    expect(said(owner)).to_have_text("#1 to #2 are imported and wait for a decision.")
    assert meeting.counts()["pending"] == 2


def test_somebody_removed_from_the_staff_loses_the_desk_at_once(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(refused(403))
    meeting.ask("Who keeps the keys of the archive?")
    desk = windows.sign_in(meeting.link("moderator", "Mona"))
    desk.goto(f"{meeting.page}/desk")
    expect(desk.locator("#in-hand")).to_contain_text("Who keeps the keys")
    owner = windows.sign_in(meeting.owner_link())
    owner.goto(f"{meeting.page}/settings")
    owner.get_by_role("button", name="Remove Mona").click()
    owner.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(said(owner)).to_have_text("Mona is no longer Moderator A.")
    expect(desk.locator("#no-desk")).to_be_visible()
    expect(desk.locator("#desk")).to_be_hidden()


def test_an_owner_sees_first_what_an_erasure_reaches_and_then_erases(
    windows: Windows, meeting: Meeting
) -> None:
    n = meeting.published("Why was Grace Hopper let go?")
    owner = windows.sign_in(meeting.owner_link())
    owner.goto(f"{meeting.page}/settings")
    owner.get_by_label("Docket number").fill("twelve")
    owner.get_by_role("button", name="See what it would erase").click()
    expect(owner.locator("#n-error")).to_contain_text("such as 12")
    owner.get_by_label("Docket number").fill(f"#{n}")
    for answer in ("Erase nothing", "Erase for good"):
        owner.get_by_role("button", name="See what it would erase").click()
        dialog = owner.get_by_role("dialog")
        expect(dialog.get_by_role("blockquote")).to_have_text("Why was Grace Hopper let go?")
        expect(dialog.locator("[data-part=erased] li").first).to_contain_text("the text")
        expect(dialog.locator("[data-part=out_of_reach]")).to_contain_text("Backups")
        assert meeting.question(n)["text"] == "Why was Grace Hopper let go?"
        dialog.get_by_role("button", name=answer).click()
    expect(said(owner)).to_have_text(f"It is erased from #{n}. The record says so.")
    shown = meeting.question(n)
    assert shown["text"] is None
    assert [each["basis"] for each in shown["hidden"]] == ["person"]


class _Steps:
    """What an owner does on a page, counted."""

    def __init__(self, page: Page) -> None:
        self.taken = 0
        self._page = page

    def fill(self, label: str, words: str) -> None:
        self.taken += 1
        self._page.get_by_label(label, exact=True).fill(words)

    def press(self, button: str) -> None:
        self.taken += 1
        self._page.get_by_role("button", name=button).click()
