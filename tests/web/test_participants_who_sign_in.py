"""Participants who sign in at the OpenID provider: whom that lets in, and what is kept of it."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from qa.app import create_app
from qa.config import Config
from qa.exports.bundle import read_bundle
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Evidence, Pins
from qa.report.json_form import report_json
from qa.services import identity, logs, provider_participants, snapshots
from qa.services.context import Context
from qa.services.openid import Subject, pseudonym
from qa.services.reports import build_report
from qa.store.models.admission import Arrival, ArrivalKey
from qa.store.models.events import Event
from qa.store.models.questions import Vote
from qa.store.sealed import unseal
from qa.web.report_desk import REPORT_DESK
from tests.conftest import everything_at_rest
from tests.openid_provider import OpenIdProvider, running_provider
from tests.promises import log_watch
from tests.promises.traces import files_of, spellings
from tests.web.browser import Browser
from tests.web.meeting import Meeting, assert_can_only_read, question

BACK = "http://localhost:8010/oidc/callback"


@pytest.fixture
def database_url(one_database_url: str) -> str:
    """Return SQLite's address, or PostgreSQL's for what leans on locks or on what is destroyed."""
    return one_database_url


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdProvider]:
    with running_provider(lambda: 0, BACK) as provider:
        yield provider


@pytest.fixture
def provider(running: OpenIdProvider, ctx: Context) -> OpenIdProvider:
    running.now_s = lambda: ctx.clock() // 1000
    running.claims, running.header, running.published = {}, {}, {}
    return running


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """Give what is logged, at every level; asked for before the app is made."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield capsys
    root.setLevel(level)
    root.handlers[:] = handlers  # ours writes to what capsys closes


@pytest.fixture
def app(config: Config, ctx: Context, provider: OpenIdProvider) -> Iterator[Flask]:
    made = create_app(replace(config, openid=provider.settings, log_level="debug"), ctx)
    yield made
    made.extensions[REPORT_DESK].close()


@dataclass
class SignIns:
    """Meetings that people sign in to, and the provider that they do it at."""

    app: Flask
    ctx: Context
    provider: OpenIdProvider
    owner: Browser

    def meeting(self, title: str, state: str = "open") -> Meeting:
        code = f"{title.upper()}77"
        draft = {"title": title, "join_code": code, "admission": "provider"}
        made = self.owner.post("/api/events", draft)
        assert made.status_code == 201, made.text
        meeting = Meeting(self.app, self.ctx, self.owner, made.json["slug"], code)
        if state == "open":
            meeting.move("open")
        return meeting

    def come_in(self, meeting: Meeting, user: str, browser: Browser | None = None) -> Browser:
        """Go the whole way: the code, the board, the provider, and back."""
        person = browser or Browser(self.app)
        address = person.post("/api/join", {"code": meeting.code}).json["url"]
        assert f'href="{address}/sign-in"' in person.get(address).text
        answer = self.come_back(meeting, user, person)
        assert (answer.status_code, answer.location) == (303, address), answer.text
        return person

    def come_back(self, meeting: Meeting, user: str | None, person: Browser) -> Any:
        """Return what somebody is answered who is sent to the provider and comes back."""
        left = person.get(f"/e/{meeting.slug}/sign-in")
        assert left.location.startswith(f"{self.provider.issuer}/authorize?"), left.text
        self.provider.user = user
        return person.get(self.provider.visit(left.location))

    def subject(self, user: str) -> Subject:
        return Subject(self.provider.issuer, f"sub-of-{user}")


@pytest.fixture
def sign_ins(app: Flask, ctx: Context, provider: OpenIdProvider) -> SignIns:
    owner = Browser(app)
    account = identity.create_account(ctx, "Olga Owner", may_create_events=True)
    owner.sign_in(identity.create_link(ctx, account))
    return SignIns(app, ctx, provider, owner)


def joined(meeting: Meeting, person: Browser) -> bool:
    answer: bool = person.get(f"{meeting.api}/me").json["joined"]
    return answer


def secret_of(meeting: Meeting, person: Browser) -> str:
    """Return what the cookie holds, without its signature."""
    cookie = person.client.get_cookie(f"fh-p-{meeting.slug}")
    assert cookie is not None
    return cookie.value.rsplit(".", maxsplit=1)[0]


