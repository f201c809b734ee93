"""Every page is served, to whom it is for."""

import re

import pytest

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT, Policy
from qa.domain.question import Role
from qa.services import imports, policies
from qa.services.context import Actor, Context
from tests.web.meeting import Meeting

PUBLIC = ["", "/record", "/record/1", "/policy", "/stage"]


def test_public_pages_are_for_everybody(meeting: Meeting) -> None:
    meeting.ask()
    for path in PUBLIC:
        answer = meeting.stranger().get(f"/e/{meeting.slug}{path}")
        assert answer.status_code == 200, path
        assert 'data-slug="all-hands"' in answer.text, path
        assert answer.headers["Cache-Control"] == "no-store", path


def test_no_page_has_an_inline_script_or_style(meeting: Meeting) -> None:
    meeting.decide(meeting.ask(), "filter")
    paths = ["/", "/staff", "/new", "/s/" + "0" * 64, "/nothing"]
    paths += [f"/e/{meeting.slug}{path}" for path in [*PUBLIC, "/desk", "/settings"]]
    for path in paths:
        page = meeting.owner.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page), path
        for script in re.findall(r"<script[^>]*>", page):
            assert "src=" in script or 'type="application/json"' in script, path


@pytest.mark.parametrize(
    ("path", "roles"),
    [("/desk", ["owner", "moderator", "presenter", "auditor"]), ("/settings", ["owner"])],
)
def test_staff_pages_are_for_staff(meeting: Meeting, path: str, roles: list[str]) -> None:
    for role in ("owner", "moderator", "presenter", "auditor", "participant", "public"):
        answer = meeting.anyone(role).get(f"/e/{meeting.slug}{path}")
        outside = 401 if role in ("participant", "public") else 403
        assert answer.status_code == (200 if role in roles else outside), role
        assert answer.mimetype == "text/html"


def test_the_page_for_new_events_is_for_accounts_that_may_create_them(meeting: Meeting) -> None:
    assert meeting.owner.get("/new").status_code == 200
    assert meeting.staff("moderator").get("/new").status_code == 403
    assert meeting.stranger().get("/new").status_code == 401


def test_a_join_link_joins_and_leads_to_the_board(meeting: Meeting) -> None:
    browser = meeting.stranger()
    answer = browser.get(f"/j/{meeting.code.lower()}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/e/all-hands")
    assert browser.get(f"{meeting.api}/me").json["joined"] is True
    wrong = browser.get("/j/NOSUCH")
    assert (wrong.status_code, wrong.mimetype) == (404, "text/html")
    assert "No meeting has this code" in wrong.text


def test_the_record_can_be_filtered_without_a_script(meeting: Meeting) -> None:
    meeting.ask("Kept question?")
    meeting.ask("Dropped question?")
    meeting.decide(1)
    meeting.decide(2, "filter")
    page = meeting.stranger().get(f"/e/{meeting.slug}/record?verdict=filter&reason=off_topic").text
    assert "Dropped question?" in page
    assert "Kept question?" not in page
    assert "Outside the subject of this meeting." in page


def test_the_policy_page_leads_to_each_version_that_it_names(meeting: Meeting) -> None:
    page = meeting.stranger().get(f"/e/{meeting.slug}/policy").text
    assert f"/api/events/{meeting.slug}/policy?version=1" in page
    for base in ("/e", "/api/events"):
        address = f"{base}/{meeting.slug}/policy?version="
        assert meeting.stranger().get(f"{address}1").status_code == 200
        assert meeting.stranger().get(f"{address}2").status_code == 404
        assert meeting.stranger().get(f"{address}x").status_code == 400


