"""What plots show, and how the order of support compares: the values of the report behind them."""

from dataclasses import dataclass

from qa.report.row_value import Outcome


@dataclass(frozen=True)
class Supported:
    """A question and its votes."""

    n: int
    """Docket number."""
    votes: int
    """People who voted for it, or for one merged into it, in the last snapshot."""


@dataclass(frozen=True)
class Called:
    """A question that was asked aloud or answered, and where support would have put it."""

    n: int
    """Docket number."""
    place: int
    """1 for the question that came first."""
    votes: int
    """People who voted for it, or for one merged into it, in the last snapshot."""
    place_by_support: float
    """Its rank by votes among the same questions; equal votes share the mean of their ranks."""


@dataclass(frozen=True)
class Order:
    """The order in which questions were asked aloud against the order of their support."""

    called: tuple[Called, ...]
    """In the order in which they came on stage or were answered, whichever was first."""
    kendall_tau: float | None
    """Agreement of both orders (Kendall's tau-b): 1 the same, 0 unrelated, -1 reversed."""
    passed_over: tuple[Supported, ...]
    """Published, never called, with more votes than the median of those called; ten at most."""


@dataclass(frozen=True)
class SupportedOutcome:
    """The votes of the questions that ended alike."""

    outcome: Outcome
    """How they ended."""
    questions: int
    """How many ended so."""
    votes: int
    """Their votes together."""
    p25: int | None
    """Quartiles of votes, by the nearest rank."""
    p50: int | None
    """The median."""
    p75: int | None
    """The upper quartile."""
    most: int | None
    """The most votes on one of them."""


@dataclass(frozen=True)
class Flow:
    """One band of the flow from asked to outcome, for a diagram of flows."""

    source: str
    """Where it comes from: ``asked``, ``decided_by_person``, ``decided_by_rule``, ``undecided``,
    or an outcome."""
    target: str
    """Where it goes."""
    count: int
    """Questions."""


@dataclass(frozen=True)
class Bucket:
    """What happened in one stretch of time."""

    start: str
    """The first minute of the stretch."""
    submitted: int
    """Questions submitted."""
    published: int
    """Decisions to publish."""
    filtered: int
    """Decisions to filter."""
    answered: int
    """First answers."""


@dataclass(frozen=True)
class Timeline:
    """Arrivals and decisions over time, from the first question to the last leaf."""

    bucket_minutes: int
    """How long each stretch is."""
    buckets: tuple[Bucket, ...]
    """Stretches in which nothing happened are there too; 120 at most."""


@dataclass(frozen=True)
class WaitBucket:
    """How many first decisions took so long."""

    from_minutes: int
    """At least this."""
    to_minutes: int | None
    """Less than this; None for no upper bound."""
    decisions: int
    """First decisions."""
    late: int
    """How many of them came after the deadline."""
