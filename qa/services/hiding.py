"""Words on their way out: where they stand, and what is done so that they are gone everywhere.

Both ways of hiding words, redaction and erasure, come through here. What is left behind is a row
without words, and the number of the leaf that says why.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from qa.domain import text
from qa.domain.redaction import NUMBERED, What
from qa.errors import IllegalTransition
from qa.services.context import Context
from qa.services.unit import Commitment, Unit
from qa.store import outbox
from qa.store.db import on_commit, scrub_on_commit
from qa.store.models.decisions import Decision, SecondReview
from qa.store.models.hiding import RedactionProposal
from qa.store.models.notices import AuthorAddress
from qa.store.models.questions import Answer, Question, QuestionText

NAMES = {
    What.TEXT: "The text",
    What.NAME: "The name",
    What.EXPLANATION: "The explanation",
    What.ANSWER: "The answer",
    What.REVIEW: "The explanation of the second review",
}


@dataclass(frozen=True)
class Target:
    """Which words: ``seq`` says which explanation or answer, or of which decision the review."""

    what: What
    seq: int | None = None


@dataclass(frozen=True)
class Left:
    """What is shown of words from now on, and the commitment to it."""

    text: str
    commitment: Commitment


def words_of(session: Session, question: Question, target: Target) -> str:
    """Return words as they stand now.

    Raises:
        IllegalTransition: there are none, or they have been hidden already.
    """
    row = _row(session, question, target)
    words: str | None = getattr(row, _COLUMNS[target.what][0]) if row is not None else None
    if words is None:
        gone = row is not None and getattr(row, _COLUMNS[target.what][2]) is not None
        what = NAMES[target.what]
        raise IllegalTransition(
            f"{what} is hidden already." if gone else f"{what} that you mean is not there."
        )
    return words


def remove_words(
    session: Session, question: Question, target: Target, leaf_index: int, left: Left | None
) -> None:
    """Delete words and their salts in every version, and put there what is left of them.

    Proposals about these words lapse, and so does what the rules pointed at in them.
    """
    for row in _rows(session, question, target):
        words, salt, hidden_leaf = _COLUMNS[target.what]
        setattr(row, hidden_leaf, leaf_index)
        setattr(row, words, None)
        setattr(row, salt, None)
    current = _row(session, question, target)
    if left is not None and current is not None:
        words, salt, _ = _COLUMNS[target.what]
        setattr(current, words, left.text)
        setattr(current, salt, left.commitment.salt)
    if target.what == What.NAME:  # whom the name no longer tells, no address may tell either
        outbox.forget_address(session, question)
    if target.what == What.TEXT:
        question.flags = [
            {**flag, "explanation": "It was seen in words that are hidden now.", "span": None}
            for flag in question.flags
        ]
    drop_proposals(session, question, target)


def drop_proposals(session: Session, question: Question, target: Target) -> None:
    """Delete what is proposed about words that are no longer as they were."""
    session.execute(
        delete(RedactionProposal).where(
            RedactionProposal.question_id == question.id,
            RedactionProposal.what == target.what,
            RedactionProposal.seq == target.seq,
        )
    )


def leave_no_copy(unit: Unit, *targets: Target) -> None:
    """Have the words that this act deletes overwritten on disk and dropped from this memory."""
    tables = [_TABLES[each.what] for each in targets]
    scrub_on_commit(unit.session, RedactionProposal, AuthorAddress, *tables)
    slug = unit.event.slug

    def forget() -> None:
        unit.ctx.asked.forget()
        forget_answers()
        unit.ctx.announce.hidden(slug)

    on_commit(unit.session, forget)


def forget_texts(ctx: Context) -> None:
    """Drop from this memory the words that other workers hid."""
    with ctx.db.read() as session:
        ctx.asked.catch_up(session)
    forget_answers()


def forget_answers() -> None:
    """Empty what this process remembers of rich texts."""
    text.render_answer.cache_clear()


def is_hidden(session: Session, question: Question) -> bool:
    """Say whether something of a question's text was ever hidden."""
    return any(row.hidden_leaf is not None for row in _texts(session, question))


def quotes(session: Session, question: Question, words: Collection[str]) -> list[str]:
    """Say which explanations, answers and reviews of a question repeat some of these words."""
    told = [each.casefold() for each in words if len(each) > 2]
    found = []
    decisions = _decisions(session, question)
    reviews = _reviews(session, question)
    for name, texts in (
        ("explanation", {decision.seq: decision.explanation for decision in decisions}),
        ("answer", dict(enumerate((each.text for each in _answers(session, question)), start=1))),
        ("second review", {review.seq: review.explanation for review in reviews}),
    ):
        for seq, shown in texts.items():
            if shown is not None and any(each in shown.casefold() for each in told):
                found.append(f"{name} {seq}")
    return found


_COLUMNS = {
    What.TEXT: ("text", "salt", "hidden_leaf"),
    What.NAME: ("name", "name_salt", "name_hidden_leaf"),
    What.EXPLANATION: ("explanation", "explanation_salt", "hidden_leaf"),
    What.ANSWER: ("text", "salt", "hidden_leaf"),
    What.REVIEW: ("explanation", "explanation_salt", "hidden_leaf"),
}
"""Where words, their salt, and the leaf that hid them stand in their row."""

_TABLES = {
    What.TEXT: QuestionText,
    What.NAME: Question,
    What.EXPLANATION: Decision,
    What.ANSWER: Answer,
    What.REVIEW: SecondReview,
}

_Row = QuestionText | Question | Decision | Answer | SecondReview


def _row(session: Session, question: Question, target: Target) -> _Row | None:
    """Return the row of words as they stand now."""
    rows = _rows(session, question, target)
    return rows[-1] if rows else None


def _rows(session: Session, question: Question, target: Target) -> list[_Row]:
    """Return every row that the words are in, the newest last."""
    if target.what == What.NAME:
        return [] if question.anonymous else [question]
    if target.what == What.TEXT:
        return [*_texts(session, question)]
    if target.what == What.REVIEW:
        return [each for each in _reviews(session, question) if each.seq == target.seq]
    numbered: list[_Row] = (
        [*_decisions(session, question)]
        if target.what == What.EXPLANATION
        else [*_answers(session, question)]
    )
    seq = target.seq or 0
    return numbered[seq - 1 : seq] if target.what in NUMBERED and seq > 0 else []


def _texts(session: Session, question: Question) -> list[QuestionText]:
    wanted = select(QuestionText).where(QuestionText.question_id == question.id)
    return list(session.scalars(wanted.order_by(QuestionText.version)))


def _decisions(session: Session, question: Question) -> list[Decision]:
    wanted = select(Decision).where(Decision.question_id == question.id)
    return list(session.scalars(wanted.order_by(Decision.seq)))


def _reviews(session: Session, question: Question) -> list[SecondReview]:
    wanted = select(SecondReview).where(SecondReview.question_id == question.id)
    return list(session.scalars(wanted.order_by(SecondReview.seq)))


def _answers(session: Session, question: Question) -> list[Answer]:
    wanted = select(Answer).where(Answer.question_id == question.id)
    return list(session.scalars(wanted.order_by(Answer.leaf_index)))