def shown(meeting: Meeting) -> dict[str, Any]:
    found: dict[str, Any] = meeting.stranger().get(meeting.api).json["admission"]
    return found


def ask(meeting: Meeting, person: Browser) -> None:
    assert person.post(f"{meeting.api}/questions", question()).status_code == 201
    meeting.decide(1)


# Who comes in


@pytest.mark.postgres
def test_whoever_signs_in_takes_part_and_is_one_person_in_every_browser(sign_ins: SignIns) -> None:
    meeting = sign_ins.meeting("Council")
    ada = sign_ins.come_in(meeting, "ada")
    ask(meeting, ada)
    at_home = sign_ins.come_in(meeting, "ada")
    bob = sign_ins.come_in(meeting, "bob")
    for person in (ada, at_home, bob):
        assert person.put(f"{meeting.api}/questions/1/vote").status_code == 200
    snapshots.log_snapshots(sign_ins.ctx, [meeting.slug])
    (row,) = meeting.owner.get(f"{meeting.api}/board").json["questions"]
    assert row["votes"] == 2
    assert at_home.get(f"{meeting.api}/me").json["votes"] == [1]
    host = urlsplit(sign_ins.provider.issuer).netloc
    told = shown(meeting)
    words = told.pop("words")
    assert told == {
        "how": "provider",
        "verified": True,
        "electorate": None,
        "used": 2,
        "at": host,
    }
    assert words.startswith(f"By sign-in at {host}: 2 people have come in.")
    board = meeting.stranger().get(f"/e/{meeting.slug}").text
    assert "One vote for each person who signs in." in board
    assert "Unverified" not in board
    assert "nobody checks whose it is" not in board


def test_without_a_sign_in_one_can_read_and_nothing_else(sign_ins: SignIns) -> None:
    meeting = sign_ins.meeting("Council")
    person = meeting.stranger()
    assert_can_only_read(meeting, person, "sign_in_needed")
    assert person.post(f"{meeting.api}/ticket", {"ticket": "0" * 32}).status_code == 410


def test_somebody_else_at_the_same_browser_is_somebody_else(sign_ins: SignIns) -> None:
    meeting = sign_ins.meeting("Council")
    shared = sign_ins.come_in(meeting, "ada")
    ada = secret_of(meeting, shared)
    sign_ins.come_in(meeting, "bob", shared)
    assert secret_of(meeting, shared) != ada
    assert shown(meeting)["used"] == 2


def test_one_person_has_another_pseudonym_in_each_meeting_and_takes_none_along(
    sign_ins: SignIns,
) -> None:
    here, there = sign_ins.meeting("Here"), sign_ins.meeting("There")
    ada = sign_ins.come_in(here, "ada")
    assert not joined(there, ada)
    secret = secret_of(here, ada)
    cookie = ada.client.get_cookie(f"fh-p-{here.slug}")
    assert cookie is not None
    ada.client.set_cookie(f"fh-p-{there.slug}", cookie.value)
    assert not joined(there, ada), "the cookie of one meeting is good in another"
    sign_ins.come_in(there, "ada", ada)
    assert secret_of(there, ada) != secret
    voters = {identity.voter_of(one.slug, secret_of(one, ada)) for one in (here, there)}
    assert len(voters) == 2
    # A meeting for everybody sends nobody to the provider.
    made = sign_ins.owner.post("/api/events", {"title": "Open house"}).json
    refused = ada.get(f"/e/{made['slug']}/sign-in")
    assert (refused.status_code, "takes no sign-in" in refused.text) == (400, True)


# Who does not


def test_whoever_comes_back_without_a_sign_in_is_told_so_and_led_back(sign_ins: SignIns) -> None:
    meeting = sign_ins.meeting("Council")
    cancelled = sign_ins.come_back(meeting, None, person := meeting.stranger())
    assert (cancelled.status_code, joined(meeting, person)) == (400, False)
    assert "The sign-in was cancelled or refused." in cancelled.text
    assert f'href="/e/{meeting.slug}"' in cancelled.text
    sign_ins.provider.claims = {"iss": "https://elsewhere.example.org"}
    other = sign_ins.come_back(meeting, "ada", person)
    assert (other.status_code, joined(meeting, person)) == (400, False)
    assert shown(meeting)["used"] == 0


