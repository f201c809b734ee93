"""What a log may say of tickets, whoever wrote it."""

from typing import Any

import pytest

from qa.errors import Malformed
from qa.ledger.admission import AdmissionStory
from qa.ledger.entry import decode, encode

HASH = "0" * 64
SENT = ("draft", "admission", {"how": "tickets", "size": 3})
END = ("live", "admission.forgotten", {"size": 3, "used": 2})
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


def faults(*leaves: tuple[str, str, dict[str, Any]]) -> list[str]:
    story = AdmissionStory()
    found: list[str] = []
    for state, kind, fields in leaves:
        entry = decode(encode(kind, "all-hands", "2026-11-23T12:00Z", **fields))
        found += story.read(entry, state)
    return found


def admitted(state: str, how: str, size: int) -> tuple[str, str, dict[str, Any]]:
    return state, "admission", {"how": how, "size": size}


@pytest.mark.parametrize(
    "leaves",
    [
        (CLOSED,),
        (SENT, votes(2), END, CLOSED),
        (SENT, admitted("draft", "open", 0), votes(9), CLOSED),
        (SENT, admitted("live", "tickets", 5), admitted("live", "tickets", 5)),
        (SENT, votes(3), votes(2), END, CLOSED),
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
        ("it counts 3 tickets", (END,)),
        ("it counts 3 tickets", (SENT, END, END)),
        ("without saying how many tickets", (SENT, CLOSED)),
        ("changed too late", (SENT, admitted("open", "open", 0))),
        ("changed too late", (admitted("live", "tickets", 4),)),
        ("changed too late", (SENT, END, admitted("live", "tickets", 4))),
        ("3 tickets were sent, and now it says 2", (SENT, admitted("open", "tickets", 2))),
    ],
)
def test_a_log_that_lies_about_tickets_is_found_out(said: str, leaves: Any) -> None:
    assert said in " ".join(faults(*leaves))


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("admission", {"how": "open", "size": 1}, "size"),
        ("admission.forgotten", {"size": 1, "used": 2}, "used"),
    ],
)
def test_a_leaf_of_tickets_that_contradicts_itself_is_refused(
    kind: str, fields: Any, wrong: str
) -> None:
    with pytest.raises(Malformed) as refused:
        encode(kind, "all-hands", "2026-11-23T12:00Z", **fields)
    assert refused.value.field == wrong
