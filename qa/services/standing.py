"""How a report stands to whoever wants to read it: who may, from when, and of which log.

Withholding the report withholds its words and plots, and no more: record, log and bundle stay
public, so whoever wants the numbers can count them.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.clock import to_minute
from qa.domain.question import EventState
from qa.errors import EventNotOpen, ReportWithheld
from qa.ledger import entry
from qa.services.reading import Reading
from qa.store.log import find_log, require_log
from qa.store.models.events import Event
from qa.store.models.logs import LogLeaf
from qa.store.queries.events import find_event
from qa.store.queries.hiding import count_hiding_acts
from qa.store.topic_changes import count_changes

STAFF: Final = "staff"
"""The audience of a report that only the staff of its event may read."""
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


def read_standing(ctx: Reading, slug: str, reader: Reader) -> Standing:
    """Return how an event's report stands, to somebody who may read it.

    Raises:
        UnknownEvent: no event has this slug.
        EventNotOpen: the event is a draft, so there is nothing to report.
        ReportWithheld: the owner has not published it to this reader yet.
    """
    with ctx.db.read() as session:
        event = find_event(session, slug)
        if event.state == EventState.DRAFT:
            raise EventNotOpen("This meeting is not open yet, so there is nothing to report.")
        withheld = is_withheld(ctx, event)
        if withheld and not reader.staff and not _opens(ctx, event, reader.key):
            raise ReportWithheld(f"{_why(event)} The public record is open to everybody.")
        size = require_log(session, event.id).tree_size
        return Standing(
            tree_size=size,
            final=event.state == EventState.CLOSED,
            hidings=count_hiding_acts(session, event),
            topic_edits=count_changes(session, event),
            withheld=withheld,
            public_from=event.report_from,
        )


def embargo(ctx: Reading, slug: str) -> str | None:
    """Return, while not everyone may read the report, why, and the entry of the log that says so.

    Raises:
        UnknownEvent: no event has this slug.
    """
    with ctx.db.read() as session:
        event = find_event(session, slug)
        if event.state == EventState.DRAFT or not is_withheld(ctx, event):
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


def is_withheld(ctx: Reading, event: Event) -> bool:
    """Say whether not everyone may read the report of an event now."""
    too_early = event.report_from is not None and ctx.clock() < event.report_from
    return event.report_audience == STAFF or too_early


def _why(event: Event) -> str:
    if event.report_audience == STAFF or event.report_from is None:
        return "The owner has not published the audit report."
    minute = to_minute(event.report_from)
    return f"The audit report is published on {minute[:10]} at {minute[11:16]} UTC."


def _opens(ctx: Reading, event: Event, key: str | None) -> bool:
    wanted = share_key(ctx, event)
    return key is not None and wanted is not None and hmac.compare_digest(key, wanted)


def share_key(ctx: Reading, event: Event) -> str | None:
    """Return the key of the share link that is good now; nothing of it is stored."""
    if event.report_link == 0:
        return None
    name = f"{event.slug}/{event.report_link}".encode()
    digest = hmac.digest(ctx.keyring.secret("report links"), name, hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode()[:KEY_CHARACTERS]