def test_an_answer_of_another_provider_or_for_another_browser_lets_nobody_in(
    sign_ins: SignIns,
) -> None:
    meeting = sign_ins.meeting("Council")
    person, thief = meeting.stranger(), meeting.stranger()
    sign_ins.provider.user = "ada"
    back = sign_ins.provider.visit(person.get(f"/e/{meeting.slug}/sign-in").location)
    assert thief.get(back).status_code == 400
    query = parse_qs(urlsplit(back).query)
    forged = back.replace(sign_ins.provider.issuer.partition("://")[2], "evil.example")
    if forged == back:
        forged = f"/oidc/callback?code={query['code'][0]}&state={query['state'][0]}&iss=https://e"
    answer = person.get(forged)
    assert (answer.status_code, "not from the sign-in service" in answer.text) == (400, True)
    assert not joined(meeting, person)
    assert not joined(meeting, thief)


def test_a_provider_that_is_away_is_said_so_and_the_board_stays(sign_ins: SignIns) -> None:
    meeting = sign_ins.meeting("Council")
    sign_ins.provider.published = {"issuer": "https://elsewhere.example.org"}
    answer = meeting.stranger().get(f"/e/{meeting.slug}/sign-in")
    assert answer.status_code == 503
    assert f'href="/e/{meeting.slug}"' in answer.text
    assert meeting.stranger().get(f"/e/{meeting.slug}").status_code == 200


def test_a_server_that_changed_its_provider_lets_in_nobody_of_the_new_one(
    sign_ins: SignIns, config: Config
) -> None:
    meeting = sign_ins.meeting("Council")
    other = replace(sign_ins.provider.settings, issuer="http://localhost:1/other")
    for openid in (other, None):
        moved = create_app(replace(config, openid=openid), sign_ins.ctx)
        answer = Browser(moved).get(f"/e/{meeting.slug}/sign-in")
        assert (answer.status_code, "does not know that service" in answer.text) == (503, True)
        moved.extensions[REPORT_DESK].close()


def test_before_it_opens_and_after_it_closes_a_meeting_lets_nobody_in(sign_ins: SignIns) -> None:
    meeting = sign_ins.meeting("Council", state="draft")
    early = meeting.stranger().get(f"/e/{meeting.slug}/sign-in")
    assert (early.status_code, "not open yet" in early.text) == (409, True)
    meeting.move("open")
    person = meeting.stranger()
    left = person.get(f"/e/{meeting.slug}/sign-in")
    sign_ins.provider.user = "ada"
    back = sign_ins.provider.visit(left.location)
    meeting.move("closed")
    late = person.get(back)
    assert (late.status_code, "closed" in late.text) == (409, True)
    assert not joined(meeting, person)
    assert meeting.stranger().get(f"/e/{meeting.slug}/sign-in").status_code == 409


def test_who_goes_to_the_provider_too_often_waits(sign_ins: SignIns, config: Config) -> None:
    meeting = sign_ins.meeting("Council")
    few = replace(config.limits, joins_per_minute_and_address=2)
    app = create_app(replace(config, openid=sign_ins.provider.settings, limits=few), sign_ins.ctx)
    person = Browser(app)
    answers = [person.get(f"/e/{meeting.slug}/sign-in").status_code for _ in range(3)]
    assert answers == [303, 303, 429]
    app.extensions[REPORT_DESK].close()


# What an owner chooses


def test_a_server_without_a_provider_does_not_offer_a_sign_in(
    sign_ins: SignIns, config: Config
) -> None:
    plain = create_app(config, sign_ins.ctx)
    owner = Browser(plain)
    staff = sign_ins.owner.client.get_cookie("fh-staff")
    assert staff is not None
    owner.client.set_cookie("fh-staff", staff.value)
    refused = owner.post("/api/events", {"title": "Council", "admission": "provider"})
    assert (refused.status_code, refused.json["error"]["field"]) == (400, "admission")
    host = urlsplit(sign_ins.provider.issuer).netloc
    meeting = sign_ins.meeting("Council", state="draft")
    for page in ("/new", f"/e/{meeting.slug}/settings"):
        assert f"Whoever signs in at {host}" in sign_ins.owner.get(page).text
    assert "Whoever signs in" not in owner.get("/new").text
    plain.extensions[REPORT_DESK].close()


