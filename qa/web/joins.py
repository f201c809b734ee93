"""A generous limit on joining, per address: counted in memory only and forgotten within a minute.

A whole office shares one address, so this is there against programs that try join codes.
"""

from flask import Flask, current_app, request
from limits import RateLimitItemPerMinute

from qa.config import Limits
from qa.errors import RateLimited
from qa.services.windows import MemoryWindows

_EXTENSION = "fair-hearing-joins"


class Joins:
    """How often each address joined in this minute."""

    def __init__(self, limits: Limits) -> None:
        self._windows = MemoryWindows()
        self._item = RateLimitItemPerMinute(limits.joins_per_minute_and_address)

    def count(self, address: str) -> None:
        """Count one attempt. Raises: RateLimited."""
        if not self._windows.hit(self._item, "join", (address, b"")):
            raise RateLimited(
                "Too many people are joining from your network. Try again in a minute.",
                details={"retry_after_s": 60},
            )


def count_join() -> None:
    """Count one attempt to join by whoever sends this request. Raises: RateLimited."""
    joins: Joins = current_app.extensions[_EXTENSION]
    joins.count(request.remote_addr or "")


def limit_joins(app: Flask, limits: Limits) -> None:
    """Give the app its counter."""
    app.extensions[_EXTENSION] = Joins(limits)
