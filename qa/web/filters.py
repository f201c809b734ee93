"""Jinja filters: what templates need to show text and times."""

from datetime import UTC, datetime

from flask import Flask

from qa.domain.text import show_bidi


def register_filters(app: Flask) -> None:
    """Add the filters to the app's templates."""
    app.add_template_filter(show_bidi, "visible")
    app.add_template_filter(iso)
    app.add_template_filter(moment)


def iso(time_ms: int) -> str:
    """Return a time for a ``datetime`` attribute, such as ``2026-11-23T16:45:00Z``."""
    return _utc(time_ms).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(time_ms: int) -> str:
    """Return a time for people, such as ``23 Nov 2026, 16:45 UTC``; scripts make it local."""
    when = _utc(time_ms)
    return f"{when.day} {when:%b %Y, %H:%M} UTC"


def _utc(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)
