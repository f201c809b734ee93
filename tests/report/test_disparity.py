"""Whether filtering was uneven: found where it was planted, and never overstated."""

import re
from collections.abc import Callable
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from qa.ledger.facts import QuestionFacts
from qa.report.comparison import Comparison, Disparity
from qa.report.disparity import LEVEL, METHOD, compare_groups, what_stands_out
from qa.report.suppression import POOL, SMALLEST, Cell, withhold
from qa.report.topics import ON_THEIR_WAY, no_topics
from tests.report.simulated import make_meeting, make_question

MOTIVES = re.compile(r"\b(bias|because|unfair|discriminat|deliberate|favou?r|silenc|censor|intend)")


def compare(facts: list[QuestionFacts]) -> Disparity:
    return compare_groups(facts, no_topics("not_computed", ON_THEIR_WAY), "a root hash")


def comparison_of(found: Disparity, dimension: str) -> Comparison:
    (comparison,) = (each for each in found.comparisons if each.dimension == dimension)
    return comparison


def share_found(
    meetings: int, size: int, dimension: str, chance: Callable[[bool, str, str], float]
) -> float:
    """Return in how many simulated meetings a comparison is called uneven after correction."""
    found = 0
    for seed in range(meetings):
        comparison = comparison_of(compare(list(make_meeting(seed, size, chance))), dimension)
        found += comparison.q_value is not None and comparison.q_value <= LEVEL
    return found / meetings


def test_twenty_more_in_a_hundred_are_found_in_six_hundred_questions() -> None:
    """The stated size: 600 decided questions, 15 in 100 declined with a name, 35 without one."""
    power = share_found(30, 600, "anonymity", lambda anon, _lang, _by: 0.35 if anon else 0.15)
    assert power >= 0.9


def test_a_moderator_who_declines_twenty_more_in_a_hundred_is_found() -> None:
    power = share_found(15, 600, "moderator", lambda _a, _l, by: 0.4 if by[-1] == "B" else 0.15)
    assert power >= 0.9
    facts = list(make_meeting(1, 400, lambda _a, _l, by: 0.4 if by[-1] == "B" else 0.15))
    comparison = comparison_of(compare(facts), "moderator")
    assert "Moderator B (more declined)" in comparison.sentence
    assert comparison.effect.highest == "Moderator B"


def test_where_nothing_was_planted_false_alarms_stay_below_the_level() -> None:
    alarms = sum(
        any(each.q_value is not None and each.q_value <= LEVEL for each in found.comparisons)
        for found in (
            compare(list(make_meeting(seed, 200, lambda _a, _l, _b: 0.3))) for seed in range(60)
        )
    )
    # Of 60 meetings with a chance of 5 in 100 each, 10 or more would be a rare accident.
    assert stats.binomtest(alarms, 60, LEVEL, alternative="greater").pvalue > 0.001


@pytest.mark.soak
def test_over_thousands_of_meetings_power_and_false_alarms_are_as_stated() -> None:
    alarms, tested = 0, 0
    for seed in range(1_500):
        found = compare(list(make_meeting(seed, 400, lambda _a, _l, _b: 0.25)))
        p_values = [each.p_value for each in found.comparisons if each.p_value is not None]
        tested += len(p_values)
        alarms += sum(p_value <= LEVEL for p_value in p_values)
    assert stats.binomtest(alarms, tested, LEVEL, alternative="greater").pvalue > 0.001
    assert alarms / tested > LEVEL / 2
    power = share_found(500, 600, "anonymity", lambda anon, _l, _b: 0.35 if anon else 0.15)
    assert stats.binomtest(round(power * 500), 500, 0.9, alternative="less").pvalue > 0.001


def test_every_p_value_stands_beside_a_size_and_every_rate_beside_its_interval() -> None:
    found = compare(list(make_meeting(7, 300, lambda _a, _l, _b: 0.3)))
    tested = [each for each in found.comparisons if each.status == "tested"]
    assert {each.dimension for each in tested} == {
        "anonymity",
        "language",
        "moderator",
        "time",
        "support",
    }
    for each in tested:
        assert each.p_value is not None
        assert each.q_value is not None
        assert each.p_value <= each.q_value
        assert each.effect.risk_difference is not None
        assert each.effect.cramers_v is not None
        assert (each.effect.odds_ratio is not None) == (len(each.groups) == 2)
        for group in each.groups:
            assert group.low is not None
            assert group.high is not None
            assert group.rate is not None
            assert group.low <= group.rate <= group.high


