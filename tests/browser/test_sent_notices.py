"""What is sent out is set up on pages: the owner's webhooks, and an author's address for mail.

The server here sends to a receiver of webhooks and to a mail server, both on this machine.
"""

import hashlib
import json
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from qa.config import load_config
from qa.services import identity
from qa.services.context import build_context
from qa.services.notice_forms import sign
from tests.browser.conftest import DATABASE
from tests.browser.journeys import ask_field, question, said
from tests.browser.people import EXPLANATION, Client, Meeting, open_meeting
from tests.browser.server import PATIENCE_S, Server
from tests.browser.windows import Windows, refused
from tests.services.post_office import Post, open_post_office
from tests.services.receiver import Receiver, listening

pytestmark = pytest.mark.browser

WORDS = "Will the canteen stay open when the second shift ends?"
ADA = "ada@mail.example.org"


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    with open_post_office() as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture(scope="module")
def sending_owner(
    post: Post, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Client]:
    """Give the owner of a server that sends, signed in at the API."""
    folder = tmp_path_factory.mktemp("sending")
    shutil.copy(sqlite_template, folder / DATABASE)
    server = Server(folder)
    server.environ |= {
        "QA_SMTP_URL": f"smtp+plain://127.0.0.1:{post.port}",
        "QA_MAIL_FROM": "board@example.org",
        "QA_WEBHOOK_HOSTS": "127.0.0.1",
    }
    ctx = build_context(load_config(server.environ))
    account = identity.create_account(ctx, "Olga Owner", may_create_events=True)
    link = identity.link_url(ctx, identity.create_link(ctx, account))
    ctx.db.close()
    server.start()
    owner = Client(server.url)
    owner.sign_in(link)
    yield owner
    owner.close()
    server.stop()


@pytest.fixture
def meeting(sending_owner: Client) -> Iterator[Meeting]:
    made = open_meeting(sending_owner, "open", "live")
    yield made
    made.leave()


@pytest.fixture
def windows(chromium: Browser, sending_owner: Client) -> Iterator[Windows]:
    opened = Windows(chromium, sending_owner.url)
    yield opened
    opened.close()
    assert opened.unexpected() == []


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, "nothing was sent"
        time.sleep(0.05)


def settings_page(windows: Windows, meeting: Meeting) -> Page:
    page = windows.sign_in(meeting.owner_link())
    page.goto(f"{meeting.page}/settings")
    return page


def test_an_owner_adds_a_webhook_that_is_told_of_a_decision_and_takes_it_away(
    windows: Windows, meeting: Meeting, receiver: Receiver
) -> None:
    page = settings_page(windows, meeting)
    section = page.locator("#webhooks")
    section.get_by_label("Receiver").select_option("standard")
    section.get_by_label("What it is told").select_option("decisions")
    section.get_by_label("Address", exact=True).fill(receiver.url())
    section.get_by_role("button", name="Add").click()
    expect(said(page)).to_have_text("Added. It is told from now on.")
    secret = section.get_by_label("Signing secret", exact=True).input_value()

    meeting.decide(meeting.ask(WORDS), "filter")
    wait_for(lambda: len(receiver.requests) == 1)
    ((headers, body),) = receiver.requests
    signed = sign(secret, headers["webhook-id"], headers["webhook-timestamp"], body)
    assert headers["webhook-signature"] == signed
    assert json.loads(body)["data"]["decision"]["explanation"] == EXPLANATION

    page.reload()
    row = section.get_by_role("listitem")
    expect(row).to_contain_text("Signed JSON: every decision and answer, too")
    expect(row).to_contain_text("Delivered at")
    expect(section.get_by_label("Signing secret", exact=True)).to_be_hidden()
    row.get_by_role("button", name="Remove").click()
    expect(said(page)).to_contain_text("is told nothing more.")
    expect(row).to_have_count(0)


def test_an_address_that_no_webhook_may_reach_is_refused_beside_its_field(
    windows: Windows, meeting: Meeting
) -> None:
    windows.expect(refused(400))
    page = settings_page(windows, meeting)
    section = page.locator("#webhooks")
    address = section.get_by_label("Address", exact=True)
    address.fill("http://10.0.0.1/hook")
    section.get_by_role("button", name="Add").click()
    expect(section.locator("#url-error")).not_to_be_empty()
    expect(address).to_have_value("http://10.0.0.1/hook")
    expect(section.get_by_role("listitem")).to_have_count(0)


def test_an_author_leaves_an_address_is_told_by_mail_and_takes_it_back(
    windows: Windows, meeting: Meeting, post: Post
) -> None:
    windows.expect(refused(400))
    author = windows.open(f"/j/{meeting.code}")
    ask_named(author, WORDS, "Ada")
    author.get_by_role("button", name="See it under Mine").click()
    question(author, 1).get_by_role("button", name="Tell me by mail").click()
    dialog = author.get_by_role("dialog")
    dialog.get_by_label("Your e-mail address").fill("ada at home")
    dialog.get_by_role("button", name="Tell me").click()
    expect(dialog.locator("#mail-error")).not_to_be_empty()
    expect(dialog.get_by_label("Your e-mail address")).to_have_value("ada at home")
    dialog.get_by_label("Your e-mail address").fill(ADA)
    dialog.get_by_role("button", name="Tell me").click()
    expect(said(author)).to_have_text("You are told by mail of what becomes of question 1.")

    meeting.decide(1, "filter")
    wait_for(lambda: len(post.mails) == 1)
    ((receivers, mail),) = post.mails
    assert receivers == [ADA]
    assert EXPLANATION in mail.get_content()
    assert "canteen" not in mail.as_string()

    question(author, 1).get_by_role("button", name="Tell me by mail").click()
    dialog.get_by_role("button", name="Forget my address").click()
    expect(said(author)).to_have_text("No address is kept for question 1.")
    meeting.decide(1, "publish", seq=1)
    expect(question(author, 1)).to_contain_text("It is on the board for everyone.")
    # Mail goes out in order, so what comes next shows that none came before.
    meeting.decide(ask_with_address(meeting, "bob@mail.example.org"), "publish")
    wait_for(lambda: len(post.mails) > 1)
    assert [to for to, _ in post.mails] == [[ADA], ["bob@mail.example.org"]]


def test_with_an_anonymous_question_nobody_is_offered_mail(
    windows: Windows, meeting: Meeting
) -> None:
    author = windows.open(f"/j/{meeting.code}")
    ask_field(author).fill(WORDS)
    author.get_by_role("button", name="Send question").click()
    author.get_by_role("button", name="See it under Mine").click()
    expect(question(author, 1).get_by_role("button", name="Receipt", exact=True)).to_be_visible()
    expect(question(author, 1).get_by_role("button", name="Tell me by mail")).to_be_hidden()


def ask_with_address(meeting: Meeting, email: str) -> int:
    key = secrets.token_bytes(32)
    tag = hashlib.sha256(key).hexdigest()
    n = meeting.ask("And who decides that?", anonymous=False, name="Bob", author_tag=tag)
    body = {"author_key": key.hex(), "email": email}
    assert meeting.owner.send("PUT", f"{meeting.api}/questions/{n}/address", body)["kept"]
    return n


def ask_named(page: Page, text: str, name: str) -> None:
    ask_field(page).fill(text)
    page.get_by_text("My name", exact=True).click()
    page.get_by_label("Your name", exact=True).fill(name)
    page.get_by_role("button", name="Send question").click()
