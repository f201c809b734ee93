"""Reading second reviews: what was said of each question, and what still waits for somebody."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from qa.domain.question import Status
from qa.store.models.decisions import Decision, SecondReview
from qa.store.models.events import Event
from qa.store.models.questions import Question, QuestionText


def review_views(
    session: Session, event: Event, labels: Mapping[tuple[int, str], str], since: int = 0
) -> Mapping[int, list[dict[str, Any]]]:
    """Return the second reviews of questions changed after ``since``, by question id, in order."""
    rows = session.execute(
        select(SecondReview, Decision.verdict)
        .join(Question, Question.id == SecondReview.question_id)
        .join(Decision, _of_decision())
        .where(Question.event_id == event.id, Question.revision > since)
        .order_by(SecondReview.seq)
    )
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for review, first in rows:
        found[review.question_id].append(review_view(review, first, labels))
    return found


def review_view(
    review: SecondReview, first: str, labels: Mapping[tuple[int, str], str]
) -> dict[str, Any]:
    """Return a second review as it is published, and whether it agrees with the ``first``."""
    code = review.reason
    return {
        "seq": review.seq,
        "verdict": review.verdict,
        "reason": code,
        "reason_label": labels.get((review.policy_version, code), code) if code else None,
        "explanation": review.explanation,
        "by": review.reviewed_by,
        "at": review.reviewed_at,
        "agrees": review.verdict == first,
        "leaf_index": review.leaf_index,
    }


def waiting_reviews(event: Event) -> Select[Question, Decision, str | None]:
    """Return the query for sampled decisions that nobody reviewed, with the question's words.

    A withdrawn question is not looked at again, nor one whose words are gone.
    """
    return (
        select(Question, Decision, QuestionText.text)
        .join(Decision, Decision.question_id == Question.id)
        .join(
            QuestionText,
            and_(
                QuestionText.question_id == Question.id,
                QuestionText.version == Question.text_version,
            ),
        )
        .outerjoin(SecondReview, _of_decision())
        .where(
            Question.event_id == event.id,
            Question.status != Status.WITHDRAWN,
            Decision.sampled,
            SecondReview.seq.is_(None),
            QuestionText.text.is_not(None),
        )
        .order_by(Decision.leaf_index)
    )


def _of_decision() -> Any:
    return and_(SecondReview.question_id == Decision.question_id, SecondReview.seq == Decision.seq)
