"""Tables of decisions, and of what is said against one or about one: appeals, reviews."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.models.base import Base


class Decision(Base):
    """A statement of reasons on one question. Corrections add a row that names the older one."""

    __tablename__ = "decision"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    supersedes: Mapped[int | None] = mapped_column(Integer)
    verdict: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(40))
    explanation: Mapped[str | None] = mapped_column(Text)
    explanation_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    hidden_leaf: Mapped[int | None] = mapped_column(BigInteger)
    decided_by: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    rule: Mapped[str | None] = mapped_column(String(40))
    automated: Mapped[bool] = mapped_column(Boolean)
    overdue: Mapped[bool] = mapped_column(Boolean)
    policy_version: Mapped[int] = mapped_column(Integer)
    merged_into: Mapped[int | None] = mapped_column(Integer)
    appeal: Mapped[int | None] = mapped_column(Integer)
    sampled: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    decided_at: Mapped[int] = mapped_column(BigInteger)
    leaf_index: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint(
            "verdict IN ('publish', 'filter', 'merge', 'restore', 'redact')", name="verdict"
        ),
        CheckConstraint(
            "verdict <> 'filter' OR (reason IS NOT NULL AND explanation <> '')",
            name="a_decline_has_reasons",
        ),
        CheckConstraint("automated = (rule IS NOT NULL)", name="automated_names_its_rule"),
        CheckConstraint(
            "explanation IS NOT NULL OR hidden_leaf IS NOT NULL", name="explained_or_hidden"
        ),
        CheckConstraint(
            "(explanation IS NULL) = (explanation_salt IS NULL)", name="salt_with_explanation"
        ),
    )


class Appeal(Base):
    """A demand that somebody else looks at decision ``seq`` again, and how it ended."""

    __tablename__ = "appeal"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    asked_by: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[int] = mapped_column(BigInteger)
    leaf_index: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str | None] = mapped_column(String(10))
    late: Mapped[bool] = mapped_column(Boolean, default=False)

    __table_args__ = (
        CheckConstraint("asked_by IN ('Author', 'Supporters')", name="asked_by"),
        CheckConstraint("outcome IN ('upheld', 'overturned', 'void')", name="outcome"),
    )


class AppealCall(Base):
    """One supporter who asks for an appeal. No time is kept, as with a vote."""

    __tablename__ = "appeal_call"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    voter: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)


class SecondReview(Base):
    """What somebody else says of the question that decision ``seq`` was about."""

    __tablename__ = "second_review"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    verdict: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(40))
    explanation: Mapped[str | None] = mapped_column(Text)
    explanation_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    hidden_leaf: Mapped[int | None] = mapped_column(BigInteger)
    reviewed_by: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    policy_version: Mapped[int] = mapped_column(Integer)
    reviewed_at: Mapped[int] = mapped_column(BigInteger)
    leaf_index: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("verdict IN ('publish', 'filter')", name="verdict"),
        CheckConstraint("(verdict = 'filter') = (reason IS NOT NULL)", name="reason_of_a_decline"),
        CheckConstraint(
            "explanation IS NOT NULL OR hidden_leaf IS NOT NULL", name="explained_or_hidden"
        ),
        CheckConstraint(
            "(explanation IS NULL) = (explanation_salt IS NULL)", name="salt_with_explanation"
        ),
    )
