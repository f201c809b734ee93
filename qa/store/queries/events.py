"""Meetings as rows, how many of their questions stand how, and what anybody may know of one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from qa.domain.admission import Admission, describe
from qa.domain.question import EventState, Status
from qa.errors import UnknownEvent
from qa.store.models.events import Event, PolicyVersion
from qa.store.models.questions import Question

_BY_SLUG = select(Event).where(Event.slug == bindparam("slug"))
_BY_SLUG_LOCKED = _BY_SLUG.with_for_update()


def find_event(session: Session, slug: str, *, lock: bool = False) -> Event:
    """Return the event with this slug.

    Raises:
        UnknownEvent: there is none.
    """
    event = session.scalar(_BY_SLUG_LOCKED if lock else _BY_SLUG, {"slug": slug})
    if event is None:
        raise UnknownEvent("There is no meeting at this address.")
    return event


def current_policy(session: Session, event: Event) -> PolicyVersion:
    """Return the policy version in force."""
    return session.get_one(PolicyVersion, (event.id, event.policy_version))


@dataclass(frozen=True)
class Counts:
    """How many questions of an event stand how. ``overdue`` and ``undecided`` are pending ones."""

    submitted: int
    pending: int
    published: int
    filtered: int
    merged: int
    withdrawn: int
    overdue: int
    answered: int
    undecided: int


def count_questions(session: Session, event: Event, now_ms: int) -> Counts:
    """Count an event's questions by status."""
    rows = session.execute(
        select(
            Question.status,
            func.count(),
            func.count(Question.answered_at),
            func.sum(case((Question.due_at < now_ms, 1), else_=0)),
        )
        .where(Question.event_id == event.id)
        .group_by(Question.status)
    ).all()
    by_status = {status: count for status, count, _answered, _late in rows}
    late = {status: int(count or 0) for status, _count, _answered, count in rows}
    closed = event.state == EventState.CLOSED
    pending = by_status.get(Status.PENDING, 0)
    return Counts(
        submitted=sum(by_status.values()),
        pending=0 if closed else pending,
        published=by_status.get(Status.PUBLISHED, 0),
        filtered=by_status.get(Status.FILTERED, 0),
        merged=by_status.get(Status.MERGED, 0),
        withdrawn=by_status.get(Status.WITHDRAWN, 0),
        overdue=0 if closed else late.get(Status.PENDING, 0),
        answered=sum(answered for _status, _count, answered, _late in rows),
        undecided=pending if closed else 0,
    )


def event_view(session: Session, event: Event, now_ms: int) -> dict[str, Any]:
    """Return what anybody may know of an event."""
    return {
        "slug": event.slug,
        "title": event.title,
        "state": event.state,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "closed_at": event.closed_at,
        "anonymous_allowed": event.anonymous_allowed,
        "named_allowed": event.named_allowed,
        "admission": admission_view(event),
        "revision": event.revision,
        "policy_version": event.policy_version,
        "counts": vars(count_questions(session, event, now_ms)),
    }


def admission_view(event: Event) -> dict[str, Any]:
    """Return how people come into an event, and how many have, if anybody counts them."""
    way_in = Admission(event.admission)
    return describe(way_in, event.electorate, event.admitted, event.issuer)
