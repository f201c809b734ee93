"""Cookies, CSRF, and other sites."""

from dataclasses import replace

import pytest
from flask import Flask

from qa.app import create_app
from qa.config import Config
from qa.services import identity
from qa.services.context import Context
from tests.conftest import TurnableClock, everything_at_rest
from tests.web.browser import Browser
from tests.web.meeting import Meeting, question

SECURE = {"base_url": "https://qa.example.org"}


def cookies_of(browser: Browser) -> dict[str, str]:
    return {cookie.key: cookie.value for cookie in browser.client._cookies.values()}


def test_joining_sets_one_cookie_for_one_event(meeting: Meeting) -> None:
    answer = meeting.stranger().post("/api/join", {"code": meeting.code})
    assert answer.json == {"slug": "all-hands", "title": "All hands", "url": "/e/all-hands"}
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("fh-p-all-hands=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_joining_again_keeps_the_same_participant(meeting: Meeting) -> None:
    browser = meeting.participant()
    before = cookies_of(browser)
    browser.post("/api/join", {"code": "hel lo-2"})
    browser.post(f"{meeting.api}/join")
    assert browser.get(f"/j/{meeting.code}").status_code == 303
    assert cookies_of(browser) == before


def test_over_https_every_cookie_is_bound_to_the_host(secure_app: Flask, ctx: Context) -> None:
    client = secure_app.test_client()
    csrf = client.get("/api/me", **SECURE).json["csrf"]
    account = identity.create_account(ctx, "Olga", may_create_events=True)
    link = identity.create_link(ctx, account)
    send = {"headers": {"X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-origin"}, **SECURE}
    signed_in = client.post(f"/s/{link}", **send)
    client.post("/api/events", json={"title": "Town hall", "slug": "town"}, **send)
    client.post("/api/events/town/state", json={"state": "open"}, **send)
    joined = client.post("/api/events/town/join", json={}, **send)
    found = [*signed_in.headers.getlist("Set-Cookie"), *joined.headers.getlist("Set-Cookie")]
    found += secure_app.test_client().get("/", **SECURE).headers.getlist("Set-Cookie")
    names = [cookie.split("=")[0] for cookie in found]
    assert names == ["__Host-fh-staff", "__Host-fh-p-town", "__Host-fh-session"]
    for cookie in found:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_a_participants_cookie_is_worth_nothing_in_another_event(meeting: Meeting) -> None:
    meeting.owner.post("/api/events", {"title": "Second", "slug": "second"})
    meeting.owner.post("/api/events/second/state", {"state": "open"})
    browser = meeting.participant()
    value = cookies_of(browser)["fh-p-all-hands"]
    browser.client.set_cookie("fh-p-second", value)
    assert browser.get("/api/events/second/me").json["joined"] is False
    answer = browser.post("/api/events/second/questions", question())
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_joined")


def test_a_changed_cookie_is_nobody(meeting: Meeting) -> None:
    browser = meeting.participant()
    value = cookies_of(browser)["fh-p-all-hands"]
    other_start = ("1" if value[0] == "0" else "0") + value[1:]
    for forged in ("", "x", value[:-1], other_start, value.split(".")[0]):
        browser.client.set_cookie("fh-p-all-hands", forged)
        assert browser.get(f"{meeting.api}/me").json["joined"] is False


def test_no_cookie_is_at_rest(meeting: Meeting, ctx: Context) -> None:
    browser = meeting.participant()
    browser.post(f"{meeting.api}/questions", question())
    secrets = [*cookies_of(browser).values(), *cookies_of(meeting.owner).values()]
    kept = everything_at_rest(ctx)
    for secret in secrets:
        assert secret.split(".")[0] not in kept


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_a_change_without_its_csrf_token_is_refused(meeting: Meeting, token: str | None) -> None:
    browser = meeting.participant()
    headers = {} if token is None else {"X-CSRF-Token": token}
    for method, path in [
        ("POST", f"{meeting.api}/questions"),
        ("PUT", f"{meeting.api}/questions/1/vote"),
        ("DELETE", f"{meeting.api}/questions/1/vote"),
        ("PATCH", meeting.api),
        ("POST", "/api/join"),
        ("POST", "/api/sign-out"),
    ]:
        answer = browser.client.open(path, method=method, json={}, headers=headers)
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "cross_site"), path


