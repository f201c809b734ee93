"""What a policy says of appeals: for how long, how soon they are decided, and who may ask for one.

A policy that says nothing of them, as those published before there were any, allows none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from qa.domain.document import read_number
from qa.errors import BadInput

MAX_MINUTES: Final = 7 * 24 * 60
MAX_SUPPORTERS: Final = 10_000
APPEAL_FIELDS: Final = ("appeal_window_minutes", "appeal_deadline_minutes", "appeal_supporters")


@dataclass(frozen=True)
class AppealTerms:
    """The terms. A window of 0 minutes means no appeals, and 0 supporters the author only."""

    window_minutes: int = 0
    deadline_minutes: int = 0
    supporters: int = 0

    def as_fields(self) -> dict[str, int]:
        """Return the fields of the policy's document."""
        values = (self.window_minutes, self.deadline_minutes, self.supporters)
        return dict(zip(APPEAL_FIELDS, values, strict=True))


def read_appeal_terms(found: Mapping[str, Any]) -> AppealTerms:
    """Return the terms that a document sets. Raises: BadInput."""
    window, deadline, supporters = (
        read_number(found.get(name, 0), name, 0, highest)
        for name, highest in zip(
            APPEAL_FIELDS, (MAX_MINUTES, MAX_MINUTES, MAX_SUPPORTERS), strict=True
        )
    )
    if window and not deadline:
        raise BadInput(
            "appeal_deadline_minutes must be at least 1: an appeal without a deadline is decided"
            " whenever it suits.",
            field="appeal_deadline_minutes",
        )
    if not window and (deadline or supporters):
        raise BadInput(
            "appeal_window_minutes is 0, so that there are no appeals; set the others to 0 too.",
            field="appeal_window_minutes",
        )
    return AppealTerms(window, deadline, supporters)
