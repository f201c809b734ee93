"""Votes for questions, and the people behind those that others are merged into."""

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from qa.store.models.events import Event
from qa.store.models.questions import Question, Vote


def tally(
    session: Session, event: Event, only: Collection[int] | None = None
) -> list[tuple[int, int]]:
    """Return docket numbers and votes of every question that was ever public, in order.

    Those without votes too: a page that missed the last retraction must learn of it.
    """
    wanted = (
        select(Question.docket_number, Question.votes)
        .where(Question.event_id == event.id, Question.text_open)
        .order_by(Question.docket_number)
    )
    if only is not None:
        wanted = wanted.where(Question.docket_number.in_(only))
    return [(docket, votes) for docket, votes in session.execute(wanted)]


def supporters(
    session: Session, event: Event, only: Collection[int] | None = None
) -> list[tuple[int, int]]:
    """Return, of questions that others are merged into, number and people, each counted once.

    ``only`` keeps the groups that one of these docket numbers is in.
    """
    stands_in = func.coalesce(Question.merged_into, Question.docket_number)
    of_event = Question.event_id == event.id
    merged = select(Question.merged_into).where(of_event, Question.merged_into.is_not(None))
    if only is not None:
        touched = select(stands_in).where(of_event, Question.docket_number.in_(only))
        merged = merged.where(Question.merged_into.in_(session.scalars(touched).all()))
    # Asked first, because most votes are for questions that nothing is merged into.
    groups = session.scalars(merged.distinct()).all()
    if not groups:
        return []
    wanted = (
        select(stands_in, func.count(Vote.voter.distinct()))
        .outerjoin(Vote, Vote.question_id == Question.id)
        .where(of_event, or_(Question.docket_number.in_(groups), Question.merged_into.in_(groups)))
        .group_by(stands_in)
        .order_by(stands_in)
    )
    return [(docket, people) for docket, people in session.execute(wanted)]


def merged_numbers(session: Session, event: Event) -> dict[int, list[int]]:
    """Return the docket numbers merged into each question, for those that have any."""
    rows = session.execute(
        select(Question.merged_into, Question.docket_number)
        .where(Question.event_id == event.id, Question.merged_into.is_not(None))
        .order_by(Question.docket_number)
    )
    merged: dict[int, list[int]] = {}
    for into, docket in rows:
        if into is not None:
            merged.setdefault(into, []).append(docket)
    return merged
