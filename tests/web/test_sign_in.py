"""Signing in with a password, a code, or at the OpenID provider: who gets in, and who does not."""

import base64
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from flask import Flask

from qa.app import create_app
from qa.config import Config
from qa.domain import totp
from qa.errors import RateLimited
from qa.services import identity, passwords
from qa.services.context import Context
from qa.services.sign_in_tries import PER_ACCOUNT, PER_ADDRESS, SignInTries
from qa.services.windows import MemoryWindows, RedisWindows, Windows
from qa.web.sign_in_pages import safe_next
from tests.conftest import TurnableClock, everything_at_rest
from tests.openid_provider import CLIENT_SECRET, OpenIdProvider, running_provider
from tests.web.browser import Browser

PASSWORD = "correct horse battery"
OTHER = "another four words here"
WRONG = {"code": "wrong_password", "message": "The name, the password or the code is not right."}
BACK = "http://localhost:8010/oidc/callback"
# One pass over 8 KiB, so that a test costs milliseconds. What it costs for good is not tested here.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def database_url(one_database_url: str) -> str:
    """Return SQLite's address, or PostgreSQL's for what leans on locks and constraints."""
    return one_database_url


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", CHEAP)
    monkeypatch.setattr(passwords, "_OF_NOBODY", CHEAP.hash("x"))


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with running_provider(lambda: 0, BACK) as provider:
        yield provider


@pytest.fixture
def app(config: Config, ctx: Context, provider: OpenIdProvider) -> Flask:
    provider.user, provider.now_s = "olga", lambda: ctx.clock() // 1000
    return create_app(replace(config, openid=provider.settings), ctx)


@pytest.fixture
def olga(app: Flask, ctx: Context) -> Browser:
    return by_link(app, ctx, "Olga")


def by_link(app: Flask, ctx: Context, name: str) -> Browser:
    browser = Browser(app)
    account = identity.create_account(ctx, name, may_create_events=True)
    browser.sign_in(identity.create_link(ctx, account))
    return browser


def set_password(browser: Browser, name: str = "olga", password: str = PASSWORD) -> None:
    answer = browser.put("/api/account/password", {"name": name, "password": password})
    assert answer.status_code == 200, answer.text


def try_password(app: Flask, password: str, name: str = "olga", code: str = "") -> Browser:
    """Return a new browser after one try; ``answered`` is what it was answered."""
    browser = Browser(app)
    given = {"name": name, "password": password, "code": code, "next": "/trend"}
    browser.answered = browser.post("/api/sign-in", given)  # type: ignore[attr-defined]
    return browser


def name_of(browser: Browser) -> str | None:
    name: str | None = browser.get("/api/me").json["name"]
    return name


def enrol(browser: Browser, ctx: Context) -> bytes:
    """Set up an app as a person does; return the secret that the app has then."""
    letters = browser.post("/api/account/code").json["secret"]
    assert browser.get("/api/account/code.svg").data.startswith(b"<svg")
    secret = base64.b32decode(letters.replace(" ", ""))
    answer = browser.post("/api/account/code/confirm", {"code": now_code(secret, ctx)})
    assert answer.status_code == 200, answer.text
    return secret


