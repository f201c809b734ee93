"""Tables of who is to be told of what is public, and of what is still to be sent."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.models.base import Base, BigKey


class Webhook(Base):
    """Where an event's owner wants to be told of what is public, and how the last try ended.

    ``sealed`` holds the address, which whoever knows it can post to, and the signing secret.
    """

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    scope: Mapped[str] = mapped_column(String(9))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_at: Mapped[int | None] = mapped_column(BigInteger)
    last_outcome: Mapped[str | None] = mapped_column(String(9))
    last_detail: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        CheckConstraint("kind IN ('standard', 'slack', 'teams')", name="kind"),
        CheckConstraint("scope IN ('meeting', 'decisions')", name="scope"),
        CheckConstraint("last_outcome IN ('delivered', 'retrying', 'given_up')", name="outcome"),
        {"sqlite_autoincrement": True},
    )


class AuthorAddress(Base):
    """The e-mail address that the author of a named question left, sealed; gone at the close."""

    __tablename__ = "author_address"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Outgoing(Base):
    """One leaf that a webhook or an author is still to be told of. It holds no words.

    What is sent is read when it is sent, from what is public then. ``due_at`` is when to try next;
    who tries moves it on first, so that one that dies in between is followed by another.
    """

    __tablename__ = "outgoing"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    leaf_index: Mapped[int] = mapped_column(BigInteger)
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhook.id"), index=True)
    address_id: Mapped[int | None] = mapped_column(
        ForeignKey("author_address.question_id"), index=True
    )
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[int] = mapped_column(BigInteger, index=True)

    __table_args__ = (
        CheckConstraint("(webhook_id IS NULL) <> (address_id IS NULL)", name="one_receiver"),
    )
