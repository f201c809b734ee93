"""Time, injected: nothing above the ground floor asks the machine what time it is."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Returns the time now in milliseconds since 1970-01-01T00:00Z."""


def system_clock() -> int:
    """Return the machine's time in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def full_minute(time_ms: int) -> int:
    """Return the beginning of the minute that a time is in.

    What an author does is kept no more precisely than that, for the same reason as below.
    """
    return time_ms - time_ms % 60_000


def to_minute(time_ms: int) -> str:
    """Return a time as leaves carry it: UTC, minute precision, such as ``2026-11-23T16:45Z``.

    A leaf is public for ever, and a precise time would help to link an anonymous question to a
    person's network traffic.
    """
    return datetime.fromtimestamp(time_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%MZ")


def from_minute(minute: str) -> int:
    """Return the beginning of a minute that is written as leaves carry it."""
    return round(datetime.fromisoformat(minute).timestamp() * 1000)
