"""A bound on requests that are being worked on: beyond it the answer is "busy", at once.

Each request that waits for the database holds memory. Rather than letting a rush grow without end,
whoever comes too many is told when to try again; pages do so by themselves.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from flask import Flask

from qa.config import Limits
from qa.errors import Busy

RETRY_AFTER_S: Final = 2
EXEMPT: Final = ("/socket.io/", "/healthz", "/metrics")
"""Sockets have a limit of their own; whoever watches a machine must see it when it is busy."""

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Turnstile:
    """Lets so many requests in at a time."""

    def __init__(self, inside: Wsgi, most: int) -> None:
        self._inside = inside
        self._most = most
        self.count = 0
        self.refused = 0

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Serve a request, or say that the server is busy (WSGI)."""
        if environ["PATH_INFO"].startswith(EXEMPT):
            return self._inside(environ, start_response)
        if self.count >= self._most:
            self.refused += 1
            return _refuse(start_response)
        self.count += 1
        try:
            return self._inside(environ, start_response)
        finally:
            self.count -= 1


def bound_requests(app: Flask, limits: Limits) -> Turnstile:
    """Put a turnstile in front of the app."""
    turnstile = Turnstile(app.wsgi_app, limits.requests)
    app.wsgi_app = turnstile  # type: ignore[method-assign]
    return turnstile


def _refuse(start_response: Callable[..., Any]) -> Iterable[bytes]:
    busy = Busy(
        f"The server is busy. Try again in {RETRY_AFTER_S} seconds.",
        details={"retry_after_s": RETRY_AFTER_S},
    )
    body = json.dumps(busy.as_dict()).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Retry-After", str(RETRY_AFTER_S)),
        ("Cache-Control", "no-store"),
    ]
    start_response("503 Service Unavailable", headers)
    return [body]