def test_the_policy_page_and_the_desk_say_where_a_second_person_has_to_be_an_owner(
    meeting: Meeting, ctx: Context
) -> None:
    least = "It takes two people, always: one proposes it, another one confirms it."
    page = meeting.stranger().get(f"/e/{meeting.slug}/policy").text
    assert least in page
    assert "One of the two is an owner." not in page
    assert "Another person, an owner, decides" not in page
    more = {"second_person_redaction": "one_is_owner", "second_person_appeal": "an_owner"}
    policy = Policy.from_document({**DEFAULT_POLICY_DOCUMENT, **more})
    policies.publish_policy(ctx, meeting.slug, Actor(Role.OWNER, pseudonym="Owner"), policy, 1)
    page = meeting.stranger().get(f"/e/{meeting.slug}/policy").text
    assert f"{least} One of the two is an owner." in page
    assert "Another person, an owner, decides within 30 minutes." in page
    for who, told in ((meeting.staff("moderator"), True), (meeting.owner, False)):
        desk = who.get(f"/e/{meeting.slug}/desk").text
        assert ("data-appeals-need-owner data-hiding-needs-owner" in desk) == told


def test_a_long_record_has_pages_and_every_number_is_on_one_of_them(
    meeting: Meeting, ctx: Context
) -> None:
    with_filter = f"/e/{meeting.slug}/record?verdict=publish"
    rows = "".join(f"What about matter {n}?\n" for n in range(1, 2_001))
    owner = Actor(Role.OWNER, pseudonym="Owner")
    imports.import_questions(ctx, meeting.slug, owner, f"text\n{rows}".encode(), dry_run=False)
    meeting.ask()
    for n in (7, 1_500, 2_001):
        meeting.decide(n)
    pages = [meeting.stranger().get(f"/e/{meeting.slug}/record?page={n}").text for n in (1, 2, 3)]
    listed = [re.findall(r'id="q(\d+)"', page) for page in pages]
    assert [n for page in listed for n in page] == [str(n) for n in range(1, 2_002)]
    assert [len(page) for page in listed] == [1_000, 1_000, 1]
    assert "Page 2 of 3" in pages[1]
    assert "on this page #1001 to #2000" in pages[1]
    assert 'data-complete="no"' in pages[1]
    assert '<strong data-count="submitted">2,001</strong>' in pages[1]
    assert 'of <strong class="num">2,001</strong>' in pages[1]
    filtered = meeting.stranger().get(with_filter).text
    assert re.findall(r'id="q(\d+)"', filtered) == ["7", "1500", "2001"]
    assert "Page 1" not in filtered
    assert "(1,998)" in meeting.stranger().get(f"/e/{meeting.slug}/record").text
    assert meeting.stranger().get(f"/e/{meeting.slug}/record?page=99").text.count('id="q') == 1
    history = meeting.stranger().get(f"/e/{meeting.slug}/record/1500").text
    assert f'/e/{meeting.slug}/record?page=2#q1500"' in history


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30])
def test_a_page_of_the_record_that_is_no_number_is_refused(meeting: Meeting, page: str) -> None:
    answer = meeting.stranger().get(f"/e/{meeting.slug}/record?page={page}")
    assert answer.status_code == 400


def test_words_of_the_audience_are_words_on_every_page(meeting: Meeting) -> None:
    meeting.ask("<img src=x onerror=alert(1)> \u202eevil\u202c {{ 7*7 }}?")
    meeting.decide(1)
    for path in ("/record", "/record/1"):
        page = meeting.stranger().get(f"/e/{meeting.slug}{path}").text
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
        assert "<img src=x" not in page
        assert "[RLO]evil[PDF]" in page
        assert "\u202e" not in page
        assert "{{ 7*7 }}" in page


def test_unknown_questions_are_unknown_pages(meeting: Meeting) -> None:
    for number in ("1", "0", "99999999999999999999"):
        answer = meeting.stranger().get(f"/e/{meeting.slug}/record/{number}")
        assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_the_page_knows_the_readers_role(meeting: Meeting) -> None:
    assert 'data-role="moderator"' in meeting.staff("moderator").get("/e/all-hands").text
    assert 'data-role=""' in meeting.participant().get("/e/all-hands").text
