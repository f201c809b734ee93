"""An open page's socket: engine.io 4 and Socket.IO over one websocket, as far as voting needs it.

A Socket.IO client library keeps threads and queues for each of its connections. A voter here needs
none: the greenlet that votes also reads, until its acknowledgement comes. Meanwhile it answers
pings, and passes over the notices that the server sends to every open page.
"""

import json
import socket
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, Request, TextMessage
from wsproto.utilities import ProtocolError

from qa.replay.wire import TIMEOUT_S, Browser, Refused, ServerGone, Wire

READ_BYTES: Final = 65_536
OPEN, PING, PONG, CONNECTED, EVENT, ACK, REFUSED = "0", "2", "3", "40", "42", "43", "44"


class LineLost(ServerGone):
    """The connection ended while something was still to be said or heard."""


class Line:
    """One connection of a browser to an event's public room."""

    def __init__(self, wire: Wire, browser: Browser, slug: str) -> None:
        self._protocol = WSConnection(ConnectionType.CLIENT)
        self._messages: deque[str] = deque()
        self._partial: list[str] = []
        self._sent = 0
        try:
            self._socket = socket.create_connection((wire.host, wire.port), TIMEOUT_S)
        except OSError as error:
            raise LineLost(f"{wire.origin} does not answer: {error}") from error
        try:
            self._open(wire, browser, slug)
        except BaseException:
            self._socket.close()
            raise

    def call(self, event: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send an event and return its acknowledgement.

        Raises:
            Refused: the acknowledgement is an error.
            LineLost: no acknowledgement came; the event may or may not have been taken.
        """
        number, self._sent = str(self._sent), self._sent + 1
        self._send(f"{EVENT}{number}{json.dumps([event, body])}")
        (answer,) = json.loads("[" + self._wait_for(f"{ACK}{number}["))
        if "error" in answer:
            raise Refused(answer["error"])
        return dict(answer)

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError, ProtocolError):  # the server may have been faster
            self._write(CloseConnection(code=1000))
        self._socket.close()

    def _open(self, wire: Wire, browser: Browser, slug: str) -> None:
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        headers = [
            (b"Origin", wire.origin.encode()),
            (b"Cookie", browser.cookie_header.encode()),
        ]
        target = "/socket.io/?EIO=4&transport=websocket"
        host = wire.origin.removeprefix("http://")
        self._write(Request(host=host, target=target, extra_headers=headers))
        self._wait_for(OPEN)
        self._send(f"{CONNECTED}{json.dumps({'slug': slug, 'view': 'board'})}")
        self._wait_for(CONNECTED)

    def _wait_for(self, prefix: str) -> str:
        """Return the rest of the next message that begins so."""
        while True:
            message = self._read()
            if message.startswith(prefix):
                return message.removeprefix(prefix)
            if message == PING:
                self._send(PONG)
            elif message.startswith(REFUSED):
                refusal = json.loads(message.removeprefix(REFUSED))
                raise Refused(refusal.get("data", {}).get("error", refusal))

    def _read(self) -> str:
        try:
            while not self._messages:
                data = self._socket.recv(READ_BYTES)
                self._protocol.receive_data(data or None)
                for event in self._protocol.events():
                    self._note(event)
        except (OSError, ProtocolError) as error:
            raise LineLost(f"The connection was lost: {error}") from error
        return self._messages.popleft()

    def _note(self, event: Event) -> None:
        if isinstance(event, TextMessage):
            self._partial.append(event.data)
            if event.message_finished:
                self._messages.append("".join(self._partial))
                self._partial.clear()
        elif not isinstance(event, AcceptConnection):
            raise LineLost("The server closed the connection.")

    def _send(self, message: str) -> None:
        try:
            self._write(TextMessage(data=message))
        except (OSError, ProtocolError) as error:
            raise LineLost(f"The connection was lost: {error}") from error

    def _write(self, event: Event) -> None:
        self._socket.sendall(self._protocol.send(event))
