"""From a recording to acts in time."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from qa.replay.recording import Comment, Recording, Vote, read_recording
from qa.replay.schedule import Ask, Decide, Support, make_schedule


def meeting(votes: list[Vote], moderated: int = 1) -> Recording:
    comments = tuple(
        Comment(key, 1_000 * key, "1", moderated, f"Question {key}?") for key in (1, 2)
    )
    return Recording("folder", "Title", comments, tuple(votes))


def test_a_decision_follows_its_question_at_once_and_votes_come_after_it() -> None:
    schedule = make_schedule(meeting([Vote(1, "5", 1, at_ms=1_000), Vote(2, "5", 1, at_ms=9_000)]))

    assert [type(act) for act in schedule.acts] == [Ask, Decide, Support, Ask, Decide, Support]
    assert [act.comment_id for act in schedule.acts] == [1, 1, 1, 2, 2, 2]
    assert schedule.span_ms == 8_000


def test_a_question_that_nobody_decided_on_gets_no_decision() -> None:
    schedule = make_schedule(meeting([], moderated=0))

    assert [type(act) for act in schedule.acts] == [Ask, Ask]


def test_a_vote_that_claims_to_be_older_than_its_question_comes_right_after_it() -> None:
    schedule = make_schedule(meeting([Vote(2, "5", 1, at_ms=3)]))

    assert schedule.acts[-1] == Support(2_000, 2, "5", wanted=True)


def test_votes_without_times_come_after_the_last_question_in_the_order_of_the_file() -> None:
    schedule = make_schedule(meeting([Vote(2, "4", 1), Vote(1, "5", 1), Vote(2, "5", -1)]))

    assert schedule.acts[-2:] == (
        Support(2_000, 2, "4", wanted=True),
        Support(2_000, 1, "5", wanted=True),
    )


def test_only_what_replaces_an_agreement_takes_a_vote_back(odd_meeting: Path) -> None:
    schedule = make_schedule(read_recording(odd_meeting))

    assert vars(schedule.rows) == {
        "given": 9,
        "repeated": 1,
        "taken_back": 3,
        "without_counterpart": 1,
        "unlisted": 1,
    }
    assert {key: sorted(people) for key, people in schedule.supporters.items()} == {
        0: ["21"],
        1: ["7"],
        2: ["20"],
        3: ["21"],
        4: ["22"],
        5: ["21"],
    }


RANDOM_VOTES = st.lists(
    st.builds(
        Vote,
        comment_id=st.sampled_from((1, 2)),
        voter=st.sampled_from(("5", "6")),
        value=st.sampled_from((1, 0, -1)),
        at_ms=st.integers(0, 4_000),
    )
).map(lambda votes: sorted(votes, key=lambda vote: vote.at_ms or 0))


@given(RANDOM_VOTES)
def test_playing_the_acts_in_order_ends_as_each_last_row_says(votes: list[Vote]) -> None:
    schedule = make_schedule(meeting(votes))
    standing: set[tuple[int, str]] = set()
    for act in schedule.acts:
        if isinstance(act, Support):
            (standing.add if act.wanted else standing.discard)((act.comment_id, act.person))

    last = {(vote.comment_id, vote.voter): vote.value for vote in votes}
    assert standing == {key for key, value in last.items() if value == 1}
    assert standing == {
        (comment_id, person)
        for comment_id, people in schedule.supporters.items()
        for person in people
    }
    assert sum(vars(schedule.rows).values()) == len(votes)


@given(RANDOM_VOTES)
def test_acts_are_in_the_order_of_their_times_and_nothing_precedes_its_question(
    votes: list[Vote],
) -> None:
    acts = make_schedule(meeting(votes)).acts

    assert [act.at_ms for act in acts] == sorted(act.at_ms for act in acts)
    seen: set[int] = set()
    for act in acts:
        seen |= {act.comment_id} if isinstance(act, Ask) else set()
        assert act.comment_id in seen
