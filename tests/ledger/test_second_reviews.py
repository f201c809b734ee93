"""The lot for second reviews, and how agreement is counted."""

import hashlib

import pytest

from qa.ledger.agreement import count_reviews
from qa.ledger.second_reviews import is_sampled

HASHES = [hashlib.sha256(str(n).encode()).digest() for n in range(4_000)]


@pytest.mark.parametrize(
    ("percent", "least", "most"), [(0, 0, 0), (10, 340, 460), (100, 4000, 4000)]
)
def test_the_sample_is_as_large_as_the_policy_says(percent: int, least: int, most: int) -> None:
    drawn = sum(is_sampled("filter", None, each, percent) for each in HASHES)
    assert least <= drawn <= most


def test_the_lot_is_the_first_four_bytes_of_the_leaf_hash() -> None:
    below, above = bytes.fromhex("19999999"), bytes.fromhex("1999999a")
    assert is_sampled("publish", None, below + bytes(28), 10)
    assert not is_sampled("publish", None, above + bytes(28), 10)
    assert not is_sampled("publish", None, bytes.fromhex("80000000") + bytes(28), 50)


@pytest.mark.parametrize(("verdict", "appeal"), [("restore", None), ("merge", None), ("filter", 1)])
def test_undoing_merging_and_appeals_are_never_drawn(verdict: str, appeal: int | None) -> None:
    assert not is_sampled(verdict, appeal, bytes(32), 100)


def pairs(
    both_shown: int, shown_declined: int, declined_shown: int, both_declined: int
) -> list[tuple[str, str | None]]:
    return [
        *[("publish", "publish")] * both_shown,
        *[("publish", "filter")] * shown_declined,
        *[("filter", "publish")] * declined_shown,
        *[("filter", "filter")] * both_declined,
    ]


@pytest.mark.parametrize(
    ("cells", "kappa"),
    [
        ((20, 5, 10, 15), 400),  # the worked example of two readers of 50 proposals
        ((45, 15, 25, 15), 130),
        ((25, 35, 5, 35), 259),
        ((3, 0, 0, 4), 1000),
        ((0, 4, 4, 0), -1000),
        ((0, 0, 0, 9), None),
        ((0, 0, 0, 0), None),
    ],
)
def test_kappa_is_cohens(cells: tuple[int, int, int, int], kappa: int | None) -> None:
    assert count_reviews(pairs(*cells)).kappa_thousandths == kappa


def test_what_nobody_has_reviewed_yet_is_in_the_sample_and_in_no_rate() -> None:
    found = count_reviews([*pairs(2, 1, 0, 1), ("filter", None)])
    assert (found.sampled, found.done, found.agreed) == (5, 4, 3)
    assert (found.both_shown, found.both_declined) == (2, 1)
    assert (found.shown_then_declined, found.declined_then_shown) == (1, 0)
