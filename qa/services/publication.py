"""Who may read an event's report, and how far its log has come."""

from dataclasses import dataclass

from qa.domain.question import EventState
from qa.errors import EventNotOpen
from qa.services.context import Context
from qa.services.logs import find_head
from qa.store import queries


@dataclass(frozen=True)
class Standing:
    """What decides which report there is to read; ``hidings`` counts acts that hid words."""

    tree_size: int
    final: bool
    hidings: int


def read_standing(ctx: Context, slug: str) -> Standing:
    """Return how an event's report stands.

    Raises:
        UnknownEvent: no event has this slug.
        EventNotOpen: the event is a draft, so there is nothing to report.
    """
    with ctx.db.read() as session:
        event = queries.find_event(session, slug)
        if event.state == EventState.DRAFT:
            raise EventNotOpen("This meeting is not open yet, so there is nothing to report.")
        size = find_head(session, slug).tree_size
        final = event.state == EventState.CLOSED
        return Standing(size, final, queries.count_hiding_acts(session, event))
