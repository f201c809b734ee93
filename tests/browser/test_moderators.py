"""The desk with more than one person at work, and what happens after the decision."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.journeys import ask, at_the_desk, open_tab, question, said
from tests.browser.people import Meeting
from tests.browser.windows import Windows, refused

pytestmark = pytest.mark.browser

WORDS = "Will the canteen stay open when the second shift ends?"


def test_of_two_moderators_who_send_at_once_the_second_is_told_calmly_how_it_stands(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(refused(409))
    meeting.ask(WORDS)
    desk = at_the_desk(windows, meeting)
    expect(desk.locator("#in-hand")).to_contain_text(WORDS)

    def be_first(route: Route) -> None:
        meeting.decide(1, "filter", reason="duplicate")
        route.continue_()

    desk.route("**/questions/1/decision", be_first)
    desk.keyboard.press("a")
    expect(said(desk)).to_have_text("Owner already filtered #1: Already asked.")
    expect(desk.get_by_text("Nothing is waiting")).to_be_visible()
    open_tab(desk, "Filtered")
    expect(desk.locator("#queue")).to_contain_text(WORDS)
    assert meeting.question(1)["decision_count"] == 1


def test_a_moderator_who_is_writing_sees_that_somebody_else_decided_meanwhile(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.ask(WORDS)
    first, second = at_the_desk(windows, meeting), at_the_desk(windows, meeting)
    for desk in (first, second):
        expect(desk.locator("#in-hand")).to_contain_text(WORDS)
    second.keyboard.press("f")
    expect(second.get_by_role("heading", name="Why is it filtered out?")).to_be_visible()
    expect(first.locator("#hand-presence")).to_contain_text("Moderator B has claimed #1")
    first.keyboard.press("a")
    expect(said(first)).to_contain_text("Press again to act anyway.")
    first.keyboard.press("a")
    expect(said(second)).to_have_text("Moderator A already published #1.")
    expect(second.locator("#statement")).to_be_hidden()
    expect(second.get_by_role("button", name="Filter out after all")).to_be_visible()


def test_an_author_withdraws_from_mine_and_the_number_stays_on_the_record(
    windows: Windows, meeting: Meeting
) -> None:
    author = windows.open(f"/j/{meeting.code}")
    ask(author, WORDS)
    author.get_by_role("button", name="See it under Mine").click()
    expect(question(author, 1)).to_contain_text("Only you see these words so far.")
    question(author, 1).get_by_role("button", name="Withdraw").click()
    author.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(said(author)).to_have_text("Question 1 is withdrawn. Its docket number stays.")
    expect(question(author, 1)).to_contain_text("You withdrew it.")

    reader = windows.open(f"{meeting.page}/record")
    expect(question(reader, 1)).to_contain_text("Withdrawn by its author")
    expect(question(reader, 1)).to_contain_text("Its words were never made public.")
    assert WORDS not in reader.content()


def test_an_author_changes_the_words_while_they_wait(windows: Windows, meeting: Meeting) -> None:
    author = windows.open(f"/j/{meeting.code}")
    ask(author, "Wil the cantine stay?")
    author.get_by_role("button", name="See it under Mine").click()
    question(author, 1).get_by_role("button", name="Change").click()
    author.get_by_role("textbox", name="Your question").fill(WORDS)
    author.get_by_role("button", name="Save the change").click()
    expect(question(author, 1)).to_contain_text(WORDS)
    meeting.decide(1, "publish")
    reader = windows.open(f"{meeting.page}/record/1")
    expect(reader.get_by_role("heading", name="Reworded by its author")).to_be_visible()
    expect(question(reader, 1)).to_contain_text(WORDS)


def test_a_written_answer_in_markdown_is_read_by_everybody(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.published(WORDS)
    reader = windows.open(f"{meeting.page}#answered")
    expect(reader.get_by_text("Nothing answered yet")).to_be_visible()
    presenter = at_the_desk(windows, meeting, "presenter")
    expect(presenter.locator("#in-hand")).to_contain_text(WORDS)
    presenter.get_by_role("button", name="Write an answer").click()
    answer = presenter.get_by_role("textbox", name="The answer that everybody will read")
    answer.fill("It **stays open**. See [the plan](https://example.org/plan).\n\n- until *ten*")
    answer.press("Control+Enter")
    expect(said(presenter)).to_have_text("#1 is marked as answered.")
    words = question(reader, 1).locator("[data-field=answer]")
    expect(words.locator("strong")).to_have_text("stays open")
    expect(words.locator("li em")).to_have_text("ten")
    expect(words.get_by_role("link", name="the plan")).to_have_attribute(
        "href", "https://example.org/plan"
    )


def test_closing_stops_asking_and_shows_what_was_never_decided(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.published("Who answers for the delay of the opening?")
    meeting.ask(WORDS)
    participant = windows.open(f"/j/{meeting.code}")
    expect(participant.get_by_role("textbox", name="Ask a question")).to_be_visible()
    close(windows.sign_in(meeting.owner_link()), meeting)

    expect(participant.get_by_text("This event is closed")).to_be_visible()
    expect(participant.get_by_role("textbox", name="Ask a question")).to_be_hidden()
    expect(participant.get_by_role("button", name="Upvote question 1")).to_be_disabled()
    open_tab(participant, "New")
    expect(question(participant, 2)).to_contain_text("Never decided")
    participant.get_by_role("link", name="the public record").click()
    expect(question(participant, 2)).to_contain_text("Never decided")
    expect(question(participant, 2)).to_contain_text("Its words were never made public.")
    expect(participant.get_by_label("The docket in numbers")).to_contain_text("1 never decided")


def close(owner: Page, meeting: Meeting) -> None:
    owner.goto(f"{meeting.page}/settings")
    owner.get_by_role("button", name="Close", exact=True).click()
    dialog = owner.get_by_role("dialog")
    expect(dialog).to_contain_text("1 question is still waiting")
    dialog.get_by_role("button", name="Close the event").click()
    expect(said(owner)).to_contain_text("It is over.")


def test_a_key_decides_only_on_a_question_that_is_in_sight(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.ask(WORDS)
    desk = windows.sign_in(meeting.link("moderator"), viewport={"width": 390, "height": 844})
    desk.goto(f"{meeting.page}/desk")
    expect(desk.locator("#queue")).to_contain_text(WORDS)
    expect(desk.locator("#in-hand")).to_be_hidden()
    desk.keyboard.press("a")
    expect(desk.locator("#in-hand")).to_be_visible()
    assert meeting.question(1)["status"] == "pending"
    desk.keyboard.press("a")
    expect(said(desk)).to_have_text("#1 is published.")


def test_several_questions_are_declined_with_one_reason_and_each_can_be_undone(
    windows: Windows, meeting: Meeting
) -> None:
    for part in ("first", "second", "third"):
        meeting.ask(f"Buy the {part} of our cheap watches today, only here?")
    desk = at_the_desk(windows, meeting)
    expect(desk.locator("#in-hand")).to_contain_text("first")
    desk.keyboard.press("v")
    expect(desk.locator("#chosen")).to_contain_text("1 chosen")
    desk.locator("#queue").get_by_label("Choose #3").check()
    expect(desk.locator("#chosen")).to_contain_text("2 chosen")
    meeting.decide(3, "publish")
    expect(desk.locator("#chosen")).to_contain_text("1 chosen")
    desk.locator("#queue").get_by_label("Choose #2").check()
    desk.locator("#chosen").get_by_role("button", name="Filter out").click()
    expect(desk.locator("#statement-title")).to_have_text("#1, #2: Why are they filtered out?")
    desk.keyboard.press("o")
    desk.keyboard.press("Enter")
    expect(said(desk)).to_have_text("2 filtered out.")
    assert {meeting.question(n)["status"] for n in (1, 2)} == {"filtered"}
    desk.keyboard.press("u")
    expect(desk.locator("#statement-title")).to_contain_text("Put it back as it was")


def test_moderators_see_who_looks_at_a_question_and_who_has_claimed_it(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.ask(WORDS)
    first, second = at_the_desk(windows, meeting), at_the_desk(windows, meeting)
    expect(second.locator("#hand-presence")).to_have_text("Moderator A is looking at #1")
    first.keyboard.press("h")
    expect(second.locator("#hand-presence")).to_contain_text("Moderator A has claimed #1 until")
    expect(second.locator("#queue")).to_contain_text("Moderator A, claimed")
    second.keyboard.press("a")
    expect(said(second)).to_contain_text("Press again to act anyway.")
    assert meeting.question(1)["status"] == "pending"
    second.keyboard.press("a")
    expect(said(second)).to_have_text("#1 is published.")


def test_who_looks_at_a_question_is_told_until_they_look_elsewhere_or_go(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.ask(WORDS)
    meeting.ask("And who decides that?")
    first, second = at_the_desk(windows, meeting), at_the_desk(windows, meeting)
    presence = first.locator("#hand-presence")
    expect(presence).to_have_text("Moderator B is looking at #1")
    second.keyboard.press("j")
    expect(presence).to_be_hidden()
    second.keyboard.press("k")
    expect(presence).to_have_text("Moderator B is looking at #1")
    second.close()
    expect(presence).to_be_hidden()


def test_a_long_queue_is_listed_in_parts_and_the_list_follows_the_question_in_hand(
    windows: Windows, meeting: Meeting
) -> None:
    why = " Why is that so in every office?"
    rows = [f"What about matter {n}?{n % 3 * why}\n" for n in range(1, 262)]
    meeting.owner.send("POST", f"{meeting.api}/import?dry_run=false", "".join(["text\n", *rows]))
    desk = at_the_desk(windows, meeting)
    entries = desk.locator("#queue > *")
    more = desk.get_by_role("button", name="more (")
    for listed in (50, 100, 150, 200, 200):
        expect(entries).to_have_count(listed)
        more.click()
    expect(entries.first).to_contain_text("#62")
    expect(entries.last).to_contain_text("#261")
    expect(more).to_be_hidden()
    desk.get_by_role("button", name="Show 50 earlier (61 left)").click()
    expect(entries.first).to_contain_text("#12")
    expect(entries.last).to_contain_text("#211")
    expect(entries.nth(49).get_by_role("button")).to_be_focused()
    desk.locator("body").press("j")
    expect(desk.locator("#in-hand [data-field=number]")).to_have_text("#2")
    expect(entries.first).to_contain_text("#2")
    expect(desk.locator("#queue [aria-current=true]")).to_contain_text("#2")
    desk.locator("body").press("k")
    expect(entries.first).to_contain_text("#1")
    expect(desk.get_by_role("button", name="earlier (")).to_be_hidden()
