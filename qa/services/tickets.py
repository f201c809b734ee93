"""One-use tickets: sent out as personal links, and each good for joining once.

The server keeps the SHA-256 of a ticket until it is used, and a list of who was sent one until the
close. Which ticket was whose is only in the answer that the owner gets. What a ticket opens is a
session with a secret of its own, which leads back to no ticket.
"""

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from typing import Any

from qa.domain.admission import Admission
from qa.domain.csv_file import RowError, inert, refusal
from qa.domain.question import EventState, require_right
from qa.domain.recipient_csv import Recipient, parse_recipients
from qa.errors import BadInput, BadTicket, EventClosed, EventNotOpen
from qa.services import admission
from qa.services.context import Actor, Context
from qa.services.unit import Unit, perform
from qa.store import tickets

TICKET_BYTES = 16
TICKET = re.compile(r"[0-9a-f]{32}")
NOBODY = "Nobody was given a ticket."


def issue_tickets(
    ctx: Context, slug: str, actor: Actor, data: bytes, *, dry_run: bool
) -> dict[str, Any]:
    """Make a ticket for each recipient in a CSV file, and return the links, which are kept nowhere.

    A dry run checks everything and makes nothing. Otherwise all get a ticket, or nobody does.

    Raises:
        NoRight: the actor does not manage the event.
        BadInput: some row is bad, or its recipient has a ticket; ``errors`` names each by line.
        BadInput: the event is not one for tickets.
        EventClosed: the event is over.
    """
    require_right(actor.role, "manage")
    recipients, errors = parse_recipients(data)
    if errors:
        raise refusal(errors, NOBODY)

    def body(unit: Unit) -> dict[str, Any]:
        _require_tickets(unit)
        _refuse_second_tickets(unit, recipients)
        if dry_run:
            return _report(unit, recipients, None)
        sent = [(each, ctx.random_bytes(TICKET_BYTES).hex()) for each in recipients]
        hashes = [_hash(slug, ticket) for _, ticket in sent]
        tickets.add_tickets(unit.session, unit.event, hashes, [each.key for each in recipients])
        unit.event.electorate += len(sent)
        admission.log_admission(unit)
        unit.touch()
        return _report(unit, recipients, _links(ctx, slug, sent))

    return perform(ctx, slug, body)


def use_ticket(ctx: Context, slug: str, ticket: str) -> dict[str, object]:
    """Use a ticket up, so that one browser may join, and return the event.

    No leaf, and no notice: either would tell who came when. The count is public.

    Raises:
        BadTicket: it was used before, is another event's, or never existed.
        EventNotOpen, EventClosed: the event lets nobody in now.
    """

    def body(unit: Unit) -> dict[str, object]:
        event = unit.event
        if event.state == EventState.DRAFT:
            raise EventNotOpen("This meeting is not open yet. Your ticket stays good.")
        if event.state == EventState.CLOSED:
            raise EventClosed("This meeting is closed. Its record can be read without a ticket.")
        found = TICKET.fullmatch(ticket) is not None
        if not found or not tickets.use_up(unit.session, event, _hash(slug, ticket)):
            raise BadTicket("This ticket was used already, or is not one of this meeting.")
        event.admitted += 1
        return {"slug": event.slug, "title": event.title}

    return perform(ctx, slug, body)


def _require_tickets(unit: Unit) -> None:
    if unit.event.state == EventState.CLOSED:
        raise EventClosed("This meeting is closed. Nobody can join it any more.")
    if unit.event.admission != Admission.TICKETS:
        raise BadInput("This meeting is not one for tickets.", field="admission")


def _refuse_second_tickets(unit: Unit, recipients: Sequence[Recipient]) -> None:
    known = tickets.known_recipients(unit.session, unit.event, [each.key for each in recipients])
    message = "This recipient was sent a ticket before."
    errors = [RowError(each.line, "recipient", message) for each in recipients if each.key in known]
    if errors:
        raise refusal(errors, NOBODY)


def _report(unit: Unit, recipients: Sequence[Recipient], links: str | None) -> dict[str, Any]:
    return {
        "rows": len(recipients),
        "dry_run": links is None,
        "electorate": unit.event.electorate,
        "links": links,
    }


def _links(ctx: Context, slug: str, sent: Sequence[tuple[Recipient, str]]) -> str:
    """Return recipients and links as CSV. The ticket is in the fragment, which no proxy logs."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(("recipient", "link"))
    for each, ticket in sent:
        writer.writerow((inert(each.written), f"{ctx.config.public_url}/e/{slug}/ticket#{ticket}"))
    return lines.getvalue()


def _hash(slug: str, ticket: str) -> bytes:
    return hashlib.sha256(f"qa/v1/ticket\n{slug}\n{ticket}".encode()).digest()
