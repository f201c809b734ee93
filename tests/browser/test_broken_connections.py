"""What a board is worth when the network, the server or the browser lets go."""

import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.journeys import ask, ask_field, at_the_desk, question
from tests.browser.people import Meeting
from tests.browser.server import Server
from tests.browser.windows import NO_ANSWER, Windows, stays_the_same

pytestmark = pytest.mark.browser

WORDS = "When will the lift in the north wing be repaired?"
SOCKETS = re.compile(r"^ws://")


def test_a_page_catches_up_after_the_server_was_restarted(
    windows: Windows, meeting: Meeting, server: Server
) -> None:
    windows.expect(NO_ANSWER)
    meeting.ask(WORDS)
    reader = windows.open(f"{meeting.page}#new")
    expect(question(reader, 1)).to_contain_text("Waiting for a decision")
    same = stays_the_same(reader)
    server.stop()
    expect(reader.get_by_text(re.compile("Reconnecting|No connection"))).to_be_visible()
    server.start()
    meeting.decide(1, "publish")
    expect(question(reader, 1)).to_contain_text(WORDS)
    expect(reader.get_by_text(re.compile("Reconnecting|No connection"))).to_be_hidden()
    assert same()


def test_a_question_asked_offline_gets_exactly_one_docket_number(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(NO_ANSWER)
    network = Network()
    author = windows.person().new_page()
    author.route_web_socket(SOCKETS, network.connect)
    author.goto(f"/j/{meeting.code}")
    expect(ask_field(author)).to_be_visible()
    network.fail(author)
    ask(author, WORDS)
    expect(author.get_by_text("Not confirmed yet.")).to_be_visible()
    author.get_by_role("button", name="Send again now").click()
    expect(author.get_by_text("Not confirmed yet.")).to_be_visible()
    assert meeting.counts()["submitted"] == 0
    network.come_back(author)
    expect(author.get_by_text("A decision is due by")).to_be_visible()
    assert meeting.counts()["submitted"] == 1


def test_a_question_whose_answer_is_lost_gets_exactly_one_docket_number(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(NO_ANSWER)
    network = Network(lose_answers=True)
    author = windows.person().new_page()
    author.route_web_socket(SOCKETS, network.connect)
    author.goto(f"/j/{meeting.code}")
    expect(ask_field(author)).to_be_visible()
    ask(author, WORDS)
    expect(author.get_by_text("A decision is due by")).to_be_visible()
    assert network.lost == 1
    assert meeting.counts()["submitted"] == 1
    expect(author.locator("[data-field=done_number]")).to_have_text("1")


def test_a_question_that_was_not_confirmed_is_sent_again_when_the_page_is_opened_later(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(NO_ANSWER)
    network = Network()
    person = windows.person()
    author = person.new_page()
    author.route_web_socket(SOCKETS, network.connect)
    author.goto(f"/j/{meeting.code}")
    expect(ask_field(author)).to_be_visible()
    network.fail(author)
    ask(author, WORDS)
    expect(author.get_by_text("Not confirmed yet.")).to_be_visible()
    author.close()
    person.set_offline(False)
    later = person.new_page()
    later.goto(meeting.page)
    expect(later.get_by_text("A decision is due by")).to_be_visible()
    assert meeting.counts()["submitted"] == 1


def test_what_a_moderator_claims_without_a_connection_is_told_when_there_is_one(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(NO_ANSWER)
    meeting.ask(WORDS)
    other = at_the_desk(windows, meeting)
    network = Network()
    desk = windows.sign_in(meeting.link("moderator"))
    desk.route_web_socket(SOCKETS, network.connect)
    desk.get_by_role("link", name="Desk of").click()
    expect(other.locator("#hand-presence")).to_contain_text("is looking at #1")
    network.fail(desk)
    expect(other.locator("#hand-presence")).to_be_hidden()
    desk.keyboard.press("f")
    expect(desk.get_by_role("heading", name="Why is it filtered out?")).to_be_visible()
    network.come_back(desk)
    expect(other.locator("#hand-presence")).to_contain_text("Moderator B has claimed #1")


def test_what_a_lost_notice_told_is_fetched_while_votes_go_on(
    windows: Windows, meeting: Meeting
) -> None:
    heard: list[str] = []

    def lose_boards(socket: WebSocketRoute) -> None:
        def from_server(message: str | bytes) -> None:
            if not str(message).startswith('42["board"'):
                heard.append(str(message)[:2])
                socket.send(message)

        socket.connect_to_server().on_message(from_server)

    meeting.published("Who decided to close the canteen?")
    reader = windows.open()
    reader.route_web_socket(SOCKETS, lose_boards)
    # The check of the record would notice too, in its own time.
    reader.route("**/log/**", lambda route: route.abort())
    windows.expect(NO_ANSWER)
    reader.goto(f"{meeting.page}#new")
    while "40" not in heard:  # then it is connected, and fetches once more
        reader.wait_for_timeout(50)
    reader.wait_for_load_state("networkidle")
    meeting.vote(1, 1)
    expect(question(reader, 1).get_by_role("button", name="1 vote")).to_be_visible()
    meeting.published(WORDS)
    for votes in range(2, 15):  # one every quarter of a second, and each tells that there is more
        meeting.vote(1, votes)
        reader.wait_for_timeout(250)
    assert question(reader, 2).count() == 1


def test_a_draft_is_kept_across_a_reload(windows: Windows, meeting: Meeting) -> None:
    author = windows.open(f"/j/{meeting.code}")
    ask_field(author).fill(WORDS)
    author.get_by_text("My name", exact=True).click()
    author.get_by_role("textbox", name="Your name").fill("Ada")
    author.reload()
    expect(ask_field(author)).to_have_value(WORDS)
    expect(author.get_by_role("textbox", name="Your name")).to_have_value("Ada")
    author.get_by_role("button", name="Send question").click()
    expect(author.get_by_text("A decision is due by")).to_be_visible()
    author.reload()
    expect(ask_field(author)).to_have_value("")


class Network:
    """A network between a page and the server, which can fail and lose answers."""

    def __init__(self, *, lose_answers: bool = False) -> None:
        self.lost = 0
        self._lose = lose_answers
        self._up = True
        self._open: list[WebSocketRoute] = []

    def connect(self, socket: WebSocketRoute) -> None:
        if not self._up:
            socket.close()
            return
        server = socket.connect_to_server()
        self._open.append(socket)

        def from_server(message: str | bytes) -> None:
            if self._lose and str(message).startswith("43"):
                self._lose, self.lost = False, self.lost + 1
                socket.close()
            else:
                socket.send(message)

        server.on_message(from_server)

    def fail(self, page: Page) -> None:
        """Cut every connection of a page, and let no new one through."""
        self._up = False
        page.context.set_offline(True)
        for socket in self._open:
            socket.close()

    def come_back(self, page: Page) -> None:
        """Let connections through again."""
        self._up = True
        page.context.set_offline(False)
