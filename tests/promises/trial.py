"""One try at a meeting: what is remembered from step to step, and what must hold after each."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import select

from qa.errors import QaError
from qa.services import boards, events, refusals, registry, snapshots
from qa.services.context import Actor, Context
from qa.store.models.admission import Ticket
from tests.conftest import TurnableClock, check_every_log, everything_at_rest
from tests.promises import log_watch, whole_record
from tests.promises.board_watch import BoardWatch
from tests.promises.hall import SLUG, Asked, open_hall

T = TypeVar("T")

RIGHTS = {
    "decide": {"owner", "moderator"},
    "decide on an appeal": {"owner", "moderator"},
    "appeal": {"participant"},
    "list reviews": {"owner", "moderator"},
    "present": {"owner", "moderator", "presenter"},
    "read the desk": {"owner", "moderator", "presenter", "auditor"},
    "manage": {"owner"},
    "import": {"owner", "moderator"},
    "redact": {"owner", "moderator"},
    "erase": {"owner"},
    "erase own": {"participant", "public"},
    "be the author": {"participant", "public"},
    "appeal as author": {"participant", "public"},
    "take part": {"participant"},
    "ask again": {"participant"},
    "come in": {"participant", "public"},
    "read the report": {"owner", "moderator", "presenter", "auditor", "participant", "public"},
}
"""Who may do what, written down a second time and not taken from the code under test.

An author is whoever has the author key, whether they came in or not.
"""

WHENEVER = {
    *("manage", "read the desk", "list reviews", "ask again"),
    *("redact", "erase", "erase own", "read the report"),
}
"""What is possible before the meeting opens and after its close; all the rest is not."""

AFTER_CLOSE = {"appeal", "appeal as author", "decide on an appeal"}
"""What the close does not end either."""


class Trial:
    """A meeting in an empty house, watched. What can be tried in it is in ``acts``."""

    def __init__(self, ctx: Context, clock: TurnableClock, **terms: Any) -> None:
        self.ctx, self.clock = ctx, clock
        self.hall = open_hall(ctx, **terms)
        self.watch = BoardWatch(self.hall)
        self.state = "draft"
        self.tries = 0
        self.at_rest = ""
        self.leaves: list[bytes] = []
        self.registry: list[bytes] = []
        self.check()

    def check(self) -> None:
        """Compare what is public, and what is logged, with all that was so before."""
        at_rest = everything_at_rest(self.ctx)
        if at_rest == self.at_rest:
            return
        self.at_rest = at_rest
        self.watch.look()
        self._watch_the_door()
        self.leaves = log_watch.check_growth(self.ctx, self.leaves)
        self.registry = log_watch.check_growth(self.ctx, self.registry, None)
        log_watch.check_rows(self.ctx, self.leaves)
        self.watch.no_leak(b"".join(self.leaves + self.registry).decode())

    def end(self) -> None:
        """End the meeting as its owner would, and look at all of it once more."""
        for state in {"draft": ("open", "closed"), "closed": ()}.get(self.state, ("closed",)):
            events.move_event(self.ctx, SLUG, self.hall.owner(), state)
            self.moved_to(state)
        self.check()
        self.watch.read_the_record()
        self.watch.read_own_votes()
        counts = self.event()["counts"]
        tally = {n: len(voters) for n, voters in self.hall.votes.items() if voters}
        log_watch.check_closing(self.leaves, counts, tally)
        for n, asked in enumerate(self.hall.asked, start=1):
            if asked.receipt is not None:
                assert asked.receipt.n == n
                assert self.leaves[asked.receipt.leaf_index] == asked.receipt.leaf.encode()
        self._tick_after_the_end()
        self._nobody_is_known()
        check_every_log(self.ctx)
        whole_record.verify(self.ctx, SLUG)

    def moved_to(self, state: str) -> None:
        """Take note of how far the meeting is: what was held back until the close is public now."""
        self.state = state
        for asked in self.hall.asked:
            asked.opened = asked.opened or (state == "closed" and asked.status == "filtered")

    def event(self) -> dict[str, Any]:
        """Return the event as anybody may see it."""
        return boards.get_event(self.ctx, SLUG)

    def number(self, n: int) -> int:
        """Turn any number into a docket number: mostly one that exists, else 0 or the next."""
        known = len(self.hall.asked)
        if n % 10 == 0 or known == 0:
            return (known + 1) * (n // 10 % 2)
        return 1 + n // 10 % known

    def asked(self, n: int) -> Asked | None:
        """Return the question with that docket number, if there is one."""
        number = self.number(n)
        return self.hall.asked[number - 1] if 0 < number <= len(self.hall.asked) else None

    def on_board(self, n: int) -> int:
        """Turn any number into a docket number: mostly a published one."""
        published = [at for at, one in enumerate(self.hall.asked, 1) if one.status == "published"]
        return published[n % len(published)] if published and n % 5 else self.number(n)

    def attempt(self, who: str, right: str, act: Callable[[Actor], T]) -> T | None:
        """Let somebody act; return None when they are refused, which must change nothing."""
        self.tries += 1
        role, deciders = self.hall.role(who), self.hall.policy["deciders"]
        try:
            done = act(self.hall.actor(who))
        except QaError as error:
            assert everything_at_rest(self.ctx) == self.at_rest, "a refused act left a trace"
            if role in {"participant", "public"}:
                self.watch.no_leak(error.as_dict())
            return None
        assert role in RIGHTS[right], f"{who} is {role} and was let"
        assert role in deciders or not right.startswith("decide"), "the policy lets them not"
        if self.hall.policy["second_person_appeal"] == "an_owner":
            assert role == "owner" or right != "decide on an appeal", "appeals are for owners"
        running = {"open", "live"} | ({"closed"} if right in AFTER_CLOSE else set())
        assert right in WHENEVER or self.state in running, f"let while {self.state}"
        if right in AFTER_CLOSE:
            self.watch.expect_change()
        return done

    def nothing_changed(self) -> None:
        """Fail when an act that was let left anything behind."""
        assert everything_at_rest(self.ctx) == self.at_rest, "something changed"

    def decided_by_rule(self, text: str, leaving_out: Asked | None = None) -> bool:
        """Say whether the policy's own rule declines this text as a repeat."""
        repeats = (
            asked is not leaving_out and asked.status != "withdrawn" and asked.text == text
            for asked in self.hall.asked
        )
        return self.hall.rule_decides and any(repeats)

    def _watch_the_door(self) -> None:
        """Check what everybody is told of the way in, and of how many came by it."""
        told, by_ticket = self.event()["admission"], self.hall.admission == "tickets"
        counts = (self.hall.sent, len(self.hall.gone)) if by_ticket else (None, None)
        assert (told["how"], told["electorate"], told["used"]) == (self.hall.admission, *counts)

    def _nobody_is_known(self) -> None:
        """Check that after the close nothing says who was sent a ticket, or whose is unused."""
        with self.ctx.db.read() as session:
            assert session.scalars(select(Ticket.token_hash)).all() == []
        assert not any(name in self.at_rest for name in self.hall.recipients)

    def _tick_after_the_end(self) -> None:
        """Check that nothing happens by itself to the log of a closed meeting."""
        self.ctx.refusals.add(SLUG, "rate_limited")
        snapshots.log_snapshots(self.ctx, [SLUG])
        refusals.log_refusals(self.ctx)
        assert log_watch.check_growth(self.ctx, self.leaves) == self.leaves
        registry.anchor_logs(self.ctx)
        self.registry = log_watch.check_growth(self.ctx, self.registry, None)
        log_watch.check_anchors(self.leaves, self.registry)
