"""Votes: one a person on each published or filtered question, given and taken back.

A single vote is no leaf: a leaf for each would tell who voted when. ``snapshots`` logs the sums.
"""

from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from qa.domain.question import EventState, Role, Status
from qa.errors import (
    EventClosed,
    EventNotOpen,
    IllegalTransition,
    NotJoined,
    RateLimited,
    UnknownEvent,
    UnknownQuestion,
)
from qa.services import refusals
from qa.services.context import Actor, Context
from qa.store import queries
from qa.store.db import on_commit
from qa.store.models import Event, Question, Vote

CLOSED = "This meeting is closed, and its votes are counted."
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
        _require_still_open(session, slug)
        if changed:
            on_commit(session, lambda: ctx.announce.tallied(slug, docket_number))
        return {"n": docket_number, "votes": votes, "voted": wanted}

    return ctx.db.write(command)


def _votable(session: Session, slug: str, docket_number: int) -> int:
    row = session.execute(_FIND, {"slug": slug, "docket_number": docket_number}).first()
    if row is None:
        raise UnknownEvent("There is no meeting at this address.")
    if row.state == EventState.DRAFT:
        raise EventNotOpen("This meeting is not open for votes yet.")
    if row.state == EventState.CLOSED:
        raise EventClosed(CLOSED)
    if row.id is None:
        raise UnknownQuestion(f"This meeting has no question #{docket_number}.")
    if row.status not in VOTABLE:
        raise IllegalTransition(
            f"A {row.status} question takes no votes.", details={"status": row.status}
        )
    return int(row.id)


def _require_still_open(session: Session, slug: str) -> None:
    """Look again, now that the question's row is ours: closing an event locks those rows first.

    Needed only where another worker can write meanwhile, which SQLite does not allow.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    if session.execute(_STATE, {"slug": slug}).scalar_one() == EventState.CLOSED:
        raise EventClosed(CLOSED)


def _insert(session: Session, question_id: int, voter: bytes) -> int:
    statement = _INSERT[session.get_bind().dialect.name]
    return 1 if session.execute(statement, _vote_key(question_id, voter)).first() else 0


def _remove(session: Session, question_id: int, voter: bytes) -> int:
    return -1 if session.execute(_DELETE, _vote_key(question_id, voter)).first() else 0


def _count(session: Session, question_id: int, change: int) -> int:
    """Move the count on the question's row, which is what two workers meet on, and return it."""
    key = {"wanted_id": question_id, "change": change}
    return int(session.execute(_COUNT, key).scalar_one())


def _vote_key(question_id: int, voter: bytes) -> dict[str, object]:
    return {"wanted_id": question_id, "wanted_voter": voter}


# Votes are the hot path: these statements are built once, on plain tables.
_EVENTS, _QUESTIONS, _VOTES = (cast("Table", model.__table__) for model in (Event, Question, Vote))
_FIND = (
    select(_EVENTS.c.state, _QUESTIONS.c.id, _QUESTIONS.c.status)
    .outerjoin_from(
        _EVENTS,
        _QUESTIONS,
        (_QUESTIONS.c.event_id == _EVENTS.c.id)
        & (_QUESTIONS.c.docket_number == bindparam("docket_number")),
    )
    .where(_EVENTS.c.slug == bindparam("slug"))
)
_STATE = select(_EVENTS.c.state).where(_EVENTS.c.slug == bindparam("slug"))
_NEW_VOTE: dict[str, Any] = {
    "question_id": bindparam("wanted_id"),
    "voter": bindparam("wanted_voter"),
}
_INSERT = {
    name: dialect.insert(_VOTES)
    .values(_NEW_VOTE)
    .on_conflict_do_nothing()
    .returning(_VOTES.c.question_id)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}
_DELETE = (
    delete(_VOTES)
    .where(
        _VOTES.c.question_id == bindparam("wanted_id"),
        _VOTES.c.voter == bindparam("wanted_voter"),
    )
    .returning(_VOTES.c.question_id)
)
_COUNT = (
    update(_QUESTIONS)
    .where(_QUESTIONS.c.id == bindparam("wanted_id"))
    .values(votes=_QUESTIONS.c.votes + bindparam("change"))
    .returning(_QUESTIONS.c.votes)
)