def test_another_browsers_csrf_token_does_not_help(meeting: Meeting) -> None:
    browser, other = meeting.participant(), meeting.participant()
    answer = browser.send("POST", "/api/join", headers={"X-CSRF-Token": other.csrf}, json={})
    assert answer.json["error"]["code"] == "cross_site"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8010"}, False),
        ({"Origin": "http://localhost:8010"}, True),
        ({"Origin": "http://127.0.0.1:8010"}, True),
        ({"Origin": "http://localhost:9999"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, True),
    ],
)
def test_a_change_that_another_sites_page_asks_for_is_refused(
    meeting: Meeting, headers: dict[str, str], allowed: bool
) -> None:
    answer = meeting.stranger().send(
        "POST", "/api/join", headers=headers, json={"code": meeting.code}
    )
    assert (answer.status_code == 200) is allowed
    if not allowed:
        assert answer.json["error"]["code"] == "cross_site"


def test_a_form_of_our_own_without_an_origin_still_needs_its_token(
    meeting: Meeting, ctx: Context
) -> None:
    account = identity.create_account(ctx, "Mo", may_create_events=False)
    link = identity.create_link(ctx, account)
    browser = meeting.stranger()
    refused = browser.client.post(f"/s/{link}", headers={"Origin": "null"})
    assert refused.status_code == 403
    browser.sign_in(link)


def test_a_request_for_another_host_is_refused(app: Flask) -> None:
    answer = app.test_client().get("/api/me", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_request")
    spoofed = app.test_client().get("/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in spoofed.text


def test_a_link_preview_does_not_use_a_sign_in_link_up(meeting: Meeting, ctx: Context) -> None:
    account = identity.create_account(ctx, "Mo", may_create_events=False)
    link = identity.create_link(ctx, account)
    browser = meeting.stranger()
    for _ in range(2):
        assert "Sign in" in browser.get(f"/s/{link}").text
    browser.sign_in(link)
    assert browser.get("/api/me").json["name"] == "Mo"


def test_a_used_sign_in_link_is_gone(meeting: Meeting, ctx: Context) -> None:
    account = identity.create_account(ctx, "Mo", may_create_events=False)
    link = identity.create_link(ctx, account)
    meeting.stranger().sign_in(link)
    late = meeting.stranger()
    for token in (link, "0" * 64, "not-a-token"):
        answer = late.client.post(f"/s/{token}", data={"csrf_token": late.csrf})
        assert answer.status_code == 410
        assert "new one" in answer.text
    assert late.get("/s/not-a-token").status_code == 410


def test_a_staff_session_ends_when_idle_and_after_a_day_of_work(
    meeting: Meeting, clock: TurnableClock
) -> None:
    moderator = meeting.staff("moderator")
    clock.turn(minutes=29)
    assert moderator.get(f"{meeting.api}/desk").status_code == 200
    clock.turn(minutes=31)
    answer = moderator.get(f"{meeting.api}/desk")
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "signed_out")


def test_signing_out_ends_the_session_on_the_server(meeting: Meeting) -> None:
    moderator = meeting.staff("moderator")
    copied = cookies_of(moderator)["fh-staff"]
    assert moderator.post("/api/sign-out").status_code == 200
    assert "fh-staff" not in cookies_of(moderator)
    moderator.client.set_cookie("fh-staff", copied)
    assert moderator.get("/api/me").json["signed_in"] is False


def test_joins_are_limited_per_address_and_generously(config: Config, ctx: Context) -> None:
    limits = replace(config.limits, joins_per_minute_and_address=3)
    app = create_app(replace(config, limits=limits), ctx)
    browser = Browser(app)
    for _ in range(3):
        assert browser.post("/api/join", {"code": "NOSUCH"}).json["error"]["code"] == "wrong_code"
    answer = browser.post("/api/join", {"code": "NOSUCH"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert browser.get("/j/NOSUCH").status_code == 429


def test_the_session_cookie_holds_a_csrf_token_and_nothing_else(meeting: Meeting) -> None:
    browser = meeting.participant()
    browser.get(f"/e/{meeting.slug}")
    with browser.client.session_transaction() as session:
        assert list(session) == ["csrf_token"]
