"""Holding what a server made of a meeting against its source."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from qa.ledger import entry, merkle
from qa.replay.comparison import Verdict, compare
from qa.replay.outcome import (
    FILTERED,
    NO_REASON_KEPT,
    PUBLISHED,
    UNDECIDED,
    Board,
    Findings,
    Log,
    Played,
    Record,
    Refusal,
    Row,
)
from qa.replay.recording import Comment, Recording, Vote
from qa.replay.report import describe
from qa.replay.schedule import Ask, Schedule, Support, make_schedule

TEXTS = {10: "Shown?", 11: "Filtered?", 12: "Pending?"}
RECORDING = Recording(
    "folder",
    "Title",
    (
        Comment(10, 1, "1", 1, TEXTS[10]),
        Comment(11, 2, "2", -1, TEXTS[11]),
        Comment(12, 3, "3", 0, TEXTS[12]),
    ),
    (Vote(10, "5", 1), Vote(10, "6", 1), Vote(11, "5", 1), Vote(12, "5", 1)),
)
SCHEDULE: Schedule = make_schedule(RECORDING)
PENDING = Refusal(
    Support(3, 12, "5", wanted=True), "illegal_transition", "A pending question.", "pending"
)
SALT = bytes(32)


def leaf(n: int) -> bytes:
    commitment = entry.commit_text(SALT, "text", "event", TEXTS[9 + n])
    fields: dict[str, Any] = {"n": n, "text": commitment, "anon": True, "src": "live"}
    due = "2026-11-23T17:00Z"
    return entry.encode(
        "question.submitted", "event", "2026-11-23T16:45Z", due=due, policy=1, flags=[], **fields
    )


def receipt(n: int) -> dict[str, Any]:
    leaf_hash = merkle.leaf_hash(leaf(n)).hex()
    return {"n": n, "leaf_index": n - 1, "leaf_hash": leaf_hash, "salt": SALT.hex()}


def played() -> Played:
    return Played(
        docket={10: 1, 11: 2, 12: 3},
        receipts={10: receipt(1), 11: receipt(2), 12: receipt(3)},
        supporters={10: {"5", "6"}, 11: {"5"}},
        refusals=[PENDING],
    )


def findings() -> Findings:
    board = {
        1: Row(PUBLISHED, 2, TEXTS[10]),
        2: Row(FILTERED, 1, TEXTS[11], "not_recorded", NO_REASON_KEPT),
        3: Row(UNDECIDED, 0),
    }
    record = {n: replace(row, reason=None) for n, row in board.items()}
    log = {n: Row(row.status, row.votes, reason=row.reason) for n, row in board.items()}
    sums = {"submitted": 3, "published": 1, "filtered": 1, "undecided": 1, "votes": 3}
    counts = {name: count for name, count in sums.items() if name != "votes"}
    return Findings(
        Board(board, counts), Record(record), Log(log, [leaf(1), leaf(2), leaf(3)], sums)
    )


def words_of(verdict: Verdict) -> str:
    return "\n".join(describe(verdict, SCHEDULE.rows, played(), {"rate_limited": 2}, 61))


def test_everything_agrees_but_for_what_is_refused_by_design() -> None:
    verdict = compare(RECORDING, SCHEDULE, played(), findings())

    assert list(verdict.differences) == []
    assert (verdict.source.votes, verdict.expected.votes) == (4, 3)
    said = words_of(verdict)
    assert "questions submitted          3         0         3         3         3" in said
    assert "votes                        4         1         3         3         3" in said
    assert "By design: Nobody ever decided on the question" in said
    assert "asked 2 times to try again later" in said


def swap(table: str, n: int, **changes: Any) -> Callable[[Findings], Findings]:
    """Return what changes one row of one table."""

    def change(found: Findings) -> Findings:
        place = getattr(found, table)
        rows = {**place.table, n: replace(place.table[n], **changes)}
        return replace(found, **{table: replace(place, table=rows)})

    return change


def drop(table: str, n: int) -> Callable[[Findings], Findings]:
    """Return what takes one row out of one table."""

    def change(found: Findings) -> Findings:
        place = getattr(found, table)
        rows = {key: row for key, row in place.table.items() if key != n}
        return replace(found, **{table: replace(place, table=rows)})

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (swap("board", 1, votes=3), "#1: 2 votes in the source, 3 in the board"),
        (swap("record", 2, votes=0), "#2: 1 votes in the source, 0 in the record"),
        (swap("log", 3, votes=1), "#3: 0 votes in the source, 1 in the log"),
        (swap("board", 2, status=PUBLISHED), "#2: filtered in the source, published in the board"),
        (swap("log", 3, status=FILTERED), "#3: never decided in the source, filtered in the log"),
        (drop("record", 2), "#2 is not on the record"),
        (swap("board", 1, text="Else?"), "#1: the words on the board are not those of the source"),
        (swap("record", 3, text="Pending?"), "#3: the words on the record are not those"),
        (swap("record", 2, explanation=None), "#2: the explanation on the record is not the one"),
        (swap("board", 2, reason="spam"), "#2: filtered for spam, not for not_recorded"),
    ],
)
def test_a_single_count_verdict_or_word_that_differs_is_found(
    change: Callable[[Findings], Findings], said: str
) -> None:
    verdict = compare(RECORDING, SCHEDULE, played(), change(findings()))

    assert any(each.startswith(said) for each in verdict.differences), verdict.differences
    assert "DIFFERENCES" in words_of(verdict)


def test_a_question_that_the_source_does_not_hold_is_found() -> None:
    found = findings()
    rows = {**found.log.table, 4: Row(PUBLISHED, 0)}

    verdict = compare(
        RECORDING, SCHEDULE, played(), replace(found, log=replace(found.log, table=rows))
    )

    assert "#4 is on the log" in verdict.differences


@pytest.mark.parametrize("field", ["submitted", "published", "filtered", "undecided", "votes"])
def test_a_sum_in_the_last_leaf_that_is_not_that_of_its_questions_is_found(field: str) -> None:
    found = findings()
    closed = {**found.log.closed, field: 77}

    verdict = compare(
        RECORDING, SCHEDULE, played(), replace(found, log=replace(found.log, closed=closed))
    )

    assert [each for each in verdict.differences if f"says 77 {field}" in each]


def test_an_acknowledged_vote_that_the_board_lacks_is_found() -> None:
    acknowledged = played()
    acknowledged.supporters[10].discard("6")

    verdict = compare(RECORDING, SCHEDULE, acknowledged, findings())

    assert list(verdict.differences) == ["#1: 2 votes in the source, 1 acknowledged"]


def test_a_receipt_whose_leaf_is_not_in_the_log_is_found() -> None:
    found = findings()
    swapped = replace(found, log=replace(found.log, entries=[leaf(2), leaf(1), leaf(3)]))

    verdict = compare(RECORDING, SCHEDULE, played(), swapped)

    assert list(verdict.differences) == [
        "#1: the leaf of its receipt is not in the log",
        "#2: the leaf of its receipt is not in the log",
    ]


def test_a_receipt_that_does_not_open_its_leaf_is_found() -> None:
    forged = played()
    forged.receipts[10]["salt"] = hashlib.sha256(b"another").hexdigest()

    verdict = compare(RECORDING, SCHEDULE, forged, findings())

    assert list(verdict.differences) == [
        "#1: its receipt does not open the leaf to the author's words"
    ]


@pytest.mark.parametrize(
    ("refusal", "explanation"),
    [
        (Refusal(Support(3, 10, "5", wanted=True), "illegal_transition", "No.", "pending"), None),
        (Refusal(Support(3, 12, "5", wanted=True), "not_joined", "No."), None),
        (Refusal(Ask(1, 10, "1", TEXTS[10]), "rate_limited", "No."), "QA_LIMIT_"),
        (Refusal(Ask(1, 10, "1", TEXTS[10]), "bad_json", "No."), None),
    ],
)
def test_a_refusal_that_nothing_explains_is_a_difference(
    refusal: Refusal, explanation: str | None
) -> None:
    refused = played()
    refused.refusals = [refusal]

    verdict = compare(RECORDING, SCHEDULE, refused, findings())

    assert len(verdict.differences) == 1
    said = words_of(verdict)
    assert "NOT BY DESIGN" in said
    assert (explanation or "Nothing explains this") in said
