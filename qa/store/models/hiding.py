"""Tables of why words are hidden: what is proposed, and what was done."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.models.base import Base, BigKey


class RedactionProposal(Base):
    """What a member of staff proposes to hide, until another one decides; then the row is gone.

    A number is never given twice: nobody confirms one proposal under another's number.
    """

    __tablename__ = "redaction_proposal"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    what: Mapped[str] = mapped_column(String(11))
    seq: Mapped[int | None] = mapped_column(Integer)
    spans: Mapped[list[list[int]]] = mapped_column(JSON)
    basis: Mapped[str] = mapped_column(String(13))
    explanation: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = ({"sqlite_autoincrement": True},)


class HidingAct(Base):
    """A redaction that two people decided, or an erasure: why words are no longer there.

    A redaction has a second person and an explanation; an erasure has neither.
    """

    __tablename__ = "hiding_act"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(9))
    what: Mapped[list[str]] = mapped_column(JSON)
    seq: Mapped[int | None] = mapped_column(Integer)
    spans: Mapped[int] = mapped_column(Integer)
    basis: Mapped[str] = mapped_column(String(13))
    explanation: Mapped[str | None] = mapped_column(Text)
    explanation_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    done_by: Mapped[str] = mapped_column(String(40))
    second: Mapped[str | None] = mapped_column(String(40))
    done_at: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("kind IN ('redaction', 'erasure')", name="kind"),
        CheckConstraint(
            "(kind = 'redaction') = (second IS NOT NULL AND explanation IS NOT NULL"
            " AND explanation_salt IS NOT NULL)",
            name="a_redaction_has_two_people_and_reasons",
        ),
        CheckConstraint("second IS NULL OR second <> done_by", name="two_people"),
    )
