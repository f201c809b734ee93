"""Boards over HTTP: one encoded, compressed body for everybody who fetches at the same time.

Encoding a large board for each of thousands of people would take a core most of a minute. A body is
kept while its revision is the newest, for a second at most (what depends on the time, such as
"overdue", may be that old), and until the next notice of votes, which a body made earlier lacks.
"""

import gzip
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, json, request

BOARD_CACHE: Final = "fair-hearing-boards"
"""Where the app keeps its cache."""

FRESH_S: Final = 1.0
FRESH_DURING_VOTES_S: Final = 0.25
KEPT_DELTAS: Final = 32
WORTH_PACKING_BYTES: Final = 1_024
LEVEL: Final = 5


@dataclass(frozen=True)
class Body:
    """A board as sent: plain, and compressed if that is worth it."""

    revision: int
    made_at_s: float
    plain: bytes
    packed: bytes | None
    etag: str


class BoardCache:
    """The newest bodies of each event's public board, by the revision that they start from.

    Nothing is kept unless somebody calls ``votes_changed`` and ``forget``: see ``keeping``.
    """

    def __init__(self, *, keeping: bool) -> None:
        self._keeping = keeping
        self._bodies: dict[str, dict[int, Body]] = {}
        self._voted: set[str] = set()

    def votes_changed(self, slug: str) -> None:
        """Note that kept bodies lack a vote: they are made anew four times a second at most."""
        self._voted.add(slug)

    def forget(self, slug: str) -> None:
        """Drop what is kept: the votes that it lacks have been announced and will not be again."""
        self._bodies.pop(slug, None)
        self._voted.discard(slug)

    def get(
        self, slug: str, since: int, revision: int, make: Callable[[], Mapping[str, Any]]
    ) -> Body:
        """Return the body of an event's board after ``since``; ``revision`` is the newest now."""
        now_s = time.monotonic()
        kept = self._bodies.setdefault(slug, {})
        if any(body.revision != revision for body in kept.values()):
            # They are never sent again, and may hold words that were hidden since.
            kept.clear()
        found = kept.get(since)
        limit_s = FRESH_DURING_VOTES_S if slug in self._voted else FRESH_S
        if found and found.revision == revision and now_s - found.made_at_s < limit_s:
            return found
        body = encode(make(), now_s)
        if self._keeping:
            if len(kept) >= KEPT_DELTAS:
                kept.clear()
            kept[since] = body
        return body


def encode(board: Mapping[str, Any], now_s: float = 0.0) -> Body:
    """Return a board encoded."""
    plain = json.dumps(board, separators=(",", ":")).encode()
    # mtime=0 keeps equal boards equal, byte for byte.
    worth_it = len(plain) >= WORTH_PACKING_BYTES
    packed = gzip.compress(plain, LEVEL, mtime=0) if worth_it else None
    timeless = {**board, "event": {**board["event"], "now": None}}
    digest = hashlib.sha256(json.dumps(timeless).encode()).hexdigest()[:16]
    return Body(board["revision"], now_s, plain, packed, f"{board['revision']}-{digest}")


def send(body: Body) -> Response:
    """Return a body as an answer, or 304 when the browser has it already."""
    packed = body.packed if request.accept_encodings["gzip"] > 0 else None
    answer = Response(packed or body.plain, mimetype="application/json")
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    # Weak: equal boards differ in their encoding and in what time they were read at.
    answer.set_etag(body.etag, weak=True)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("Accept-Encoding")
    answer.make_conditional(request)
    return answer
