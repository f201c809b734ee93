"""Fan-out near the floor: a broadcast is encoded once and written straight to each socket.

python-socketio on engine.io spends a queue and two greenlets on each client, and a walk through
them on each delivery. Here the same two libraries keep the protocol, the rooms and the handlers;
what is replaced, by subclasses, is how a websocket is served (``Connection``), who pings it (one
greenlet for all), and how a room is written to. Slices keep the event loop free: between two of
them others get their turn, and notices to everybody still keep their order.
"""

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final

import engineio
import socketio
from flask import Flask
from flask_socketio import SocketIO
from gevent.lock import RLock
from socketio import packet

from qa.live import frames
from qa.live.connection import FAREWELL_S, Connection, shake_hands, take_socket, write_to_all
from qa.live.counts import COUNTS
from qa.turns import give_way

SLICE_S: Final = 0.005
"""How long a broadcast may keep everybody else waiting: then it gives way to them once."""

SLICE_CHECK: Final = 16
"""Connections between two looks at the clock."""

TICKS: Final = 25
"""Parts of everybody that are looked at in turn in one ping interval: one a second with engine.io's
25 seconds."""

RETRY_AFTER_S: Final = 5

STORM: Final = 500
"""New connections that are worth telling the garbage collector of."""

KEPT_OF_ENVIRON: Final = ("HTTP_COOKIE",)
"""What handlers need of a request. The rest of it is several kilobytes that nobody reads again."""


class DirectEngine(engineio.Server):  # type: ignore[misc]
    """engine.io with websockets that cost no greenlet."""

    sockets: dict[str, Connection]
    start_service_task: bool

    def __init__(self, *, max_connections: int = 20_000, **options: Any) -> None:
        super().__init__(**options)
        self.max_connections = max_connections
        self.leaving: set[Connection] = set()
        self.tick = 0
        self._frozen_at = 0

    def send(self, sid: str, data: str) -> None:
        """Send a message to one client, unless it is gone."""
        connection = self.sockets.get(sid)
        if connection is not None:
            connection.write(message_frame(data))

    def _handle_connect(
        self,
        environ: dict[str, Any],
        start_response: Callable[..., Any],  # noqa: ARG002 - the answer is written as it is
        transport: str,
        jsonp_index: int | None = None,  # noqa: ARG002
    ) -> Any:
        accepted = shake_hands(environ)
        if accepted is None:
            return self._bad_request("Invalid websocket upgrade")
        if len(self.sockets) >= self.max_connections:
            COUNTS.refused += 1
            return _full()
        if self.start_service_task:
            self.start_service_task = False
            self.service_task_handle = self.start_background_task(self._service_task)
        sid = self.generate_id()
        sock, early = take_socket(environ)
        connection = Connection(self, sid, sock, self.max_http_buffer_size)
        self.sockets[sid] = connection
        kept = {name: environ[name] for name in KEPT_OF_ENVIRON if name in environ}
        self._trigger_event("connect", sid, kept, run_async=False)
        opened = engineio.packet.Packet(
            engineio.packet.OPEN,
            {
                "sid": sid,
                "upgrades": self._upgrades(sid, transport),
                "pingTimeout": int(self.ping_timeout * 1000),
                "pingInterval": int(self.ping_interval * 1000),
                "maxPayload": self.max_http_buffer_size,
            },
        )
        connection.write(accepted + frames.text_frame(opened.encode()))
        connection.start(early)
        return []

    def _service_task(self) -> None:
        """Look at everybody once in an interval, from one greenlet."""
        while True:
            self.sleep(self.ping_interval / TICKS)
            self.tick = (self.tick + 1) % TICKS
            self._spare_collector()
            due = [one for one in self.sockets.values() if one.tick == self.tick]
            in_slices(due, self._keep_alive)
            for connection in list(self.leaving):
                if time.monotonic() - connection.closed_s > FAREWELL_S:
                    connection.let_go()

    def _spare_collector(self) -> None:
        """Keep what thousands of connections hold out of the garbage collector's walks."""
        count = len(self.sockets)
        if count > self._frozen_at + STORM:
            gc.freeze()
            self._frozen_at = count
        elif count < self._frozen_at / 2:
            gc.unfreeze()
            self._frozen_at = count

    def _keep_alive(self, connections: Iterable[Connection]) -> None:
        """Ping clients, or give them up: they had the whole interval to answer the last ping."""
        for connection in connections:
            if connection.awaits_pong:
                connection.close(abort=True, reason=self.reason.PING_TIMEOUT)
            else:
                connection.ping()


