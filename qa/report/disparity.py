"""Whether filtering was uneven: every comparison, tested, corrected, and said in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from qa.ledger.facts import QuestionFacts
from qa.report.comparison import Comparison, Disparity, Effect, Group
from qa.report.grouping import EXAMPLE, TIMES, Split, split_all
from qa.report.statistics import (
    Tested,
    adjust,
    compare_shares,
    cramers_v,
    odds_ratio,
    wilson_interval,
)
from qa.report.suppression import POOL, SMALLEST, Cell, Shown, withhold
from qa.report.topic_value import Topics

LEVEL: Final = 0.05
"""A comparison is called uneven when its q-value is at most this."""

BY: Final = {
    "topic": "topic",
    "anonymity": "name given or not",
    "language": "language",
    "moderator": "who decided first",
    "time": "time",
    "support": "support",
}
"""What a comparison is by, in a sentence."""

METHOD: Final = (
    "Rates are of questions published, filtered or merged; by who decided first, of decisions.",
    "Intervals are Wilson's, at 95 %.",
    "A p-value is the chance of a table as improbable as this one if groups made no difference.",
    (
        "It is that of Fisher, Freeman and Halton: over all tables where there are few, or over up"
        " to 9,999 random ones, drawn from the root hash as a seed."
    ),
    "A q-value is the p-value corrected for all tests of this report (Benjamini and Hochberg).",
    f"Uneven means a q-value of {LEVEL} or less.",
    (
        f"Groups of fewer than {SMALLEST} are pooled, with the next larger one where it takes that"
        " to hide them. Their rates are withheld; the questions themselves are on the record."
    ),
    "A difference says nothing about why. Groups may differ in what was asked.",
)


def compare_groups(facts: Sequence[QuestionFacts], topics: Topics, seed: str) -> Disparity:
    """Return every comparison. ``seed`` makes random tables repeatable.

    1. Split the questions into groups, and withhold small ones.
    2. Test each comparison, and where there are more than two groups, each group with the rest.
    3. Correct all of these p-values together.
    4. Say what was found.
    """
    # 1.
    drafts = [_Draft(split, withhold(split.cells)) for split in split_all(facts, topics)]
    # 2.
    tests = [test for draft in drafts for test in draft.tests(seed)]
    # 3.
    q_values = iter(adjust([test.p_value for test in tests]))
    results = iter([(test, next(q_values)) for test in tests])
    # 4.
    comparisons = tuple(draft.conclude(results) for draft in drafts)
    decided = sum(cell.total for cell in drafts[1].split.cells)
    filtered = sum(cell.filtered for cell in drafts[1].split.cells)
    return Disparity(
        rate=_round(filtered / decided) if decided else None,
        decided=decided,
        level=LEVEL,
        tests=len(tests),
        comparisons=comparisons,
        method=METHOD,
    )


Result = tuple[Tested, float]


@dataclass(frozen=True)
class _Draft:
    """A comparison before correction."""

    split: Split
    shown: Shown

    @property
    def testable(self) -> bool:
        """Say whether at least two groups can be shown, and some questions were filtered."""
        filtered = sum(cell.filtered for cell in self.shown.cells)
        total = sum(cell.total for cell in self.shown.cells)
        return len(self.shown.cells) > 1 and 0 < filtered < total

    @property
    def single_cells(self) -> Sequence[Cell]:
        """Return the groups that are each compared with the rest; of two, one is the rest."""
        cells = self.shown.cells
        return [cell for cell in cells if cell.key != POOL] if len(cells) > 2 else ()

    def tests(self, seed: str) -> Iterator[Tested]:
        """Yield the test of the whole, then those of single groups."""
        if not self.testable:
            return
        cells = self.shown.cells
        filtered, totals = [cell.filtered for cell in cells], [cell.total for cell in cells]
        yield compare_shares(filtered, totals, f"{seed} {self.split.dimension}")
        for cell in self.single_cells:
            rest = (sum(filtered) - cell.filtered, sum(totals) - cell.total)
            pair = ((cell.filtered, rest[0]), (cell.total, rest[1]))
            yield compare_shares(*pair, f"{seed} {self.split.dimension} {cell.key}")

    def conclude(self, results: Iterator[Result]) -> Comparison:
        """Return the comparison; ``results`` go on with those of this draft's tests."""
        groups = {cell.key: _group(cell) for cell in self.shown.cells}
        tested, q_value = next(results) if self.testable else (None, None)
        if self.testable:
            for cell in self.single_cells:
                single, q_single = next(results)
                groups[cell.key] = replace(
                    groups[cell.key], p_value=_fine(single.p_value), q_value=_fine(q_single)
                )
        withheld = [_withheld(cell) for cell in self.shown.withheld]
        pool = [group for key, group in groups.items() if key == POOL]
        listed = [group for key, group in groups.items() if key != POOL]
        comparison = Comparison(
            dimension=self.split.dimension,
            title=self.split.title,
            status="tested" if tested else "missing" if self.split.missing else "too_few",
            groups=(*listed, *withheld, *pool),
            test=tested.test if tested else None,
            permutations=tested.draws if tested else None,
            p_value=_fine(tested.p_value) if tested else None,
            q_value=None if q_value is None else _fine(q_value),
            effect=_effect(self.shown.cells),
            sentence="",
        )
        return replace(comparison, sentence=_sentence(comparison, self.split))


