"""A policy that keeps the words of what is filtered until the close keeps them on every way out."""

from typing import Any

import pytest

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.exports.bundle import read_bundle
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Evidence, Pins
from qa.report.json_form import report_json
from qa.services import logs
from qa.services.reports import build_report
from tests.services.log_reading import leaves_of
from tests.web.meeting import AUTHOR_KEY, Meeting
from tests.web.test_api_hiding import PAGES, PATHS

SECRET = "Lovelace"
TEXT = f"Why does Ada {SECRET} decide on this alone?"
OUTSIDE = ("participant", "public")
EXPLANATION = "Outside the subject of this meeting."


def publish(meeting: Meeting, **fields: Any) -> None:
    version = meeting.owner.get(f"{meeting.api}/policy").json["version"]
    body = {"document": {**DEFAULT_POLICY_DOCUMENT, **fields}, "version": version}
    answer = meeting.owner.put(f"{meeting.api}/policy", body)
    assert answer.status_code == 200, answer.text


def read_by(meeting: Meeting, role: str) -> bytes:
    browser = meeting.anyone(role)
    paths = [path for path in PATHS if path not in ("/desk", "/settings")]
    read = [browser.get(meeting.api + path) for path in paths]
    read.append(browser.post(f"{meeting.api}/similar", {"text": TEXT[:24]}))
    pages = [page for page in PAGES if page != "/desk"]
    read += [browser.get(f"/e/{meeting.slug}{page}") for page in pages]
    return b"\n".join([*(answer.data for answer in read), report_json(report(meeting))])


def report(meeting: Meeting) -> Any:
    return build_report(meeting.ctx, meeting.slug, topics="none")


def verify(meeting: Meeting) -> None:
    ctx = meeting.ctx
    pins = Pins(log=Verifier.parse(logs.log_vkey(ctx, meeting.slug)))
    evidence = Evidence(report=report_json(report(meeting)))
    steps = verify_bundle(read_bundle(ctx, meeting.slug), pins, evidence)
    assert [each.sentence for each in steps if each.passed is False] == []


def test_words_that_are_held_back_reach_nobody_outside_before_the_close(meeting: Meeting) -> None:
    publish(meeting, filtered_words="at_close")
    meeting.ask(TEXT, anonymous=False, name=SECRET)
    meeting.decide(1, "filter")
    for role in OUTSIDE:
        read = read_by(meeting, role)
        assert SECRET.encode() not in read, role
        assert EXPLANATION.encode() in read, role
        assert b"when the meeting closes" in read, role
    assert SECRET in meeting.owner.get(f"{meeting.api}/desk").text
    voter = meeting.participant()
    assert voter.put(f"{meeting.api}/questions/1/vote").status_code == 409
    assert leaves_of(meeting.ctx, "decision")[0].fields["held"] is True
    verify(meeting)
    meeting.move("closed")
    for role in OUTSIDE:
        assert read_by(meeting, role).count(SECRET.encode()) > 3, role
    verify(meeting)


def test_a_change_of_the_policy_opens_nothing_and_closes_nothing(meeting: Meeting) -> None:
    meeting.ask("Shown at once?")
    meeting.decide(1, "filter")
    publish(meeting, filtered_words="at_close")
    meeting.ask(TEXT)
    meeting.decide(2, "filter")
    publish(meeting, filtered_words="at_once")
    rows = {
        each["n"]: each for each in meeting.stranger().get(f"{meeting.api}/board").json["questions"]
    }
    assert rows[1]["text"] == "Shown at once?"
    assert (rows[2]["text"], rows[2]["status"]) == (None, "filtered")
    assert rows[2]["decision"]["explanation"] == EXPLANATION
    verify(meeting)


@pytest.mark.parametrize(("verdict", "shown"), [("publish", True), ("restore", False)])
def test_a_later_decision_may_open_the_words(meeting: Meeting, verdict: str, shown: bool) -> None:
    publish(meeting, filtered_words="at_close")
    meeting.ask(TEXT)
    meeting.decide(1, "filter")
    body = {"verdict": verdict, "seq": 1, "explanation": "Decided by mistake, so once more."}
    assert meeting.owner.post(f"{meeting.api}/questions/1/decision", body).status_code == 200
    assert (SECRET.encode() in read_by(meeting, "public")) is shown
    words = {"author_key": AUTHOR_KEY, "text": "May I say it otherwise?"}
    revised = meeting.participant().post(f"{meeting.api}/questions/1/revise", words)
    assert revised.status_code == 409
    verify(meeting)
    meeting.move("closed")
    assert (SECRET.encode() in read_by(meeting, "public")) is shown
    verify(meeting)