class DirectServer(socketio.Server):  # type: ignore[misc]
    """python-socketio on ``DirectEngine``."""

    def _engineio_server_class(self) -> type[DirectEngine]:
        return DirectEngine


class DirectSocketIO(SocketIO):  # type: ignore[misc]
    """Flask-SocketIO with a Socket.IO server of ours, as the application's outermost layer."""

    def init_app(self, app: Flask, **options: Any) -> None:
        """Put the server in front of the app."""
        self.server = DirectServer(**options)
        app.extensions["socketio"] = self
        app.wsgi_app = socketio.WSGIApp(self.server, app.wsgi_app)  # type: ignore[method-assign]


class DirectRooms(socketio.Manager):  # type: ignore[misc]
    """Rooms that are written to frame by frame."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._turn = RLock()
        self._shared: set[str] = set()
        self._there: dict[tuple[str, Any], list[Connection]] = {}

    def emit(self, event: str, data: Any, namespace: str, room: Any = None, **options: Any) -> None:
        """Send a notice to everybody in a room of this process."""
        if any(options.get(name) for name in ("skip_sid", "callback", "to")):
            super().emit(event, data, namespace, room=room, **options)
            return
        notice = self.server.packet_class(packet.EVENT, namespace=namespace, data=[event, data])
        frame = message_frame(notice.encode())
        if self.is_sid_room(namespace, room):
            self._write(frame, self._find(namespace, room))
            return
        # One at a time: a notice must not overtake an earlier one while that gives way to others.
        with self._turn:
            self._write(frame, self._members(namespace, room))

    def basic_enter_room(
        self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None
    ) -> None:
        """Let a client in, and note which rooms are not one client's own."""
        self._there.pop((namespace, room), None)
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        if room not in (None, sid):
            self._shared.add(str(room))

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        """Let a client out, and forget a room that nobody is in any more."""
        self._there.pop((namespace, room), None)
        super().basic_leave_room(sid, namespace, room)
        if room not in self.rooms.get(namespace, {}):
            self._shared.discard(str(room))

    def basic_disconnect(self, sid: str, namespace: str, **_options: Any) -> None:
        """Leave every room. The library looks into everybody's personal rooms to find them."""
        for pending in (self.pending_connect, self.pending_disconnect):
            waiting = pending.get(namespace, [])
            if sid in waiting:
                waiting.remove(sid)
        self.callbacks.pop(sid, None)
        for room in (*self._shared, sid, None):
            self.basic_leave_room(sid, namespace, room)

    def _members(self, namespace: str, room: Any) -> list[Connection]:
        """Return who is in a room, from one notice to the next as long as nobody comes or goes."""
        found = self._there.get((namespace, room))
        if found is None:
            found = self._there[namespace, room] = self._find(namespace, room)
        return found

    def _find(self, namespace: str, room: Any) -> list[Connection]:
        sockets = self.server.eio.sockets
        found = [sockets.get(eio) for _sid, eio in self.get_participants(namespace, room)]
        return [one for one in found if one is not None]

    @staticmethod
    def _write(frame: bytes, there: Sequence[Connection]) -> None:
        started_s = time.perf_counter()
        in_slices(there, partial(write_to_all, frame))
        COUNTS.broadcasts += 1
        COUNTS.deliveries += len(there)
        COUNTS.broadcast_s += time.perf_counter() - started_s


def _full() -> dict[str, Any]:
    """Return engine.io's form of "busy, try again"; pages go on by fetching meanwhile."""
    return {
        "status": "503 SERVICE UNAVAILABLE",
        "headers": [("Content-Type", "text/plain"), ("Retry-After", str(RETRY_AFTER_S))],
        "response": b"busy",
    }


def in_slices(everybody: Sequence[Connection], act: Callable[[Sequence[Connection]], None]) -> None:
    """Do something for all connections, some at a time, and give way to others now and then."""
    end_s = time.perf_counter() + SLICE_S
    for start in range(0, len(everybody), SLICE_CHECK):
        act(everybody[start : start + SLICE_CHECK])
        if time.perf_counter() > end_s:
            give_way()
            end_s = time.perf_counter() + SLICE_S


def message_frame(data: str) -> bytes:
    """Return the frame of an engine.io message."""
    return frames.text_frame("4" + data)
