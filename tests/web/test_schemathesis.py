"""Requests made up from the description, all of which the app must withstand."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
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

from qa.app import create_app
from qa.config import Config, load_config
from qa.services import passwords
from qa.services.context import Context
from qa.web.report_desk import REPORT_DESK
from tests.conftest import ROOMY, check_every_log
from tests.web.meeting import Meeting, open_meeting, question

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


@pytest.fixture
def meetings(
    make_context: Callable[[Config], Context],
    tmp_path: Path,
    sqlite_template: Path,
    emptied_postgres_url: str,
) -> Iterator[list[Meeting]]:
    """Give the same meeting on each database; making requests up costs more than answering."""
    path = tmp_path / "test.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with ExitStack() as opened:
        yield [
            opened.enter_context(served(url, tmp_path / name, make_context))
            for name, url in {"one": f"sqlite:///{path}", "other": emptied_postgres_url}.items()
        ]


@contextmanager
def served(url: str, folder: Path, make_context: Callable[[Config], Context]) -> Iterator[Meeting]:
    folder.mkdir()
    config = load_config({"QA_DATA_DIR": str(folder), "QA_DATABASE_URL": url})
    config = replace(config, limits=ROOMY)
    ctx = make_context(config)
    app = create_app(config, ctx)
    meeting = open_meeting(app, ctx)
    meeting.ask("First?")
    meeting.decide(meeting.ask("Second?"))
    meeting.owner.post(f"{meeting.api}/join")
    yield meeting
    app.extensions[REPORT_DESK].close()
    check_every_log(ctx)


@pytest.mark.slow
@pytest.mark.parametrize("examples", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_no_made_up_request_breaks_the_api_or_its_description(
    meetings: list[Meeting], examples: int
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", meetings[0].app)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 25
    # Signing out and closing the event come last: nothing could be tried after them.
    operations.sort(key=lambda operation: operation.path in ENDINGS)
    for number, operation in enumerate(operations):
        try_out(operation, meetings, examples=examples, number=number)


ENDINGS = ("/api/sign-out", "/api/events/{slug}/state")


def try_out(operation: Any, meetings: list[Meeting], *, examples: int, number: int) -> None:
    callers = [caller(meeting) for meeting in meetings]

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
            aim(case, meetings[0])
        for caller in callers:
            case.call_and_validate(**caller, checks=CHECKS)

    tried()


def caller(meeting: Meeting) -> dict[str, Any]:
    """Return what a case is sent with, whatever it is: to which app, and as its owner."""
    return {
        "app": meeting.app,
        "cookies": {c.key: c.value for c in meeting.owner.client._cookies.values()},
        "headers": {"X-CSRF-Token": meeting.owner.csrf, "Accept-Encoding": "identity"},
    }


def aim(case: Any, meeting: Meeting) -> None:
    """Point a case at what exists, or nothing behind the first lookup would ever be reached."""
    parameters = case.path_parameters or {}
    if "slug" in parameters:
        parameters["slug"] = meeting.slug
    if "n" in parameters:
        parameters["n"] = 1 + parameters["n"] % 2
    if isinstance(case.body, dict) and "client_key" in case.body:
        case.body = {**question(), "text": str(case.body.get("text"))}
