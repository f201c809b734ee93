"""The embedded HTTP server: gevent's, without its habit of writing addresses into logs."""

import resource
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final

import structlog
from gevent.pywsgi import WSGIHandler, WSGIServer

BACKLOG: Final = 2_048
"""Connections that may wait to be accepted: a whole meeting joins within seconds."""

log = structlog.get_logger("qa.web")


class QuietHandler(WSGIHandler):  # type: ignore[misc]
    """Says that something went wrong, and not for whom."""

    def log_error(self, _message: str, *_details: object) -> None:
        """Note a request that is not HTTP; gevent's message would quote it and its sender."""
        log.info("bad_http_request")

    def handle_error(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        """Note an error that no door caught, and answer if that is still possible."""
        log.error("unhandled_error", door="server", exc_info=error)
        self._send_error_response_if_possible(500)


class PromptServer(WSGIServer):  # type: ignore[misc]
    """Sends an answer's body at once.

    gevent writes the head and the body apart. The kernel would keep a small body back until the
    client has acknowledged the head, which it puts off: by 40 ms on Linux, by 200 ms elsewhere.
    """

    def handle(self, sock: socket.socket, address: object) -> None:
        """Serve a new connection."""
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle(sock, address)


def allow_many_connections() -> None:
    """Use as many descriptors as the system allows: by default a process stops at 1,024 pages."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def make_server(host: str, port: int, app: Callable[..., Any]) -> PromptServer:
    """Return a server that keeps no record of requests."""
    return PromptServer(
        (host, port), app, backlog=BACKLOG, log=None, error_log=None, handler_class=QuietHandler
    )
