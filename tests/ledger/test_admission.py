"""What a log may say of tickets and of sign-ins, whoever wrote it."""

from typing import Any

import pytest

from qa.errors import Malformed
from qa.ledger.admission import AdmissionStory
from qa.ledger.entry import decode, encode

HASH = "0" * 64
SENT = ("draft", "admission", {"how": "tickets", "size": 3})
END = ("live", "admission.forgotten", {"size": 3, "used": 2})
ISSUER = "https://login.example.org/staff"
BY_SIGN_IN = ("draft", "admission", {"how": "provider", "size": 0, "issuer": ISSUER})
GONE = ("live", "admission.forgotten", {"used": 2})
CLOSED = (
    "closed",
    "event.closed",
    dict.fromkeys(
        (
            *("submitted", "published", "filtered", "merged", "withdrawn"),
            *("undecided", "answered", "decisions", "appeals", "reviews", "votes"),
        ),
        0,
    ),
)


def votes(count: int, **groups: Any) -> tuple[str, str, dict[str, Any]]:
    fields = {"from": 1, "to": 1, "counts": [count], "votes": count, "root": HASH, **groups}
    return "live", "vote.snapshot", fields


NO_VOTES = (
    "live",
    "vote.snapshot",
    {"from": 2, "to": 1, "counts": [], "votes": 0, "root": HASH},
)


def faults(*leaves: tuple[str, str, dict[str, Any]]) -> list[str]:
    story = AdmissionStory()
    found: list[str] = []
    for state, kind, fields in leaves:
        entry = decode(encode(kind, "all-hands", "2026-11-23T12:00Z", **fields))
        found += story.read(entry, state)
    return found


def admitted(state: str, how: str, size: int, **more: str) -> tuple[str, str, dict[str, Any]]:
    return state, "admission", {"how": how, "size": size, **more}


@pytest.mark.parametrize(
    "leaves",
    [
        (CLOSED,),
        (SENT, votes(2), END, CLOSED),
        (SENT, admitted("draft", "open", 0), votes(9), CLOSED),
        (SENT, admitted("live", "tickets", 5), admitted("live", "tickets", 5)),
        (SENT, votes(3), votes(2), END, CLOSED),
        (admitted("live", "open", 0), CLOSED),
        (SENT, ("live", "admission.forgotten", {"size": 3, "used": 0}), CLOSED),
        (SENT, NO_VOTES, votes(0), ("live", "admission.forgotten", {"size": 3, "used": 0}), CLOSED),
        (BY_SIGN_IN, votes(2), GONE, CLOSED),
        (BY_SIGN_IN, SENT, votes(2), END, CLOSED),
    ],
)
def test_an_honest_log_has_no_fault(leaves: Any) -> None:
    assert faults(*leaves) == []


@pytest.mark.parametrize(
    ("said", "leaves"),
    [
        ("a question has 3 votes, but 2 tickets", (SENT, votes(3), END)),
        ("a question has 3 votes", (SENT, votes(1, groups=[1], people=[3]), END)),
        ("it counts 3 tickets; the log has 4", (admitted("draft", "tickets", 4), END)),
        ("it counts 3 tickets; the log has 0.", (END,)),
        ("it counts 3 tickets", (SENT, END, END)),
        ("without saying how many tickets", (SENT, CLOSED)),
        ("changed too late", (SENT, admitted("open", "open", 0))),
        ("changed too late", (admitted("live", "tickets", 4),)),
        ("changed too late", (SENT, END, admitted("live", "tickets", 4))),
        ("3 tickets were sent, and now it says 2", (SENT, admitted("open", "tickets", 2))),
        ("a question has 3 votes, but 2 people signed in", (BY_SIGN_IN, votes(3), GONE)),
        ("it counts no tickets; the log has 3", (SENT, GONE)),
        ("it counts 3 tickets; the log has 0", (BY_SIGN_IN, END)),
        ("without saying how many people signed in", (BY_SIGN_IN, CLOSED)),
        (
            "changed too late",
            (BY_SIGN_IN, admitted("open", "provider", 0, issuer="https://else.example.org")),
        ),
        ("changed too late", (BY_SIGN_IN, admitted("open", "open", 0))),
    ],
)
def test_a_log_that_lies_about_who_came_in_is_found_out(said: str, leaves: Any) -> None:
    assert said in " ".join(faults(*leaves))


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("admission", {"how": "open", "size": 1}, "size"),
        ("admission", {"how": "provider", "size": 1, "issuer": ISSUER}, "size"),
        ("admission", {"how": "provider", "size": 0}, "issuer"),
        ("admission", {"how": "tickets", "size": 0, "issuer": ISSUER}, "issuer"),
        ("admission", {"how": "provider", "size": 0, "issuer": "https://a.b/?who=me"}, "issuer"),
        ("admission", {"how": "provider", "size": 0, "issuer": "people of ours"}, "issuer"),
        ("admission.forgotten", {"size": 1, "used": 2}, "used"),
    ],
)
def test_a_leaf_of_admission_that_contradicts_itself_is_refused(
    kind: str, fields: Any, wrong: str
) -> None:
    with pytest.raises(Malformed) as refused:
        encode(kind, "all-hands", "2026-11-23T12:00Z", **fields)
    assert refused.value.field == wrong
