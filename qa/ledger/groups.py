"""Whether a snapshot of votes counts the people behind each group of merged questions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa.ledger.docket import Docket


def group_faults(fields: Mapping[str, Any], dockets: Sequence[Docket]) -> Iterator[str]:
    """Say what is wrong with the groups of a ``vote.snapshot``.

    1. They are the questions that others are merged into at that point, and no others.
    2. A group has no fewer people than its most supported question has votes, and no more than its
       questions have together. Votes on questions that another snapshot counts are left out of the
       first bound, and make the second one unknown.
    """
    first, last = fields["from"], fields["to"]
    # 1.
    wanted = [docket.number for docket in dockets[first - 1 : last] if docket.merged]
    groups: Sequence[int] = fields.get("groups", ())
    if list(groups) != wanted:
        yield f"it counts the groups of {_numbers(groups)}; the log has {_numbers(wanted)}."
        return
    # 2.
    for number, people in zip(groups, fields.get("people", ()), strict=True):
        members = {number, *dockets[number - 1].merged}
        here = [fields["counts"][each - first] for each in members if first <= each <= last]
        if people < max(here) or (len(here) == len(members) and people > sum(here)):
            yield f"{people} people cannot be behind #{number} and what is merged into it."


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(f"#{number}" for number in numbers) or "none"