def now_code(secret: bytes, ctx: Context) -> str:
    return totp.code_at(secret, ctx.clock() // 1000 // totp.STEP_S)


# A password


def test_a_password_signs_in_whoever_set_it_and_leads_where_they_wanted(
    app: Flask, olga: Browser
) -> None:
    set_password(olga, name=" Olga ")
    there = try_password(app, PASSWORD, name="OLGA")
    assert there.answered.json == {"address": "/trend"}  # type: ignore[attr-defined]
    assert name_of(there) == "Olga"
    assert "olga" in there.get("/account").text


def test_it_is_never_said_which_of_name_password_and_code_was_wrong(
    app: Flask, olga: Browser, ctx: Context
) -> None:
    set_password(olga)
    secret = enrol(olga, ctx)
    fresh = totp.code_at(secret, ctx.clock() // 1000 // totp.STEP_S + 1)
    for name, password, code in [
        ("olga", OTHER, fresh),
        ("olga", PASSWORD, ""),
        ("olga", PASSWORD, "000000"),
        ("nobody", PASSWORD, fresh),
        ("not a name'; --", PASSWORD, ""),
        ("", "", ""),
    ]:
        browser = try_password(app, password, name, code)
        assert browser.answered.json["error"] == WRONG  # type: ignore[attr-defined]
        assert name_of(browser) is None
    assert name_of(try_password(app, PASSWORD, code=fresh)) == "Olga"


def test_an_unknown_name_takes_as_much_work_as_a_wrong_password(
    app: Flask, olga: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_password(olga)
    held_against: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, stored: str | bytes, password: str | bytes) -> bool:
            held_against.append(str(stored))
            return super().verify(stored, password)

    monkeypatch.setattr(passwords, "hasher", Counting(1, 8, 1))
    for name in ("olga", "nobody", "not a name'; --"):
        try_password(app, OTHER, name)
    parameters = {stored.rsplit("$", 2)[0] for stored in held_against}
    assert (len(held_against), len(parameters)) == (3, 1)


def test_what_nobody_has_is_held_against_the_parameters_in_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    assert not passwords.hasher.check_needs_rehash(passwords._OF_NOBODY)
    assert not passwords._verify(passwords._OF_NOBODY, PASSWORD)
    hasher = passwords.hasher
    assert (hasher.time_cost, hasher.memory_cost) == (3, 64 * 1024)


def test_a_hash_with_older_parameters_is_made_anew_when_its_password_is_typed(
    app: Flask, olga: Browser, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_password(olga)
    monkeypatch.setattr(
        passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    )
    try_password(app, OTHER)
    assert "t=1," in everything_at_rest(ctx)
    for _ in range(2):
        assert name_of(try_password(app, PASSWORD)) == "Olga"
        assert "t=2," in everything_at_rest(ctx)
        assert "t=1," not in everything_at_rest(ctx)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"password": "x" * 14}, "password", "15 to 256"),
        ({"password": "x" * 257}, "password", "15 to 256"),
        ({"name": "ol"}, "name", "3 to 60"),
        ({"name": "Ölga"}, "name", "3 to 60"),
        ({"name": "mo"}, "name", "3 to 60"),
    ],
)
def test_a_name_or_password_that_cannot_be_is_refused_with_its_limit(
    olga: Browser, given: dict[str, str], field: str, words: str
) -> None:
    answer = olga.put("/api/account/password", {"name": "olga", "password": PASSWORD, **given})
    error = answer.json["error"]
    assert (answer.status_code, error["field"]) == (400, field)
    assert words in error["message"]


def test_any_fifteen_characters_will_do_and_look_alikes_are_the_same(
    app: Flask, olga: Browser
) -> None:
    set_password(olga, password="aaaaaaaaaaaaaaé")
    assert name_of(try_password(app, "aaaaaaaaaaaaaae\u0301")) == "Olga"


@pytest.mark.postgres
def test_a_sign_in_name_belongs_to_one_account(app: Flask, olga: Browser, ctx: Context) -> None:
    set_password(olga)
    mo = by_link(app, ctx, "Mo")
    answer = mo.put("/api/account/password", {"name": "olga", "password": OTHER})
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "name")
    assert name_of(try_password(app, OTHER)) is None


def test_another_password_needs_the_current_one_unless_a_link_began_the_session(
    app: Flask, olga: Browser, ctx: Context
) -> None:
    set_password(olga)
    there = try_password(app, PASSWORD)
    new = {"name": "olga", "password": OTHER}
    for current in ("", OTHER):
        refused = there.put("/api/account/password", {**new, "current": current})
        assert (refused.status_code, refused.json["error"]["field"]) == (403, "current")
    assert there.put("/api/account/password", {**new, "current": PASSWORD}).status_code == 200
    assert name_of(try_password(app, PASSWORD)) is None
    assert name_of(try_password(app, OTHER)) == "Olga"


