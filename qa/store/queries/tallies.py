"""Votes for questions, and the people behind those that others are merged into."""

from collections.abc import Collection

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from qa.store.models.events import Event
from qa.store.models.questions import Question, Vote

_OF_EVENT = Question.event_id == bindparam("event")
_AMONG = Question.docket_number.in_(bindparam("only", expanding=True))
_STANDS_IN = func.coalesce(Question.merged_into, Question.docket_number)

_VOTES = (
    select(Question.docket_number, Question.votes)
    .where(_OF_EVENT, Question.text_open)
    .order_by(Question.docket_number)
)
_VOTES_OF_SOME = _VOTES.where(_AMONG)
_GROUPS = (
    select(Question.merged_into).where(_OF_EVENT, Question.merged_into.is_not(None)).distinct()
)
_GROUPS_OF_SOME = _GROUPS.where(
    Question.merged_into.in_(select(_STANDS_IN).where(_OF_EVENT, _AMONG))
)
_PEOPLE = (
    select(_STANDS_IN, func.count(Vote.voter.distinct()))
    .outerjoin(Vote, Vote.question_id == Question.id)
    .where(
        _OF_EVENT,
        or_(
            Question.docket_number.in_(bindparam("groups", expanding=True)),
            Question.merged_into.in_(bindparam("groups", expanding=True)),
        ),
    )
    .group_by(_STANDS_IN)
    .order_by(_STANDS_IN)
)


def tally(
    session: Session, event: Event, only: Collection[int] | None = None
) -> list[tuple[int, int]]:
    """Return docket numbers and votes of every question that was ever public, in order.

    Those without votes too: a page that missed the last retraction must learn of it.
    """
    wanted = _VOTES if only is None else _VOTES_OF_SOME
    found = session.execute(wanted, {"event": event.id, "only": list(only or ())})
    return [(docket, votes) for docket, votes in found]


def supporters(
    session: Session, event: Event, only: Collection[int] | None = None
) -> list[tuple[int, int]]:
    """Return, of questions that others are merged into, number and people, each counted once.

    ``only`` keeps the groups that one of these docket numbers is in.
    """
    wanted = _GROUPS if only is None else _GROUPS_OF_SOME
    # Asked first, because most votes are for questions that nothing is merged into.
    groups = session.scalars(wanted, {"event": event.id, "only": list(only or ())}).all()
    if not groups:
        return []
    found = session.execute(_PEOPLE, {"event": event.id, "groups": groups})
    return [(docket, people) for docket, people in found]


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
