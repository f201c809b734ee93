"""Websockets for engine.io on gevent's server: RFC 6455 by wsproto, text messages only.

engine.io's own adapters were weighed and left: gevent-websocket has had no release since 2017, and
simple-websocket keeps a reader greenlet per client, buffers messages of any size, and may leave a
frame half written when the network is slow, because gevent's ``send`` does not send all.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BufferedReader
from typing import Any, cast

import structlog
from gevent.lock import RLock
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    Request,
    TextMessage,
)
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import ProtocolError

READ_BYTES = 4_096
PATIENCE_S = 45.0
"""How long a client may be silent, or refuse to read: engine.io's ping interval and timeout."""

PACKETS = frozenset({"1", "3", "40", "41", "42"})
"""How a message may begin: engine.io's close, pong; Socket.IO's connect, disconnect, event."""

log = structlog.get_logger("qa.live")

Environ = dict[str, Any]


class FaultyFrame(Exception):
    """The client sent what no client of this server sends; its argument is one short word."""


class WebSocket:
    """One connection, as engine.io wants it: ``wait``, ``send`` and ``close``."""

    def __init__(self, handler: Callable[["WebSocket"], Any], max_bytes: int) -> None:
        self._handler = handler
        self._max_bytes = max_bytes
        self._protocol = WSConnection(ConnectionType.SERVER)
        self._lock = RLock()
        self._open = False

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Any:
        """Shake hands and talk until either side is done (WSGI)."""
        stream = environ["wsgi.input"]  # itself the reader, when an upgrade was asked for
        self._reader = cast("BufferedReader", getattr(stream, "rfile", stream))
        self._socket = cast("Any", self._reader.raw)._sock  # noqa: SLF001 - pywsgi shows it in no other way
        self._socket.settimeout(PATIENCE_S)
        # An acknowledgement right after a notice must not wait for the notice to be confirmed.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self._shake_hands(environ):
            start_response("400 Bad Request", [("Content-Length", "0")])
            return []
        self._messages = self._read_messages()
        try:
            return self._handler(self)
        finally:
            self.close()
            # What is left in the buffer is websocket too: the server must not read it as HTTP.
            self._reader.close()

    def wait(self) -> str | None:
        """Return the next message, or None when there will be no more."""
        try:
            return next(self._messages, None)
        except (FaultyFrame, ProtocolError) as fault:
            log.info(
                "faulty_frame", fault=str(fault) if isinstance(fault, FaultyFrame) else "websocket"
            )
        except OSError:
            log.debug("client_gone")
        self.close()
        return None

    def send(self, message: str) -> None:
        """Send a message whole.

        Raises:
            OSError: the client is gone or has not read for too long.
        """
        if not self._open:
            raise OSError("closed")
        self._write(TextMessage(data=message))

    def close(self) -> None:
        """Say goodbye if the client can still hear it, and let go of the socket."""
        if not self._open:
            return
        self._open = False
        with suppress(OSError, ProtocolError):  # there may be nobody left to say it to
            self._write(CloseConnection(code=CloseReason.NORMAL_CLOSURE))
        _shut(self._socket)

    def _shake_hands(self, environ: Environ) -> bool:
        """Accept the upgrade; no compression, which would let a small frame become a large one."""
        headers = [
            (name[5:].replace("_", "-").lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in environ.items()
            if name.startswith("HTTP_")
        ]
        try:
            self._protocol.initiate_upgrade_connection(headers, environ["PATH_INFO"])
            requests = [event for event in self._protocol.events() if isinstance(event, Request)]
        except ProtocolError:
            return False
        if requests:
            self._write(AcceptConnection())
            self._open = True
        return self._open

    def _read_messages(self) -> Iterator[str]:
        parts: list[str] = []
        size = 0
        for event in self._read_events():
            if isinstance(event, BytesMessage):
                raise FaultyFrame("binary")
            if not isinstance(event, TextMessage):
                continue
            size += len(event.data.encode())
            if size > self._max_bytes:
                raise FaultyFrame("too_large")
            parts.append(event.data)
            if event.message_finished:
                yield _packet("".join(parts))
                parts, size = [], 0

    def _read_events(self) -> Iterator[Event]:
        while data := self._reader.read1(READ_BYTES):
            self._protocol.receive_data(data)
            for event in self._protocol.events():
                if isinstance(event, CloseConnection):
                    return
                if isinstance(event, Ping):
                    self._write(event.response())
                yield event

    def _write(self, event: Event) -> None:
        # Two greenlets write: engine.io's writer, and the reader that answers pings.
        with self._lock:
            self._socket.sendall(self._protocol.send(event))


def _packet(message: str) -> str:
    if message[:2] not in PACKETS:
        raise FaultyFrame("unknown_packet")
    return message


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):  # the client was faster
        sock.shutdown(socket.SHUT_RDWR)
