"""Tables of questions, and of what the audience and the stage add to one: votes, answers."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.models.base import Base, BigKey


class Question(Base):
    """One submission and how it stands now. ``votes`` is the number of rows in ``vote``.

    A merged one names the docket number that it is merged into and its status before that; its
    votes stay its own.
    """

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    docket_number: Mapped[int] = mapped_column(Integer)
    client_key: Mapped[str] = mapped_column(String(64))
    author_tag: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    source: Mapped[str] = mapped_column(String(6))
    anonymous: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str | None] = mapped_column(String(480))
    name_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    name_hidden_leaf: Mapped[int | None] = mapped_column(BigInteger)
    language: Mapped[str | None] = mapped_column(String(35))
    status: Mapped[str] = mapped_column(String(9))
    text_open: Mapped[bool] = mapped_column(Boolean, default=False)
    text_version: Mapped[int] = mapped_column(Integer, default=1)
    flags: Mapped[list[dict[str, Any]]]
    decision_count: Mapped[int] = mapped_column(Integer, default=0)
    votes: Mapped[int] = mapped_column(Integer, default=0)
    revision: Mapped[int] = mapped_column(BigInteger)
    leaf_index: Mapped[int] = mapped_column(BigInteger)
    policy_version: Mapped[int] = mapped_column(Integer)
    submitted_at: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[int] = mapped_column(BigInteger)
    next_at: Mapped[int | None] = mapped_column(BigInteger)
    live: Mapped[bool] = mapped_column(Boolean, default=False)
    live_at: Mapped[int | None] = mapped_column(BigInteger)
    answered_at: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn_at: Mapped[int | None] = mapped_column(BigInteger)
    merged_into: Mapped[int | None] = mapped_column(Integer)
    before_merge: Mapped[str | None] = mapped_column(String(9))

    __table_args__ = (
        UniqueConstraint("event_id", "docket_number"),
        UniqueConstraint("event_id", "client_key", name="uq_question_client_key"),
        Index("ix_question_revision", "event_id", "revision"),
        Index("ix_question_merged_into", "event_id", "merged_into"),
        Index("ix_question_counts", "event_id", "status", "due_at", "answered_at"),
        CheckConstraint(
            "status IN ('pending', 'published', 'filtered', 'merged', 'withdrawn')", name="status"
        ),
        CheckConstraint("source IN ('live', 'import')", name="source"),
        CheckConstraint("NOT anonymous OR name IS NULL", name="anonymous_has_no_name"),
    )


class QuestionText(Base):
    """One version of a question's words. A revision adds a row and never changes one.

    Here and wherever else words stand: once an act has hidden words, ``hidden_leaf`` is the index
    of its leaf, and ``text`` and ``salt`` are what it left of them, opening that leaf, or nothing.
    """

    __tablename__ = "question_text"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    written_at: Mapped[int] = mapped_column(BigInteger)
    leaf_index: Mapped[int] = mapped_column(BigInteger)
    hidden_leaf: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("text IS NOT NULL OR hidden_leaf IS NOT NULL", name="text_or_hidden"),
        CheckConstraint("(text IS NULL) = (salt IS NULL)", name="salt_with_text"),
    )


class Answer(Base):
    """One answer to a question: spoken (no text) or written. A later one adds a row."""

    __tablename__ = "answer"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    mode: Mapped[str] = mapped_column(String(7))
    text: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    hidden_leaf: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("mode IN ('spoken', 'written')", name="mode"),
        CheckConstraint(
            "(mode = 'written') = (text IS NOT NULL OR hidden_leaf IS NOT NULL)",
            name="written_has_text",
        ),
    )


class Vote(Base):
    """One person's upvote. No time is kept: it would help to tell who voted."""

    __tablename__ = "vote"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    voter: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)

    __table_args__ = (Index("ix_vote_voter", "voter"),)
