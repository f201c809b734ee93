"""One page's websocket without a greenlet of its own: it costs a few kilobytes while it is idle.

engine.io calls it a socket, and gets what it expects of one: ``send``, ``close``, ``closed``. It
reads when the event loop says that there is something to read, handles one message after another
in a greenlet that ends when they are done, and writes at once. Only what the network does not take
is kept, in order, and a client that leaves too much of it is cut off.
"""

import _socket
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import BufferedReader
from typing import Any, Final, cast

import gevent
import structlog

from qa.live import frames
from qa.live.counts import COUNTS
from qa.live.frames import FaultyFrame, FrameReader

READ_BYTES: Final = 4_096
MAX_WAITING_FRAMES: Final = 256
MAX_WAITING_BYTES: Final = 1024 * 1024
MAX_INBOX: Final = 32
"""Messages of one client that may wait for an earlier one; beyond that nothing is read from it."""

FAREWELL_S: Final = 5.0
"""How long a connection that is being closed may take to hear the rest."""

PACKETS: Final = frozenset({"1", "3", "40", "41", "42"})
"""How a message may begin: engine.io's close, pong; Socket.IO's connect, disconnect, event."""

log = structlog.get_logger("qa.live")

Environ = dict[str, Any]


def shake_hands(environ: Environ) -> bytes | None:
    """Return what accepts an upgrade to a websocket, or None when it is not asked for as it must.

    No extension is accepted: compression would let a small frame become a large one.
    """
    accept = frames.accept_key(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
    connection = environ.get("HTTP_CONNECTION", "").lower().replace(" ", "").split(",")
    asked = (
        environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        and "upgrade" in connection
        and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13"
    )
    if accept is None or not asked:
        return None
    head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return f"{head}Sec-WebSocket-Accept: {accept}\r\n\r\n".encode("ascii")


def take_socket(environ: Environ) -> tuple[_socket.socket, bytes]:
    """Take a request's socket away from the HTTP server, with what it has read ahead already."""
    stream = environ["wsgi.input"]  # itself the reader, when an upgrade was asked for
    reader = cast("BufferedReader", getattr(stream, "rfile", stream))
    served = cast("Any", reader.raw)._sock  # noqa: SLF001 - gevent's server shows it in no other way
    sock = _socket.socket(fileno=served.detach())
    sock.settimeout(0)
    early = b""
    with suppress(OSError):  # nothing was read ahead, and the reader has no socket any more
        early = reader.peek()
    # What follows is websocket: the server must not read it as HTTP.
    reader.close()
    return sock, early


class Connection:
    """A client, as engine.io wants it."""

    __slots__ = (
        "_busy",
        "_engine",
        "_inbox",
        "_reader",
        "_socket",
        "_waiting",
        "_waiting_bytes",
        "_watch_read",
        "_watch_write",
        "awaits_pong",
        "closed",
        "closed_s",
        "closing",
        "connected",
        "push",
        "session",
        "sid",
        "tick",
        "upgraded",
    )

    def __init__(self, engine: Any, sid: str, sock: _socket.socket, max_bytes: int) -> None:
        self._engine = engine
        self.sid = sid
        self._socket = sock
        self.push: Callable[[bytes], int] = sock.send
        """Takes a frame, and returns how much of it needs no more care; see ``write_to_all``."""
        self._reader = FrameReader(max_bytes)
        self._inbox: list[str] = []
        self._busy = False
        self._waiting: deque[bytes] | None = None
        self._waiting_bytes = 0
        self._watch_read = gevent.get_hub().loop.io(sock.fileno(), 1)
        self._watch_write: Any = None
        self.session: dict[str, Any] = {}
        self.closing = self.closed = False
        self.connected = self.upgraded = True
        self.closed_s = 0.0
        """When it was closed."""
        self.tick: int = engine.tick
        """At which tick of an interval it is looked at."""
        self.awaits_pong = False

    def start(self, early: bytes) -> None:
        """Begin to read."""
        self._watch_read.start(self._readable)
        if early:
            self._receive(early)

    def send(self, packet: Any) -> None:
        """Send an engine.io packet."""
        self.write(frames.text_frame(packet.encode()))

    def write(self, frame: bytes) -> None:
        """Send a frame whole, never waiting: what the network does not take now follows later."""
        write_to_all(frame, (self,))

    def ping(self) -> None:
        """Ask for a sign of life."""
        self.awaits_pong = True
        self.write(PING_FRAME)

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:  # noqa: ARG002 - engine.io's signature
        """End the connection: at once, or when the client has been sent what waits for it."""
        if self.closing:
            return
        self.closing = True
        self._engine._trigger_event(  # noqa: SLF001 - as engine.io's own sockets do
            "disconnect", self.sid, reason or self._engine.reason.SERVER_DISCONNECT, run_async=False
        )
        if not abort:
            self.write(CLOSE_PACKET + frames.close_frame(frames.NORMAL))
        self.closed, self.closed_s = True, time.monotonic()
        self.push = len  # nobody is left to hear it
        self._inbox.clear()
        if abort or self._waiting is None:
            self.let_go()
        else:
            self._engine.leaving.add(self)

    def let_go(self) -> None:
        """Give the socket back to the system."""
        if self._watch_read is None:
            return
        self._engine.sockets.pop(self.sid, None)
        self._engine.leaving.discard(self)
        self._waiting = None
        for watch in (self._watch_read, self._watch_write):
            if watch is not None:
                watch.stop()
                watch.close()
        self._watch_read = self._watch_write = None
        with suppress(OSError):  # the client was faster
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def keep(self, rest: bytes) -> None:
        """Send this when the network takes more, after what waits already."""
        if self._waiting is None:
            self._waiting = deque()
            self.push = self._put_off
            self._watch_write = gevent.get_hub().loop.io(self._socket.fileno(), 2)
            self._watch_write.start(self._writable)
        self._waiting.append(rest)
        self._waiting_bytes += len(rest)
        if len(self._waiting) > MAX_WAITING_FRAMES or self._waiting_bytes > MAX_WAITING_BYTES:
            log.info("slow_reader_cut")
            COUNTS.slow_readers += 1
            self.close(abort=True, reason=self._engine.reason.TRANSPORT_ERROR)

    def _put_off(self, frame: bytes) -> int:
        self.keep(frame)
        return len(frame)

    def _writable(self) -> None:
        """Go on with what waits (in the event loop)."""
        waiting = self._waiting
        while waiting:
            try:
                sent = self._socket.send(waiting[0])
            except BlockingIOError:
                return
            except OSError:
                self.hang_up()
                return
            self._waiting_bytes -= sent
            if sent < len(waiting[0]):
                waiting[0] = waiting[0][sent:]
                return
            waiting.popleft()
        self._waiting = None
        self._watch_write.stop()
        self._watch_write.close()
        self._watch_write = None
        if self.closed:
            self.let_go()
        else:
            self.push = self._socket.send

    def _readable(self) -> None:
        """Take what has arrived (in the event loop)."""
        try:
            data = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._receive(data)
        else:
            self.hang_up()

    def _receive(self, data: bytes) -> None:
        try:
            for opcode, payload in self._reader.feed(data):
                self._take(opcode, payload)
        except FaultyFrame as fault:
            log.info("faulty_frame", fault=str(fault))
            COUNTS.faulty_frames += 1
            self.write(frames.close_frame(frames.PROTOCOL_ERROR))
            self.hang_up()

    def _take(self, opcode: int, payload: bytes) -> None:
        if self.closing:
            return
        if opcode == frames.TEXT:
            self._take_message(payload)
        elif opcode == frames.PING:
            self.write(frames.control_frame(frames.PONG, payload))
        elif opcode == frames.CLOSE:
            self.write(frames.close_frame(frames.NORMAL))
            self.hang_up()

    def _take_message(self, payload: bytes) -> None:
        try:
            message = payload.decode()
        except UnicodeDecodeError:
            raise FaultyFrame("websocket") from None
        kind = message[:2]
        if kind not in PACKETS:
            raise FaultyFrame("unknown_packet")
        if kind == "3":
            self.awaits_pong = False
        elif kind == "1":
            self.close(abort=True, reason=self._engine.reason.CLIENT_DISCONNECT)
        else:
            self._inbox.append(message[1:])
            if not self._busy:
                self._busy = True
                gevent.spawn(self._handle)
            elif len(self._inbox) >= MAX_INBOX:
                self._watch_read.stop()

    def _handle(self) -> None:
        """Handle one message after another, so that answers come in the order of questions."""
        while self._inbox:
            message = self._inbox.pop(0)
            self._engine._trigger_event("message", self.sid, message, run_async=False)  # noqa: SLF001
            if len(self._inbox) == MAX_INBOX - 1 and not self.closing:
                self._watch_read.start(self._readable)
        self._busy = False

    def hang_up(self) -> None:
        """End the connection of a client that is gone."""
        if self.closed:
            self.let_go()
        self.close(abort=True, reason=self._engine.reason.TRANSPORT_CLOSE)


def write_to_all(frame: bytes, connections: Iterable[Connection]) -> None:
    """Send a frame to each of these, as ``Connection.write`` says.

    A broadcast is little else than this loop, so it calls each socket's ``send`` itself; what is
    closed or has frames waiting has something else in its place.
    """
    size = len(frame)
    for connection in connections:
        push = connection.push  # apart from its call, Python reads it twice as fast
        try:
            sent = push(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            connection.hang_up()
            continue
        if sent < size:
            connection.keep(frame[sent:])


PING_FRAME: Final = frames.text_frame("2")
CLOSE_PACKET: Final = frames.text_frame("1")
