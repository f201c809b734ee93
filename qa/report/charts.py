"""What the plots show, as numbers: the flow to outcomes, the timeline, and waiting times."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from qa.ledger.facts import OUTCOMES, QuestionFacts
from qa.report.chart_value import Bucket, Flow, Timeline, WaitBucket
from qa.report.times import minute_of, minutes_of

MOST_BUCKETS: Final = 120
_BUCKET_MINUTES: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
_WAIT_EDGES: Final = (0, 1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880)
_STAGES: Final = ("asked", "decided_by_person", "decided_by_rule", "undecided", *OUTCOMES)
_ENDS: Final = (*_STAGES, "answered", "unanswered")


def make_flow(facts: Sequence[QuestionFacts]) -> tuple[Flow, ...]:
    """Return the bands from asked, over who decided first, to outcome and answer."""
    bands = Counter(band for each in facts for band in _way(each))
    ordered = sorted(bands, key=lambda band: (_STAGES.index(band[0]), _ENDS.index(band[1])))
    return tuple(Flow(source, target, bands[source, target]) for source, target in ordered)


def _way(facts: QuestionFacts) -> Iterator[tuple[str, str]]:
    first = "undecided"
    if facts.decisions:
        first = "decided_by_rule" if facts.decisions[0].automated else "decided_by_person"
    yield "asked", first
    yield first, facts.outcome
    if facts.outcome == "published":
        yield "published", "answered" if facts.answered_at else "unanswered"


def make_timeline(facts: Sequence[QuestionFacts], as_of: str) -> Timeline:
    """Return arrivals and decisions in stretches of equal length, 120 of them at most."""
    if not facts:
        return Timeline(_BUCKET_MINUTES[0], ())
    start, end = minutes_of(facts[0].submitted_at), minutes_of(as_of)
    size = _bucket_minutes(start, end)
    counts = Counter((minutes_of(at) // size, what) for each in facts for at, what in _acts(each))
    buckets = tuple(
        Bucket(
            start=minute_of(number * size),
            submitted=counts[number, "submitted"],
            published=counts[number, "publish"],
            filtered=counts[number, "filter"],
            answered=counts[number, "answered"],
        )
        for number in range(start // size, end // size + 1)
    )
    return Timeline(size, buckets)


def _acts(facts: QuestionFacts) -> Iterator[tuple[str, str]]:
    yield facts.submitted_at, "submitted"
    for decision in facts.decisions:
        yield decision.at, decision.verdict
    if facts.answered_at:
        yield facts.answered_at, "answered"


def _bucket_minutes(start: int, end: int) -> int:
    for size in _BUCKET_MINUTES:
        if end // size - start // size < MOST_BUCKETS:
            return size
    size = _BUCKET_MINUTES[-1]
    while end // size - start // size >= MOST_BUCKETS:
        size *= 2
    return size


def make_waits(facts: Sequence[QuestionFacts]) -> tuple[WaitBucket, ...]:
    """Return how many first decisions took how long, up to the longest."""
    waited = ((each.wait_minutes, each.late) for each in facts)
    counts = Counter(
        (bisect_right(_WAIT_EDGES, minutes) - 1, late)
        for minutes, late in waited
        if minutes is not None
    )
    longest = max((at for at, _ in counts), default=-1)
    stretches = [*pairwise(_WAIT_EDGES), (_WAIT_EDGES[-1], None)]
    return tuple(
        WaitBucket(low, high, counts[at, False] + counts[at, True], counts[at, True])
        for at, (low, high) in enumerate(stretches[: longest + 1])
    )
