"""Our own statistics against SciPy's, and against what they promise."""

from collections.abc import Sequence
from itertools import product
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from qa.report import statistics
from qa.report.statistics import (
    adjust,
    compare_shares,
    cramers_v,
    odds_ratio,
    wilson_interval,
)

GROUPS = st.lists(
    st.integers(1, 40).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))),
    min_size=2,
    max_size=2,
)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_intervals_are_those_of_scipy(cell: tuple[int, int]) -> None:
    theirs = stats.binomtest(*cell).proportion_ci(method="wilson")
    assert wilson_interval(*cell) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_corrected_p_values_are_those_of_scipy(p_values: list[float]) -> None:
    assert adjust(p_values) == pytest.approx(list(stats.false_discovery_control(p_values)))


def test_nothing_to_correct_is_no_error() -> None:
    assert adjust([]) == []


@given(GROUPS)
def test_two_groups_have_the_p_value_of_fishers_exact_test(groups: list[tuple[int, int]]) -> None:
    successes, totals = zip(*groups, strict=True)
    table = [[found, size - found] for found, size in groups]
    tested = compare_shares(successes, totals, "any seed")
    assert tested.test == "exact"
    assert tested.p_value == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-6)


def every_table(successes: Sequence[int], totals: Sequence[int]) -> float:
    """Return the p-value in whole numbers, by looking at every table there is."""

    def weight(table: Sequence[int]) -> int:
        product_of = 1
        for found, size in zip(table, totals, strict=True):
            product_of *= comb(size, found)
        return product_of

    tables = [
        table
        for table in product(*(range(size + 1) for size in totals))
        if sum(table) == sum(successes)
    ]
    extreme = sum(weight(table) for table in tables if weight(table) <= weight(successes))
    return extreme / comb(sum(totals), sum(successes))


@pytest.mark.parametrize(
    ("successes", "totals"),
    [
        ((3, 0, 5), (9, 7, 8)),
        ((0, 0, 0), (5, 6, 7)),
        ((5, 6, 7), (5, 6, 7)),
        ((1, 2, 3, 4), (8, 8, 8, 8)),
        ((9, 0, 1, 5), (9, 5, 6, 7)),
    ],
)
def test_several_groups_have_the_p_value_over_all_tables(
    successes: tuple[int, ...], totals: tuple[int, ...]
) -> None:
    tested = compare_shares(successes, totals, "any seed")
    assert tested.test == "exact"
    assert tested.p_value == pytest.approx(every_table(successes, totals), rel=1e-6)


def test_random_tables_give_the_exact_p_value_but_for_chance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = ((30, 22, 41, 12), (80, 80, 85, 40))
    drawn = compare_shares(*table, "a seed")
    assert drawn.test == "permutation"
    monkeypatch.setattr(statistics, "MOST_TABLES", 10_000_000)
    exact = compare_shares(*table, "a seed")
    assert exact.test == "exact"
    assert drawn.p_value == pytest.approx(exact.p_value, rel=0.35)


def test_a_seed_gives_one_p_value_and_another_seed_hardly_another() -> None:
    table = ((300, 220, 410, 120), (800, 800, 850, 400))
    first = compare_shares(*table, "a seed")
    assert compare_shares(*table, "a seed") == first
    assert compare_shares(*table, "another").p_value == pytest.approx(first.p_value, abs=0.01)
    assert first.p_value <= 0.001


def test_drawn_tables_have_the_mean_and_spread_of_shuffled_labels() -> None:
    random, totals = Random(1), (50, 30, 20)
    draws = [statistics._draw(totals, 40, random) for _ in range(4_000)]
    assert all(sum(drawn) == 40 for drawn in draws)
    theirs = stats.multivariate_hypergeom(totals, 40)
    for group, (mean, spread) in enumerate(zip(theirs.mean(), theirs.var(), strict=True)):
        ours = [drawn[group] for drawn in draws]
        assert sum(ours) / 4_000 == pytest.approx(mean, abs=0.2)
        assert stats.tvar(ours) == pytest.approx(spread, rel=0.12)


@given(GROUPS)
def test_effect_sizes_are_those_of_scipy(groups: list[tuple[int, int]]) -> None:
    successes, totals = zip(*groups, strict=True)
    table = [[found, size - found] for found, size in groups]
    ours = cramers_v(successes, totals)
    if sum(successes) in (0, sum(totals)):
        assert ours is None
    else:
        assert ours == pytest.approx(stats.contingency.association(table, correction=False))
    if all(cell for row in table for cell in row):
        theirs = stats.contingency.odds_ratio(table, kind="sample").statistic
        assert odds_ratio(successes, totals) == pytest.approx(theirs)
    else:
        assert 0 < odds_ratio(successes, totals) < float("inf")
