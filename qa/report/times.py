"""Minutes as leaves spell them, counted, and durations in words."""

from datetime import date

from qa.ledger.reasons import minutes_of

__all__ = ["duration", "minute_of", "minutes_of"]

_DAY = 1440
_HOUR = 60


def minute_of(minutes: int) -> str:
    """Return the minute that ``minutes_of`` counted: its inverse."""
    day = date.fromordinal(minutes // _DAY).isoformat()
    return f"{day}T{minutes % _DAY // _HOUR:02}:{minutes % _HOUR:02}Z"


def duration(minutes: int) -> str:
    """Return a duration in words, in its two largest units: "2 days 4 hours"."""
    parts = (
        (minutes // _DAY, "day"),
        (minutes % _DAY // _HOUR, "hour"),
        (minutes % _HOUR, "minute"),
    )
    words = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(words[:2]) or "less than a minute"
