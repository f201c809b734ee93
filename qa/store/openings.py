"""What opens the commitments of a log: every salt and text that is public now.

Columns are read and no rows as objects: a report of 5,000 questions spends half its time there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.store.models.decisions import Decision, SecondReview
from qa.store.models.events import Event, EventTitle
from qa.store.models.hiding import HidingAct
from qa.store.models.questions import Answer, Question, QuestionText


@dataclass(frozen=True)
class Opening:
    """One committed text: in which leaf and field its commitment stands, and what opens it."""

    leaf_index: int
    field: str
    salt: bytes
    text: str

    def as_dict(self) -> dict[str, object]:
        """Return the form that is served and bundled."""
        return {
            "leaf": self.leaf_index,
            "field": self.field,
            "salt": self.salt.hex(),
            "text": self.text,
        }


def read_openings(session: Session, event: Event, since: int = 0) -> list[Opening]:
    """Return every opening whose leaf has the index ``since`` or a later one, in the log's order.

    A question's words and name are there once a decision has opened them, in the wording that was
    decided on. Titles, explanations and answers are public from the start. What a redaction left of
    words opens the redaction's leaf, and the words as they were are nowhere.
    """
    found = [
        *_titles(session, event),
        *_texts(session, event),
        *_names(session, event),
        *_explanations(session, event),
        *_reviews(session, event),
        *_answers(session, event),
        *_redactions(session, event),
    ]
    wanted = (opening for opening in found if opening.leaf_index >= since)
    return sorted(wanted, key=lambda opening: (opening.leaf_index, opening.field))


def _titles(session: Session, event: Event) -> Iterator[Opening]:
    for title in session.scalars(select(EventTitle).where(EventTitle.event_id == event.id)):
        yield Opening(title.leaf_index, "title", title.salt, title.title)


def _texts(session: Session, event: Event) -> Iterator[Opening]:
    rows = session.execute(
        select(
            QuestionText.leaf_index,
            QuestionText.hidden_leaf,
            QuestionText.salt,
            QuestionText.text,
        )
        .join(Question, Question.id == QuestionText.question_id)
        .where(
            Question.event_id == event.id,
            Question.text_open,
            Question.text_version == QuestionText.version,
        )
    )
    for row in rows:
        yield from _opening("text", *row)


def _names(session: Session, event: Event) -> Iterator[Opening]:
    rows = session.execute(
        select(Question.leaf_index, Question.name_salt, Question.name).where(
            Question.event_id == event.id, Question.text_open, Question.name.is_not(None)
        )
    )
    for leaf_index, salt, name in rows:
        if salt is not None and name is not None:
            yield Opening(leaf_index, "name", salt, name)


def _explanations(session: Session, event: Event) -> Iterator[Opening]:
    rows = session.execute(
        select(
            Decision.leaf_index,
            Decision.hidden_leaf,
            Decision.explanation_salt,
            Decision.explanation,
        )
        .join(Question, Question.id == Decision.question_id)
        .where(Question.event_id == event.id)
    )
    for row in rows:
        yield from _opening("explanation", *row)


def _reviews(session: Session, event: Event) -> Iterator[Opening]:
    rows = session.execute(
        select(
            SecondReview.leaf_index,
            SecondReview.hidden_leaf,
            SecondReview.explanation_salt,
            SecondReview.explanation,
        )
        .join(Question, Question.id == SecondReview.question_id)
        .where(Question.event_id == event.id)
    )
    for row in rows:
        yield from _opening("explanation", *row)


def _answers(session: Session, event: Event) -> Iterator[Opening]:
    rows = session.execute(
        select(Answer.leaf_index, Answer.hidden_leaf, Answer.salt, Answer.text)
        .join(Question, Question.id == Answer.question_id)
        .where(Question.event_id == event.id)
    )
    for row in rows:
        yield from _opening("answer", *row)


def _redactions(session: Session, event: Event) -> Iterator[Opening]:
    rows = session.scalars(
        select(HidingAct)
        .join(Question, Question.id == HidingAct.question_id)
        .where(Question.event_id == event.id)
    )
    for row in rows:
        if row.explanation is not None and row.explanation_salt is not None:
            yield Opening(row.leaf_index, "explanation", row.explanation_salt, row.explanation)


def _opening(
    field: str, leaf_index: int, hidden_leaf: int | None, salt: bytes | None, text: str | None
) -> Iterator[Opening]:
    """Yield what opens the leaf that words were logged in, or the one that hid some of them."""
    if salt is None or text is None:
        return
    if hidden_leaf is None:
        yield Opening(leaf_index, field, salt, text)
    else:
        yield Opening(hidden_leaf, "redacted", salt, text)
