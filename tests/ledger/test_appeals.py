"""What an appeal may be against, when, and who may ask for it: the rules, without a meeting."""

import pytest

from qa.ledger.appeals import appeal_faults
from qa.ledger.docket import Docket
from qa.ledger.entry import Entry
from qa.ledger.policy_terms import PolicyTerms

DECIDED = "2026-11-23T16:00Z"
TERMS = PolicyTerms(
    reasons=frozenset({"off_topic"}),
    rules=frozenset(),
    deciding={},
    deadline_minutes=15,
    appeal_window_minutes=60,
    appeal_deadline_minutes=30,
    appeal_supporters=5,
)


def entry(kind: str, t: str, **fields: object) -> Entry:
    return Entry(kind, "spring-2026", t, {"n": 4, **fields})


def filtered() -> Docket:
    last = entry("decision", DECIDED, seq=1, verdict="filter", by="Moderator A", policy=1)
    return Docket(4, 9, DECIDED, False, status="filtered", last=last)


def faults(t: str, due: str, by: str = "Author", terms: PolicyTerms = TERMS) -> list[str]:
    appeal = entry("appeal", t, seq=1, by=by, due=due)
    return list(appeal_faults(appeal, filtered(), {1: terms}))


@pytest.mark.parametrize("by", ["Author", "Supporters"])
@pytest.mark.parametrize(
    ("t", "due"),
    [("2026-11-23T16:00Z", "2026-11-23T16:30Z"), ("2026-11-23T17:00Z", "2026-11-23T17:30Z")],
)
def test_an_appeal_up_to_the_last_minute_of_the_window_is_in_order(
    t: str, due: str, by: str
) -> None:
    assert faults(t, due, by) == []


def test_an_appeal_a_minute_after_the_window_is_named_with_its_decision() -> None:
    assert faults("2026-11-23T17:01Z", "2026-11-23T17:30Z") == [
        "the time to appeal against decision 1 on #4 was over."
    ]


def test_where_the_policy_has_no_window_no_minute_is_in_it() -> None:
    none = PolicyTerms(TERMS.reasons, TERMS.rules, {}, 15, appeal_deadline_minutes=30)
    assert faults(DECIDED, DECIDED, terms=none) == [
        "the time to appeal against decision 1 on #4 was over."
    ]


def test_supporters_may_appeal_only_where_the_policy_lets_them_and_the_author_always() -> None:
    alone = PolicyTerms(TERMS.reasons, TERMS.rules, {}, 15, 60, 30, appeal_supporters=0)
    assert faults(DECIDED, DECIDED, "Author", alone) == []
    assert faults(DECIDED, DECIDED, "Supporters", alone) == [
        "the policy does not let supporters appeal, as on #4."
    ]


def test_a_deadline_a_minute_too_late_is_named() -> None:
    assert faults(DECIDED, "2026-11-23T16:31Z") == [
        "the deadline of the appeal on #4 is later than the policy sets it."
    ]
