"""Questions as rows, and the views of them that people are shown.

A public view never holds the text of a question that no decision has opened. That is decided here,
in ``_public_text``, and nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from qa.domain.appeal_terms import AppealTerms, read_appeal_terms
from qa.domain.question import EventState, Status
from qa.domain.text import render_answer
from qa.errors import UnknownQuestion
from qa.store.appeal_book import AppealBook
from qa.store.models.decisions import Decision
from qa.store.models.events import Event, PolicyVersion
from qa.store.models.questions import Answer, Question, QuestionText
from qa.store.queries.hiding import hiding_acts
from qa.store.queries.standings import STANDING_DECISION
from qa.store.queries.tallies import merged_numbers, supporters
from qa.store.review_book import review_views


def find_question(
    session: Session, event: Event, docket_number: int, *, lock: bool = False
) -> Question:
    """Return a question of an event.

    Raises:
        UnknownQuestion: the event has no such docket number.
    """
    wanted = select(Question).where(
        Question.event_id == event.id, Question.docket_number == docket_number
    )
    question = session.scalar(wanted.with_for_update() if lock else wanted)
    if question is None:
        raise UnknownQuestion(f"This meeting has no question #{docket_number}.")
    return question


CURRENT_TEXT = (
    select(QuestionText.text)
    .where(QuestionText.question_id == Question.id, QuestionText.version == Question.text_version)
    .correlate(Question)
    .scalar_subquery()
)
"""The words of a question as they stand now."""

_Last = aliased(Decision)
_LAST_DECISION = and_(_Last.question_id == Question.id, _Last.seq == Question.decision_count)


@dataclass(frozen=True)
class Viewer:
    """For whom questions are shown: everybody, or the staff at the desk."""

    event: Event
    now_ms: int
    labels: dict[tuple[int, str], str]
    terms: dict[int, AppealTerms]
    staff: bool = False


def viewer(session: Session, event: Event, now_ms: int, *, staff: bool = False) -> Viewer:
    """Return a viewer who knows the labels of reason codes under every version of the policy."""
    policies = session.scalars(
        select(PolicyVersion).where(PolicyVersion.event_id == event.id)
    ).all()
    labels = {
        (policy.version, code["code"]): code["label"]
        for policy in policies
        for code in policy.document["reason_codes"]
    }
    terms = {policy.version: read_appeal_terms(policy.document) for policy in policies}
    return Viewer(event, now_ms, labels, terms, staff)


def question_views(
    session: Session, who: Viewer, *, since: int = 0, only: Sequence[int] | None = None
) -> list[dict[str, Any]]:
    """Return the questions changed after revision ``since`` as ``who`` may see them, by number."""
    wanted = _questions(who.event).where(Question.revision > since)
    if only is not None:
        wanted = wanted.where(Question.docket_number.in_(only))
    merged = merged_numbers(session, who.event)
    people = dict(supporters(session, who.event)) if merged else {}
    acts = hiding_acts(session, who.event, since)
    appeals = AppealBook.read(session, who.event, who.now_ms, who.terms)
    reviews = review_views(session, who.event, who.labels, since)
    return [
        {
            **_view(row, who, merged, people, acts),
            **appeals.fields(row[0], row[4]),
            "second_reviews": reviews.get(row[0].id, []),
        }
        for row in session.execute(wanted)
    ]


def _questions(event: Event) -> Select[Question, str | None, Decision, Answer, Decision]:
    last_answer = (
        select(func.max(Answer.leaf_index))
        .where(Answer.question_id == Question.id)
        .correlate(Question)
        .scalar_subquery()
    )
    return (
        select(Question, QuestionText.text, Decision, Answer, _Last)
        .join(
            QuestionText,
            and_(
                QuestionText.question_id == Question.id,
                QuestionText.version == Question.text_version,
            ),
        )
        .outerjoin(Decision, STANDING_DECISION)
        .outerjoin(_Last, _LAST_DECISION)
        .outerjoin(
            Answer, and_(Answer.question_id == Question.id, Answer.leaf_index == last_answer)
        )
        .where(Question.event_id == event.id)
        .order_by(Question.docket_number)
    )


def _view(
    row: Row[Question, str | None, Decision, Answer, Decision],
    who: Viewer,
    merged: dict[int, list[int]],
    people: dict[int, int],
    acts: Mapping[int, list[dict[str, Any]]],
) -> dict[str, Any]:
    question, text = row[0], row[1]
    decision: Decision | None = row[2]
    answer: Answer | None = row[3]
    pending = question.status == Status.PENDING
    closed = who.event.state == EventState.CLOSED
    return {
        "n": question.docket_number,
        "status": question.status,
        "text": text if who.staff else _public_text(question, text),
        "text_version": question.text_version,
        "name": question.name if who.staff or question.text_open else None,
        "anonymous": question.anonymous,
        "language": question.language,
        "source": question.source,
        "submitted_at": question.submitted_at,
        "due_at": question.due_at,
        "overdue": pending and not closed and question.due_at < who.now_ms,
        "undecided": pending and closed,
        "votes": question.votes,
        "flags": question.flags if who.staff else [],
        "decision_count": question.decision_count,
        "decision": None if decision is None else decision_view(decision, who.labels),
        "live": question.live,
        "live_at": question.live_at,
        "next": question.next_at is not None,
        "next_at": question.next_at,
        "answered_at": question.answered_at,
        "answered_how": answer.mode if answer else None,
        "answer_html": render_answer(answer.text) if answer and answer.text else None,
        "withdrawn_at": question.withdrawn_at,
        "merged_into": question.merged_into,
        "merged": merged.get(question.docket_number, []),
        "support": people.get(question.docket_number, question.votes),
        "hidden": acts.get(question.id, []),
        "leaf_index": question.leaf_index,
    }


def _public_text(question: Question, text: str | None) -> str | None:
    return text if question.text_open else None


def decision_view(decision: Decision, labels: dict[tuple[int, str], str]) -> dict[str, Any]:
    """Return a statement of reasons as it is published."""
    label = None
    if decision.reason is not None:
        label = labels.get((decision.policy_version, decision.reason), decision.reason)
    return {
        "seq": decision.seq,
        "supersedes": decision.supersedes,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "reason_label": label,
        "explanation": decision.explanation,
        "by": decision.decided_by,
        "automated": decision.automated,
        "rule": decision.rule,
        "overdue": decision.overdue,
        "policy_version": decision.policy_version,
        "into": decision.merged_into,
        "appeal": decision.appeal,
        "at": decision.decided_at,
    }
