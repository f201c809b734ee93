"""Hiding words through the doors: what each role is sent before and after, and what is refused."""

from typing import Any

import pytest

from tests.web.meeting import AUTHOR_KEY, Meeting
from tests.web.test_rights import REDACTION, ROLES

TEXT = "Why does Ada Lovelace earn more than the rest of us?"
SECRET = "Lovelace"
PATHS = (
    *("/board", "/board?since=0", "/questions/1", "/openings", "/desk", "/bundle.zip"),
    *("/policy", "", "/settings", "/me"),
)
PAGES = ("", "/record", "/record/1", "/desk", "/stage")


def everything_for(meeting: Meeting, role: str) -> bytes:
    """Return all that somebody in a role can read of a meeting."""
    browser = meeting.anyone(role)
    read = [browser.get(meeting.api + path) for path in PATHS]
    read.append(browser.post(f"{meeting.api}/similar", {"text": TEXT[:24]}))
    read += [browser.get(f"/e/{meeting.slug}{page}") for page in PAGES]
    return b"\n".join(answer.data for answer in read)


def propose(meeting: Meeting, **changes: Any) -> int:
    body = {**REDACTION, "spans": [[9, 21]], **changes}
    answer = meeting.staff("moderator").post(f"{meeting.api}/questions/1/redactions", body)
    assert answer.status_code == 201, answer.text
    return int(answer.json["proposals"][0]["id"])


def test_nobody_in_any_role_is_sent_the_words_any_more(meeting: Meeting) -> None:
    meeting.ask(TEXT)
    meeting.decide(1)
    before = {role: everything_for(meeting, role) for role in ROLES}
    assert all(SECRET.encode() in read for read in before.values())
    number = propose(meeting)
    confirmed = meeting.owner.post(f"{meeting.api}/questions/1/redactions/{number}/confirm")
    assert confirmed.status_code == 200
    for role in ROLES:
        read = everything_for(meeting, role)
        assert SECRET.encode() not in read, role
        assert b"[redacted]" in read, role


def test_a_proposal_is_for_staff_only(meeting: Meeting) -> None:
    meeting.ask(TEXT)
    meeting.decide(1)
    propose(meeting)
    told = REDACTION["explanation"].encode()
    seeing = {role for role in ROLES if told in everything_for(meeting, role)}
    assert seeing == {"owner", "moderator", "presenter", "auditor"}


@pytest.mark.parametrize("number", [0, 2**31, 2**70])
def test_a_number_that_no_proposal_can_have_is_answered(meeting: Meeting, number: int) -> None:
    meeting.ask(TEXT)
    answer = meeting.owner.post(f"{meeting.api}/questions/1/redactions/{number}/confirm")
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "unknown_proposal")


def test_the_second_of_two_is_told_how_the_question_stands(meeting: Meeting) -> None:
    meeting.ask(TEXT)
    number = propose(meeting)
    path = f"{meeting.api}/questions/1/redactions/{number}/confirm"
    own = meeting.staff("moderator").post(path)
    assert (own.status_code, own.json["error"]["code"]) == (403, "no_right")
    assert meeting.owner.post(path).status_code == 200
    late = meeting.owner.post(path)
    assert (late.status_code, late.json["error"]["code"]) == (409, "stale_version")
    assert late.json["error"]["current"]["text"].startswith("Why does [redacted]")


def test_an_author_looks_first_and_erases_then(meeting: Meeting) -> None:
    meeting.ask(TEXT)
    meeting.decide(1)
    body = {"author_key": AUTHOR_KEY, "what": ["text"]}
    path = f"{meeting.api}/questions/1/erase"
    looked = meeting.stranger().post(path, body)
    assert looked.json["dry_run"]
    assert looked.json["question"]["text"] == TEXT
    done = meeting.stranger().post(path, {**body, "dry_run": False})
    assert done.json["question"]["text"] is None
    assert SECRET.encode() not in everything_for(meeting, "owner")
    wrong = meeting.owner.post(path, {**body, "author_key": "00" * 32})
    assert (wrong.status_code, wrong.json["error"]["code"]) == (403, "no_right")