def test_the_way_in_is_logged_with_the_provider_and_settled_by_opening(sign_ins: SignIns) -> None:
    meeting = sign_ins.meeting("Council", state="draft")
    for way in ("tickets", "provider"):
        assert meeting.owner.patch(meeting.api, {"admission": way}).status_code == 200
    meeting.move("open")
    late = meeting.owner.patch(meeting.api, {"admission": "open"})
    assert (late.status_code, late.json["error"]["field"]) == (400, "admission")
    issuer = sign_ins.provider.issuer
    assert leaves(meeting, "admission") == [
        {"how": "provider", "size": 0, "issuer": issuer},
        {"how": "tickets", "size": 0},
        {"how": "provider", "size": 0, "issuer": issuer},
    ]
    tickets = meeting.owner.send(
        "POST", f"{meeting.api}/tickets", data=b"recipient\nAda\n", content_type="text/csv"
    )
    assert tickets.json["error"]["field"] == "admission"


def leaves(meeting: Meeting, kind: str) -> list[dict[str, Any]]:
    entries = log_watch.entries_of(meeting.ctx, meeting.slug)
    return [dict(one.fields) for one in entries if one.kind == kind]


# What is kept


def traces(sign_ins: SignIns, meeting: Meeting, person: Browser, user: str) -> set[bytes]:
    """Return every spelling of the subject, of the secret that comes of it, and of the key."""
    secret = secret_of(meeting, person)
    made = [bytes.fromhex(secret), secret.encode(), f"sub-of-{user}".encode(), key_of(meeting)]
    return {spelt for each in made for spelt in spellings(each)}


def key_of(meeting: Meeting) -> bytes:
    """Return the event's key, as only somebody can who has both database and key file."""
    with meeting.ctx.db.read() as session:
        event = session.scalars(select(Event).where(Event.slug == meeting.slug)).one()
        sealed = session.get_one(ArrivalKey, event.id).sealed
        sealing = meeting.ctx.keyring.secret(provider_participants.SEALED_WITH)
        return unseal(sealing, f"key of event {event.id}", sealed)


def everything_shown(meeting: Meeting) -> bytes:
    api, page = meeting.api, f"/e/{meeting.slug}"
    public = [api, f"{api}/board", f"{api}/policy", f"{api}/openings", f"{api}/bundle.zip"]
    public += [page, f"{page}/record", f"{page}/record/1", f"{page}/stage"]
    private = [f"{api}/desk", f"{api}/settings", f"{page}/desk", f"{page}/settings"]
    answers = [meeting.stranger().get(path) for path in public]
    answers += [meeting.owner.get(path) for path in private]
    assert {answer.status_code for answer in answers} == {200}
    report = report_json(build_report(meeting.ctx, meeting.slug, topics="none"))
    return b"\n".join([*(answer.data for answer in answers), report])


def test_neither_name_nor_account_of_whoever_signs_in_is_kept(
    logged: pytest.CaptureFixture[str], sign_ins: SignIns, config: Config
) -> None:
    meeting = sign_ins.meeting("Council")
    ada = sign_ins.come_in(meeting, "ada")
    ask(meeting, ada)
    ada.put(f"{meeting.api}/questions/1/vote")
    logging.getLogger("qa.test").warning("probe")
    places = {
        "a table": everything_at_rest(sign_ins.ctx).encode(),
        "what is shown": everything_shown(meeting),
        "the log": b"\n".join(log_watch.check_growth(sign_ins.ctx, [], meeting.slug)),
        "a file": files_of(config),
        "the log output": "".join(logged.readouterr()).encode(),
    }
    assert b"probe" in places["the log output"]
    for place, found in places.items():
        for trace in traces(sign_ins, meeting, ada, "ada"):
            assert trace not in found, (place, trace)


