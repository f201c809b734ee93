"""Telling open pages what changed, a little later and all at once.

Services say only *that* something changed. Here the difference since the last notice is read back
from the database, once for the public and once for the desk, so a notice can hold nothing that the
same reader could not fetch. It carries the revision it starts from; a page that lacks it refetches.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import gevent
import structlog
from gevent.event import Event

from qa.live.rooms import desk_room, public_room
from qa.services import boards
from qa.services.context import Context

GATHER_S: Final = 0.06
"""How long changes are gathered before they are announced."""

REST: Final = 0.25
"""How long a sender rests at least, as a part of the time that sending took: slow broadcasts
become rarer, instead of starving requests."""

MANY: Final = 50
"""Questions in one notice at most; beyond that pages fetch, from a cache and compressed."""

log = structlog.get_logger("qa.live")


class Audience(Protocol):
    """The sockets, as far as the announcer needs them."""

    def listens(self, room: str) -> bool:
        """Say whether anybody may be in a room."""

    def send(self, room: str, name: str, notice: Mapping[str, Any]) -> None:
        """Send a notice to everybody in a room."""

    def cut(self, slug: str, account_id: int) -> None:
        """Disconnect a member of staff from an event."""


class LiveAnnouncer:
    """Gathers what services announce and sends it from two greenlets of its own."""

    def __init__(self, tallies_per_second: int = 4) -> None:
        self._tally_s = 1 / tallies_per_second
        self._ctx: Context | None = None
        self._audience: Audience | None = None
        self._forget: Callable[[str], None] = lambda slug: None
        self._voted: Callable[[str], None] = lambda slug: None
        self._changed: set[str] = set()
        self._tallied: dict[str, set[int]] = {}
        self._sent: dict[str, int] = {}
        self._wake_board = Event()
        self._wake_tally = Event()

    def changed(self, slug: str) -> None:
        """The event's revision went up."""
        self._changed.add(slug)
        self._wake_board.set()

    def tallied(self, slug: str, docket_number: int) -> None:
        """The number of votes on a question changed."""
        self._tallied.setdefault(slug, set()).add(docket_number)
        self._voted(slug)
        self._wake_tally.set()

    def staff_removed(self, slug: str, account_id: int) -> None:
        """An account lost its role in an event."""
        if self._audience is not None:
            self._audience.cut(slug, account_id)

    def hidden(self, slug: str) -> None:
        """Words of an event were hidden: nothing that is kept may hold them."""
        self._forget(slug)

    def connect(
        self,
        ctx: Context,
        audience: Audience,
        *,
        voted: Callable[[str], None],
        forget: Callable[[str], None],
    ) -> None:
        """Say where to read and whom to tell. ``voted`` and ``forget`` are a board cache's."""
        self._ctx, self._audience = ctx, audience
        self._voted, self._forget = voted, forget

    def expect(self, slug: str, read: Callable[[], int]) -> None:
        """Note what revision the first listener of an event can have seen; ``read`` reads it."""
        if slug not in self._sent:
            revision = read()
            self._sent.setdefault(slug, revision)

    def start(self) -> None:
        """Begin to send."""
        gevent.spawn(self._repeat, self._wake_board, self._announce_boards, GATHER_S, 0.0)
        gevent.spawn(self._repeat, self._wake_tally, self._announce_tallies, 0.0, self._tally_s)

    def _repeat(
        self, wake: Event, announce: Callable[[], None], before_s: float, every_s: float
    ) -> None:
        while True:
            wake.wait()
            gevent.sleep(before_s)
            wake.clear()
            started_s = time.monotonic()
            try:
                announce()
            except Exception as error:
                # The notice is lost; the next one starts from the same revision and repairs that.
                log.exception("announcing_failed", exc_info=error)
            took_s = time.monotonic() - started_s
            gevent.sleep(max(every_s - took_s, REST * took_s))

    def _announce_boards(self) -> None:
        slugs, self._changed = self._changed, set()
        for slug in slugs:
            self._announce_board(slug)

    def _announce_board(self, slug: str) -> None:
        ctx, audience = self._parts()
        since = self._sent.get(slug)
        if since is None:
            # Nobody connected here, so only pages on other workers could listen: let them fetch.
            self._sent[slug] = boards.revision(ctx, slug)
            self._send_to_both(slug, "refetch", {})
            return
        revisions = []
        for room, staff in ((public_room, False), (desk_room, True)):
            if audience.listens(room(slug)):
                board = boards.board_notice(ctx, slug, since, staff=staff)
                revisions.append(int(board["revision"]))
                if len(board["questions"]) > MANY:
                    audience.send(room(slug), "refetch", {})
                else:
                    audience.send(room(slug), "board", board)
        # The older of two reads: what happened between them is sent to the other room twice.
        self._sent[slug] = min(revisions, default=since)

    def _announce_tallies(self) -> None:
        tallied, self._tallied = self._tallied, {}
        ctx, _ = self._parts()
        for slug, numbers in tallied.items():
            found = boards.tally(ctx, slug, numbers)
            self._forget(slug)
            self._send_to_both(slug, "tally", found)

    def _send_to_both(self, slug: str, name: str, notice: Mapping[str, Any]) -> None:
        _, audience = self._parts()
        for room in (public_room(slug), desk_room(slug)):
            audience.send(room, name, notice)

    def _parts(self) -> tuple[Context, Audience]:
        if self._ctx is None or self._audience is None:
            raise RuntimeError("connect() comes before start()")
        return self._ctx, self._audience
