"""What leaves after the close have changed, and an addendum that tells it rightly or not."""

import json
from dataclasses import replace
from typing import Any

import pytest

from qa.errors import Invalid, QaError
from qa.ledger.after_close import changed_figures, changed_rows, close_size
from qa.ledger.bundle import About, Bundle
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.checks_addendum import check_addendum
from qa.ledger.entry import spell
from qa.ledger.facts import DecisionFact, QuestionFacts, RedactionFact, read_facts
from qa.ledger.note import Signer
from qa.ledger.numbers import count_meeting
from qa.ledger.record import Pins, Record
from qa.ledger.spelling import encode_base64
from qa.ledger.story import tell
from tests.ledger.reference import mth
from tests.ledger.small_log import HASH, ORIGIN, SmallLog, at

HIDING = {"basis": "unlawful", "by": "Owner", "second": "Moderator A", "expl": HASH}
CLOSE = 20
"""The size of the log when its totals are logged."""


@pytest.fixture(scope="module")
def log() -> SmallLog:
    """Return the log of a meeting of four questions; words of three were hidden after it."""
    log = SmallLog()
    log.ask()
    log.ask(name=HASH)
    log.ask()
    log.ask()
    for n in (1, 2):
        log.decide(n, "publish")
    log.decide(3, "filter")
    log.decide(4, "filter", by="Rule", rule="length")
    log.count(3, 1, 0, 0)
    log.add("refused", counts={"rate_limited": 1})
    log.move("open", "closed")
    log.close(submitted=4, published=2, filtered=2, decisions=4, votes=4)
    log.minute = 30
    log.add("redaction", n=1, what="text", spans=1, shown=HASH, **HIDING)
    log.add("erasure", n=2, what=["name", "text"], by="Author", basis="request")
    log.add("redaction", n=3, what="explanation", seq=1, spans=0, **HIDING)
    log.add("event.changed", fields=["report_link"])
    return log


@pytest.fixture(scope="module")
def record(log: SmallLog) -> Record:
    return record_of(log)


def record_of(log: SmallLog) -> Record:
    leaves = [spell(each) for each in log.entries]
    key = Signer(ORIGIN, b"k" * 32).verifier
    about = About("spring-2026", ORIGIN, key.vkey, "", "", len(leaves), "", at(30))
    record = Record(Bundle(about, b"", leaves, [], [], b"", []), Pins(key))
    record.checkpoint = Checkpoint(ORIGIN, len(leaves), mth(tuple(leaves)))
    record.read_entries()
    return record


def side(log: SmallLog, size: int) -> dict[str, Any]:
    entries = log.entries[:size]
    root = mth(tuple(spell(each) for each in entries))
    numbers = count_meeting(entries, tell(entries, {})).as_dict()
    return {"tree_size": size, "root_hash": encode_base64(root), "numbers": numbers}


def difference(name: str, now: str) -> dict[str, Any]:
    return {"name": name, "at_close": None, "now": now}


@pytest.fixture
def addendum(log: SmallLog) -> Any:
    found = {
        "origin": ORIGIN,
        "at_close": side(log, CLOSE),
        "now": side(log, CLOSE + 4),
        "leaves": [
            {"leaf_index": CLOSE, "kind": "redaction", "at": at(30), "n": 1, "what": "its own"},
            {"leaf_index": CLOSE + 1, "kind": "erasure", "at": at(30), "n": 2},
            {"leaf_index": CLOSE + 2, "kind": "redaction", "at": at(30), "n": 3},
            {"leaf_index": CLOSE + 3, "kind": "event.changed", "at": at(30), "n": None},
        ],
        "figures": [
            {"name": "redacted", "at_close": 0, "now": 2},
            {"name": "erased", "at_close": 0, "now": 1},
        ],
        "rows": [
            {"n": 1, "differences": [difference("text", "redacted in part")]},
            {"n": 2, "differences": [difference("text", "erased"), difference("name", "erased")]},
            {"n": 3, "differences": [difference("explanation", "redacted")]},
        ],
    }
    return json.loads(json.dumps(found))


def test_an_addendum_that_says_what_changed_is_right(record: Record, addendum: Any) -> None:
    said = "4 leaves after the close changed 2 figures and 3 questions."
    assert check_addendum(record, addendum) == said


