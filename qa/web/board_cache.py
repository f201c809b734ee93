"""Boards over HTTP: one encoded, compressed body for everybody who fetches at the same time.

Encoding a large board for each of thousands of people would take a core most of a minute. A body is
kept while its revision is the newest, for a second at most (what depends on the time, such as
"overdue", may be that old), and until the next notice of votes, which a body made earlier lacks.
"""

import gzip
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import gevent
from flask import Response, json, request
from gevent.lock import RLock

from qa.web.board_pieces import Pieces, Whole

BOARD_CACHE: Final = "fair-hearing-boards"
"""Where the app keeps its cache."""

FRESH_S: Final = 1.0
FRESH_DURING_VOTES_S: Final = 0.25
KEPT_DELTAS: Final = 32
WORTH_PACKING_BYTES: Final = 1_024
LEVEL: Final = 5
LARGE_BYTES: Final = 256 * 1024
"""From here on a body is packed in a thread, while others are served."""


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
        self._pieces: dict[str, Pieces] = {}
        self._latest: dict[str, tuple[int, Body]] = {}
        self._locks: dict[str, RLock] = {}
        self._forgotten: Counter[str] = Counter()

    def pieces(self, slug: str, make: Callable[[], Pieces]) -> Pieces:
        """Return the pieces of an event's whole board."""
        if slug not in self._pieces:
            self._pieces[slug] = make()
        return self._pieces[slug]

    def votes_changed(self, slug: str) -> None:
        """Note that kept bodies lack a vote: they are made anew four times a second at most."""
        self._voted.add(slug)

    def forget(self, slug: str) -> None:
        """Drop what is kept: the votes that it lacks have been announced and will not be again."""
        self._bodies.pop(slug, None)
        self._forgotten[slug] += 1
        self._voted.discard(slug)

    def get(
        self, slug: str, since: int, revision: int, make: Callable[[], Mapping[str, Any] | Whole]
    ) -> Body:
        """Return the body of an event's board after ``since``; ``revision`` is the newest now."""
        arrived_s = time.monotonic()
        self._drop_older(slug, revision)
        if found := self._fresh(slug, since, revision):
            return found
        with self._locks.setdefault(slug, RLock()):
            # Made while this reader waited: whatever it lacks is announced after they came.
            latest_since, latest = self._latest.get(slug, (None, None))
            if latest and latest_since == since and latest.made_at_s > arrived_s:
                return latest
            return self._make(slug, since, make)

    def _drop_older(self, slug: str, revision: int) -> None:
        """Drop what is never sent again: it may hold words that were hidden since."""
        kept = self._bodies.get(slug, {})
        if any(body.revision < revision for body in kept.values()):
            kept.clear()
        if slug in self._latest and self._latest[slug][1].revision < revision:
            del self._latest[slug]

    def _fresh(self, slug: str, since: int, revision: int) -> Body | None:
        found = self._bodies.get(slug, {}).get(since)
        limit_s = FRESH_DURING_VOTES_S if slug in self._voted else FRESH_S
        if found and found.revision >= revision and time.monotonic() - found.made_at_s < limit_s:
            return found
        return None

    def _make(self, slug: str, since: int, make: Callable[[], Mapping[str, Any] | Whole]) -> Body:
        forgotten = self._forgotten[slug]
        started_s = time.monotonic()
        body = encode(make(), started_s)
        if self._keeping:
            self._latest[slug] = (since, body)
            # If votes were announced meanwhile, it may lack them: not for whoever comes later.
            if self._forgotten[slug] == forgotten:
                kept = self._bodies.setdefault(slug, {})
                if len(kept) >= KEPT_DELTAS:
                    kept.clear()
                kept[since] = body
        return body


def encode(board: Mapping[str, Any] | Whole, now_s: float = 0.0) -> Body:
    """Return a board encoded."""
    whole = board if isinstance(board, Whole) else _encode(board)
    digest = hashlib.sha256(whole.timeless).hexdigest()[:16]
    return Body(
        whole.revision, now_s, whole.plain, _pack(whole.plain), f"{whole.revision}-{digest}"
    )


def _encode(board: Mapping[str, Any]) -> Whole:
    timeless = {**board, "event": {**board["event"], "now": None}}
    plain = json.dumps(board, separators=(",", ":")).encode()
    return Whole(board["revision"], plain, json.dumps(timeless).encode())


def _pack(plain: bytes) -> bytes | None:
    if len(plain) < WORTH_PACKING_BYTES:
        return None
    if len(plain) < LARGE_BYTES:
        return _gzip(plain)
    packed: bytes = gevent.get_hub().threadpool.apply(_gzip, (plain,))
    return packed


def _gzip(plain: bytes) -> bytes:
    # mtime=0 keeps equal boards equal, byte for byte.
    return gzip.compress(plain, LEVEL, mtime=0)


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
