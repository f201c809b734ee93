"""Rooms on one worker or on several: with Redis, a notice reaches the pages of every worker."""

from typing import Any, Final

import socketio

from qa.live.fanout import DirectRooms

CHANNEL: Final = "fair-hearing"


class DirectRoomsOnRedis(socketio.RedisManager, DirectRooms):  # type: ignore[misc]
    """Rooms of several workers, written to directly in each."""


def open_rooms(redis_url: str | None) -> Any:
    """Return rooms for direct fan-out."""
    return DirectRooms() if redis_url is None else DirectRoomsOnRedis(redis_url, channel=CHANNEL)


def open_stock_rooms(redis_url: str | None) -> Any:
    """Return the library's own rooms."""
    if redis_url is None:
        return socketio.Manager()
    return socketio.RedisManager(redis_url, channel=CHANNEL)
