"""What passes from the parts that play and read to the part that compares: values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from qa.ledger.numbers import NO_REASON
from qa.replay.schedule import Act

REASON: Final = NO_REASON
NO_REASON_KEPT: Final = "The source records that a moderator declined this and gives no reason."

PUBLISHED: Final = "published"
FILTERED: Final = "filtered"
UNDECIDED: Final = "never decided"

NOT_SENT: Final = "not_sent"
"""The code of an act that was left out, because the question that it is about was refused."""


@dataclass(frozen=True)
class Refusal:
    """An act that the server did not take, and what it said."""

    act: Act
    code: str
    message: str
    status: str | None = None


@dataclass
class Played:
    """What happened: what the server acknowledged, and what it refused."""

    docket: dict[int, int] = field(default_factory=dict)
    """Docket numbers by comment."""

    receipts: dict[int, dict[str, Any]] = field(default_factory=dict)
    supporters: dict[int, set[str]] = field(default_factory=dict)
    """By comment, whose vote stands as far as acknowledgements say."""

    refusals: list[Refusal] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    decisions: int = 0
    votes: int = 0
    redials: int = 0


@dataclass(frozen=True)
class Row:
    """How one question stands. What a place does not show is None."""

    status: str
    votes: int
    text: str | None = None
    reason: str | None = None
    explanation: str | None = None


Table = Mapping[int, Row]
"""Rows by docket number."""


@dataclass(frozen=True)
class Board:
    """The public board, and the counts that it gives of itself."""

    table: Table
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Record:
    """The public record page."""

    table: Table


@dataclass(frozen=True)
class Log:
    """The event's log after its verification, and what its leaf ``event.closed`` says."""

    table: Table
    entries: Sequence[bytes]
    closed: Mapping[str, Any]


@dataclass(frozen=True)
class Findings:
    """The three places where anybody can look."""

    board: Board
    record: Record
    log: Log
