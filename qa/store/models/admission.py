"""Tables of tickets and of sign-ins to take part; no row leads to a vote."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.models.base import Base


class Ticket(Base):
    """A ticket that nobody has used yet: its hash, and nothing of whom it was sent to.

    The row goes when the ticket is used. Which ticket was whose is in the file of links that the
    owner was given, and nowhere here.
    """

    __tablename__ = "ticket"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)


class TicketRecipient(Base):
    """Somebody who was sent a ticket, so that nobody is sent two. Gone at the close."""

    __tablename__ = "ticket_recipient"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254), primary_key=True)


class ArrivalKey(Base):
    """The key that an event's sign-ins are made pseudonyms with, sealed. Gone at the close."""

    __tablename__ = "arrival_key"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary(64))


class Arrival(Base):
    """Somebody who signed in, under a hash, so that nobody is counted twice. Gone at the close.

    It is another hash than the one that votes are kept under, and it has no time.
    """

    __tablename__ = "arrival"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)

    __table_args__ = ({"sqlite_with_rowid": False},)
