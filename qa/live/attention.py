"""Who is looking at which question at the desk, and who has claimed one for two minutes.

None of it is logged, stored or public: it keeps moderators out of each other's way, and decides
nothing. What is said of it ends by itself, so a page that vanishes is in nobody's way for long.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

import structlog
from redis import Redis
from redis.exceptions import RedisError

LOOK_MS: Final = 45_000
"""How long a page is believed to show what it said; it says so again every 20 s."""

CLAIM_MS: Final = 120_000
PATIENCE_S: Final = 0.5
AWAY_S: Final = 2.0
"""How long Redis is left alone after it did not answer."""

log = structlog.get_logger("qa.live")

T = TypeVar("T")
State = dict[str, list[dict[str, Any]]]


class Attention(Protocol):
    """What is known of an event's desk. ``page`` is a socket, ``by`` a pseudonym."""

    def look(self, slug: str, page: str, by: str, n: int | None) -> None:
        """Note what a page shows, or that it shows no question any more."""

    def claim(self, slug: str, by: str, n: int, *, on: bool) -> bool:
        """Claim a question for two minutes, or let it go; say whether it is ``by``'s now."""

    def state(self, slug: str) -> State:
        """Return ``looking`` (by, n) and ``claims`` (by, n, until), each by number and name."""


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class MemoryAttention:
    """What the pages of this process say."""

    clock: Callable[[], int] = _now_ms
    _looks: dict[str, dict[str, tuple[str, int, int]]] = field(default_factory=dict)
    _claims: dict[str, dict[int, tuple[str, int]]] = field(default_factory=dict)

    def look(self, slug: str, page: str, by: str, n: int | None) -> None:
        """Note what a page shows, or that it shows no question any more."""
        looks = self._looks.setdefault(slug, {})
        if n is None:
            looks.pop(page, None)
        else:
            looks[page] = (by, n, self.clock() + LOOK_MS)

    def claim(self, slug: str, by: str, n: int, *, on: bool) -> bool:
        """Claim a question for two minutes, or let it go; say whether it is ``by``'s now."""
        now = self.clock()
        claims = self._claims.setdefault(slug, {})
        for other, (_, until) in list(claims.items()):
            if until <= now:
                del claims[other]
        owner = claims.get(n, (by, 0))[0]
        if owner == by:
            claims.pop(n, None)
            if on:
                claims[n] = (by, now + CLAIM_MS)
        return on and owner == by

    def state(self, slug: str) -> State:
        """Return ``looking`` (by, n) and ``claims`` (by, n, until), each by number and name."""
        now = self.clock()
        looks = self._looks.get(slug, {}).values()
        claims = self._claims.get(slug, {}).items()
        return _state(
            [(n, by) for by, n, until in looks if until > now],
            [(n, by, until) for n, (by, until) in claims if until > now],
        )


class RedisAttention:
    """What the pages of all workers say. While Redis is away, each worker knows its own only.

    A hash for each event has what pages show; a claim is a key that Redis lets expire, and a set
    names the claimed numbers.
    """

    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(
            redis_url,
            decode_responses=True,
            socket_timeout=PATIENCE_S,
            socket_connect_timeout=PATIENCE_S,
        )
        self._meanwhile = MemoryAttention()
        self._away_until_s = 0.0

    def look(self, slug: str, page: str, by: str, n: int | None) -> None:
        """Note what a page shows, or that it shows no question any more."""
        key = _key("looks", slug)

        def tell() -> None:
            if n is None:
                self._redis.hdel(key, page)
                return
            said = json.dumps({"by": by, "n": n, "until": _now_ms() + LOOK_MS})
            self._redis.hset(key, page, said)
            self._redis.pexpire(key, 2 * LOOK_MS)

        self._ask(tell, lambda: self._meanwhile.look(slug, page, by, n))

    def claim(self, slug: str, by: str, n: int, *, on: bool) -> bool:
        """Claim a question for two minutes, or let it go; say whether it is ``by``'s now."""
        key, known = _key("claim", f"{slug}:{n}"), _key("claims", slug)

        def tell() -> bool:
            if self._redis.get(key) == by:
                self._redis.delete(key)
            if not on or not self._redis.set(key, by, nx=True, px=CLAIM_MS):
                return False
            self._redis.sadd(known, n)
            self._redis.pexpire(known, 2 * CLAIM_MS)
            return True

        return self._ask(tell, lambda: self._meanwhile.claim(slug, by, n, on=on))

    def state(self, slug: str) -> State:
        """Return ``looking`` (by, n) and ``claims`` (by, n, until), each by number and name."""

        def ask() -> State:
            now = _now_ms()
            looks = [json.loads(said) for said in self._redis.hvals(_key("looks", slug))]
            claims = []
            for n in map(int, self._redis.smembers(_key("claims", slug))):
                key = _key("claim", f"{slug}:{n}")
                by, left_ms = self._redis.get(key), self._redis.pttl(key)
                if by is None or left_ms <= 0:
                    self._redis.srem(_key("claims", slug), n)
                else:
                    claims.append((n, str(by), now + left_ms))
            return _state([(at["n"], at["by"]) for at in looks if at["until"] > now], claims)

        return self._ask(ask, lambda: self._meanwhile.state(slug))

    def _ask(self, redis: Callable[[], T], meanwhile: Callable[[], T]) -> T:
        if time.monotonic() >= self._away_until_s:
            try:
                return redis()
            except RedisError:
                log.warning("attention_without_redis")
                self._away_until_s = time.monotonic() + AWAY_S
        return meanwhile()


def open_attention(redis_url: str | None) -> Attention:
    """Return what knows the desk: of this process, or of all workers."""
    return MemoryAttention() if redis_url is None else RedisAttention(redis_url)


def _state(looks: list[tuple[int, str]], claims: list[tuple[int, str, int]]) -> State:
    return {
        "looking": [{"n": n, "by": by} for n, by in sorted(set(looks))],
        "claims": [{"n": n, "by": by, "until": until} for n, by, until in sorted(claims)],
    }


def _key(what: str, about: str) -> str:
    return f"fair-hearing:{what}:{about}"
