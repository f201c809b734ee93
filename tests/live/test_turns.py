"""Long work in the event loop gives way: whoever speaks meanwhile is heard before it ends."""

import time
from collections.abc import Sequence
from typing import Any, cast

import gevent
from gevent import socket

from qa.live.fanout import SLICE_CHECK, SLICE_S, in_slices
from qa.turns import give_way

EVERYBODY = 30 * SLICE_CHECK


def test_a_vote_that_comes_during_a_broadcast_is_read_before_the_broadcast_ends() -> None:
    """Thirty slices: far fewer than gevent's hundred callbacks between two looks at the sockets."""
    here, there = socket.socketpair()
    written: list[int] = []
    heard_after: list[int] = []

    def listen() -> None:
        here.recv(1)
        heard_after.append(len(written))

    def write(numbers: Sequence[object]) -> None:
        for number in numbers:
            written.append(cast("int", number))
            if len(written) == SLICE_CHECK:
                there.send(b"v")
            end_s = time.perf_counter() + SLICE_S / SLICE_CHECK * 1.5
            while time.perf_counter() < end_s:
                pass

    listener = gevent.spawn(listen)
    gevent.sleep(0)
    in_slices(cast("Any", range(EVERYBODY)), write)
    listener.join(1)
    assert written == list(range(EVERYBODY))
    assert heard_after[0] < 5 * SLICE_CHECK
    here.close()
    there.close()


def test_giving_way_goes_on_though_somebody_always_has_something_to_do() -> None:
    stop = False

    def never_rests() -> None:
        while not stop:
            gevent.sleep(0)

    busy = gevent.spawn(never_rests)
    with gevent.Timeout(2):
        for _ in range(100):
            give_way()
    stop = True
    busy.join(1)
