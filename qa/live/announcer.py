"""Telling open pages what changed, a little later and all at once.

Services, and other workers, say only *that* something changed. Here the difference since the last
notice is read back from the database, once for the public and once for the desk, so a notice can
hold nothing that the same reader could not fetch. It carries the revision it starts from; a page
that lacks it refetches. Every worker tells its own pages and nobody else's.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import gevent
import structlog
from gevent.event import Event

from qa.live.bus import Bus, NoBus, Signal
from qa.live.rooms import desk_room, public_room
from qa.services import boards
from qa.services.context import Context

GATHER_S: Final = 0.06
"""How long changes are gathered before they are announced."""

REST: Final = 0.15
"""How long a sender rests at least, as a part of the time that sending took: slow broadcasts
become rarer, instead of starving requests."""

MANY: Final = 50
"""Questions in one notice at most; beyond that pages fetch, from a cache and compressed."""

RETRY_S: Final = 1.0
"""How long an announcement that failed rests before it is tried again."""

log = structlog.get_logger("qa.live")


class Audience(Protocol):
    """The sockets, as far as the announcer needs them."""

    def listens(self, room: str) -> bool:
        """Say whether anybody may be in a room."""

    def send(self, room: str, name: str, notice: Mapping[str, Any]) -> None:
        """Send a notice to everybody in a room."""

    def refetch(self) -> None:
        """Tell every page to fetch what it may have missed."""

    def show_attention(self, slug: str) -> None:
        """Tell a desk who looks at what."""

    def cut(self, slug: str, account_id: int) -> None:
        """Disconnect a member of staff from an event."""


class LiveAnnouncer:
    """Gathers what services announce and sends it from two greenlets of its own."""

    def __init__(self, tallies_per_second: int = 4) -> None:
        self._tally_s = 1 / tallies_per_second
        self._ctx: Context | None = None
        self._audience: Audience | None = None
        self._bus: Bus = NoBus()
        self._forget: Callable[[str], None] = lambda slug: None
        self._voted: Callable[[str], None] = lambda slug: None
        self._untold = Signal()
        self._sent: dict[str, int] = {}
        self._admission: dict[str, Any] = {}
        self._wake_board = Event()
        self._wake_tally = Event()

    def changed(self, slug: str) -> None:
        """The event's revision went up."""
        self._announce(Signal(changed={slug}))

    def tallied(self, slug: str, docket_number: int) -> None:
        """The number of votes on a question changed."""
        self._announce(Signal(tallied={slug: {docket_number}}))

    def staff_removed(self, slug: str, account_id: int) -> None:
        """An account lost its role in an event; other workers notice by their sweep."""
        if self._audience is not None:
            self._audience.cut(slug, account_id)

    def hidden(self, slug: str) -> None:
        """Words of an event were hidden: nothing that is kept may hold them."""
        self._announce(Signal(hidden={slug}))

    def hear(self, signal: Signal) -> None:
        """Note what changed, here or on another worker."""
        for slug in signal.hidden:
            self._forget(slug)
        for slug in signal.tallied:
            self._voted(slug)
        _, audience = self._parts()
        for slug in signal.desks:
            audience.show_attention(slug)
        self._untold.merge(Signal(changed=signal.changed, tallied=signal.tallied))
        if signal.changed:
            self._wake_board.set()
        if signal.tallied:
            self._wake_tally.set()

    def connect(
        self,
        ctx: Context,
        audience: Audience,
        bus: Bus,
        *,
        voted: Callable[[str], None],
        forget: Callable[[str], None],
    ) -> None:
        """Say where to read and whom to tell. ``voted`` and ``forget`` are a board cache's."""
        self._ctx, self._audience, self._bus = ctx, audience, bus
        self._voted, self._forget = voted, forget

    def expect(self, slug: str, read: Callable[[], int]) -> None:
        """Note what revision the first listener of an event can have seen; ``read`` reads it."""
        if slug not in self._sent:
            revision = read()
            self._sent.setdefault(slug, revision)

    def start(self) -> None:
        """Begin to send."""
        _, audience = self._parts()
        self._bus.start(self.hear, audience.refetch)
        gevent.spawn(self._repeat, self._wake_board, self._announce_boards, GATHER_S, 0.0)
        gevent.spawn(self._repeat, self._wake_tally, self._announce_tallies, 0.0, self._tally_s)

    def _announce(self, signal: Signal) -> None:
        self._bus.tell(signal)
        self.hear(signal)

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
                # What was not told is still noted, and told at the next try.
                log.exception("announcing_failed", exc_info=error)
                gevent.sleep(RETRY_S)
                wake.set()
            took_s = time.monotonic() - started_s
            gevent.sleep(max(every_s - took_s, REST * took_s))

    def _announce_boards(self) -> None:
        for slug in list(self._untold.changed):
            self._untold.changed.discard(slug)
            try:
                self._announce_board(slug)
            except BaseException:
                self._untold.changed.add(slug)
                raise

    def _announce_board(self, slug: str) -> None:
        ctx, audience = self._parts()
        rooms = [
            (room, staff)
            for room, staff in ((public_room(slug), False), (desk_room(slug), True))
            if audience.listens(room)
        ]
        if not rooms:
            # Whoever comes next says what they have seen.
            self._sent.pop(slug, None)
            return
        since = self._sent[slug]
        revisions = []
        for room, staff in rooms:
            board = boards.board_notice(ctx, slug, since, staff=staff)
            revisions.append(int(board["revision"]))
            if revisions[-1] == since:
                continue  # one change, heard of twice
            if len(board["questions"]) > MANY:
                audience.send(room, "refetch", {})
            else:
                audience.send(room, "board", board)
        # The older of two reads: what happened between them is sent to the other room twice.
        self._sent[slug] = min(revisions)

    def _announce_tallies(self) -> None:
        for slug in list(self._untold.tallied):
            numbers = self._untold.tallied.pop(slug)
            try:
                self._announce_tally(slug, numbers)
            except BaseException:
                self._untold.add_votes(slug, numbers)
                raise

    def _announce_tally(self, slug: str, numbers: set[int]) -> None:
        ctx, audience = self._parts()
        rooms = [room for room in (public_room(slug), desk_room(slug)) if audience.listens(room)]
        found = boards.tally(ctx, slug, numbers) if rooms else {}
        self._forget(slug)
        # Who comes in is told along with votes: a notice of its own would tell when, at a price for
        # each. Those who listen know the number as it was told last, or from a board since.
        admission = found.get("admission")
        if admission == self._admission.get(slug):
            found.pop("admission", None)
        for room in rooms:
            audience.send(room, "tally", found)
        self._admission[slug] = admission

    def _parts(self) -> tuple[Context, Audience]:
        if self._ctx is None or self._audience is None:
            raise RuntimeError("connect() comes before start()")
        return self._ctx, self._audience
