"""What workers tell each other over Redis: that something changed, never what.

Each worker reads what changed from the database and tells its own pages, at its own pace: so a
page hears as many notices with ten workers as with one, and no words pass through Redis. Signals
that Redis does not take are kept and sent later; when it is back, each worker tells its own pages
to fetch what they may have missed.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Protocol

import gevent
import structlog
from gevent.event import Event
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

CHANNEL: Final = "fair-hearing"
PACE_S: Final = 0.1
"""Between two signals of one worker at least: what happens meanwhile goes together."""

HEARTBEAT_S: Final = 2.0
SILENCE_S: Final = 8.0
"""Every worker hears itself too: this long without a sound, and Redis is away."""

RETRY_S: Final = 1.0
PATIENCE_S: Final = 1.0

log = structlog.get_logger("qa.live")


@dataclass(slots=True)
class Signal:
    """Slugs of events where something changed, and docket numbers that got or lost votes."""

    changed: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    desks: set[str] = field(default_factory=set)
    tallied: dict[str, set[int]] = field(default_factory=dict)

    def add_votes(self, slug: str, numbers: set[int]) -> None:
        """Note questions that got or lost votes."""
        self.tallied.setdefault(slug, set()).update(numbers)

    def merge(self, other: "Signal") -> None:
        """Note all that another signal says."""
        self.changed |= other.changed
        self.hidden |= other.hidden
        self.desks |= other.desks
        for slug, numbers in other.tallied.items():
            self.add_votes(slug, numbers)


class Bus(Protocol):
    """The way to the other workers."""

    def tell(self, signal: Signal) -> None:
        """Tell every other worker, soon."""

    def start(self, hear: Callable[[Signal], None], missed: Callable[[], None]) -> None:
        """Begin. ``hear`` gets others' signals; ``missed`` is called when some may be lost."""


class NoBus:
    """A worker alone."""

    def tell(self, signal: Signal) -> None:
        """Tell nobody."""

    def start(self, hear: Callable[[Signal], None], missed: Callable[[], None]) -> None:
        """Hear nobody."""


class RedisBus:
    """Workers that share a Redis; each speaks from one greenlet and hears in another."""

    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(
            redis_url,
            decode_responses=True,
            # No retries inside the client: it would come back without saying that it was away.
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=PATIENCE_S,
            socket_timeout=PATIENCE_S,
        )
        self._name = secrets.token_hex(8)
        self._untold = Signal()
        self._wake = Event()

    def tell(self, signal: Signal) -> None:
        """Tell every other worker, soon."""
        self._untold.merge(signal)
        self._wake.set()

    def start(self, hear: Callable[[Signal], None], missed: Callable[[], None]) -> None:
        """Begin to speak and to hear, and go on for ever."""
        gevent.spawn(self._speak)
        gevent.spawn(self._listen, hear, missed)

    def _speak(self) -> None:
        while True:
            self._wake.wait(HEARTBEAT_S)
            self._wake.clear()
            signal, self._untold = self._untold, Signal()
            try:
                self._redis.publish(CHANNEL, encode(self._name, signal))
                gevent.sleep(PACE_S)
            except (RedisError, OSError):  # _listen says so in the log
                self.tell(signal)
                gevent.sleep(RETRY_S)

    def _listen(self, hear: Callable[[Signal], None], missed: Callable[[], None]) -> None:
        away = False
        while True:
            try:
                with self._subscribed() as messages:
                    if away:
                        log.warning("redis_is_back")
                    away = False
                    # Also after the first time: pages may have come before it.
                    missed()
                    for message in messages:
                        self._understand(message, hear)
            except (RedisError, OSError) as error:
                if not away:
                    log.warning("redis_is_away", error=type(error).__name__)
                away = True
                gevent.sleep(RETRY_S)
            except Exception as error:  # whatever it was, the others speak on
                log.exception("listening_failed", exc_info=error)
                gevent.sleep(RETRY_S)

    @contextmanager
    def _subscribed(self) -> Iterator[Iterator[str]]:
        """Give what is said from now on. Raises: TimeoutError, RedisError, when Redis is away."""
        with self._redis.pubsub() as ears:  # type: ignore[no-untyped-call]
            ears.subscribe(CHANNEL)
            confirmation = ears.get_message(timeout=PATIENCE_S)
            if confirmation is None:
                raise TimeoutError

            def messages() -> Iterator[str]:
                while message := ears.get_message(timeout=SILENCE_S):
                    yield message["data"]
                raise TimeoutError

            yield messages()

    def _understand(self, message: str, hear: Callable[[Signal], None]) -> None:
        try:
            speaker, signal = decode(message)
            if speaker != self._name:
                hear(signal)
        except Exception as error:  # the next signal is another one
            log.exception("signal_failed", exc_info=error)


def open_bus(redis_url: str | None) -> Bus:
    """Return the way to the other workers, if there may be any."""
    return NoBus() if redis_url is None else RedisBus(redis_url)


def encode(speaker: str, signal: Signal) -> str:
    """Return a signal as it is published."""
    return json.dumps({"from": speaker, **asdict(signal)}, default=sorted, separators=(",", ":"))


def decode(message: str) -> tuple[str, Signal]:
    """Return who published a signal, and the signal. Raises: ValueError, KeyError, TypeError."""
    said: dict[str, Any] = json.loads(message)
    return said["from"], Signal(
        set(said["changed"]),
        set(said["hidden"]),
        set(said["desks"]),
        {slug: set(numbers) for slug, numbers in said["tallied"].items()},
    )