def test_the_number_that_counts_a_person_is_not_the_one_they_vote_under(
    sign_ins: SignIns,
) -> None:
    meeting = sign_ins.meeting("Council")
    ada = sign_ins.come_in(meeting, "ada")
    ask(meeting, ada)
    ada.put(f"{meeting.api}/questions/1/vote")
    with sign_ins.ctx.db.read() as session:
        (tag,) = session.scalars(select(Arrival.tag))
        (voter,) = session.scalars(select(Vote.voter))
        assert set(Arrival.__table__.columns.keys()) == {"event_id", "tag"}
    assert voter == identity.voter_of(meeting.slug, secret_of(meeting, ada))
    assert voter not in tag


def test_until_the_close_key_and_account_tell_a_vote_and_nothing_less_does(
    sign_ins: SignIns,
) -> None:
    """What the statement admits: an operator with the key can try an account that they know."""
    meeting = sign_ins.meeting("Council")
    ada = sign_ins.come_in(meeting, "ada")
    secret = secret_of(meeting, ada)
    about = f"event:{meeting.slug}"
    assert pseudonym(sign_ins.subject("ada"), key_of(meeting), about).hex() == secret
    assert pseudonym(sign_ins.subject("bob"), key_of(meeting), about).hex() != secret
    # No secret of the server stands in for the event's own key.
    others = [path.read_text().strip() for path in _key_files(sign_ins.ctx)]
    assert others
    for other in others:
        assert pseudonym(sign_ins.subject("ada"), bytes.fromhex(other), about).hex() != secret


def _key_files(ctx: Context) -> list[Path]:
    return sorted((Path(ctx.config.data_dir) / "keys").glob("*.key"))


def test_the_close_destroys_the_key_and_the_log_says_so(sign_ins: SignIns, config: Config) -> None:
    close_and_look(sign_ins, config)


@pytest.mark.postgres
def test_the_close_destroys_the_key_in_postgresql_too(sign_ins: SignIns, config: Config) -> None:
    close_and_look(sign_ins, config)


def close_and_look(sign_ins: SignIns, config: Config) -> None:
    meeting, other = sign_ins.meeting("Council"), sign_ins.meeting("Other")
    ada = sign_ins.come_in(meeting, "ada")
    sign_ins.come_in(other, "ada")
    ask(meeting, ada)
    ada.put(f"{meeting.api}/questions/1/vote")
    with sign_ins.ctx.db.read() as session:
        event = session.scalars(select(Event).where(Event.slug == meeting.slug)).one()
        sealed = session.get_one(ArrivalKey, event.id).sealed
        (tag,) = session.scalars(select(Arrival.tag).where(Arrival.event_id == event.id))
    if config.database_url.startswith("sqlite"):
        assert sealed in on_disk(config), "the test looks in the wrong place"
    meeting.move("closed")
    with sign_ins.ctx.db.read() as session:
        kept = session.scalars(select(ArrivalKey.event_id)).all()
        assert (len(kept), event.id in kept) == (1, False)
        assert session.scalars(select(Arrival).where(Arrival.event_id == event.id)).all() == []
    at_rest = everything_at_rest(sign_ins.ctx)
    for gone in (sealed, tag):
        assert repr(gone) not in at_rest
        if config.database_url.startswith("sqlite"):
            assert gone not in on_disk(config)
    assert leaves(meeting, "admission.forgotten") == [{"used": 1}]
    assert (shown(meeting)["used"], shown(other)["used"]) == (1, 1)
    verify(meeting)


def on_disk(config: Config) -> bytes:
    files = Path(config.data_dir).glob("test.sqlite3*")
    return b"".join(path.read_bytes() for path in files)


def verify(meeting: Meeting) -> None:
    ctx = meeting.ctx
    pins = Pins(log=Verifier.parse(logs.log_vkey(ctx, meeting.slug)))
    report = build_report(ctx, meeting.slug, topics="none")
    assert (report.numbers.signed_in, report.numbers.votes_unverified) == (1, 0)
    said = [one.text for one in report.summary if "signed in" in one.text]
    assert said == ["Votes are of people who signed in: 1 did. Each had one; whose is not known."]
    steps = verify_bundle(
        read_bundle(ctx, meeting.slug), pins, Evidence(report=report_json(report))
    )
    assert [each.sentence for each in steps if each.passed is False] == []
