"""Requests made up from the description, all of which the app must withstand."""

from typing import Any

import pytest
import schemathesis
from argon2 import PasswordHasher
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from qa.services import passwords
from tests.web.meeting import Meeting, question

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a made-up password cost a millisecond; nobody here has one that is right."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", hasher)
    monkeypatch.setattr(passwords, "_OF_NOBODY", hasher.hash("x"))


@pytest.mark.slow
@pytest.mark.parametrize("examples", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_no_made_up_request_breaks_the_api_or_its_description(
    meeting: Meeting, examples: int
) -> None:
    meeting.ask("First?")
    meeting.decide(meeting.ask("Second?"))
    meeting.owner.post(f"{meeting.api}/join")
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", meeting.app)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 25
    # Signing out and closing the event come last: nothing could be tried after them.
    operations.sort(key=lambda operation: operation.path in ENDINGS)
    for number, operation in enumerate(operations):
        try_out(operation, meeting, examples=examples, number=number)


ENDINGS = ("/api/sign-out", "/api/events/{slug}/state")


def try_out(operation: Any, meeting: Meeting, *, examples: int, number: int) -> None:
    cookies = {c.key: c.value for c in meeting.owner.client._cookies.values()}

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), really=st.booleans())
    def tried(case: Any, really: bool) -> None:
        if really:
            aim(case, meeting)
        fixed = {"X-CSRF-Token": meeting.owner.csrf, "Accept-Encoding": "identity"}
        case.headers = {**(case.headers or {}), **fixed}
        case.call_and_validate(cookies=cookies, checks=CHECKS)

    tried()


def aim(case: Any, meeting: Meeting) -> None:
    """Point a case at what exists, or nothing behind the first lookup would ever be reached."""
    parameters = case.path_parameters or {}
    if "slug" in parameters:
        parameters["slug"] = meeting.slug
    if "n" in parameters:
        parameters["n"] = 1 + parameters["n"] % 2
    if isinstance(case.body, dict) and "client_key" in case.body:
        case.body = {**question(), "text": str(case.body.get("text"))}