def test_an_addendum_may_be_of_an_earlier_time(
    record: Record, addendum: Any, log: SmallLog
) -> None:
    addendum["now"] = side(log, CLOSE)
    addendum |= {"leaves": [], "figures": [], "rows": []}
    said = "0 leaves after the close changed 0 figures and 0 questions."
    assert check_addendum(record, addendum) == said


WRONG = (
    (("origin",), "another.example/log/a", f"The report is about another log than {ORIGIN}."),
    (("at_close",), None, "The report does not say at which size of the log it was made."),
    (("now",), [], "The report does not say at which size of the log it was made."),
    (("now", "tree_size"), "24", "The report does not say at which size of the log it was made."),
    (("now", "tree_size"), True, "The report does not say at which size of the log it was made."),
    (("now", "tree_size"), 0, "The report is of 0 leaves; the log has 24."),
    (("now", "tree_size"), 25, "The report is of 25 leaves; the log has 24."),
    (
        ("now", "root_hash"),
        "AAAA",
        "The report names another root than that of the first 24 leaves.",
    ),
    (("now", "numbers"), None, "In the addendum, submitted is not what the log makes it: 4."),
    (
        ("now", "numbers", "redacted"),
        1,
        "In the addendum, redacted is not what the log makes it: 2.",
    ),
    (
        ("at_close", "numbers", "redacted"),
        2,
        "In the addendum, redacted is not what the log makes it: 0.",
    ),
    (("leaves",), None, "The addendum has no list of leaves."),
    (("leaves", 1), 7, "The addendum has no list of leaves."),
    (("leaves",), [], "The addendum lists 0 leaves; the log makes it 4."),
    (("leaves", 1, "n"), 3, "In the addendum, leaves say n 3; the log makes it 2."),
    (("leaves", 0, "n"), True, "In the addendum, leaves say n true; the log makes it 1."),
    (("leaves", 3, "n"), 1, "In the addendum, leaves say n 1; the log makes it null."),
    (
        ("leaves", 0, "leaf_index"),
        21,
        "In the addendum, leaves say leaf_index 21; the log makes it 20.",
    ),
    (
        ("leaves", 0, "kind"),
        "erasure",
        'In the addendum, leaves say kind "erasure"; the log makes it "redaction".',
    ),
    (
        ("leaves", 0, "at"),
        at(31),
        f'In the addendum, leaves say at "{at(31)}"; the log makes it "{at(30)}".',
    ),
    (("figures", 0, "now"), 1, "In the addendum, figures say now 1; the log makes it 2."),
    (("figures", 0, "at_close"), 2, "In the addendum, figures say at_close 2; the log makes it 0."),
    (
        ("figures", 0, "name"),
        "votes",
        'In the addendum, figures say name "votes"; the log makes it "redacted".',
    ),
    (("rows",), {}, "The addendum has no list of rows."),
    (("rows",), [], "The addendum lists 0 rows; the log makes it 3."),
    (("rows", 0, "n"), 4, "In the addendum, rows say n 4; the log makes it 1."),
    (("rows", 2, "differences"), None, "The addendum has no list of row #3."),
    (("rows", 2, "differences"), [], "The addendum lists 0 row #3; the log makes it 1."),
    (
        ("rows", 2, "differences", 0, "now"),
        "erased",
        'In the addendum, row #3 say now "erased"; the log makes it "redacted".',
    ),
)


@pytest.mark.parametrize(("path", "value", "sentence"), WRONG)
def test_an_addendum_that_says_otherwise_is_told_what_the_log_makes_it(
    record: Record, addendum: Any, path: tuple[Any, ...], value: object, sentence: str
) -> None:
    place = addendum
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(QaError) as refused:
        check_addendum(record, addendum)
    assert refused.value.message == sentence


def test_a_log_with_a_question_after_the_close_has_no_addendum(addendum: Any) -> None:
    log = SmallLog()
    log.move("open", "closed")
    log.close()
    log.ask()
    addendum["at_close"], addendum["now"] = side(log, 10), side(log, 11)
    with pytest.raises(Invalid, match="Questions were asked after the meeting closed"):
        check_addendum(record_of(log), addendum)


