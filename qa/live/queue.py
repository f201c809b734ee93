"""Rooms on one worker or on several: with Redis, a notice reaches the pages of every worker.

What Redis loses while it is away is not sent again. When it is back, each worker tells its own
pages to fetch, and the revisions bring them what they missed.
"""

from collections.abc import Iterator
from typing import Any, Final

import socketio
import structlog
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from qa.live.fanout import DirectRooms
from qa.live.rooms import is_shared

CHANNEL: Final = "fair-hearing"
RETRY_S: Final = 1.0
PATIENCE_S: Final = 1.0

OPTIONS: Final = {
    # No retries inside the client: it would come back without telling us that it was away.
    "retry": Retry(NoBackoff(), 0),
    "socket_connect_timeout": PATIENCE_S,
    "socket_keepalive": True,
}

log = structlog.get_logger("qa.live")


class RoomsOnRedis(socketio.RedisManager):  # type: ignore[misc]
    """Rooms of several workers. The library waits up to a minute for Redis; this one a second."""

    def _redis_listen_with_retries(self) -> Iterator[dict[str, Any]]:
        away = False
        while True:
            try:
                self._redis_connect()
                self.pubsub.subscribe(self.channel)
                if away:
                    away = False
                    log.warning("redis_is_back")
                    self._refetch()
                yield from self.pubsub.listen()
            except (RedisError, OSError) as error:
                if not away:
                    log.warning("redis_is_away", error=type(error).__name__)
                away = True
                self.server.sleep(RETRY_S)

    def _refetch(self) -> None:
        """Tell this worker's own pages to fetch what they may have missed."""
        for room in [room for room in self.rooms.get("/", {}) if is_shared(room)]:
            self.server.emit("refetch", {}, to=room, ignore_queue=True)


class DirectRoomsOnRedis(RoomsOnRedis, DirectRooms):
    """Rooms of several workers, written to directly in each."""


def open_rooms(redis_url: str | None) -> Any:
    """Return rooms for direct fan-out."""
    if redis_url is None:
        return DirectRooms()
    return DirectRoomsOnRedis(redis_url, channel=CHANNEL, redis_options=OPTIONS)


def open_stock_rooms(redis_url: str | None) -> Any:
    """Return the library's own rooms."""
    if redis_url is None:
        return socketio.Manager()
    return RoomsOnRedis(redis_url, channel=CHANNEL, redis_options=OPTIONS)
