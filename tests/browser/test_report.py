"""The audit report in the browser: handed on, held back, and its topics edited by the auditor."""

import csv
import io
import re
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.journeys import said
from tests.browser.people import Meeting
from tests.browser.windows import Windows, refused
from tests.report.test_topics import TEXTS

pytestmark = pytest.mark.browser


def test_an_owner_hands_the_report_on_and_holds_it_back_until_a_time(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(refused(403))
    meeting.published("Who decided to move?")
    owner = windows.sign_in(meeting.owner_link())
    owner.goto(f"{meeting.page}/settings")
    owner.get_by_label("Everyone not before").fill("2099-12-01T10:30")
    owner.locator("#report-form").get_by_role("button", name="Save").click()
    expect(said(owner)).to_contain_text("Saved.")

    reader = windows.open(f"{meeting.page}/report")
    expect(reader.locator("main")).to_contain_text(
        "The audit report is published on 2099-12-01 at 10:30 UTC."
    )
    reader.goto(f"{meeting.page}/record")
    expect(reader.locator("main")).to_contain_text(
        re.compile(r"published on 2099-12-01 at 10:30 UTC.* Entry \d+ of the log set that.")
    )

    owner.get_by_role("button", name="New share link").click()
    expect(said(owner)).to_contain_text("This link opens the report.")
    link = urlsplit(owner.get_by_label("Share link", exact=True).input_value())
    friend = windows.open(f"{link.path}?{link.query}")
    expect(friend.locator("h1")).to_have_text("Audit report, so far")
    expect(friend.locator(".report__notice")).to_contain_text("not published to everyone")
    assert "key=" not in friend.url

    owner.get_by_role("button", name="New share link").click()
    expect(owner.get_by_label("Share link", exact=True)).not_to_have_value(link.geturl())
    friend.reload()
    expect(friend.locator("main")).to_contain_text("is published on 2099-12-01 at 10:30 UTC.")

    owner.get_by_label("Everyone not before").fill("")
    with owner.expect_response("**/publication") as saved:
        owner.locator("#report-form").get_by_role("button", name="Save").click()
    assert saved.value.status == 200
    reader.goto(f"{meeting.page}/report")
    expect(reader.locator("h1")).to_have_text("Audit report, so far")
    reader.goto(f"{meeting.page}/record")
    expect(reader.locator("main")).not_to_contain_text("is published on")


def edit(auditor: Page, act: str, n: int, **more: str) -> None:
    auditor.get_by_label("What to do").select_option(act)
    auditor.get_by_label("Number of the question").fill(f"#{n}")
    for label, words in more.items():
        auditor.locator(f"#{label}").fill(words)
    # The page loads itself anew once the edit is noted; setting its hash alone is no load.
    with auditor.expect_event("load"):
        auditor.get_by_role("button", name="Change and note it").click()


def test_the_auditor_edits_topics_and_every_form_of_the_report_notes_it(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(refused(400))
    for text in TEXTS.values():
        meeting.published(text)
    # Topics are worked out once for these words, so the pages have them from now on.
    assert meeting.owner.get(f"{meeting.api}/report.json")["topics"]["status"] == "ready"
    auditor = windows.sign_in(meeting.link("auditor"))
    auditor.goto(f"{meeting.page}/report")
    expect(auditor.locator("#topics-form")).to_be_visible()
    expect(auditor.locator("#into")).to_be_hidden()
    auditor.get_by_role("button", name="Change and note it").click()
    expect(auditor.locator("#topics-form [role=alert], #n-error").first).to_be_visible()

    edit(auditor, "name", 9, label="What people earn")
    edit(auditor, "join", 1, into="9")
    edit(auditor, "move", 17, into="9")
    noted = (
        "Named the topic of #9 “What people earn”.",
        "Joined the topic of #1 to that of #9.",
        "Moved #17 to the topic of #9.",
    )
    anybody = windows.open(f"{meeting.page}/report")
    expect(anybody.locator("#topics-form")).to_have_count(0)
    for sentence in noted:
        expect(anybody.locator("main")).to_contain_text(f"Auditor A: {sentence}")
    expect(anybody.locator(".topic h3").first).to_have_text("What people earn")

    def fetch(name: str) -> bytes:
        return bytes(anybody.request.get(f"{meeting.api}/{name}").body())

    found = anybody.request.get(f"{meeting.api}/report.json").json()["topics"]["edits"]
    assert [each["what"] for each in found] == list(noted)
    rows = list(csv.DictReader(io.StringIO(fetch("report.csv").decode(), newline="")))
    assert (rows[16]["topic"], rows[16]["topic_edited"]) == ("What people earn", "yes")
    book = load_workbook(io.BytesIO(fetch("report.xlsx")))
    assert [row[2].value for row in book["Edited topics"].iter_rows(min_row=2)] == list(noted)
    pages = PdfReader(io.BytesIO(fetch("report.pdf"))).pages
    words = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    assert all(re.sub(r"\s", "", sentence) in words for sentence in noted)