@pytest.mark.postgres
def test_a_new_password_ends_every_other_session_and_not_ones_own(
    app: Flask, olga: Browser
) -> None:
    set_password(olga)
    there = try_password(app, PASSWORD)
    set_password(olga, password=OTHER)
    assert (name_of(there), name_of(olga)) == (None, "Olga")


def test_a_server_without_passwords_takes_none_and_shows_no_field(
    config: Config, ctx: Context
) -> None:
    app = create_app(replace(config, passwords=False), ctx)
    answer = try_password(app, PASSWORD).answered  # type: ignore[attr-defined]
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "no_right")
    page = Browser(app).get("/sign-in").text
    assert "password" not in page
    assert "organisation" not in page
    assert "one-time link" in page


# Tries


@pytest.fixture(params=["memory", "redis"])
def windows(request: pytest.FixtureRequest) -> Windows:
    if request.param == "memory":
        return MemoryWindows()
    return RedisWindows(request.getfixturevalue("redis_url"), time.monotonic_ns().to_bytes(32))


def test_tries_at_one_account_are_few_and_it_is_said_when_to_try_again(windows: Windows) -> None:
    tries = SignInTries(windows)
    for n in range(PER_ACCOUNT):
        tries.count("olga", f"192.0.2.{n}")
    with pytest.raises(RateLimited) as raised:
        tries.count("olga", "192.0.2.99")
    left_s = raised.value.details["retry_after_s"]
    assert isinstance(left_s, int)
    assert 290 <= left_s <= 300
    assert raised.value.message == f"Too many tries at this account. Try again in {left_s} s."
    tries.count("mo", "192.0.2.99")
    tries.succeeded("olga")
    tries.count("olga", "192.0.2.99")


def test_tries_from_one_address_are_bounded_over_all_accounts(windows: Windows) -> None:
    tries = SignInTries(windows)
    for n in range(PER_ADDRESS):
        tries.count(f"account-{n}", "192.0.2.1")
    with pytest.raises(RateLimited, match="from your network"):
        tries.count("one more", "192.0.2.1")
    tries.count("one more", "192.0.2.2")


def test_the_right_password_does_not_help_once_there_were_too_many_tries(
    app: Flask, olga: Browser
) -> None:
    set_password(olga)
    for _ in range(PER_ACCOUNT):
        try_password(app, OTHER)
    answer = try_password(app, PASSWORD).answered  # type: ignore[attr-defined]
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "rate_limited")
    assert int(answer.headers["Retry-After"]) == answer.json["error"]["retry_after_s"]


# A code


@pytest.mark.postgres
def test_a_code_is_good_once(app: Flask, olga: Browser, ctx: Context, clock: TurnableClock) -> None:
    set_password(olga)
    secret = enrol(olga, ctx)
    confirmed_with = now_code(secret, ctx)
    assert name_of(try_password(app, PASSWORD, code=confirmed_with)) is None
    clock.turn(minutes=0.5)
    code = now_code(secret, ctx)
    assert name_of(try_password(app, PASSWORD, code=code)) == "Olga"
    assert name_of(try_password(app, PASSWORD, code=code)) is None


def test_an_app_that_was_never_confirmed_locks_nobody_out(app: Flask, olga: Browser) -> None:
    set_password(olga)
    olga.post("/api/account/code")
    wrong = olga.post("/api/account/code/confirm", {"code": "000000"})
    assert (wrong.status_code, wrong.json["error"]["field"]) == (403, "code")
    assert name_of(try_password(app, PASSWORD)) == "Olga"


def test_a_confirmed_secret_is_never_shown_again(olga: Browser, ctx: Context) -> None:
    set_password(olga)
    secret = enrol(olga, ctx)
    for answer in (olga.get("/api/account/code.svg"), olga.post("/api/account/code")):
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "illegal_transition")
    assert totp.spell(secret) not in olga.get("/account").text


