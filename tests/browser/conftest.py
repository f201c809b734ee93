"""A real server, a real Chromium, and windows that must not complain."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from qa.config import load_config
from qa.services import identity
from qa.services.context import build_context
from tests.browser import full_house
from tests.browser.people import Client, Meeting, open_meeting
from tests.browser.server import Server
from tests.browser.windows import PATIENCE_MS, Windows
from tests.conftest import need

DATABASE = "fair-hearing.sqlite3"
PLAIN_HOST = "board.test"
"""A name for this machine that, unlike localhost, is nothing special to Chromium."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the system's Chromium.

    Without the windows, menus and toolbars that no test looks at, where there is a build of it
    that leaves them out: the same engine in the same version, for two thirds of the work.
    """
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    need(program is not None, "Chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    arguments.append(f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """Return the folder of a new deployment."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(sqlite_template, folder / DATABASE)
    return folder


@pytest.fixture(scope="session")
def server(data_dir: Path) -> Iterator[Server]:
    """Give a running server with a full house in it.

    Beside its database are the owner's sign-in link and the receipts of the full house.
    """
    server = Server(data_dir)
    ctx = build_context(load_config({**os.environ, **server.environ}))
    account = identity.create_account(ctx, "Olga Owner", may_create_events=True)
    link = identity.link_url(ctx, identity.create_link(ctx, account))
    (data_dir / "owner-link").write_text(link)
    receipts = full_house.fill(ctx, account)
    (data_dir / "receipts.json").write_text(json.dumps(receipts))
    ctx.db.close()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def owner(server: Server, data_dir: Path) -> Iterator[Client]:
    """Give the owner of every event, signed in at the API."""
    client = Client(server.url)
    client.sign_in((data_dir / "owner-link").read_text())
    yield client
    client.close()


@pytest.fixture
def windows(chromium: Browser, server: Server) -> Iterator[Windows]:
    """Give windows; when they close, none has had an error or asked another host."""
    opened = Windows(chromium, server.url)
    yield opened
    opened.close()
    assert opened.unexpected() == []


@pytest.fixture
def make_meeting(owner: Client) -> Iterator[Callable[..., Meeting]]:
    """Give a maker of events: ``make_meeting("open", "live")``."""
    made: list[Meeting] = []

    def make(*states: str, **fields: Any) -> Meeting:
        made.append(open_meeting(owner, *states, **fields))
        return made[-1]

    yield make
    for meeting in made:
        meeting.leave()


@pytest.fixture
def meeting(make_meeting: Callable[..., Meeting]) -> Meeting:
    """Return an event that is live."""
    return make_meeting("open", "live")
