"""For machines that watch this one: ``/healthz``, ``/readyz`` and Prometheus' ``/metrics``.

What is counted names no person, no event and no address, and its labels come from short fixed
lists. It is still nobody's business: without a token only this machine itself may read it.
"""

import hmac
import time
from typing import Any

import gevent
from flask import Flask, Response, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from werkzeug.exceptions import NotFound

from qa.services import readiness
from qa.services.context import Context

PATIENCE_S = 2.0
LOOPBACK = ("127.0.0.1", "::1", "")
"""Peers on this machine; a unix socket has no address."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


def add_health(app: Flask, ctx: Context, registry: CollectorRegistry) -> None:
    """Serve the three, and count and time what else is served."""
    token = ctx.config.metrics_token

    @app.get("/healthz")
    def healthz() -> Response:
        """Say that the process answers."""
        return _plain({"status": "alive"})

    @app.get("/readyz")
    def readyz() -> Response:
        """Say whether requests should be sent here: the database answers, the writer keeps up."""
        found = {"database": False}
        with gevent.Timeout(PATIENCE_S, exception=False):
            found = readiness.check(ctx)
        return _plain({"ready": all(found.values()), **found})

    @app.get("/metrics")
    def metrics() -> Response:
        """Show what was counted, in Prometheus' text format."""
        if not _may_read(token):
            raise NotFound
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    _time_requests(app, registry)


def _plain(found: dict[str, Any]) -> Response:
    answer = jsonify(found)
    answer.status_code = 200 if found.get("ready", True) else 503
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _may_read(token: str | None) -> bool:
    if token is not None:
        shown = request.headers.get("Authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())
    # A proxy on this machine is no reason to show it to whoever is in front of the proxy.
    proxied = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not proxied and (request.remote_addr or "") in LOOPBACK


def _time_requests(app: Flask, registry: CollectorRegistry) -> None:
    answers = Counter(
        "fair_hearing_http_answers",
        "HTTP answers by class.",
        ["status"],
        registry=registry,
    )
    seconds = Histogram(
        "fair_hearing_http_seconds", "Time to answer over HTTP.", buckets=SECONDS, registry=registry
    )
    by_class = {number: answers.labels(f"{number}xx") for number in range(1, 6)}

    @app.before_request
    def begin() -> None:
        request.environ["fair-hearing.began"] = time.perf_counter()

    @app.after_request
    def count(answer: Response) -> Response:
        began = request.environ.get("fair-hearing.began")
        if began is not None:
            seconds.observe(time.perf_counter() - began)
        by_class[answer.status_code // 100].inc()
        return answer
