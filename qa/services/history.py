"""What the log says of one question, with the words that may be shown beside it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.domain.text import render_answer
from qa.ledger import entry, merkle
from qa.store import log
from qa.store.models.decisions import Decision, SecondReview
from qa.store.models.events import Event
from qa.store.models.hiding import HidingAct
from qa.store.models.logs import LogLeaf
from qa.store.models.questions import Answer, Question, QuestionText
from qa.store.queries.hiding import act_view
from qa.store.queries.questions import decision_view
from qa.store.review_book import review_view

Labels = dict[tuple[int, str], str]


def of_question(
    session: Session, event: Event, question: Question, labels: Labels
) -> list[dict[str, Any]]:
    """Return a question's leaves, oldest first, each with its hash and a summary for people."""
    head = log.find_log(session, event.id)
    if head is None:
        return []
    words = _words(session, question, labels)
    rows = session.execute(
        select(LogLeaf.leaf_index, LogLeaf.data)
        .where(LogLeaf.log_id == head.id, LogLeaf.docket_number == question.docket_number)
        .order_by(LogLeaf.leaf_index)
    )
    return [_step(index, data, words.get(index, {})) for index, data in rows]


def _step(leaf_index: int, data: bytes, words: dict[str, Any]) -> dict[str, Any]:
    found = entry.decode(data)
    return {
        "kind": found.kind,
        "at": found.t,
        "leaf_index": leaf_index,
        "leaf_hash": merkle.leaf_hash(data).hex(),
        "leaf": data.decode("ascii"),
        "summary": {**found.fields, **words},
    }


def _words(session: Session, question: Question, labels: Labels) -> dict[int, dict[str, Any]]:
    """Return, by leaf index, the words that open a leaf's commitments, where they are public.

    An author's earlier wording stays closed: it was replaced before anybody decided on it. What a
    redaction left of words stands with the leaf of the redaction.
    """
    words: dict[int, dict[str, Any]] = {}
    left: dict[int, dict[str, Any]] = {}
    for text in session.scalars(
        select(QuestionText).where(QuestionText.question_id == question.id)
    ):
        shown = question.text_open and text.version == question.text_version
        words[text.leaf_index] = {
            **_words_or_left(left, "text", text, text.text, text.salt, shown=shown),
            "replaced": text.version < question.text_version,
        }
    if question.text_open and question.name is not None and question.name_salt is not None:
        words[question.leaf_index] |= {
            "name": question.name,
            "name_salt": question.name_salt.hex(),
        }
    for decision in session.scalars(select(Decision).where(Decision.question_id == question.id)):
        words[decision.leaf_index] = {
            **decision_view(decision, labels),
            **_words_or_left(
                left, "explanation", decision, decision.explanation, decision.explanation_salt
            ),
        }
    words |= _reviews(session, question, labels, left)
    for answer in session.scalars(select(Answer).where(Answer.question_id == question.id)):
        words[answer.leaf_index] = {
            "answer_html": render_answer(answer.text) if answer.text is not None else None,
            **_words_or_left(left, "answer", answer, answer.text, answer.salt),
        }
    for act in session.scalars(select(HidingAct).where(HidingAct.question_id == question.id)):
        words[act.leaf_index] = {
            **act_view(act),
            "salt": act.explanation_salt.hex() if act.explanation_salt else None,
            **left.get(act.leaf_index, {"left": None, "left_salt": None}),
        }
    return words


def _reviews(
    session: Session, question: Question, labels: Labels, left: dict[int, dict[str, Any]]
) -> dict[int, dict[str, Any]]:
    rows = session.execute(
        select(SecondReview, Decision.verdict)
        .join(
            Decision,
            (Decision.question_id == SecondReview.question_id) & (Decision.seq == SecondReview.seq),
        )
        .where(SecondReview.question_id == question.id)
    )
    return {
        review.leaf_index: {
            **review_view(review, first, labels),
            **_words_or_left(
                left, "explanation", review, review.explanation, review.explanation_salt
            ),
        }
        for review, first in rows
    }


def _words_or_left(
    left: dict[int, dict[str, Any]],
    name: str,
    row: QuestionText | Decision | Answer | SecondReview,
    text: str | None,
    salt: bytes | None,
    *,
    shown: bool = True,
) -> dict[str, Any]:
    """Return words as they were written, or, once some are hidden, note what is left of them."""
    opened = {"text": text, "salt": salt.hex() if salt else None} if shown else {}
    if row.hidden_leaf is None:
        return {name: opened.get("text"), "salt": opened.get("salt"), "hidden": False}
    if opened.get("text") is not None:
        left[row.hidden_leaf] = {"left": opened["text"], "left_salt": opened["salt"]}
    return {name: None, "salt": None, "hidden": True}
