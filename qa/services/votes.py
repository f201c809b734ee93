"""Votes: one a person on each published or filtered question, given and taken back.

A single vote is no leaf: a leaf for each would tell who voted when. ``snapshots`` logs the sums.
"""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from qa.domain.question import EventState, Role, Status
from qa.errors import (
    EventClosed,
    EventNotOpen,
    IllegalTransition,
    NotJoined,
    RateLimited,
    UnknownQuestion,
)
from qa.services import refusals
from qa.services.context import Actor, Context
from qa.store import queries
from qa.store.db import on_commit
from qa.store.models import Event, Question, Vote

VOTABLE = (Status.PUBLISHED, Status.FILTERED)


def cast_vote(ctx: Context, slug: str, actor: Actor, docket_number: int) -> dict[str, Any]:
    """Support a question, once however often it is asked for.

    Raises:
        NotJoined: the actor has not joined the event.
        RateLimited: the actor's votes of this minute are used up.
        IllegalTransition: the question is not one that can be voted on now.
        EventNotOpen, EventClosed: the event takes no votes now.
    """
    return _vote(ctx, slug, actor, docket_number, wanted=True)


def retract_vote(ctx: Context, slug: str, actor: Actor, docket_number: int) -> dict[str, Any]:
    """Take one's vote back; does nothing when there is none. Raises as ``cast_vote`` does."""
    return _vote(ctx, slug, actor, docket_number, wanted=False)


def my_votes(ctx: Context, slug: str, voter: bytes) -> list[int]:
    """Return the docket numbers that a participant supports."""
    with ctx.db.read() as session:
        event = queries.find_event(session, slug)
        return list(
            session.scalars(
                select(Question.docket_number)
                .join(Vote, Vote.question_id == Question.id)
                .where(Question.event_id == event.id, Vote.voter == voter)
                .order_by(Question.docket_number)
            )
        )


def _vote(
    ctx: Context, slug: str, actor: Actor, docket_number: int, *, wanted: bool
) -> dict[str, Any]:
    if actor.role != Role.PARTICIPANT or actor.voter is None:
        raise NotJoined("Join the meeting to vote.")
    voter = actor.voter
    try:
        ctx.quotas.take_vote(slug, voter)
    except RateLimited as error:
        refusals.count_refusal(ctx, slug, error)
        raise

    def command(session: Session) -> dict[str, Any]:
        question_id = _votable(session, slug, docket_number)
        changed = (_insert if wanted else _remove)(session, question_id, voter)
        votes = _count(session, question_id, changed)
        if changed:
            on_commit(session, lambda: ctx.announce.tallied(slug, docket_number))
        return {"n": docket_number, "votes": votes, "voted": wanted}

    return ctx.db.write(command)


def _votable(session: Session, slug: str, docket_number: int) -> int:
    row = session.execute(
        select(Event.state, Question.id, Question.status)
        .outerjoin(
            Question,
            (Question.event_id == Event.id) & (Question.docket_number == docket_number),
        )
        .where(Event.slug == slug)
    ).first()
    if row is None:
        queries.find_event(session, slug)
        raise AssertionError("find_event raises for an unknown slug")
    if row.state == EventState.DRAFT:
        raise EventNotOpen("This meeting is not open for votes yet.")
    if row.state == EventState.CLOSED:
        raise EventClosed("This meeting is closed, and its votes are counted.")
    if row.id is None:
        raise UnknownQuestion(f"This meeting has no question #{docket_number}.")
    if row.status not in VOTABLE:
        raise IllegalTransition(
            f"A {row.status} question takes no votes.", details={"status": row.status}
        )
    return int(row.id)


def _insert(session: Session, question_id: int, voter: bytes) -> int:
    postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if postgres else sqlite.insert
    statement = insert(Vote).values(question_id=question_id, voter=voter).on_conflict_do_nothing()
    return 1 if session.execute(statement.returning(Vote.question_id)).first() else 0


def _remove(session: Session, question_id: int, voter: bytes) -> int:
    statement = delete(Vote).where(Vote.question_id == question_id, Vote.voter == voter)
    return -1 if session.execute(statement.returning(Vote.question_id)).first() else 0


def _count(session: Session, question_id: int, change: int) -> int:
    """Move the count on the question's row, which is what two workers meet on, and return it."""
    statement = (
        update(Question)
        .where(Question.id == question_id)
        .values(votes=Question.votes + change)
        .returning(Question.votes)
        .execution_options(synchronize_session=False)
    )
    return int(session.execute(statement).scalar_one())
