"""Every refusal has one form, and every error one status."""

import inspect

import pytest
from flask import Flask

from qa import errors
from qa.errors import QaError
from qa.web.errors import STATUS, status_of
from tests.web.browser import Browser
from tests.web.meeting import Meeting

KINDS = [
    kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, QaError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_its_own_row_in_the_table(kind: type[QaError]) -> None:
    assert kind in STATUS
    assert status_of(kind("Something.")) == STATUS[kind]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api/events/no-such-event", 404, "unknown_event"),
        ("GET", "/api/events/Not%20A%20Slug", 404, "unknown_event"),
        ("GET", "/api/events/%00", 404, "unknown_event"),
        ("GET", "/log/no-such-event/checkpoint", 404, "unknown_event"),
        ("GET", "/log/%00/checkpoint", 404, "unknown_event"),
        ("GET", "/api/join", 405, "method_not_allowed"),
        ("OPTIONS", "/api/join", 405, "method_not_allowed"),
        ("POST", "/api/openapi.json", 405, "method_not_allowed"),
        ("POST", "/api/join", 400, "bad_json"),
    ],
)
def test_a_refusal_of_the_api_is_json_in_the_one_form(
    browser: Browser, method: str, path: str, status: int, code: str
) -> None:
    answer = browser.client.open(path, method=method, headers={"X-CSRF-Token": browser.csrf})
    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert answer.json["error"]["code"] == code
    assert answer.json["error"]["message"].endswith(".")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_refusal_of_a_page_is_a_page(browser: Browser) -> None:
    answer = browser.get("/e/no-such-event")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "There is no meeting at this address." in answer.text


def test_a_question_number_beyond_the_database_is_only_unknown(meeting: Meeting) -> None:
    for number in (0, 2**31, 10**30):
        answer = meeting.stranger().get(f"{meeting.api}/questions/{number}")
        assert answer.json["error"]["code"] == "unknown_question"


def test_a_body_that_is_too_large_is_refused_at_once(meeting: Meeting) -> None:
    body = {"text": "x" * 40_000}
    answer = meeting.participant().post(f"{meeting.api}/similar", body)
    assert answer.status_code == 413
    assert answer.json["error"] == {"code": "too_large", "message": "Send at most 32,768 bytes."}


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        (b"{}", "code", "is missing"),
        (b'{"code":7}', "code", "must be text"),
        (b'{"code":null}', "code", "must be text"),
        (b'{"code":""}', "code", "at least 1"),
        (b'{"code":"A","extra":1}', "extra", "not a field"),
        (b"[]", None, "Send a JSON object."),
        (b'"text"', None, "Send a JSON object."),
        (b"null", None, "Send a JSON object."),
    ],
)
def test_a_wrong_field_is_named(
    browser: Browser, body: bytes, field: str | None, words: str
) -> None:
    answer = browser.send("POST", "/api/join", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "bad_input"
    assert answer.json["error"].get("field") == field
    assert words in answer.json["error"]["message"]


def test_strict_json_holds_at_the_http_door(browser: Browser) -> None:
    for body in (b'{"code":"A","code":"B"}', b'{"code":NaN}', rb'{"code":"\ud800"}', b"\xff"):
        answer = browser.send("POST", "/api/join", data=body, content_type="application/json")
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_json")


def test_a_body_of_another_type_is_refused(browser: Browser) -> None:
    answer = browser.send("POST", "/api/join", data=b'{"code":"A"}', content_type="text/plain")
    assert answer.json["error"]["message"] == "Send the body as application/json."


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "1e3", "", "9" * 20, "٣", "1_0"])
def test_a_revision_is_plain_digits(meeting: Meeting, since: str) -> None:
    answer = meeting.stranger().get(f"{meeting.api}/board?since={since}")
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "since")


def test_what_breaks_is_logged_without_words_and_answered_in_the_same_form(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/api/broken")
    def broken() -> str:
        raise RuntimeError("a question somebody asked")

    answer = app.test_client().get("/api/broken")
    assert answer.status_code == 500
    assert answer.json["error"]["code"] == "internal"
    assert "RuntimeError" in caplog.text
    assert "test_errors.py" in caplog.text
    assert "a question somebody asked" not in caplog.text + answer.text


def test_when_to_try_again_is_a_header_too(app: Flask) -> None:
    @app.get("/api/limited")
    def limited() -> str:
        raise errors.RateLimited("Too fast.", details={"retry_after_s": 7})

    answer = app.test_client().get("/api/limited")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
