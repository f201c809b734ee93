"""What people wanted, what became of it, and in which order it was asked."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from math import sqrt

from qa.ledger.facts import OUTCOMES, QuestionFacts
from qa.ledger.numbers import percentile
from qa.report.chart_value import Called, Order, Supported, SupportedOutcome
from qa.report.row_value import Outcome

MOST = 10


def most_supported(facts: Iterable[QuestionFacts]) -> tuple[Supported, ...]:
    """Return the questions with the most votes, the earlier of two equal ones first."""
    wanted = sorted(
        (each for each in facts if each.supporters), key=lambda each: (-each.supporters, each.n)
    )
    return tuple(Supported(each.n, each.supporters) for each in wanted[:MOST])


def compare_order(facts: Sequence[QuestionFacts]) -> Order:
    """Return the order in which questions were called, against that of their support."""
    called = sorted((each for each in facts if each.called), key=lambda each: each.called or 0)
    votes = [each.supporters for each in called]
    places = _places(votes)
    median = percentile(sorted(votes), 50) if votes else None
    return Order(
        called=tuple(
            Called(each.n, place, each.supporters, places[each.supporters])
            for place, each in enumerate(called, start=1)
        ),
        kendall_tau=kendall_tau(votes),
        passed_over=most_supported(
            each
            for each in facts
            if each.outcome == "published"
            and each.called is None
            and median is not None
            and each.supporters > median
        ),
    )


def kendall_tau(votes: Sequence[int]) -> float | None:
    """Return Kendall's tau-b of an order, which has no ties, with votes in descending order.

    None when there is no order to compare: fewer than two, or all with equal votes.
    """
    count = len(votes)
    before: list[int] = []
    balance = 0
    for vote in votes:
        balance += len(before) - bisect_right(before, vote) - bisect_left(before, vote)
        insort(before, vote)
    pairs = count * (count - 1) // 2
    tied = sum(size * (size - 1) // 2 for size in _runs(before))
    if pairs == tied:
        return None
    return round(balance / sqrt(pairs * (pairs - tied)), 4)


def by_outcome(facts: Sequence[QuestionFacts]) -> tuple[SupportedOutcome, ...]:
    """Return the votes by outcome, in the outcomes' fixed order, those that occur."""
    found: dict[str, list[int]] = {outcome: [] for outcome in OUTCOMES}
    for each in facts:
        found[each.outcome].append(each.votes)
    return tuple(_votes(outcome, sorted(votes)) for outcome, votes in found.items() if votes)


def _votes(outcome: str, votes: list[int]) -> SupportedOutcome:
    named: Outcome = outcome  # type: ignore[assignment]
    return SupportedOutcome(
        outcome=named,
        questions=len(votes),
        votes=sum(votes),
        p25=percentile(votes, 25),
        p50=percentile(votes, 50),
        p75=percentile(votes, 75),
        most=votes[-1],
    )


def _places(votes: Sequence[int]) -> dict[int, float]:
    """Return the rank of each number of votes, 1 the most; equal ones share the mean rank."""
    ordered = sorted(votes)
    return {
        vote: len(votes) + 1 - (bisect_left(ordered, vote) + 1 + bisect_right(ordered, vote)) / 2
        for vote in set(votes)
    }


def _runs(ordered: Sequence[int]) -> list[int]:
    sizes: dict[int, int] = {}
    for value in ordered:
        sizes[value] = sizes.get(value, 0) + 1
    return list(sizes.values())
