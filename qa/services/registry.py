"""The deployment's registry log: each event's checkpoint, anchored, so that none can be swapped."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.services.context import Context
from qa.store import log
from qa.store.log import Fields, LeafDraft
from qa.store.models.events import Event
from qa.store.models.logs import Log


def anchor_logs(ctx: Context) -> int:
    """Log the head of every event's log that has grown since its last anchor; return how many."""

    def command(session: Session) -> int:
        grown = session.execute(
            select(Log, Event.slug)
            .join(Event, Event.id == Log.event_id)
            .where(Log.tree_size > Log.anchored_size)
            .order_by(Log.id)
            .with_for_update(of=Log)
        ).all()
        if not grown:
            return 0
        registry = log.lock_log(session, None)
        for event_log, slug in grown:
            log.append(session, registry, slug, ctx.clock(), [_anchor(event_log)])
            event_log.anchored_size = event_log.tree_size
        return len(grown)

    return ctx.db.write(command)


def _anchor(head: Log) -> LeafDraft:
    fields: Fields = {"origin": head.origin, "size": head.tree_size, "root": head.root_hash.hex()}
    return LeafDraft("anchor", fields)
