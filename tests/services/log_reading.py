"""Reading a log back, for tests."""

from qa.ledger import entry
from qa.ledger.entry import Entry
from qa.services.context import Context
from qa.store import log
from qa.store.queries.events import find_event
from tests.services.meeting import SLUG


def leaves_of(ctx: Context, kind: str | None = None, slug: str | None = SLUG) -> list[Entry]:
    """Return an event's leaves (the registry's for None), all or those of one kind."""
    with ctx.db.read() as session:
        event_id = None if slug is None else find_event(session, slug).id
        head = log.find_log(session, event_id)
        assert head is not None
        leaves = log.read_leaves(session, head.id, 0, head.tree_size)
    entries = [entry.decode(data) for data in leaves]
    return [found for found in entries if kind is None or found.kind == kind]
