"""Rows of tickets and of those who were sent one. No row, and no order of rows, joins the two."""

from collections.abc import Collection, Iterable

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from qa.store.models.admission import Ticket, TicketRecipient
from qa.store.models.events import Event

CHUNK = 5_000


def known_recipients(session: Session, event: Event, wanted: Collection[str]) -> set[str]:
    """Return those of ``wanted`` who were sent a ticket of this event before."""
    sent = session.scalars(
        select(TicketRecipient.recipient).where(TicketRecipient.event_id == event.id)
    )
    return set(sent).intersection(wanted)


def add_tickets(
    session: Session, event: Event, hashes: Iterable[bytes], recipients: Iterable[str]
) -> None:
    """Add tickets and recipients, each in the order of its own values and of nothing else."""
    rows = [{"event_id": event.id, "token_hash": each} for each in sorted(hashes)]
    sent = [{"event_id": event.id, "recipient": each} for each in sorted(recipients)]
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(Ticket), rows[start : start + CHUNK])
        session.execute(insert(TicketRecipient), sent[start : start + CHUNK])


def use_up(session: Session, event: Event, token_hash: bytes) -> bool:
    """Delete a ticket, and say whether it was there: of many tries, one finds it."""
    gone = session.scalars(
        delete(Ticket)
        .where(Ticket.event_id == event.id, Ticket.token_hash == token_hash)
        .returning(Ticket.token_hash)
    )
    return gone.first() is not None


def delete_all(session: Session, event: Event) -> None:
    """Delete an event's unused tickets and its list of recipients."""
    session.execute(delete(Ticket).where(Ticket.event_id == event.id))
    session.execute(delete(TicketRecipient).where(TicketRecipient.event_id == event.id))