def test_an_app_comes_off_with_a_code_or_with_the_owners_link(
    app: Flask, olga: Browser, ctx: Context, clock: TurnableClock
) -> None:
    set_password(olga)
    secret = enrol(olga, ctx)
    clock.turn(minutes=0.5)
    there = try_password(app, PASSWORD, code=now_code(secret, ctx))
    refused = there.post("/api/account/code/remove", {"code": now_code(secret, ctx)})
    assert (refused.status_code, refused.json["error"]["field"]) == (403, "code")
    clock.turn(minutes=0.5)
    taken = there.post("/api/account/code/remove", {"code": now_code(secret, ctx)})
    assert taken.status_code == 200
    assert name_of(try_password(app, PASSWORD)) == "Olga"
    enrol(olga, ctx)
    assert olga.post("/api/account/code/remove").status_code == 200
    assert name_of(try_password(app, PASSWORD)) == "Olga"


# The provider


def connect(browser: Browser, provider: OpenIdProvider) -> None:
    back = provider.visit(browser.post("/api/account/provider").json["address"])
    assert browser.get(back).location == "/account"


def by_provider(app: Flask, provider: OpenIdProvider, wanted: str = "/trend") -> Browser:
    browser = Browser(app)
    left = browser.get(f"/sign-in/oidc?next={wanted}")
    browser.answered = browser.get(provider.visit(left.location))  # type: ignore[attr-defined]
    return browser


@pytest.mark.postgres
def test_whoever_connected_their_account_is_signed_in_from_the_provider(
    app: Flask, olga: Browser, provider: OpenIdProvider
) -> None:
    connect(olga, provider)
    there = by_provider(app, provider)
    assert (there.answered.status_code, name_of(there)) == (303, "Olga")  # type: ignore[attr-defined]
    assert there.answered.location == "/trend"  # type: ignore[attr-defined]
    olga.delete("/api/account/provider")
    assert name_of(by_provider(app, provider)) is None


def test_whom_the_provider_knows_and_nobody_connected_is_not_signed_in(
    app: Flask, olga: Browser, provider: OpenIdProvider
) -> None:
    connect(olga, provider)
    provider.user = "eve"
    eve = by_provider(app, provider)
    assert eve.answered.status_code == 403  # type: ignore[attr-defined]
    assert "connected" in eve.answered.text  # type: ignore[attr-defined]
    assert name_of(eve) is None


@pytest.mark.postgres
def test_one_person_at_the_provider_is_one_account_here(
    app: Flask, olga: Browser, provider: OpenIdProvider, ctx: Context
) -> None:
    connect(olga, provider)
    mo = by_link(app, ctx, "Mo")
    back = provider.visit(mo.post("/api/account/provider").json["address"])
    assert mo.get(back).status_code == 409
    assert name_of(by_provider(app, provider)) == "Olga"
    provider.user = "olga-elsewhere"
    connect(olga, provider)
    assert name_of(by_provider(app, provider)) == "Olga"
    provider.user = "olga"
    assert name_of(by_provider(app, provider)) is None


def test_nobody_can_make_a_victim_connect_their_account_with_an_attackers(
    app: Flask, olga: Browser, provider: OpenIdProvider, ctx: Context
) -> None:
    provider.user = "eve"
    eve = by_link(app, ctx, "Eve")
    back = provider.visit(eve.post("/api/account/provider").json["address"])
    assert olga.get(back).status_code == 400
    begun = olga.client.post("/api/account/provider", json={})
    assert (begun.status_code, begun.json["error"]["code"]) == (403, "cross_site")
    # Not even with the attacker's cookie in the victim's browser.
    cookie = eve.client.get_cookie("fh-oidc")
    assert cookie is not None
    olga.client.set_cookie("fh-oidc", cookie.value)
    assert olga.get(back).status_code == 401
    assert name_of(by_provider(app, provider)) is None


# Every way


