"""A question's and an event's states, which moves between them are legal, and who may make them.

Everything is data: what is not in a table here is refused.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from qa.errors import IllegalTransition, NoRight


class Status(StrEnum):
    """How a question stands. A published one may also be live or answered."""

    PENDING = "pending"
    PUBLISHED = "published"
    FILTERED = "filtered"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What a decision says."""

    PUBLISH = "publish"
    FILTER = "filter"
    MERGE = "merge"
    RESTORE = "restore"
    REDACT = "redact"


class EventState(StrEnum):
    """How far an event is."""

    DRAFT = "draft"
    OPEN = "open"
    LIVE = "live"
    CLOSED = "closed"


class Role(StrEnum):
    """Whoever acts. ``PUBLIC`` has not even joined."""

    OWNER = "owner"
    MODERATOR = "moderator"
    PRESENTER = "presenter"
    AUDITOR = "auditor"
    PARTICIPANT = "participant"
    PUBLIC = "public"


TRANSITIONS: Final[Mapping[tuple[Status, Verdict], Status]] = MappingProxyType(
    {
        (Status.PENDING, Verdict.PUBLISH): Status.PUBLISHED,
        (Status.PENDING, Verdict.FILTER): Status.FILTERED,
        (Status.PUBLISHED, Verdict.FILTER): Status.FILTERED,
        (Status.FILTERED, Verdict.PUBLISH): Status.PUBLISHED,
        (Status.PUBLISHED, Verdict.RESTORE): Status.PENDING,
        (Status.FILTERED, Verdict.RESTORE): Status.PENDING,
        (Status.PENDING, Verdict.MERGE): Status.MERGED,
        (Status.PUBLISHED, Verdict.MERGE): Status.MERGED,
        (Status.FILTERED, Verdict.MERGE): Status.MERGED,
    }
)
"""What each verdict makes of a question. ``redact`` has no row.

``restore`` of a merged question has none either: it makes it what it was before the merge.
"""

WITHDRAWABLE: Final = frozenset({Status.PENDING, Status.PUBLISHED, Status.FILTERED, Status.MERGED})
"""Statuses in which the author may withdraw, unless the question is live at that moment."""

VOTABLE: Final = frozenset({Status.PUBLISHED, Status.FILTERED, Status.MERGED})
"""Statuses in which a question that the public can read takes votes, and is found by its words."""

EVENT_MOVES: Final = frozenset(
    {
        (EventState.DRAFT, EventState.OPEN),
        (EventState.OPEN, EventState.LIVE),
        (EventState.OPEN, EventState.CLOSED),
        (EventState.LIVE, EventState.CLOSED),
    }
)
"""Every legal move of an event. There is none out of ``closed``: the record is final."""

RIGHTS: Final[Mapping[str, frozenset[Role]]] = MappingProxyType(
    {
        "decide": frozenset({Role.OWNER, Role.MODERATOR}),
        "present": frozenset({Role.OWNER, Role.MODERATOR, Role.PRESENTER}),
        "read_desk": frozenset({Role.OWNER, Role.MODERATOR, Role.PRESENTER, Role.AUDITOR}),
        "manage": frozenset({Role.OWNER}),
        "import": frozenset({Role.OWNER, Role.MODERATOR}),
        "erase": frozenset({Role.OWNER}),
        "edit_topics": frozenset({Role.AUDITOR}),
    }
)
"""Who may do what. An act that is not listed is nobody's right."""

_DONE: Final = {
    Verdict.PUBLISH: "published",
    Verdict.FILTER: "filtered",
    Verdict.MERGE: "merged",
    Verdict.RESTORE: "put back into the queue",
    Verdict.REDACT: "redacted",
}
_ACTS: Final = {
    "decide": "decide on questions",
    "present": "run the stage",
    "read_desk": "read the desk",
    "manage": "manage the event",
    "import": "import questions",
    "erase": "erase words on request",
    "edit_topics": "edit the topics of the report",
}


def next_status(status: Status, verdict: Verdict, before_merge: Status | None = None) -> Status:
    """Return the status that a verdict leads to; ``before_merge`` is that of a merged question.

    Raises:
        IllegalTransition: the verdict does not apply to a question in this status.
    """
    if status == Status.MERGED and verdict == Verdict.RESTORE and before_merge is not None:
        return before_merge
    reached = TRANSITIONS.get((status, verdict))
    if reached is None:
        raise IllegalTransition(
            f"A {status} question cannot be {_DONE[verdict]}.", details={"status": str(status)}
        )
    return reached


def status_after_withdrawal(status: Status, *, live: bool) -> Status:
    """Return the status after its author takes a question back.

    Raises:
        IllegalTransition: it is on stage now, or it already left the board.
    """
    if live:
        raise IllegalTransition(
            "The question is being answered right now and cannot be withdrawn.",
            details={"status": str(status)},
        )
    if status not in WITHDRAWABLE:
        raise IllegalTransition(
            f"A {status} question cannot be withdrawn.", details={"status": str(status)}
        )
    return Status.WITHDRAWN


def require_event_move(state: EventState, wanted: EventState) -> None:
    """Check that an event may move from one state to another.

    Raises:
        IllegalTransition: there is no such move.
    """
    if (state, wanted) not in EVENT_MOVES:
        raise IllegalTransition(
            f"The event is {_named(state)} and cannot become {_named(wanted)}.",
            details={"state": str(state)},
        )


def require_right(role: Role, act: str) -> None:
    """Check that a role may do an act.

    Raises:
        NoRight: the act is not among the role's rights, or is not known at all.
    """
    if role not in RIGHTS.get(act, frozenset()):
        raise NoRight(f"Your role here, {role}, may not {_ACTS.get(act, 'do this')}.")


def _named(state: EventState) -> str:
    return "a draft" if state is EventState.DRAFT else str(state)
