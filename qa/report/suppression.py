"""Withholding what is known of groups below 5, so that it cannot be had by subtraction either.

The sums over all groups are public. So a group that is withheld alone could be computed from them:
small groups are pooled until the pool holds at least two groups and at least five questions, the
next smallest being added as long as that takes. Nothing is shown of a pooled group but that it is
there. What this withholds is a statement about few people; the questions are on the record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SMALLEST: Final = 5
POOL: Final = "pooled"


@dataclass(frozen=True)
class Cell:
    """A group before anything is withheld."""

    key: str
    label: str
    filtered: int
    total: int


@dataclass(frozen=True)
class Shown:
    """What may be shown: cells, then the pool if there is one; and the cells withheld."""

    cells: tuple[Cell, ...]
    withheld: tuple[Cell, ...]


def withhold(cells: Sequence[Cell]) -> Shown:
    """Return what may be shown of groups. Those without any question are left out.

    Nothing is shown if there are fewer than five questions in all.
    """
    present = [cell for cell in cells if cell.total]
    by_size = sorted(present, key=lambda cell: cell.total)
    pooled = [cell for cell in by_size if cell.total < SMALLEST]
    if pooled:
        while len(pooled) < len(by_size) and not _hides(pooled):
            pooled.append(by_size[len(pooled)])
    if pooled and not _hides(pooled):
        return Shown((), tuple(present))
    shown = [cell for cell in present if cell not in pooled]
    if pooled:
        shown.append(
            Cell(
                POOL,
                f"{len(pooled)} small groups together",
                sum(cell.filtered for cell in pooled),
                sum(cell.total for cell in pooled),
            )
        )
    return Shown(tuple(shown), tuple(cell for cell in present if cell in pooled))


def _hides(pooled: Sequence[Cell]) -> bool:
    return len(pooled) > 1 and sum(cell.total for cell in pooled) >= SMALLEST
