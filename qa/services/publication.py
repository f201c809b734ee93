"""Who may read an event's report, and from when: what the owner sets, logs and hands out.

How a report then stands to a reader is in ``standing``. Each change is an ``event.changed`` leaf
that names ``report_audience``, ``report_from`` or ``report_link``; these may come after the close.
"""

from typing import Any, Final

from qa.domain.question import require_right
from qa.errors import BadInput
from qa.services.context import Actor, Context
from qa.services.standing import STAFF, is_withheld, share_key
from qa.services.unit import Unit, perform
from qa.store.log import LeafDraft
from qa.store.models.events import Event
from qa.store.queries.events import find_event

EVERYONE: Final = "everyone"
AUDIENCES: Final = (EVERYONE, STAFF)


def read_publication(ctx: Context, slug: str, actor: Actor) -> dict[str, Any]:
    """Return what the owner has set. Raises: NoRight, UnknownEvent."""
    require_right(actor.role, "manage")
    with ctx.db.read() as session:
        return _publication(ctx, find_event(session, slug))


def change_publication(
    ctx: Context, slug: str, actor: Actor, *, audience: str, public_from: int | None
) -> dict[str, Any]:
    """Set who may read the report, and from when everyone may; logged as ``event.changed``.

    Raises:
        NoRight: the actor does not manage the event.
        BadInput: there is no such audience.
    """
    require_right(actor.role, "manage")
    if audience not in AUDIENCES:
        raise BadInput(f"The audience must be one of: {', '.join(AUDIENCES)}.", field="audience")

    def body(unit: Unit) -> dict[str, Any]:
        event = unit.event
        wanted = {"report_audience": audience, "report_from": public_from}
        changed = sorted(name for name, value in wanted.items() if getattr(event, name) != value)
        if changed:
            event.report_audience, event.report_from = audience, public_from
            unit.log(LeafDraft("event.changed", {"fields": changed}))
            unit.touch()
        return _publication(ctx, event)

    return perform(ctx, slug, body)


def renew_link(ctx: Context, slug: str, actor: Actor) -> dict[str, Any]:
    """Make a new share link; the one before stops working. Logged as ``event.changed``.

    Raises:
        NoRight: the actor does not manage the event.
    """
    require_right(actor.role, "manage")

    def body(unit: Unit) -> dict[str, Any]:
        unit.event.report_link += 1
        unit.log(LeafDraft("event.changed", {"fields": ["report_link"]}))
        unit.touch()
        return _publication(ctx, unit.event)

    return perform(ctx, slug, body)


def _publication(ctx: Context, event: Event) -> dict[str, Any]:
    key = share_key(ctx, event)
    page = f"{ctx.config.public_url}/e/{event.slug}/report"
    return {
        "audience": event.report_audience,
        "public_from": event.report_from,
        "withheld": is_withheld(ctx, event),
        "link": None if key is None else f"{page}?key={key}",
    }