def test_no_sentence_claims_a_motive() -> None:
    uneven = compare(list(make_meeting(1, 400, lambda anon, _l, by: 0.6 if anon else 0.1)))
    even = compare(list(make_meeting(1, 400, lambda _a, _l, _b: 0.3)))
    none = compare([])
    for found in (uneven, even, none):
        for sentence in (*(each.sentence for each in found.comparisons), *what_stands_out(found)):
            assert sentence
            assert not MOTIVES.search(sentence.lower())
    anonymity = comparison_of(uneven, "anonymity").sentence
    assert "not why" in anonymity
    assert "does not show that there is no difference" in comparison_of(even, "time").sentence
    assert not MOTIVES.search(" ".join(METHOD).lower())


def test_the_order_of_questions_given_does_not_matter_and_the_seed_decides_the_rest() -> None:
    facts = list(make_meeting(3, 300, lambda _a, _l, _b: 0.3))
    assert compare(facts) == compare(facts)


def test_a_comparison_that_cannot_be_made_says_so() -> None:
    found = compare([make_question(n) for n in range(1, 41)])
    assert [each.status for each in found.comparisons] == ["missing", *["too_few"] * 5]
    assert comparison_of(found, "time").sentence == "Not compared: all were declined, or none."
    assert comparison_of(found, "topic").sentence.startswith("Not compared.")
    assert compare([]).rate is None


def test_first_decisions_count_for_moderators_even_if_they_were_corrected() -> None:
    facts = list(make_meeting(5, 60, lambda _a, _l, _b: 0.5))
    corrected = [
        make_question(each.n, "published", by=str(each.first and each.first.by)) for each in facts
    ]
    changed = [
        type(each)(
            **{
                **{name.name: getattr(after, name.name) for name in fields(after)},
                "decisions": each.decisions,
            }
        )
        for each, after in zip(facts, corrected, strict=True)
    ]
    before, after = compare(facts), compare(changed)
    assert after.rate == 0
    assert comparison_of(after, "moderator").groups == tuple(
        # p-values stand; only their correction depends on how many other tests there are
        type(group)(**{**vars(group), "q_value": other.q_value})
        for group, other in zip(
            comparison_of(before, "moderator").groups,
            comparison_of(after, "moderator").groups,
            strict=True,
        )
    )


CELLS = st.lists(
    st.integers(0, 30).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))),
    max_size=8,
)


@given(CELLS)
def test_no_group_below_five_can_be_read_off_or_computed(sizes: list[tuple[int, int]]) -> None:
    cells = [
        Cell(str(at), f"Group {at}", filtered, total) for at, (filtered, total) in enumerate(sizes)
    ]
    shown = withhold(cells)
    assert all(cell.total >= SMALLEST for cell in shown.cells)
    # Subtracting everything shown from the public sums leaves nothing, or at least two groups.
    pool = [cell for cell in shown.cells if cell.key == POOL]
    single = [cell for cell in shown.cells if cell.key != POOL]
    rest = sum(cell.total for cell in cells) - sum(cell.total for cell in single)
    if shown.cells:
        assert rest == sum(cell.total for cell in pool)
        assert not shown.withheld or (len(shown.withheld) > 1 and rest >= SMALLEST)
    else:
        assert sum(cell.total for cell in cells) < SMALLEST or len(shown.withheld) == 1
    assert {cell.key for cell in single} | {cell.key for cell in shown.withheld} == {
        cell.key for cell in cells if cell.total
    }


def test_a_small_group_takes_the_next_larger_one_with_it() -> None:
    cells = [Cell("en", "en", 10, 40), Cell("de", "de", 5, 20), Cell("hu", "hu", 1, 3)]
    shown = withhold(cells)
    assert [cell.key for cell in shown.cells] == ["en", POOL]
    assert [cell.key for cell in shown.withheld] == ["de", "hu"]
    assert (shown.cells[-1].filtered, shown.cells[-1].total) == (6, 23)


def test_a_withheld_group_shows_nothing_but_that_it_is_there() -> None:
    languages = ["en"] * 40 + ["de"] * 20 + ["hu"] * 3
    facts = [
        make_question(n, "filtered" if n % 3 == 0 else "published", language=language)
        for n, language in enumerate(languages, start=1)
    ]
    comparison = comparison_of(compare(facts), "language")
    hungarian = next(group for group in comparison.groups if group.key == "hu")
    assert hungarian.suppressed
    assert {hungarian.total, hungarian.filtered, hungarian.rate, hungarian.p_value} == {None}
    assert "hu" not in re.findall(r"\w+", comparison.sentence)
    assert comparison.groups[-1].label == "2 small groups together"
