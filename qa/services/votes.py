"""Votes: one a person on each question that was decided on, given and taken back.

A single vote is no leaf: a leaf for each would tell who voted when. ``snapshots`` logs the sums.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.domain.question import VOTABLE, EventState, Role
from qa.errors import (
    EventClosed,
    EventNotOpen,
    IllegalTransition,
    NotJoined,
    QaError,
    RateLimited,
    UnknownEvent,
    UnknownQuestion,
)
from qa.services import refusals
from qa.services.context import Actor, Announcer, Context
from qa.store import vote_rows
from qa.store.db import on_commit
from qa.store.models.questions import Question, Vote
from qa.store.queries.events import find_event
from qa.store.vote_rows import Address, Ballot, Found, Target

CLOSED = "This meeting is closed, and its votes are counted."


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
        event = find_event(session, slug)
        return list(
            session.scalars(
                select(Question.docket_number)
                .join(Vote, Vote.question_id == Question.id)
                .where(Question.event_id == event.id, Vote.voter == voter)
                .order_by(Question.docket_number)
            )
        )


@dataclass(frozen=True, slots=True)
class _Vote:
    """One vote on its way to the writer."""

    announce: Announcer
    slug: str
    docket_number: int
    voter: bytes
    wanted: bool

    @property
    def address(self) -> Address:
        return self.slug, self.docket_number


def _vote(
    ctx: Context, slug: str, actor: Actor, docket_number: int, *, wanted: bool
) -> dict[str, Any]:
    if actor.role != Role.PARTICIPANT or actor.voter is None:
        raise NotJoined("Join the meeting to vote.")
    try:
        ctx.quotas.take_vote(slug, actor.voter)
    except RateLimited as error:
        refusals.count_refusal(ctx, slug, error)
        raise
    vote = _Vote(ctx.announce, slug, docket_number, actor.voter, wanted)
    return ctx.db.write_together(_count, vote)


def _count(session: Session, votes: Sequence[_Vote]) -> list[dict[str, Any] | QaError]:
    """Count a run of votes, each as if it came alone, with a few statements for all of them."""
    found = vote_rows.find_locked(session, {(vote.address, vote.voter) for vote in votes})
    counts = {target.question_id: target.votes for target in found.targets.values()}
    after = set(found.ballots)
    outcomes: list[dict[str, Any] | QaError] = []
    for vote in votes:
        id_ = _question_of(vote, found.targets.get(vote.address))
        if isinstance(id_, QaError):
            outcomes.append(id_)
            continue
        ballot = (id_, vote.voter)
        if vote.wanted is not (ballot in after):
            counts[id_] += 1 if vote.wanted else -1
            (after.add if vote.wanted else after.remove)(ballot)
        outcomes.append({"n": vote.docket_number, "votes": counts[id_], "voted": vote.wanted})
    _store(session, votes[0].announce, found, after)
    return outcomes


def _question_of(vote: _Vote, target: Target | None) -> int | QaError:
    """Return the id of the question that a vote is for, or why it is not taken."""
    if target is None:
        return UnknownEvent("There is no meeting at this address.")
    if target.state == EventState.DRAFT:
        return EventNotOpen("This meeting is not open for votes yet.")
    if target.state == EventState.CLOSED:
        return EventClosed(CLOSED)
    if target.question_id is None:
        return UnknownQuestion(f"This meeting has no question #{vote.docket_number}.")
    if target.status not in VOTABLE or not target.text_open:
        why = "" if target.status not in VOTABLE else " while its words are held back"
        return IllegalTransition(
            f"A {target.status} question takes no votes{why}.", details={"status": target.status}
        )
    return target.question_id


def _store(session: Session, announce: Announcer, found: Found, after: set[Ballot]) -> None:
    added, removed = after - found.ballots, found.ballots - after
    if not added and not removed:
        return
    moves = Counter(id_ for id_, _voter in added)
    moves.subtract(id_ for id_, _voter in removed)
    vote_rows.change(session, added, removed, moves)
    changed = [address for address, target in found.targets.items() if target.question_id in moves]
    on_commit(session, lambda: _announce(announce, changed))


def _announce(announce: Announcer, changed: Sequence[Address]) -> None:
    for slug, docket_number in changed:
        announce.tallied(slug, docket_number)
