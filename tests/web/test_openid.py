"""To the OpenID provider and back: what a browser carries, and what it cannot be given."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, Response, jsonify, make_response, redirect

from qa.app import create_app
from qa.config import Config
from qa.services.context import Context
from qa.services.openid import Subject
from qa.web import openid
from tests.conftest import TurnableClock
from tests.openid_provider import OpenIdProvider, running_provider
from tests.web.browser import Browser

BACK = "http://localhost:8010/oidc/callback"


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with running_provider(lambda: 0, BACK) as provider:
        yield provider


@pytest.fixture
def away(
    config: Config, ctx: Context, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    """Return an app with a page that sends people away, and says who came back."""
    provider.now_s = lambda: ctx.clock() // 1000
    app = create_app(replace(config, openid=provider.settings), ctx)

    @app.get("/away")
    def send_away() -> Response:
        answer = make_response(redirect("/", 303))
        answer.location = openid.start(ctx, answer, "test", about="all-hands")
        return answer

    def say(_ctx: Context, subject: Subject, about: str) -> Response:
        return jsonify([subject.subject, about])

    monkeypatch.setitem(openid._HANDLERS, "test", say)
    return app


def test_who_comes_back_is_met_by_what_they_were_sent_away_for(
    away: Flask, provider: OpenIdProvider
) -> None:
    browser = Browser(away)
    left = browser.get("/away")
    (cookie,) = left.headers.getlist("Set-Cookie")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))
    back = provider.visit(left.location)
    came = browser.get(back)
    assert came.json == ["sub-of-olga", "all-hands"]
    again = browser.get(back)
    assert (again.status_code, "not begun in this browser" in again.text) == (400, True)


def test_an_answer_that_was_meant_for_another_browser_is_refused(
    away: Flask, provider: OpenIdProvider
) -> None:
    """Otherwise somebody could sign a victim's browser in as themselves, and read what it does."""
    attacker, victim, waiting = Browser(away), Browser(away), Browser(away)
    back = provider.visit(attacker.get("/away").location)
    waiting.get("/away")
    for browser in (victim, waiting):
        answer = browser.get(back)
        assert (answer.status_code, "sub-of" in answer.text) == (400, False)


def test_a_journey_ends_after_ten_minutes_and_cannot_be_changed(
    away: Flask, provider: OpenIdProvider, clock: TurnableClock
) -> None:
    browser = Browser(away)
    back = provider.visit(browser.get("/away").location)
    kept = browser.client.get_cookie("fh-oidc")
    assert kept is not None
    for forged in ("", "x", kept.value[:-1], "a" + kept.value):
        browser.client.set_cookie("fh-oidc", forged)
        assert browser.get(back).status_code == 400
    browser.client.set_cookie("fh-oidc", kept.value)
    clock.turn(minutes=10.1)
    late = browser.get(back)
    assert (late.status_code, "ten minutes" in late.text) == (400, True)


def test_without_a_provider_nobody_is_sent_anywhere(config: Config, ctx: Context) -> None:
    browser = Browser(create_app(config, ctx))
    assert browser.get("/oidc/callback?state=x&code=y").status_code == 400
