"""Counting: every docket number is in exactly one outcome, whatever the log says."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from qa.ledger.admission import AdmissionStory
from qa.ledger.entry import Entry, decode, encode
from qa.ledger.facts import OUTCOMES, read_facts
from qa.ledger.numbers import count_facts, percentile
from qa.ledger.story import tell

HASH = "0" * 64
MINUTES = ("2026-11-23T12:00Z", "2026-11-23T12:14Z", "2026-11-23T13:00Z", "2026-11-24T00:00Z")
Draft = tuple[str, dict[str, Any]]

numbers = st.integers(1, 6)
staff = st.sampled_from(["Moderator A", "Moderator B", "Owner"])


def leaf(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Draft]:
    return st.tuples(st.just(kind), st.fixed_dictionaries(fields))


def decision(fields: dict[str, Any]) -> Draft:
    verdict, rule = fields["verdict"], fields.pop("by_rule")
    fields["by"] = "Rule" if rule else fields["by"]
    fields |= {"auto": rule, "rule": "length" if rule else None, "expl": HASH, "policy": 1}
    fields["reason"] = "spam" if verdict == "filter" else None
    fields["into"] = 1 if verdict == "merge" else None
    return "decision", fields


SUBMITTED = leaf(
    "question.submitted",
    n=numbers,
    text=st.just(HASH),
    anon=st.just(True),
    src=st.sampled_from(["live", "import"]),
    due=st.sampled_from(MINUTES),
    policy=st.just(1),
    flags=st.lists(st.sampled_from(["length", "shouting"]), unique=True),
)
DECIDED = st.fixed_dictionaries(
    {
        "n": numbers,
        "seq": st.integers(1, 3),
        "verdict": st.sampled_from(["publish", "filter", "merge", "restore", "redact"]),
        "by": staff,
        "by_rule": st.booleans(),
        "late": st.booleans(),
    }
).map(decision)
LEAVES = st.lists(
    st.one_of(
        SUBMITTED,
        SUBMITTED,
        DECIDED,
        DECIDED,
        leaf("withdrawn", n=numbers),
        leaf(
            "appeal",
            n=numbers,
            seq=st.integers(1, 3),
            by=st.just("Author"),
            due=st.sampled_from(MINUTES),
        ),
        leaf("live", n=numbers, on=st.booleans(), by=staff),
        leaf("answered", n=numbers, mode=st.just("spoken"), by=staff),
        leaf(
            "question.revised", n=numbers, version=st.just(2), text=st.just(HASH), flags=st.just([])
        ),
        leaf("refused", counts=st.just({"rate_limited": 2})),
        leaf("event.state", **{"from": st.just("live"), "to": st.sampled_from(["live", "closed"])}),
        leaf(
            "vote.snapshot",
            **{"from": st.just(1), "to": st.just(2), "counts": st.just([3, 0])},
            votes=st.just(3),
            root=st.just(HASH),
        ),
    ),
    max_size=40,
)


def entries_of(drafts: Sequence[Draft]) -> list[Entry]:
    times = [MINUTES[at * len(MINUTES) // len(drafts)] for at in range(len(drafts))]
    return [
        decode(encode(kind, "all-hands", t, **fields))
        for t, (kind, fields) in zip(times, drafts, strict=True)
    ]


@given(LEAVES)
def test_every_docket_number_is_in_exactly_one_outcome(drafts: list[Draft]) -> None:
    entries = entries_of(drafts)
    facts = read_facts(entries, tell(entries, {}))
    found = count_facts(facts, entries, AdmissionStory())
    asked = sum(entry.kind == "question.submitted" for entry in entries)
    assert [each.n for each in facts] == list(range(1, asked + 1))
    assert found.submitted == asked == sum(getattr(found, name) for name in OUTCOMES)
    for name in OUTCOMES:
        assert getattr(found, name) == sum(each.outcome == name for each in facts)
    assert not (found.pending and found.never_decided)


@given(LEAVES)
def test_the_parts_of_a_number_add_up_to_it(drafts: list[Draft]) -> None:
    entries = entries_of(drafts)
    found = count_facts(read_facts(entries, tell(entries, {})), entries, AdmissionStory())
    assert sum(each.count for each in found.by_reason) == found.filtered
    assert sum(each.count for each in found.by_rule) == found.automated_filtered
    assert sum(each.count for each in found.by_language) == found.submitted
    assert sum(each.count for each in found.by_refusal) == found.refused
    assert sum(each.decisions for each in found.by_decider) == found.decisions
    assert sum(each.first for each in found.by_decider) == found.waiting.decided
    assert found.decisions - found.corrections == found.waiting.decided
    assert (
        found.automated_filtered
        <= found.automated
        <= found.published + found.filtered + found.merged
    )
    appeals = found.appeals
    assert appeals.filed == (appeals.upheld + appeals.overturned + appeals.withdrawn + appeals.open)
    assert found.put_back <= found.pending + found.never_decided


@given(st.lists(st.integers(0, 100), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_least_that_so_many_do_not_exceed(
    values: list[int], percent: int
) -> None:
    ordered = sorted(values)
    found = percentile(ordered, percent)
    assert 100 * sum(value <= found for value in values) >= percent * len(values)
    assert 100 * sum(value < found for value in values) < percent * len(values)
