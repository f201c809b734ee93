"""Who may take part in an event, and what a number of people is worth under each way in."""

from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit


class Admission(StrEnum):
    """The way into an event. It is settled before the event opens, so that numbers never mix."""

    OPEN = "open"
    TICKETS = "tickets"
    PROVIDER = "provider"


def host_of(issuer: str) -> str:
    """Return what people know a provider by: the host in what it calls itself."""
    return urlsplit(issuer).netloc or issuer


def describe(
    admission: Admission, electorate: int, admitted: int, issuer: str | None
) -> dict[str, Any]:
    """Return what the public is told of an event's people: the way in, and the counts if any.

    ``electorate`` is the number of tickets sent out, ``admitted`` how many people were let in by a
    ticket or a sign-in, ``issuer`` what the provider calls itself, where people sign in.
    """
    at = host_of(issuer) if issuer is not None else None
    return {
        "how": str(admission),
        "verified": admission != Admission.OPEN,
        "electorate": electorate if admission == Admission.TICKETS else None,
        "used": admitted if admission != Admission.OPEN else None,
        "at": at,
        "words": _words(admission, electorate, admitted, at),
    }


def _words(admission: Admission, electorate: int, admitted: int, at: str | None) -> str:
    if admission == Admission.TICKETS:
        return (
            f"By ticket: {admitted:,} of {electorate:,} used. Each ticket lets one browser in,"
            " once."
        )
    if admission == Admission.PROVIDER:
        people = "1 person has" if admitted == 1 else f"{admitted:,} people have"
        return f"By sign-in at {at}: {people} come in. Each has one vote, in whichever browser."
    return (
        "Unverified: anybody with the link can take part, more than once too."
        " Nobody has checked whom these votes come from."
    )
