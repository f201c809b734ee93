"""What a policy says of who decides, and when words that were filtered out become public.

A policy that says nothing here, as those published before it could, lets owners and moderators
decide, and shows what is filtered at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from qa.domain.document import read_choice, read_list
from qa.domain.question import Role
from qa.errors import BadInput, NoRight

AT_ONCE: Final = "at_once"
AT_CLOSE: Final = "at_close"
DECIDERS: Final = (Role.OWNER, Role.MODERATOR)
SCREENING_FIELDS: Final = ("deciders", "filtered_words")


@dataclass(frozen=True)
class ScreeningTerms:
    """The terms. ``held_back``: the words of a filtered question are public from the close on."""

    deciders: tuple[Role, ...] = DECIDERS
    held_back: bool = False

    def as_fields(self) -> dict[str, Any]:
        """Return the fields of the policy's document."""
        return {
            "deciders": [str(role) for role in self.deciders],
            "filtered_words": AT_CLOSE if self.held_back else AT_ONCE,
        }

    def require_decider(self, role: Role) -> None:
        """Refuse a role that the policy lets nobody decide in. Raises: NoRight."""
        if role not in self.deciders:
            named = " and ".join(f"{each}s" for each in self.deciders)
            raise NoRight(f"Under this policy only {named} decide on questions.")


def read_screening_terms(found: Mapping[str, Any]) -> ScreeningTerms:
    """Return the terms that a document sets. Raises: BadInput."""
    words = read_choice(
        found.get("filtered_words", AT_ONCE),
        "filtered_words",
        (AT_ONCE, AT_CLOSE),
        "it says when everybody can read what was filtered out",
    )
    return ScreeningTerms(_read_deciders(found), words == AT_CLOSE)


def _read_deciders(found: Mapping[str, Any]) -> tuple[Role, ...]:
    roles = read_list(found.get("deciders", list(DECIDERS)), "deciders", 1, len(DECIDERS))
    for index, role in enumerate(roles):
        if role not in DECIDERS or role in roles[:index]:
            raise BadInput(
                f"deciders[{index}] must be {' or '.join(DECIDERS)}, each at most once.",
                field=f"deciders[{index}]",
            )
    return tuple(Role(role) for role in roles)
