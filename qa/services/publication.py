"""Who may read an event's report, and from when: what the owner sets, logs and hands out.

Withholding the report withholds its words and plots, and no more: record, log and bundle stay
public, so whoever wants the numbers can count them. Each change is an ``event.changed`` leaf that
names ``report_audience``, ``report_from`` or ``report_link``; these may come after the close.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.clock import to_minute
from qa.domain.question import EventState, require_right
from qa.errors import BadInput, EventNotOpen, ReportWithheld
from qa.ledger import entry
from qa.services import topic_edits
from qa.services.context import Actor, Context
from qa.services.logs import find_head
from qa.services.unit import Unit, perform
from qa.store import queries
from qa.store.log import LeafDraft, find_log
from qa.store.models import Event, LogLeaf

EVERYONE: Final = "everyone"
STAFF: Final = "staff"
AUDIENCES: Final = (EVERYONE, STAFF)
KEY_CHARACTERS: Final = 32
WITHHOLDING: Final = frozenset({"report_audience", "report_from"})


@dataclass(frozen=True)
class Reader:
    """Who wants to read a report: staff of the event or not, and the key of a share link."""

    staff: bool = False
    key: str | None = None


OPERATOR: Final = Reader(staff=True)
"""Whoever has the database can read everything anyway."""


@dataclass(frozen=True)
class Standing:
    """What decides which report there is to read.

    ``hidings`` counts acts that hid words, ``topic_edits`` those of the auditor. ``withheld``: not
    everyone may read it now.
    """

    tree_size: int
    final: bool
    hidings: int
    topic_edits: int
    withheld: bool
    public_from: int | None


def read_standing(ctx: Context, slug: str, reader: Reader) -> Standing:
    """Return how an event's report stands, to somebody who may read it.

    Raises:
        UnknownEvent: no event has this slug.
        EventNotOpen: the event is a draft, so there is nothing to report.
        ReportWithheld: the owner has not published it to this reader yet.
    """
    with ctx.db.read() as session:
        event = queries.find_event(session, slug)
        if event.state == EventState.DRAFT:
            raise EventNotOpen("This meeting is not open yet, so there is nothing to report.")
        withheld = _is_withheld(ctx, event)
        if withheld and not reader.staff and not _opens(ctx, event, reader.key):
            raise ReportWithheld(f"{_why(event)} The public record is open to everybody.")
        size = find_head(session, slug).tree_size
        return Standing(
            tree_size=size,
            final=event.state == EventState.CLOSED,
            hidings=queries.count_hiding_acts(session, event),
            topic_edits=topic_edits.count_changes(session, event),
            withheld=withheld,
            public_from=event.report_from,
        )


def embargo(ctx: Context, slug: str) -> str | None:
    """Return, while not everyone may read the report, why, and the entry of the log that says so.

    Raises:
        UnknownEvent: no event has this slug.
    """
    with ctx.db.read() as session:
        event = queries.find_event(session, slug)
        if event.state == EventState.DRAFT or not _is_withheld(ctx, event):
            return None
        said = f"{_why(event)} Staff and whoever has its share link can read it."
        index = _last_change(session, event)
        return said if index is None else f"{said} Entry {index:,} of the log set that."


def _last_change(session: Session, event: Event) -> int | None:
    """Return the last leaf that changed who may read the report, or from when."""
    head = find_log(session, event.id)
    rows = session.execute(
        select(LogLeaf.leaf_index, LogLeaf.data)
        .where(LogLeaf.log_id == (head.id if head else None), LogLeaf.docket_number.is_(None))
        .order_by(LogLeaf.leaf_index.desc())
    )
    for index, data in rows:
        leaf = entry.decode(data)
        if leaf.kind == "event.changed" and WITHHOLDING.intersection(leaf.fields["fields"]):  # type: ignore[arg-type]
            return int(index)
    return None


def read_publication(ctx: Context, slug: str, actor: Actor) -> dict[str, Any]:
    """Return what the owner has set. Raises: NoRight, UnknownEvent."""
    require_right(actor.role, "manage")
    with ctx.db.read() as session:
        return _publication(ctx, queries.find_event(session, slug))


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
    key = _key(ctx, event)
    page = f"{ctx.config.public_url}/e/{event.slug}/report"
    return {
        "audience": event.report_audience,
        "public_from": event.report_from,
        "withheld": _is_withheld(ctx, event),
        "link": None if key is None else f"{page}?key={key}",
    }


def _is_withheld(ctx: Context, event: Event) -> bool:
    too_early = event.report_from is not None and ctx.clock() < event.report_from
    return event.report_audience == STAFF or too_early


def _why(event: Event) -> str:
    if event.report_audience == STAFF or event.report_from is None:
        return "The owner has not published the audit report."
    minute = to_minute(event.report_from)
    return f"The audit report is published on {minute[:10]} at {minute[11:16]} UTC."


def _opens(ctx: Context, event: Event, key: str | None) -> bool:
    wanted = _key(ctx, event)
    return key is not None and wanted is not None and hmac.compare_digest(key, wanted)


def _key(ctx: Context, event: Event) -> str | None:
    """Return the key of the share link that is good now; nothing of it is stored."""
    if event.report_link == 0:
        return None
    name = f"{event.slug}/{event.report_link}".encode()
    digest = hmac.digest(ctx.keyring.secret("report links"), name, hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode()[:KEY_CHARACTERS]
