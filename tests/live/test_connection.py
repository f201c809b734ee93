"""One connection at a time: a network that takes little, readers that do not read, and endings."""

import _socket
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import gevent
import pytest
from structlog.testing import capture_logs

from qa.live import fanout, frames
from qa.live.connection import (
    MAX_WAITING_BYTES,
    MAX_WAITING_FRAMES,
    Connection,
    write_to_all,
)
from qa.live.fanout import DirectRooms, DirectServer, in_slices

INTERVAL_S = 0.25


@dataclass
class Hall:
    """A Socket.IO server without HTTP, and the far ends of its connections."""

    server: DirectServer
    ended: list[str] = field(default_factory=list)
    opened: list[socket.socket] = field(default_factory=list)

    def connect(self, *, small: bool = False) -> tuple[Connection, socket.socket]:
        near, far = socket.socketpair()
        far.settimeout(5)
        if small:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        sock = _socket.socket(fileno=near.detach())
        sock.setblocking(False)
        engine = self.server.eio
        connection = Connection(engine, engine.generate_id(), sock, 16_384)
        engine.sockets[connection.sid] = connection
        connection.start(b"")
        self.opened.append(far)
        return connection, far


@pytest.fixture
def hall() -> Iterator[Hall]:
    server = DirectServer(
        client_manager=DirectRooms(),
        async_mode="gevent",
        async_handlers=False,
        ping_interval=INTERVAL_S,
        ping_timeout=INTERVAL_S,
    )
    hall = Hall(server)
    server.eio.on("disconnect", lambda sid, reason: hall.ended.append(reason))
    yield hall
    for connection in list(server.eio.sockets.values()):
        connection.close(abort=True)
    for far in hall.opened:
        far.close()


def read_all(far: socket.socket, step: int = 65_536) -> bytes:
    """Read to the end, giving the event loop its turn: both ends live in this process."""
    far.setblocking(False)
    found = b""
    for _ in range(100_000):
        try:
            data = far.recv(step)
        except BlockingIOError:
            gevent.sleep(0.001)
            continue
        if not data:
            return found
        found += data
    raise AssertionError("it never ends")


def test_what_the_network_takes_in_pieces_arrives_whole_and_in_order(hall: Hall) -> None:
    connection, far = hall.connect(small=True)
    sent = [frames.text_frame(f"{number} " + "x" * (number * 37)) for number in range(150)]
    for frame in sent:
        connection.write(frame)
    connection.close(abort=False)
    end = frames.text_frame("1") + frames.close_frame(1000)
    assert read_all(far, 997) == b"".join(sent) + end
    assert hall.ended == ["server disconnect"]
    assert not hall.server.eio.sockets
    assert not hall.server.eio.leaving


@pytest.mark.parametrize(
    ("size", "most"), [(100, MAX_WAITING_FRAMES + 700), (60_000, MAX_WAITING_BYTES // 60_000 + 10)]
)
def test_who_does_not_read_is_cut_off_and_nobody_else_notices(
    hall: Hall, size: int, most: int
) -> None:
    lazy, _ = hall.connect(small=True)
    keen, far = hall.connect()
    far.setblocking(False)
    frame, sent, read = frames.text_frame("x" * size), 0, 0
    with capture_logs() as logged:
        while not lazy.closed:
            sent += 1
            assert sent <= most
            in_slices([lazy, keen], partial(write_to_all, frame))
            for _ in range(1_000):
                try:
                    read += len(far.recv(65_536))
                except BlockingIOError:
                    break
            gevent.sleep(0)
    keen.close(abort=False)
    read += len(read_all(far))
    assert read == sent * len(frame) + len(frames.text_frame("1") + frames.close_frame(1000))
    assert [line["event"] for line in logged] == ["slow_reader_cut"]
    assert hall.ended == ["transport error", "server disconnect"]


def test_a_descriptor_that_is_used_again_gets_nothing_of_its_first_owner(hall: Hall) -> None:
    first, far = hall.connect(small=True)
    first.write(frames.text_frame("x" * 60_000))
    number = first._socket.fileno()
    first.close(abort=True)
    second, other = hall.connect()
    assert second._socket.fileno() == number
    first.write(frames.text_frame("for the first"))
    gevent.sleep(0.01)
    second.write(frames.text_frame("for the second"))
    second.close(abort=False)
    assert read_all(other).startswith(frames.text_frame("for the second"))
    assert b"for the" not in read_all(far)


def test_somebody_who_went_away_while_being_written_to_is_forgotten(hall: Hall) -> None:
    connection, far = hall.connect(small=True)
    connection.write(frames.text_frame("x" * 60_000))
    far.close()
    for _ in range(100):
        gevent.sleep(0.001)
    connection.write(frames.text_frame("more"))
    assert hall.ended == ["transport close"]
    assert not hall.server.eio.sockets


def test_whoever_answers_pings_stays_and_whoever_is_silent_goes(hall: Hall) -> None:
    silent, _ = hall.connect()
    alive, far = hall.connect()
    far.setblocking(False)
    pinger = gevent.spawn(hall.server.eio._service_task)
    pong = b"\x81\x81\x00\x00\x00\x003"
    pings = b""
    with gevent.Timeout(10):
        while not silent.closed or pings.count(b"2") < 4:
            gevent.sleep(0.01)
            try:
                pings += far.recv(100)
                far.send(pong)
            except BlockingIOError:
                pass
    pinger.kill()
    assert not alive.closed
    assert hall.ended == ["ping timeout"]
    assert set(pings) == set(frames.text_frame("2"))


def test_a_broadcast_gives_way_to_others_and_keeps_its_place(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that a fast machine gives way as often as a slow one.
    monkeypatch.setattr(fanout, "SLICE_S", 0.0)
    rooms = hall.server.manager
    fars = []
    for number in range(300):
        connection, far = hall.connect()
        rooms.basic_enter_room(f"s{number}", "/", None, eio_sid=connection.sid)
        rooms.basic_enter_room(f"s{number}", "/", "room")
        fars.append(far)
    turns = []
    ticker = gevent.spawn(lambda: [turns.append(gevent.sleep(0)) for _ in range(100_000)])
    notices = ["x" * 20_000, "y", "z"]
    gevent.joinall([gevent.spawn(hall.server.emit, text, {}, to="room") for text in notices])
    ticker.kill()
    assert len(turns) > 300 // fanout.SLICE_CHECK
    expected = b"".join(frames.text_frame(f'42["{text}",{{}}]') for text in notices)
    for far in fars:
        assert far.recv(len(expected), socket.MSG_WAITALL) == expected
