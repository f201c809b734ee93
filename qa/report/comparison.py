"""Whether filtering was uneven: the values that the report shows of it.

Each comparison splits the decided questions into groups and asks how unlikely it is that a filter
rate as uneven as this comes about if groups made no difference. Rates are of questions published,
filtered or merged; ``filtered`` counts the filtered ones, but for moderators: there it is the first
decision that counts, and whose it was.
"""

from dataclasses import dataclass
from typing import Literal

Dimension = Literal["topic", "anonymity", "language", "moderator", "time", "support"]


@dataclass(frozen=True)
class Group:
    """One group of questions. A suppressed one has None for every number."""

    key: str
    """What tells it from others: a topic's id, ``anonymous`` or ``named``, a language tag, a
    pseudonym, a stretch of time or of votes."""
    label: str
    """The same for people."""
    total: int | None
    """Decided questions in it."""
    filtered: int | None
    """How many of them were filtered."""
    rate: float | None
    """``filtered`` of ``total``, to four decimals."""
    low: float | None
    """Lower end of the 95 % Wilson interval of the rate."""
    high: float | None
    """Upper end."""
    suppressed: bool
    """Whether numbers are withheld because they, or what follows from them, are below 5."""
    p_value: float | None = None
    """The same test of this group against all others together; where there are more than two."""
    q_value: float | None = None
    """That p-value after the correction for all tests of this report."""


@dataclass(frozen=True)
class Effect:
    """How large a difference is, beside how likely it is to be chance. To four decimals."""

    risk_difference: float | None
    """Highest rate less lowest, of the groups shown: 0.2 is 20 questions in 100."""
    highest: str | None
    """Label of the group with the highest rate."""
    lowest: str | None
    """Label of the group with the lowest rate."""
    odds_ratio: float | None
    """Odds of being filtered in the first group over the second, with 0.5 added to each count
    where one is zero; only where there are exactly two groups."""
    cramers_v: float | None
    """0 no association, 1 complete."""


@dataclass(frozen=True)
class Comparison:
    """One question of fairness, answered as far as numbers can."""

    dimension: Dimension
    """By what the questions are split."""
    title: str
    """The same as a heading."""
    status: Literal["tested", "too_few", "missing"]
    """``too_few``: fewer than two groups of 5. ``missing``: the groups are not known here."""
    groups: tuple[Group, ...]
    """All groups, in a fixed order, then those withheld, which are pooled into the last one. It has
    the key ``pooled``."""
    test: Literal["exact", "permutation"] | None
    """How the p-value was computed (Fisher, Freeman and Halton): over all tables, or over random
    ones from a seed."""
    permutations: int | None
    """How many random tables."""
    p_value: float | None
    """Chance of a table at least as improbable, if groups made no difference. To six decimals."""
    q_value: float | None
    """The p-value after Benjamini-Hochberg over all tests of this report."""
    effect: Effect
    """How large the difference is."""
    sentence: str
    """What this says, in plain words, and what it does not."""


@dataclass(frozen=True)
class Disparity:
    """All comparisons of one report."""

    rate: float | None
    """Filtered, of questions published, filtered or merged."""
    decided: int
    """How many questions that is of."""
    level: float
    """A comparison is called uneven when its q-value is at most this."""
    tests: int
    """How many p-values were corrected together: those of comparisons, and of single groups."""
    comparisons: tuple[Comparison, ...]
    """In a fixed order, whether tested or not."""
    method: tuple[str, ...]
    """How this was computed, in sentences."""
