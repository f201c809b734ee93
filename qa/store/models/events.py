"""Tables of meetings: one, its titles and policies, its staff, and its report's topics."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.models.base import Base, BigKey


class Event(Base):
    """One meeting. ``revision`` counts every change that an open page must learn of.

    ``electorate`` counts tickets sent, ``admitted`` the people whom a ticket or a sign-in let in;
    ``issuer`` is what the OpenID provider calls itself, where people sign in.
    """

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(480))
    state: Mapped[str] = mapped_column(String(8))
    join_code: Mapped[str] = mapped_column(String(16), unique=True)
    starts_at: Mapped[int | None] = mapped_column(BigInteger)
    ends_at: Mapped[int | None] = mapped_column(BigInteger)
    anonymous_allowed: Mapped[bool] = mapped_column(Boolean)
    named_allowed: Mapped[bool] = mapped_column(Boolean)
    revision: Mapped[int] = mapped_column(BigInteger, default=0)
    last_docket: Mapped[int] = mapped_column(Integer, default=0)
    policy_version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[int | None] = mapped_column(BigInteger)
    snapshot_root: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    report_audience: Mapped[str] = mapped_column(
        String(8), default="everyone", server_default="everyone"
    )
    report_from: Mapped[int | None] = mapped_column(BigInteger)
    report_link: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    admission: Mapped[str] = mapped_column(String(8), default="open", server_default="open")
    electorate: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    admitted: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    issuer: Mapped[str | None] = mapped_column(String(255))

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'live', 'closed')", name="state"),
        CheckConstraint("anonymous_allowed OR named_allowed", name="somebody_may_ask"),
    )


class EventTitle(Base):
    """One wording of an event's title, kept so that its commitment can always be opened."""

    __tablename__ = "event_title"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    title: Mapped[str] = mapped_column(String(480))
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))


class PolicyVersion(Base):
    """One published version of an event's policy: the document, never changed afterwards."""

    __tablename__ = "policy_version"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    document: Mapped[dict[str, Any]]
    published_at: Mapped[int] = mapped_column(BigInteger)


class Staff(Base):
    """An account's role in one event. Removal keeps the row: its pseudonym is on the record."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    pseudonym: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[int] = mapped_column(BigInteger)
    removed_at: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        UniqueConstraint("event_id", "pseudonym"),
        UniqueConstraint("event_id", "account_id", "role", name="uq_staff_membership"),
        CheckConstraint("role IN ('owner', 'moderator', 'presenter', 'auditor')", name="role"),
    )


class TopicEdit(Base):
    """What the auditor changed about the topics of a report; never changed or taken back."""

    __tablename__ = "topic_edit"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    edited_by: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(4))
    docket_number: Mapped[int] = mapped_column(Integer)
    into_number: Mapped[int | None] = mapped_column(Integer)
    label: Mapped[str | None] = mapped_column(String(480))

    __table_args__ = (CheckConstraint("act IN ('name', 'move', 'join')", name="act"),)
