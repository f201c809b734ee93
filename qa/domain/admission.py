"""Who may take part in an event, and what a number of people is worth under each way in."""

from enum import StrEnum
from typing import Any


class Admission(StrEnum):
    """The way into an event. It is settled before the event opens, so that numbers never mix."""

    OPEN = "open"
    TICKETS = "tickets"


def describe(admission: Admission, electorate: int, used: int) -> dict[str, Any]:
    """Return what the public is told of an event's people: the way in, and the counts if any.

    ``electorate`` is the number of tickets sent out, ``used`` how many of them have joined.
    """
    if admission == Admission.OPEN:
        return {
            "how": str(admission),
            "verified": False,
            "electorate": None,
            "used": None,
            "words": (
                "Unverified: anybody with the link can take part, more than once too."
                " Nobody has checked whom these votes come from."
            ),
        }
    return {
        "how": str(admission),
        "verified": True,
        "electorate": electorate,
        "used": used,
        "words": (
            f"By ticket: {used:,} of {electorate:,} used. Each ticket lets one browser in, once."
        ),
    }
