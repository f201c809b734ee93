"""How many people can be behind a group of merged questions, where a snapshot counts part of it."""

import pytest

from qa.ledger.docket import Docket
from qa.ledger.groups import group_faults


def dockets(merged: set[int]) -> list[Docket]:
    """Return five questions; these are merged into #2."""
    found = [Docket(n, n, "2026-11-23T12:00Z", False) for n in range(1, 6)]
    found[1].merged = merged
    return found


@pytest.mark.parametrize(
    ("merged", "fewest", "most"),
    [
        ({3}, 4, 6),  # 4 + 2
        ({4}, 5, 9),  # 4 + 5
        ({3, 4}, 5, 11),
        ({1}, 4, None),  # #1 is counted elsewhere
        ({3, 5}, 4, None),
    ],
)
def test_a_group_has_as_many_people_as_votes_allow(
    merged: set[int], fewest: int, most: int | None
) -> None:
    for people in range(14):
        fields = {"from": 2, "to": 4, "counts": [4, 2, 5], "groups": [2], "people": [people]}
        fault = f"{people} people cannot be behind #2 and what is merged into it."
        fits = fewest <= people <= (13 if most is None else most)
        assert list(group_faults(fields, dockets(merged))) == ([] if fits else [fault])


@pytest.mark.parametrize(("first", "last", "wanted"), [(1, 2, "#2"), (2, 5, "#2"), (3, 5, "none")])
def test_a_snapshot_has_the_groups_among_its_numbers(first: int, last: int, wanted: str) -> None:
    fields = {"from": first, "to": last, "counts": [0] * (last - first + 1)}
    fields |= {"groups": [4, 5], "people": [0, 0]}
    assert list(group_faults(fields, dockets({3}))) == [
        f"it counts the groups of #4, #5; the log has {wanted}."
    ]
