"""Fixed windows of time in which something may happen so often: counted here, or in Redis.

In memory a count costs about a microsecond, which the storage that the ``limits`` package brings
for that does not: it starts a timer and looks at every key a hundred times a second.
"""

import hmac
import math
import time
from typing import Final, Protocol, cast

import structlog
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import RedisStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from qa.clock import system_clock

SWEEP_S: Final = 60.0
PATIENCE_S: Final = 0.5
AWAY_S: Final = 2.0
"""How long Redis is left alone after it did not answer."""
AHEAD: Final = 5
"""How many of a frequent act a worker takes from Redis at a time."""

log = structlog.get_logger("qa.services")

Who = tuple[str, bytes]
"""An event's slug and a voter, or nothing for the event as a whole."""

_Key = tuple[str, int, Who]
_Open = dict[_Key, tuple[float, int]]
"""By act, length of the window in seconds, and person: when it ends, and a count."""


class Windows(Protocol):
    """Counts by kind of act and person."""

    def hit(self, item: RateLimitItem, act: str, who: Who) -> bool:
        """Count one; say whether that was still allowed."""

    def hit_often(self, item: RateLimitItem, act: str, who: Who) -> bool:
        """Count one of an act that is frequent; say whether that was still allowed."""

    def test(self, item: RateLimitItem, act: str, who: Who) -> bool:
        """Say whether one more would be allowed."""

    def left_s(self, item: RateLimitItem, act: str, who: Who) -> int:
        """Return in how many seconds, rounded up, the window that is open ends."""

    def forget(self, item: RateLimitItem, act: str, who: Who) -> None:
        """Count from nought again."""


class MemoryWindows:
    """Counts of this process. A window begins with the first act that it counts."""

    def __init__(self) -> None:
        self._open: _Open = {}
        self._sweep_at_s = 0.0

    def hit(self, item: RateLimitItem, act: str, who: Who) -> bool:
        """Count one; say whether that was still allowed."""
        now_s = time.monotonic()
        if now_s > self._sweep_at_s:
            self._sweep(now_s)
        key = (act, item.get_expiry(), who)
        end_s, count = self._open.get(key, (0.0, 0))
        if end_s <= now_s:
            end_s, count = now_s + item.get_expiry(), 0
        self._open[key] = (end_s, count + 1)
        return count < item.amount

    hit_often = hit

    def test(self, item: RateLimitItem, act: str, who: Who) -> bool:
        """Say whether one more would be allowed."""
        end_s, count = self._open.get((act, item.get_expiry(), who), (0.0, 0))
        return end_s <= time.monotonic() or count < item.amount

    def left_s(self, item: RateLimitItem, act: str, who: Who) -> int:
        """Return in how many seconds, rounded up, the window that is open ends."""
        end_s, _ = self._open.get((act, item.get_expiry(), who), (0.0, 0))
        return max(1, math.ceil(end_s - time.monotonic()))

    def forget(self, item: RateLimitItem, act: str, who: Who) -> None:
        """Count from nought again."""
        self._open.pop((act, item.get_expiry(), who), None)

    def _sweep(self, now_s: float) -> None:
        self._sweep_at_s = now_s + SWEEP_S
        self._open = _still_open(self._open, now_s)


def _still_open(windows: _Open, now_s: float) -> _Open:
    return {key: window for key, window in windows.items() if window[0] > now_s}


