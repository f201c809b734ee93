"""What a participant's browser is sent, byte for byte: no words that no decision has opened."""

import json
from base64 import b64decode
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.journeys import ask_field, open_tab, question
from tests.browser.people import Meeting
from tests.browser.windows import Windows, refused

pytestmark = pytest.mark.browser

READ = "(paths) => Promise.all(paths.map((path) => fetch(path).then((answer) => answer.text())))"
PENDING = "How many people were hurt in hall seven?"
WITHDRAWN = "Who was on the night shift in hall nine?"
UNDONE = "Did the fire brigade come to hall eleven?"
FILTERED = "Why is my neighbour in hall thirteen paid more?"
PUBLISHED = "When does hall fifteen open again?"


class Recording:
    """Everything that one page receives, over HTTP and over its socket."""

    def __init__(self, page: Page) -> None:
        self.frames: list[str] = []
        self.bodies: list[str] = []
        page.on("websocket", self._listen)
        self._protocol = page.context.new_cdp_session(page)
        self._protocol.on("Fetch.requestPaused", self._pass_on)
        self._protocol.send("Fetch.enable", {"patterns": [{"requestStage": "Response"}]})

    def everything(self) -> str:
        return "\n".join([*self.bodies, *self.frames])

    def _pass_on(self, paused: dict[str, Any]) -> None:
        # Kept on its way: a page that is left takes the bodies of its answers with it.
        request = {"requestId": paused["requestId"]}
        if not 300 <= paused.get("responseStatusCode", 0) < 400:
            answer = self._protocol.send("Fetch.getResponseBody", request)
            body = answer["body"].encode()
            words = b64decode(body) if answer["base64Encoded"] else body
            self.bodies.append(_text(words))
        self._protocol.send("Fetch.continueResponse", request)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.frames.append(_text(frame)))


def _text(data: str | bytes) -> str:
    words = data if isinstance(data, str) else data.decode("utf-8", "replace")
    return words + json.dumps(words)  # JSON may hold words escaped


def test_a_participant_is_never_sent_words_that_no_decision_has_opened(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(refused(401))
    page = windows.person().new_page()
    received = Recording(page)
    page.goto(f"/j/{meeting.code}")
    expect(ask_field(page)).to_be_visible()
    open_tab(page, "New")

    # They arrive while the page is open …
    author = windows.open(f"/j/{meeting.code}")
    ask_field(author).fill(WITHDRAWN)
    author.get_by_role("button", name="Send question").click()
    expect(question(page, 1)).to_contain_text("Waiting")
    for text in (PENDING, UNDONE, FILTERED, PUBLISHED):
        meeting.ask(text, anonymous=False, name="Hildegard Knef")
    expect(question(page, 5)).to_contain_text("Waiting")
    author.get_by_role("button", name="See it under Mine").click()
    author.get_by_role("button", name="Withdraw").click()
    author.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(question(page, 1)).to_have_count(0)

    # … and the reader looks wherever there is something to see.
    ask_field(page).fill(PENDING[:30])
    look_everywhere(page, meeting)
    before = received.everything()
    for text in (PENDING, WITHDRAWN, UNDONE, FILTERED, PUBLISHED, "Hildegard Knef"):
        assert text not in before

    # What is decided is opened, and stays so when the decision is undone; nothing else is.
    meeting.decide(3, "publish")
    meeting.decide(4, "filter")
    meeting.decide(5, "publish")
    open_tab(page, "New")
    expect(question(page, 5)).to_contain_text(PUBLISHED)
    meeting.decide(3, "restore", seq=1)
    expect(question(page, 3)).to_contain_text("Waiting for a decision")
    look_everywhere(page, meeting)
    meeting.move("closed")
    expect(page.get_by_text("This event is closed")).to_be_visible()
    look_everywhere(page, meeting)
    after = received.everything()
    assert PUBLISHED in after
    assert FILTERED in after
    assert PENDING not in after
    assert WITHDRAWN not in after


def look_everywhere(page: Page, meeting: Meeting) -> None:
    """Read every public page and answer, and end on the list of new questions."""
    paths = [meeting.page + rest for rest in ("/record", "/record?verdict=none", "/policy")]
    paths += [meeting.api + rest for rest in ("", "/board", "/policy", "/desk")]
    for n in range(1, 6):
        paths += [f"{meeting.page}/record/{n}", f"{meeting.api}/questions/{n}"]
    page.evaluate(READ, paths)
    for rest in ("/record", "/stage", ""):
        page.goto(meeting.page + rest)
    for name in ("Filtered out", "Answered", "Mine", "New"):
        open_tab(page, name)
    expect(page.locator("article.question").first).to_be_visible()


def test_the_recording_would_notice(windows: Windows, meeting: Meeting) -> None:
    page = windows.person().new_page()
    received = Recording(page)
    page.goto(f"{meeting.page}#new")
    expect(page.get_by_text("Nothing asked yet")).to_be_visible()
    meeting.published(PUBLISHED)
    expect(question(page, 1)).to_contain_text(PUBLISHED)
    assert any(PUBLISHED in frame for frame in received.frames)
    page.reload()
    expect(question(page, 1)).to_contain_text(PUBLISHED)
    assert any(PUBLISHED in body for body in received.bodies)


def test_who_leaves_on_a_shared_device_leaves_nothing_for_the_next_person(
    windows: Windows, meeting: Meeting
) -> None:
    other = meeting.published("Who decides about the night shift?")
    device = windows.person()
    page, other_tab = device.new_page(), device.new_page()
    page.goto(f"/j/{meeting.code}")
    ask_field(page).fill(PENDING)
    page.get_by_role("button", name="Send question").click()
    page.get_by_role("button", name="Ask another").click()
    open_tab(page, "Popular")
    question(page, other).get_by_role("button", name="Upvote").click()
    ask_field(page).fill("What I was writing")
    other_tab.goto(meeting.page)
    expect(question(other_tab, other).get_by_role("button", pressed=True)).to_be_visible()

    open_tab(page, "Mine")
    page.get_by_role("button", name="Leave on this device").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("it forgets 1 receipt, what you were writing")
    dialog.get_by_role("button", name="Stay").click()
    expect(question(page, 2)).to_be_visible()
    page.get_by_role("button", name="Leave on this device").click()
    dialog.get_by_role("button", name="Leave", exact=True).click()
    page.wait_for_url(f"{windows.url}/")

    expect(question(other_tab, other).get_by_role("button", pressed=False)).to_be_visible()
    page.goto(meeting.page)
    open_tab(page, "Mine")
    expect(page.get_by_text("No receipts in this browser")).to_be_visible()
    assert PENDING not in page.content()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert (PENDING in kept, "What I was writing" in kept) == (False, False)
    assert [each for each in device.cookies() if each["name"].startswith("fh-p-")] == []
    assert meeting.question(other)["votes"] == 1
