"""A question's way, in the windows of everybody who takes part in it."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import ask, at_the_desk, open_tab, question, said
from tests.browser.people import Meeting
from tests.browser.windows import Windows, stays_the_same

pytestmark = pytest.mark.browser

WORDS = "Which teams will move to the new building, and when?"


def test_a_question_goes_from_the_join_code_to_the_public_record(
    windows: Windows, meeting: Meeting
) -> None:
    # Somebody joins with the code and asks.
    author = windows.open("/")
    author.get_by_label("Join code").fill(meeting.code.lower())
    author.get_by_role("button", name="Join").click()
    ask(author, WORDS)
    expect(author.get_by_text("A decision is due by")).to_be_visible()
    expect(author.locator("[data-field=done_number]")).to_have_text("1")

    # Everybody sees that there is a question, and not what it says.
    reader = windows.open(f"{meeting.page}#new")
    same = stays_the_same(reader)
    expect(question(reader, 1)).to_contain_text("Waiting for a decision")
    expect(question(reader, 1)).to_contain_text("Its words become public with the decision.")
    assert WORDS not in reader.content()

    # A moderator publishes it with one key.
    desk = at_the_desk(windows, meeting)
    expect(desk.locator("#in-hand")).to_contain_text(WORDS)
    desk.keyboard.press("a")
    expect(said(desk)).to_have_text("#1 is published.")
    expect(question(reader, 1)).to_contain_text(WORDS)
    expect(question(author, 1)).to_contain_text(WORDS)

    # A third person joins by the link and upvotes it.
    voter = windows.open(f"/j/{meeting.code}")
    voter.get_by_role("button", name="Upvote question 1").click()
    expect(question(reader, 1).locator("[data-field=votes]")).to_have_text("1")

    # It goes on stage, and is answered aloud.
    stage = windows.open(f"{meeting.page}/stage")
    open_tab(desk, "Published")
    desk.locator("#queue button").click()
    expect(desk.locator("#in-hand")).to_contain_text(WORDS)
    desk.keyboard.press("l")
    expect(stage.locator("[data-part=now] [data-field=text]")).to_have_text(WORDS)
    expect(stage.locator("[data-part=now] [data-field=votes]")).to_have_text("1")
    expect(stage.locator("#counters")).to_contain_text("votes unverified")
    expect(question(reader, 1)).to_contain_text("Being answered")
    desk.get_by_role("button", name="Answered aloud").click()
    expect(stage.locator("[data-part=now]")).to_be_hidden()
    open_tab(reader, "Answered")
    expect(question(reader, 1)).to_contain_text("Answered aloud")
    assert same()

    # The record holds it, and its history every step.
    reader.get_by_role("link", name="Record").click()
    expect(question(reader, 1)).to_contain_text(WORDS)
    expect(question(reader, 1)).to_contain_text("Answered")
    question(reader, 1).get_by_role("link", name="History of question 1").click()
    steps = reader.locator("main")
    for step in ("Asked", "Shown on the board", "Taken up on stage", "Answered aloud"):
        expect(steps.get_by_role("heading", name=step, exact=True)).to_be_visible()


def test_a_filtered_question_keeps_its_words_its_reason_and_its_votes(
    windows: Windows, meeting: Meeting
) -> None:
    author = windows.open(f"/j/{meeting.code}")
    ask(author, WORDS)
    expect(author.locator("[data-field=done_number]")).to_have_text("1")
    voter = windows.open(f"/j/{meeting.code}#filtered")
    expect(voter.get_by_text("Nothing was filtered out")).to_be_visible()

    # Three keys: filter, its reason, send.
    desk = at_the_desk(windows, meeting)
    expect(desk.locator("#in-hand")).to_contain_text(WORDS)
    desk.keyboard.press("f")
    desk.keyboard.press("o")
    expect(desk.get_by_label("Explanation")).not_to_have_value("")
    explanation = desk.get_by_label("Explanation").input_value()
    desk.keyboard.press("Enter")
    expect(said(desk)).to_have_text("#1 is filtered out: Not about this meeting.")

    # The author is told why.
    author.get_by_role("button", name="See it under Mine").click()
    mine = question(author, 1)
    expect(mine.locator("[data-field=mine_status]")).to_contain_text("Not about this meeting")
    expect(mine.locator("[data-part=decision]")).to_contain_text(explanation)

    # Everybody can read it, and support it.
    filtered = question(voter, 1)
    for words in (WORDS, "Not about this meeting", explanation, "Filtered by Moderator A"):
        expect(filtered).to_contain_text(words)
    filtered.get_by_role("button", name="Upvote question 1").click()
    open_tab(author, "Filtered out")
    expect(question(author, 1).locator("[data-field=votes]")).to_have_text("1")

    # The record finds it by its reason.
    voter.get_by_role("link", name="Record").click()
    voter.get_by_label("Verdict").select_option("filter")
    voter.get_by_label("Reason").select_option("off_topic")
    voter.get_by_role("button", name="Filter", exact=True).click()
    expect(question(voter, 1)).to_contain_text(explanation)
    voter.goto(f"{meeting.page}/record?verdict=publish")
    expect(question(voter, 1)).to_have_count(0)


def test_a_decision_can_be_undone_and_both_stay_on_the_record(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.ask(WORDS)
    reader = windows.open(f"{meeting.page}#filtered")
    desk = at_the_desk(windows, meeting)
    expect(desk.locator("#in-hand")).to_contain_text(WORDS)
    desk.keyboard.press("f")
    desk.keyboard.press("d")
    desk.keyboard.press("Enter")
    expect(question(reader, 1)).to_contain_text("Already asked")

    expect(desk.get_by_role("button", name="Undo #1")).to_be_visible()
    desk.keyboard.press("u")
    expect(desk.get_by_role("heading", name="#1: Put it back as it was")).to_be_visible()
    desk.keyboard.press("Enter")
    expect(said(desk)).to_have_text("#1 is back in the queue.")
    expect(question(reader, 1)).to_have_count(0)
    open_tab(reader, "New")
    expect(question(reader, 1)).to_contain_text("Waiting for a decision")

    reader.goto(f"{meeting.page}/record/1")
    for step in ("Filtered out", "Put back in the queue"):
        expect(reader.get_by_role("heading", name=step, exact=True)).to_be_visible()
    expect(reader.get_by_text("replaces decision 1")).to_be_visible()