class RedisWindows:
    """Counts of all workers. While Redis does not answer, each worker counts for itself.

    A participant is known there by a keyed hash, so that no key leads to a voter's pseudonym.

    A round trip for each vote was a sixth of what a worker did. So of a frequent act a worker takes
    a few at a time and gives them out itself. They count as done for all workers at once: a limit
    is never exceeded, and somebody who moves to another worker may have up to ``AHEAD`` - 1 fewer
    until the window ends.
    """

    def __init__(self, redis_url: str, secret: bytes) -> None:
        self._secret = secret
        options = {"socket_timeout": PATIENCE_S, "socket_connect_timeout": PATIENCE_S}
        storage = storage_from_string(redis_url, wrap_exceptions=True, **options)
        self._storage = cast("RedisStorage", storage)
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._meanwhile = MemoryWindows()
        self._away_until_s = 0.0
        self._taken: _Open = {}
        self._sweep_at_s = 0.0

    def hit(self, item: RateLimitItem, act: str, who: Who) -> bool:
        """Count one; say whether that was still allowed."""
        if time.monotonic() >= self._away_until_s:
            try:
                return self._limiter.hit(item, act, self._known_as(who))
            except StorageError:
                self._leave_alone()
        return self._meanwhile.hit(item, act, who)

    def hit_often(self, item: RateLimitItem, act: str, who: Who) -> bool:
        """Count one of an act that is frequent; say whether that was still allowed."""
        key = (act, item.get_expiry(), who)
        if self._give_out(key):
            return True
        if time.monotonic() >= self._away_until_s:
            try:
                return self._take(item, key)
            except StorageError:
                self._leave_alone()
        return self._meanwhile.hit(item, act, who)

    def _give_out(self, key: _Key) -> bool:
        end_s, count = self._taken.get(key, (0.0, 0))
        if end_s <= time.monotonic() or not count:
            return False
        self._taken[key] = (end_s, count - 1)
        return True

    def _take(self, item: RateLimitItem, key: _Key) -> bool:
        """Take one and a few more; say whether one was left. Raises: StorageError."""
        act, length_s, who = key
        now_s = time.monotonic()
        if now_s > self._sweep_at_s:
            self._sweep_at_s = now_s + SWEEP_S
            self._taken = _still_open(self._taken, now_s)
        name = item.key_for(act, self._known_as(who))
        counted = self._storage.incr(name, length_s, amount=AHEAD)
        got = min(AHEAD, item.amount - counted + AHEAD)
        if got <= 0:
            return False
        if counted == AHEAD:  # a window began, a moment after ``now_s``
            end_s, left = now_s + length_s, 0
        else:
            end_s, left = self._taken.get(key, (0.0, 0))
            if end_s <= now_s:
                end_s, left = self._end_s(name, now_s), 0
        self._taken[key] = (end_s, left + got - 1)
        return True

    def _end_s(self, name: str, now_s: float) -> float:
        """Return when a window that another worker began ends, or a second before."""
        return now_s + self._storage.get_expiry(name) - system_clock() / 1000 - 1

    def test(self, item: RateLimitItem, act: str, who: Who) -> bool:
        """Say whether one more would be allowed."""
        if time.monotonic() >= self._away_until_s:
            try:
                return self._limiter.test(item, act, self._known_as(who))
            except StorageError:
                self._leave_alone()
        return self._meanwhile.test(item, act, who)

    def left_s(self, item: RateLimitItem, act: str, who: Who) -> int:
        """Return in how many seconds, rounded up, the window that is open ends."""
        if time.monotonic() >= self._away_until_s:
            try:
                ends_s = self._limiter.get_window_stats(item, act, self._known_as(who)).reset_time
                return max(1, round(ends_s - system_clock() / 1000))
            except StorageError:
                self._leave_alone()
        return self._meanwhile.left_s(item, act, who)

    def forget(self, item: RateLimitItem, act: str, who: Who) -> None:
        """Count from nought again."""
        self._meanwhile.forget(item, act, who)
        if time.monotonic() >= self._away_until_s:
            try:
                self._limiter.clear(item, act, self._known_as(who))
            except StorageError:
                self._leave_alone()

    def _leave_alone(self) -> None:
        log.warning("quotas_without_redis")
        self._away_until_s = time.monotonic() + AWAY_S

    def _known_as(self, who: Who) -> str:
        slug, voter = who
        if not voter:
            return slug
        return hmac.new(self._secret, f"{slug}/{voter.hex()}".encode(), "sha256").hexdigest()


def open_windows(redis_url: str | None, secret: bytes) -> Windows:
    """Return windows of this process, or of all workers that share a Redis."""
    return MemoryWindows() if redis_url is None else RedisWindows(redis_url, secret)