@pytest.mark.parametrize("size", [CLOSE - 1, CLOSE + 1])
def test_the_first_side_of_an_addendum_is_the_close(
    record: Record, addendum: Any, log: SmallLog, size: int
) -> None:
    addendum["at_close"] = side(log, size)
    with pytest.raises(QaError, match=f"The meeting did not close at leaf {size - 1}"):
        check_addendum(record, addendum)


def test_a_meeting_closes_with_its_first_totals(log: SmallLog) -> None:
    assert close_size([]) is None
    assert close_size(log.entries[: CLOSE - 1]) is None
    assert close_size(log.entries) == CLOSE
    assert close_size([*log.entries, log.entries[CLOSE - 1]]) == CLOSE


def decider(by: str, decisions: int) -> dict[str, Any]:
    return {"by": by, "decisions": decisions, "first": 2}


def test_figures_are_named_by_where_they_stand() -> None:
    before = {
        "votes": 3,
        "electorate": None,
        "appeals": {"filed": 1, "open": 1},
        "by_reason": [{"code": "spam", "count": 2}, {"code": "other", "count": 1}],
        "by_decider": [decider("Moderator A", 3)],
    }
    after = {
        "votes": 3,
        "electorate": 5,
        "appeals": {"filed": 1, "open": 0},
        "by_reason": [{"code": "other", "count": 1}, {"code": "off_topic", "count": 1}],
        "by_decider": [decider("Moderator A", 4), decider("Rule", 1)],
    }
    assert changed_figures(before, after) == [
        ("electorate", None, 5),
        ("appeals.open", 1, 0),
        ("by_reason.spam", 2, 0),
        ("by_decider.Moderator A.decisions", 3, 4),
        ("by_reason.off_topic", 0, 1),
        ("by_decider.Rule.decisions", 0, 1),
        ("by_decider.Rule.first", 0, 2),
    ]


@pytest.fixture(scope="module")
def facts(log: SmallLog) -> list[QuestionFacts]:
    return read_facts(log.entries[:CLOSE], log.story())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("late", True),
        ("overdue", True),
        ("answered_at", at(9)),
        ("answered_how", "spoken"),
        ("called", 1),
        ("votes", 2),
        ("supporters", 2),
        ("wordings", 2),
    ],
)
def test_what_a_row_shows_is_told_when_it_changes(
    facts: list[QuestionFacts], name: str, value: object
) -> None:
    changed = replace(facts[3], **{name: value})
    expected = [(name, getattr(facts[3], name), value)]
    assert changed_rows(facts, [*facts[:3], changed]) == {4: expected}


def test_the_decision_that_stands_is_told_by_what_it_says(facts: list[QuestionFacts]) -> None:
    merged = DecisionFact(21, 2, at(9), "merge", None, "Owner", None, False, 1, into=2)
    changed = replace(facts[3], outcome="merged", decisions=(*facts[3].decisions, merged))
    assert changed_rows(facts, [*facts[:3], changed]) == {
        4: [
            ("outcome", "filtered", "merged"),
            ("reason", "spam", None),
            ("decided_by", "Rule", "Owner"),
            ("rule", "length", None),
            ("merged_into", None, 2),
        ]
    }


def test_a_question_that_was_never_decided_can_change_too() -> None:
    log = SmallLog()
    log.ask()
    (before,) = read_facts(log.entries, log.story())
    after = replace(before, votes=2)
    assert changed_rows([before], [after]) == {1: [("votes", 0, 2)]}


def test_of_several_redactions_the_last_counts_and_an_erasure_more(
    facts: list[QuestionFacts],
) -> None:
    hidden = [
        RedactionFact(21, at(9), "answer", 1, "unlawful", "Owner", "Moderator A", shown=shown)
        for shown in (True, False)
    ]
    for redactions, erased, state in (
        (hidden[:1], (), "redacted in part"),
        (hidden, (), "redacted"),
        (hidden[::-1], (), "redacted in part"),
        (hidden[:1], ("answer",), "erased"),
    ):
        now = replace(facts[0], redactions=tuple(redactions), erased=erased)
        assert changed_rows(facts[:1], [now]) == {1: [("answer", None, state)]}
    assert changed_rows(facts[:1], [replace(facts[0], flags=("link",))]) == {}
