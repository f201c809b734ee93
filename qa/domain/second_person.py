"""What a policy says of second persons: who joins in hiding words, and who decides on an appeal.

The least is fixed, and every value here keeps it: it takes two people to hide words, and whoever
made a decision never decides on the appeal against it. A policy may ask for an owner on top of
that. One that says nothing of it, as those published before it could, asks for the least.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from qa.domain.document import read_choice
from qa.domain.question import Role
from qa.errors import BadInput, NoRight

SOMEBODY_ELSE: Final = "somebody_else"
ONE_IS_OWNER: Final = "one_is_owner"
AN_OWNER: Final = "an_owner"
SECOND_PERSON_FIELDS: Final = ("second_person_redaction", "second_person_appeal")


@dataclass(frozen=True)
class SecondPersonTerms:
    """The terms: whether an owner is among the two who hide words, and decides on every appeal."""

    owner_hides: bool = False
    owner_decides_appeals: bool = False

    def as_fields(self) -> dict[str, str]:
        """Return the fields of the policy's document."""
        return {
            "second_person_redaction": ONE_IS_OWNER if self.owner_hides else SOMEBODY_ELSE,
            "second_person_appeal": AN_OWNER if self.owner_decides_appeals else SOMEBODY_ELSE,
        }

    def require_owner_to_hide(self, *roles: Role) -> None:
        """Refuse to hide words in these roles where an owner is missing. Raises: NoRight."""
        if self.owner_hides and Role.OWNER not in roles:
            raise NoRight(
                "Under this policy one of the two people who hide words is an owner, so an owner"
                " has to confirm this."
            )

    def require_owner_for_appeal(self, role: Role) -> None:
        """Refuse a decision on an appeal that the policy leaves to owners. Raises: NoRight."""
        if self.owner_decides_appeals and role != Role.OWNER:
            raise NoRight("Under this policy only owners decide on appeals.")


def read_second_person(found: Mapping[str, Any], deciders: tuple[Role, ...]) -> SecondPersonTerms:
    """Return the terms that a document sets, beside the roles that it lets decide.

    Raises:
        BadInput: a value is not one of those above, or the appeals are left to owners, who may not
            decide.
    """
    redaction, appeal = SECOND_PERSON_FIELDS
    hides = read_choice(
        found.get(redaction, SOMEBODY_ELSE),
        redaction,
        (SOMEBODY_ELSE, ONE_IS_OWNER),
        "whatever a policy says, it takes two people to hide words",
    )
    decides = read_choice(
        found.get(appeal, SOMEBODY_ELSE),
        appeal,
        (SOMEBODY_ELSE, AN_OWNER),
        "whatever a policy says, nobody decides on an appeal against their own decision",
    )
    if decides == AN_OWNER and Role.OWNER not in deciders:
        raise BadInput(
            f"{appeal} is {AN_OWNER}, but deciders has no owner: nobody could decide on an appeal.",
            field=appeal,
        )
    return SecondPersonTerms(hides == ONE_IS_OWNER, decides == AN_OWNER)
