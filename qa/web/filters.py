"""Jinja filters: what templates need to show text and times."""

from datetime import UTC, datetime

from flask import Flask

from qa.domain.text import show_bidi
from qa.exports.words import in_cell


def register_filters(app: Flask) -> None:
    """Add the filters to the app's templates."""
    app.add_template_filter(show_bidi, "visible")
    app.add_template_filter(in_cell, "number")
    app.add_template_filter(iso)
    app.add_template_filter(moment)
    app.add_template_filter(age)


def iso(time_ms: int) -> str:
    """Return a time for a ``datetime`` attribute, such as ``2026-11-23T16:45:00Z``."""
    return _utc(time_ms).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(time_ms: int) -> str:
    """Return a time for people, such as ``23 Nov 2026, 16:45 UTC``; scripts make it local."""
    when = _utc(time_ms)
    return f"{when.day} {when:%b %Y, %H:%M} UTC"


def age(lasted_ms: int) -> str:
    """Return how long something has lasted, in the words of ``static/js/lib/time.js``."""
    minutes = lasted_ms // 60_000
    days, hours = minutes // 1440, minutes // 60
    if days:
        return f"{days} days" if days > 1 else "1 day"
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{minutes} min" if minutes else "under a minute"


def _utc(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)
