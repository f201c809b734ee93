"""The statistics of the report, in the standard library alone. Pure, and the same everywhere.

* Intervals: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
  JASA 22 (1927).
* p-values: the test of Fisher, Freeman and Halton, Biometrika 38 (1951): of all tables with the
  same row and column sums, the share that is no more probable than the one observed. That is the
  permutation test of the labels. Over all tables where there are few; else over random ones, drawn
  from a seed until 100 were as improbable (J. Besag and P. Clifford, Biometrika 78 (1991)).
* Many comparisons: Y. Benjamini and Y. Hochberg, JRSS B 57 (1995).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import exp, lgamma, sqrt
from random import Random
from typing import Final, Literal

Z95: Final = 1.959963984540054
"""The standard normal quantile of 0.975."""

MOST_TABLES: Final = 10_000
"""Up to so many tables are gone through one by one."""

MOST_DRAWS: Final = 9_999
ENOUGH_EXTREME: Final = 100
_NEVER: Final = 1e-30
"""What is less probable than this, compared with the most probable, is never drawn."""
_TIE: Final = 1e-7
"""Tables whose probabilities differ by less, relatively, are equally probable."""


@dataclass(frozen=True)
class Tested:
    """A p-value and how it was found. ``draws`` is None for an exact one."""

    p_value: float
    test: Literal["exact", "permutation"]
    draws: int | None


def wilson_interval(successes: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of at least one."""
    share, z2 = successes / total, Z95 * Z95
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def adjust(p_values: Sequence[float]) -> list[float]:
    """Return the q-values of p-values, in their order (Benjamini-Hochberg, step up)."""
    order = sorted(range(len(p_values)), key=lambda at: p_values[at], reverse=True)
    adjusted = [1.0] * len(p_values)
    lowest = 1.0
    for rank, at in zip(range(len(p_values), 0, -1), order, strict=True):
        lowest = min(lowest, p_values[at] * len(p_values) / rank)
        adjusted[at] = lowest
    return adjusted


def cramers_v(successes: Sequence[int], totals: Sequence[int]) -> float | None:
    """Return the association between groups and success, from 0 to 1.

    None where all or none succeeded, so that there is nothing to associate.
    """
    total, all_successes = sum(totals), sum(successes)
    share = all_successes / total
    if share in (0, 1):
        return None
    chi2 = sum(
        (found - share * size) ** 2 / (share * (1 - share) * size)
        for found, size in zip(successes, totals, strict=True)
    )
    return sqrt(chi2 / total)


def odds_ratio(successes: Sequence[int], totals: Sequence[int]) -> float:
    """Return the odds of the first of two groups over those of the second.

    Where a count is zero, 0.5 is added to each (Haldane and Anscombe).
    """
    cells = [successes[0], totals[0] - successes[0], successes[1], totals[1] - successes[1]]
    a, b, c, d = cells if all(cells) else [cell + 0.5 for cell in cells]
    return a * d / (b * c)


def compare_shares(successes: Sequence[int], totals: Sequence[int], seed: str) -> Tested:
    """Return how improbable it is that groups with equal chances differ as much as these.

    Costs at most ``MOST_TABLES`` tables or ``MOST_DRAWS`` draws.
    """
    if _tables(totals, sum(successes)) <= MOST_TABLES:
        return Tested(_exact(successes, totals), "exact", None)
    return _drawn(successes, totals, seed)


def _tables(totals: Sequence[int], successes: int) -> int:
    """Return how many tables have these sums, or a number over the limit once there are more."""
    if len(totals) == 2:
        return min(*totals, successes, sum(totals) - successes) + 1
    ways = [1]
    for size in totals:
        longest = min(len(ways) - 1 + size, successes)
        sums = [0, *accumulate(ways)]
        ways = [
            sums[min(at + 1, len(ways))] - sums[max(0, min(at - size, len(ways)))]
            for at in range(longest + 1)
        ]
        ways = [min(count, MOST_TABLES + 1) for count in ways]
    return ways[-1]


def _exact(successes: Sequence[int], totals: Sequence[int]) -> float:
    observed = _log_weight(successes, totals)
    weights = [weight - observed for weight in _all_weights(totals, sum(successes))]
    highest = max(weights)
    extreme = sum(exp(weight - highest) for weight in weights if weight <= _TIE)
    return min(1.0, extreme / sum(exp(weight - highest) for weight in weights))


def _all_weights(totals: Sequence[int], successes: int) -> Iterator[float]:
    """Yield the logarithm of the probability of every table, but for a constant."""
    size, rest = totals[0], totals[1:]
    if not rest:
        yield _log_choose(size)[successes]
        return
    room = sum(rest)
    chosen = _log_choose(size)
    for first in range(max(0, successes - room), min(size, successes) + 1):
        for weight in _all_weights(rest, successes - first):
            yield chosen[first] + weight


def _drawn(successes: Sequence[int], totals: Sequence[int], seed: str) -> Tested:
    random = Random(seed)  # noqa: S311 - repeatable on purpose
    observed = _log_weight(successes, totals) + _TIE
    extreme = 0
    for draws in range(1, MOST_DRAWS + 1):
        extreme += _log_weight(_draw(totals, sum(successes), random), totals) <= observed
        if extreme == ENOUGH_EXTREME:
            return Tested(extreme / draws, "permutation", draws)
    return Tested((extreme + 1) / (MOST_DRAWS + 1), "permutation", MOST_DRAWS)


def _draw(totals: Sequence[int], successes: int, random: Random) -> list[int]:
    """Return successes dealt out to groups as if labels were shuffled."""
    left, drawn = sum(totals), []
    for size in totals:
        low, cumulated = _cumulated(left, size, successes)
        found = low + min(bisect_left(cumulated, random.random()), len(cumulated) - 1)
        drawn.append(found)
        left, successes = left - size, successes - found
    return drawn


@lru_cache(maxsize=4096)
def _cumulated(total: int, size: int, successes: int) -> tuple[int, list[float]]:
    """Return the lowest number of successes in a group, and the cumulated chances from there.

    Numbers so improbable that no random number of 53 bits could ever meet them are left out.
    Additions, multiplications and divisions only, which are the same on every machine.
    """
    low, high = max(0, successes - (total - size)), min(size, successes)
    mode = min(max((size + 1) * (successes + 1) // (total + 2), low), high)
    up, down = [1.0], [1.0]
    for at in range(mode, high):
        ratio = (size - at) * (successes - at) / ((at + 1) * (total - size - successes + at + 1))
        up.append(up[-1] * ratio)
        if up[-1] < _NEVER:
            break
    for at in range(mode, low, -1):
        ratio = at * (total - size - successes + at) / ((size - at + 1) * (successes - at + 1))
        down.append(down[-1] * ratio)
        if down[-1] < _NEVER:
            break
    weights = [*reversed(down[1:]), *up]
    whole = sum(weights)
    return mode - len(down) + 1, [each / whole for each in accumulate(weights)]


def _log_weight(successes: Sequence[int], totals: Sequence[int]) -> float:
    return sum(_log_choose(size)[found] for found, size in zip(successes, totals, strict=True))


@lru_cache(maxsize=256)
def _log_choose(size: int) -> list[float]:
    """Return the logarithms of the binomial coefficients of ``size``."""
    logs = _log_factorials(1 << size.bit_length())
    return [logs[size] - logs[at] - logs[size - at] for at in range(size + 1)]


@lru_cache(maxsize=32)
def _log_factorials(above: int) -> list[float]:
    """Return the logarithms of the factorials below ``above``."""
    return [lgamma(number + 1) for number in range(above)]
