"""What machines may ask: is it alive, is it ready, what did it count; and what nobody may learn."""

from collections.abc import Callable
from dataclasses import replace

import gevent
import pytest
from flask import Flask
from gevent.event import Event
from prometheus_client.parser import text_string_to_metric_families

from qa.app import create_app
from qa.config import Config
from qa.services.context import Context
from qa.web.overload import Turnstile
from tests.services.meeting import SLUG, hold_meeting


@pytest.fixture
def app(config: Config, ctx: Context) -> Flask:
    return create_app(config, ctx)


def test_a_worker_that_can_serve_says_so(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"ready": True, "database": True, "writer": True}


def test_without_its_database_it_lives_and_is_not_ready(
    config: Config, make_context: Callable[[Config], Context]
) -> None:
    away = "postgresql://postgres@127.0.0.1:1/nowhere"
    lost = replace(config, database_url=away)
    client = create_app(lost, make_context(lost)).test_client()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        503,
        {"ready": False, "database": False, "writer": True},
    )
    assert client.get("/healthz").status_code == 200


def test_metrics_count_what_happened_and_name_nobody(app: Flask, ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "publish")
    meeting.vote(1, "ada")
    client = app.test_client()
    client.get(f"/e/{SLUG}")
    client.get("/nowhere")
    text = client.get("/metrics").text
    found = {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("fair_hearing")
    }
    assert found["fair_hearing_commands_total"] == ctx.db.counts.commands > 3
    assert found["fair_hearing_connections"] == found["fair_hearing_writer_queue"] == 0
    assert 'fair_hearing_http_answers_total{status="4xx"} 1.0' in text
    for secret in (SLUG, "ada", "127.0.0.1", "nowhere"):
        assert secret not in text


@pytest.mark.parametrize(
    ("token", "headers", "peer", "status"),
    [
        (None, {}, "127.0.0.1", 200),
        (None, {}, "10.1.2.3", 404),
        (None, {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 404),
        ("opensesame", {}, "127.0.0.1", 404),
        ("opensesame", {"Authorization": "Bearer wrong"}, "10.1.2.3", 404),
        ("opensesame", {"Authorization": "Bearer opensesame"}, "10.1.2.3", 200),
    ],
)
def test_only_this_machine_or_the_token_may_read_metrics(
    config: Config, ctx: Context, token: str | None, headers: dict[str, str], peer: str, status: int
) -> None:
    client = create_app(replace(config, metrics_token=token), ctx).test_client()
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": peer})
    assert answer.status_code == status


def test_whoever_comes_too_many_is_told_at_once_and_later_there_is_room_again() -> None:
    go_on, statuses = Event(), []

    def slow(environ: object, start_response: Callable[..., None]) -> list[bytes]:
        go_on.wait()
        start_response("200 OK", [])
        return [b"done"]

    turnstile = Turnstile(slow, 3)

    def ask(path: str) -> None:
        turnstile({"PATH_INFO": path}, lambda status, headers: statuses.append((status, headers)))

    waiting = [gevent.spawn(ask, "/api/me") for _ in range(3)]
    gevent.sleep(0)
    for _ in range(5):
        ask("/api/me")
    assert [status for status, _ in statuses] == ["503 Service Unavailable"] * 5
    assert ("Retry-After", "2") in statuses[0][1]
    waiting.append(gevent.spawn(ask, "/metrics"))
    go_on.set()
    gevent.joinall(waiting, raise_error=True)
    ask("/api/me")
    assert [status for status, _ in statuses[5:]] == ["200 OK"] * 5
    assert (turnstile.count, turnstile.refused) == (0, 5)