def what_stands_out(disparity: Disparity) -> tuple[str, ...]:
    """Return the sentences for the first page: by what filtering was uneven, or that nothing was.

    Which groups those are is in the comparisons' own sentences.
    """
    tested = [each for each in disparity.comparisons if each.status == "tested"]
    uneven = [each for each in tested if each.q_value is not None and each.q_value <= LEVEL]
    if not tested:
        return ("There are too few decided questions to compare groups.",)
    even = _any_of([BY[each.dimension] for each in tested if each not in uneven])
    missing = [BY[each.dimension] for each in disparity.comparisons if each.status == "missing"]
    untold = (f"Not compared by {_any_of(missing)}.",) if missing else ()
    if not uneven:
        none = f"No uneven filtering was found by {even}. That does not show that there is none."
        return (none, *untold)
    spans = "; by ".join(f"{BY[each.dimension]}: {_rates(each)}" for each in uneven)
    return (
        f"Declined in 100 questions, by {spans}.",
        "That is more than chance would bring about, and says nothing of why."
        + (f" Nothing was found by {even}." if even else ""),
        *untold,
    )


def _any_of(names: Sequence[str]) -> str:
    """Return "topic", "topic or time", "topic, time or support"."""
    return " or ".join([*filter(None, [", ".join(names[:-1])]), *names[-1:]])


def _rates(comparison: Comparison) -> str:
    rates = {group.label: group.rate or 0 for group in comparison.groups}
    effect = comparison.effect
    low, high = (f"{100 * rates[str(which)]:.0f}" for which in (effect.lowest, effect.highest))
    if low == high:
        return f"{low} everywhere, rounded"
    lowest, highest = (_brief(str(label)) for label in (effect.lowest, effect.highest))
    return f"from {low} ({lowest}) to {high} ({highest})"


def _brief(label: str) -> str:
    """Return a label without the example of a topic, or the times of a stretch of questions."""
    return label.partition(EXAMPLE)[0] if EXAMPLE in label else label.partition(TIMES)[0]


def _group(cell: Cell) -> Group:
    low, high = wilson_interval(cell.filtered, cell.total)
    return Group(
        key=cell.key,
        label=cell.label,
        total=cell.total,
        filtered=cell.filtered,
        rate=_round(cell.filtered / cell.total),
        low=_round(low),
        high=_round(high),
        suppressed=False,
    )


def _withheld(cell: Cell) -> Group:
    return Group(cell.key, cell.label, None, None, None, None, None, suppressed=True)


def _effect(cells: Sequence[Cell]) -> Effect:
    if len(cells) < 2:
        return Effect(None, None, None, None, None)
    ordered = sorted(cells, key=lambda cell: cell.filtered / cell.total)
    lowest, highest = ordered[0], ordered[-1]
    filtered, totals = [cell.filtered for cell in cells], [cell.total for cell in cells]
    association = cramers_v(filtered, totals)
    return Effect(
        risk_difference=_round(highest.filtered / highest.total - lowest.filtered / lowest.total),
        highest=highest.label,
        lowest=lowest.label,
        odds_ratio=_round(odds_ratio(filtered, totals)) if len(cells) == 2 else None,
        cramers_v=None if association is None else _round(association),
    )


def _sentence(comparison: Comparison, split: Split) -> str:
    if split.missing:
        return f"Not compared. {split.missing}"
    if comparison.q_value is None or comparison.p_value is None:
        return _nothing_to_compare(comparison)
    chance = f"p {_shown(comparison.p_value)}, q {_shown(comparison.q_value)}"
    if comparison.q_value > LEVEL:
        found = (
            f"Declines ran {_span(comparison)}, which chance alone can bring about ({chance})."
            " That does not show that there is no difference."
        )
    else:
        found = (
            f"Declines ran {_span(comparison)}, which is more than chance would bring about"
            f" ({chance}).{_standing_out(comparison)}"
            " This says that there is a difference, not why."
        )
    return f"{found} {split.caution}".strip()


def _span(comparison: Comparison) -> str:
    """Return the lowest and the highest rate, with the groups that have them."""
    effect = comparison.effect
    rates = {group.label: group.rate for group in comparison.groups}
    low, high = (_in_100(rates[str(which)]) for which in (effect.lowest, effect.highest))
    if low == high:
        return f"at {low} in every group, rounded"
    return f"from {low} ({effect.lowest}) to {high} ({effect.highest})"


def _nothing_to_compare(comparison: Comparison) -> str:
    if sum(not group.suppressed for group in comparison.groups) > 1:
        return "Not compared: all were declined, or none."
    return f"Not compared: that takes two groups of {SMALLEST} or more."


def _standing_out(comparison: Comparison) -> str:
    """Return a sentence that names the groups which differ from all others by themselves."""
    total = sum(group.total or 0 for group in comparison.groups)
    rate = sum(group.filtered or 0 for group in comparison.groups) / total
    found = [
        f"{_brief(group.label)} ({'more' if group.rate > rate else 'fewer'} declined)"
        for group in comparison.groups
        if group.q_value is not None and group.q_value <= LEVEL and group.rate is not None
    ]
    return f" Apart from the rest stands: {'; '.join(found)}." if found else ""


def _in_100(rate: float | None) -> str:
    return f"{100 * (rate or 0):.0f} in 100"


def _shown(probability: float) -> str:
    return "below 0.001" if probability < 0.001 else f"= {probability:.3f}"


def _round(value: float) -> float:
    return round(value, 4)


def _fine(value: float) -> float:
    return round(value, 6)
