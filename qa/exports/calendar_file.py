"""A meeting as an iCalendar file (RFC 5545): one entry for a calendar, in UTC.

Folding and escaping are the library's. The file names who publishes it and nobody who takes part.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from icalendar import Calendar, Event

from qa.errors import NotScheduled

MEDIA_TYPE: Final = "text/calendar"
PRODUCT: Final = "-//Fair Hearing//Fair Hearing//EN"


def calendar_file(event: Mapping[str, Any]) -> bytes:
    """Return an event, as the API answers it, as a calendar with one entry.

    The ``UID`` stays the same for as long as the event has its address, so that a calendar that
    takes the file again moves the entry it has. Without a time of ending there is no ``DTEND``,
    which RFC 5545 (3.6.1) reads as an entry that ends when it starts.

    Raises:
        NotScheduled: the event has no time at which it starts.
    """
    if event["starts_at"] is None:
        raise NotScheduled("This meeting has no time yet, so there is nothing for a calendar.")
    entry = Event()
    entry.add("uid", f"{event['slug']}@{event['origin']}")
    entry.add("dtstamp", _time(event["now"]))
    entry.add("dtstart", _time(event["starts_at"]))
    if event["ends_at"] is not None:
        entry.add("dtend", _time(event["ends_at"]))
    entry.add("summary", event["title"])
    entry.add("description", f"Ask, upvote and follow the questions: {event['join_url']}")
    entry.add("url", event["join_url"])
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    written: bytes = calendar.to_ical()
    return written


def _time(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC)
