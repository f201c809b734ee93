"""Security headers are on every answer, whatever it is."""

import pytest
from flask import Flask

from tests.web.meeting import Meeting

PATHS = [
    "/",
    "/staff",
    "/new",
    "/e/all-hands",
    "/e/all-hands/desk",
    "/e/all-hands/stage",
    "/e/all-hands/record",
    "/e/all-hands/record/1",
    "/e/all-hands/policy",
    "/e/all-hands/settings",
    "/api/me",
    "/api/events/all-hands/board",
    "/api/events/all-hands/qr.svg",
    "/api/nothing",
    "/nothing",
    "/log/all-hands/checkpoint",
    "/log/all-hands/tile/entries/000.p/1",
    "/static/css/base.css",
]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "worker-src 'self'; connect-src 'self' ws://localhost:8010; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types fair-hearing"
)


def test_every_answer_carries_the_security_headers(meeting: Meeting) -> None:
    meeting.ask()
    for path in PATHS:
        headers = meeting.owner.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert "camera=()" in headers["Permissions-Policy"], path
        assert "Strict-Transport-Security" not in headers, path
        assert "Access-Control-Allow-Origin" not in headers, path


def test_the_websocket_of_the_address_in_use_is_allowed(app: Flask) -> None:
    answer = app.test_client().get("/", headers={"Host": "127.0.0.1:8010"})
    assert "connect-src 'self' ws://127.0.0.1:8010;" in answer.headers["Content-Security-Policy"]


def test_over_https_browsers_are_told_to_stay_there(secure_app: Flask) -> None:
    answer = secure_app.test_client().get("/", base_url="https://qa.example.org")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "wss://qa.example.org;" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a b"])
def test_a_refused_host_gets_the_headers_too(app: Flask, host: str) -> None:
    answer = app.test_client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert host not in answer.headers["Content-Security-Policy"]
