"""Without https there is no WebCrypto: the page checks its record with vendored code."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from qa.config import load_config
from qa.services import identity
from qa.services.context import build_context
from tests.browser import full_house
from tests.browser.conftest import DATABASE, PLAIN_HOST
from tests.browser.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def plain_server(tmp_path: Path, sqlite_template: Path) -> Iterator[Server]:
    """Give a server that people reach under a name, over http."""
    (tmp_path / DATABASE).write_bytes(sqlite_template.read_bytes())
    server = Server(tmp_path)
    server.environ["QA_PUBLIC_URL"] = f"http://{PLAIN_HOST}:{server.port}"
    ctx = build_context(load_config({**os.environ, **server.environ}))
    full_house.fill(ctx, identity.create_account(ctx, "Olga Owner", may_create_events=True))
    ctx.db.close()
    server.start()
    yield server
    server.stop()


def test_on_plain_http_the_record_is_checked_by_vendored_code(
    chromium: Browser, plain_server: Server
) -> None:
    """A name, not localhost: Chromium trusts localhost as if it were https."""
    context = chromium.new_context(base_url=plain_server.environ["QA_PUBLIC_URL"])
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(f"/e/{full_house.SLUG}/record")
    assert page.evaluate("isSecureContext") is False
    assert page.evaluate("crypto.subtle === undefined") is True
    expect(page.locator("#mark[data-state=checked]")).to_be_visible()
    assert any("/vendor/noble-ed25519/" in url for url in asked)
    context.close()
