"""How far second reviews agree with first decisions: the raw share, and beyond chance."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class SecondReviews:
    """Sampled decisions that somebody else looked at without being shown the first verdict."""

    sampled: int = 0
    """Decisions that the sample of the policy holds."""
    done: int = 0
    """How many of them somebody else reviewed."""
    agreed: int = 0
    """How many reviews came to the same verdict."""
    both_shown: int = 0
    """Shown by both."""
    both_declined: int = 0
    """Declined by both."""
    shown_then_declined: int = 0
    """Shown by the first, and declined by the second."""
    declined_then_shown: int = 0
    """Declined by the first, and shown by the second."""
    kappa_thousandths: int | None = None
    """Cohen's kappa in thousandths, from -1000 to 1000: agreement beyond what chance would give.
    None when there are no reviews, or nobody ever said anything else than one verdict."""


def count_reviews(pairs: Iterable[tuple[str, str | None]]) -> SecondReviews:
    """Count sampled decisions: each the first verdict, and the second or None for none yet."""
    sampled = list(pairs)
    cells = Counter(pair for pair in sampled if pair[1] is not None)
    both_shown, both_declined = cells["publish", "publish"], cells["filter", "filter"]
    shown_declined, declined_shown = cells["publish", "filter"], cells["filter", "publish"]
    return SecondReviews(
        sampled=len(sampled),
        done=cells.total(),
        agreed=both_shown + both_declined,
        both_shown=both_shown,
        both_declined=both_declined,
        shown_then_declined=shown_declined,
        declined_then_shown=declined_shown,
        kappa_thousandths=_kappa(both_shown, shown_declined, declined_shown, both_declined),
    )


def _kappa(a: int, b: int, c: int, d: int) -> int | None:
    """Return Cohen's kappa of a table of two by two, in thousandths, halves away from zero.

    Cohen (1960): (p_o - p_e) / (1 - p_e), here times the square of the number of pairs, so that
    all that is divided is whole and two programs round alike.
    """
    total = a + b + c + d
    by_chance = (a + b) * (a + c) + (c + d) * (b + d)
    below = total * total - by_chance
    if below == 0:
        return None
    above = total * (a + d) - by_chance
    size = (2 * 1000 * abs(above) + below) // (2 * below)
    return size if above >= 0 else -size