def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(
    app: Flask, olga: Browser, provider: OpenIdProvider, ctx: Context
) -> None:
    """Session fixation: whoever knows the cookie from before knows nothing afterwards."""
    set_password(olga)
    connect(olga, provider)
    eve = by_link(app, ctx, "Eve").client.get_cookie("fh-staff")
    assert eve is not None
    for planted in ("0" * 64, eve.value):
        browser = Browser(app)
        browser.client.set_cookie("fh-staff", planted)
        browser.post("/api/sign-in", {"name": "olga", "password": PASSWORD})
        assert name_of(browser) == "Olga"
        after = browser.client.get_cookie("fh-staff")
        assert after is not None
        assert after.value != planted
        attacker = Browser(app)
        attacker.client.set_cookie("fh-staff", planted)
        assert name_of(attacker) is None


def test_signing_in_takes_the_token_of_a_page_of_ours(app: Flask, olga: Browser) -> None:
    set_password(olga)
    given = {"name": "olga", "password": PASSWORD}
    browser = Browser(app)
    for headers in ({}, {"X-CSRF-Token": browser.csrf, "Origin": "https://evil.example"}):
        answer = browser.client.post("/api/sign-in", json=given, headers=headers)
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "cross_site")
    assert name_of(browser) is None


ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/e/all-hands//evil.example",
    "/e/all-hands/desk\n",
    "/e/../../evil",
    "javascript:alert(1)",
    "/sign-in/oidc",
    "/e/all-hands/desk?next=//evil.example",
    "",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_leads_to_pages_of_ours_only(wanted: str) -> None:
    assert safe_next(wanted) == "/staff"


@pytest.mark.parametrize("wanted", ["/staff", "/new", "/e/all-hands", "/e/all-hands/desk"])
def test_signing_in_leads_to_the_page_that_was_wanted(wanted: str) -> None:
    assert safe_next(wanted) == wanted


def test_the_address_after_signing_in_is_checked_at_every_door(
    app: Flask, olga: Browser, provider: OpenIdProvider
) -> None:
    set_password(olga)
    connect(olga, provider)
    evil = "//evil.example"
    given = {"name": "olga", "password": PASSWORD, "next": evil}
    assert Browser(app).post("/api/sign-in", given).json == {"address": "/staff"}
    assert by_provider(app, provider, evil).answered.location == "/staff"  # type: ignore[attr-defined]
    page = Browser(app).get(f"/sign-in?next={evil}").text
    assert "evil.example" not in page


def test_a_page_for_staff_sends_whoever_is_signed_out_to_sign_in_and_back(app: Flask) -> None:
    page = Browser(app).get("/trend").text
    assert 'href="/sign-in?next=/trend"' in page
    assert "/sign-in/oidc?next=/trend" in Browser(app).get("/sign-in?next=/trend").text


@pytest.mark.postgres
def test_no_secret_is_at_rest_or_in_the_log_output(
    config: Config, ctx: Context, provider: OpenIdProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    loud = replace(config, openid=provider.settings, log_level="debug")
    app = create_app(loud, ctx)
    provider.user, provider.now_s = "olga", lambda: ctx.clock() // 1000
    olga = by_link(app, ctx, "Olga")
    set_password(olga)
    connect(olga, provider)
    secret = enrol(olga, ctx)
    try_password(app, OTHER)
    there = by_provider(app, provider)
    logging.getLogger("qa.test").debug("probe")
    root.setLevel(level)
    root.handlers[:] = handlers
    logged = "".join(capsys.readouterr())
    kept = everything_at_rest(ctx)
    session = there.client.get_cookie("fh-staff")
    assert session is not None
    assert "probe" in logged
    spelled = [PASSWORD, OTHER, CLIENT_SECRET, session.value, "sub-of-olga", secret.hex()]
    spelled += [totp.spell(secret), totp.spell(secret).replace(" ", ""), repr(secret)[2:-1]]
    for each in spelled:
        assert each not in logged
        assert each not in kept
    assert urlsplit(provider.issuer).netloc not in kept
