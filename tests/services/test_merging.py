"""Merging: one question stands for several, and nobody loses words, votes or a decision."""

from typing import Any

import pytest

from qa.errors import BadInput, IllegalTransition, StaleVersion, UnknownQuestion
from qa.ledger import entry
from qa.services import boards, events, presenting, questions, snapshots
from qa.services.context import Context
from qa.store import log
from tests.services.meeting import SLUG, Meeting, hold_meeting


def published(ctx: Context, count: int, *states: str) -> Meeting:
    """Hold a meeting with some published questions."""
    meeting = hold_meeting(ctx, "open", *states)
    for n in range(1, count + 1):
        meeting.ask()
        meeting.decide(n, "publish")
    return meeting


def rows(ctx: Context) -> dict[int, dict[str, Any]]:
    return {row["n"]: row for row in boards.public_board(ctx, SLUG)["questions"]}


def last_snapshot(ctx: Context) -> dict[str, Any]:
    snapshots.log_snapshots(ctx, [SLUG])
    with ctx.db.read() as session:
        leaves = log.read_leaves(session, 1, 0, log.find_log(session, 1).tree_size)  # type: ignore[union-attr]
    found = [entry.decode(leaf) for leaf in leaves]
    return dict([each.fields for each in found if each.kind == "vote.snapshot"][-1])


def test_a_merged_question_keeps_its_words_its_number_and_its_place_in_public(
    ctx: Context,
) -> None:
    meeting = published(ctx, 1)
    meeting.ask("Will the canteen stay open?")
    meeting.merge(2, into=1)
    shown = rows(ctx)
    assert (shown[2]["status"], shown[2]["merged_into"]) == ("merged", 1)
    assert shown[2]["text"] == "Will the canteen stay open?"
    assert shown[2]["decision"]["into"] == 1
    assert shown[2]["decision"]["explanation"] == "Asks the same as #1."
    assert shown[1]["merged"] == [2]
    counts = boards.get_event(ctx, SLUG)["counts"]
    assert (counts["submitted"], counts["published"], counts["merged"]) == (2, 1, 1)


def test_people_behind_a_group_are_counted_once_and_votes_stay_where_they_were_given(
    ctx: Context,
) -> None:
    meeting = published(ctx, 3)
    meeting.vote(1, "ada", "bob")
    meeting.vote(2, "bob", "cem")
    meeting.merge(2, into=1, seq=1)
    meeting.merge(3, into=1, seq=1)
    meeting.vote(3, "ada", "dan")
    shown = rows(ctx)
    assert [shown[n]["votes"] for n in (1, 2, 3)] == [2, 2, 2]
    assert [shown[n]["support"] for n in (1, 2, 3)] == [4, 2, 2]
    board = boards.public_board(ctx, SLUG)
    assert (board["tally"], board["support"]) == ([(1, 2), (2, 2), (3, 2)], [(1, 4)])
    told = boards.tally(ctx, SLUG, only=[3])
    assert (told["tally"], told["support"]) == ([(3, 2)], [(1, 4)])


def test_the_people_behind_a_group_are_pinned_down_by_the_log(ctx: Context) -> None:
    meeting = published(ctx, 3)
    meeting.vote(1, "ada", "bob")
    meeting.vote(2, "bob")
    assert "groups" not in last_snapshot(ctx)
    meeting.merge(2, into=1, seq=1)
    pinned = last_snapshot(ctx)
    assert (pinned["counts"], pinned["votes"]) == ([2, 1, 0], 3)
    assert (pinned["groups"], pinned["people"]) == ([1], [2])


@pytest.mark.parametrize("before", ["pending", "published", "filtered"])
def test_an_undo_restores_exactly_what_there_was(ctx: Context, before: str) -> None:
    meeting = published(ctx, 1)
    meeting.ask()
    if before != "pending":
        meeting.decide(2, "publish" if before == "published" else "filter")
    seq = 0 if before == "pending" else 1
    if seq:
        meeting.vote(2, "ada")
    meeting.vote(1, "ada", "bob")
    was = {n: (row["status"], row["votes"], row["support"]) for n, row in rows(ctx).items()}
    meeting.merge(2, into=1, seq=seq)
    meeting.decide(2, "restore", seq=seq + 1)
    now = {n: (row["status"], row["votes"], row["support"]) for n, row in rows(ctx).items()}
    assert now == was
    assert (rows(ctx)[2]["merged_into"], rows(ctx)[1]["merged"]) == (None, [])


def test_a_merge_says_why_and_into_what(ctx: Context) -> None:
    meeting = published(ctx, 2)
    for field, more in (
        ("explanation", {"explanation": ""}),
        ("into", {"into": None}),
        ("reason", {"reason": "duplicate"}),
    ):
        with pytest.raises(BadInput) as refused:
            meeting.merge(2, **{"into": 1, "seq": 1, **more})
        assert refused.value.field == field
    with pytest.raises(BadInput):
        meeting.decide(2, "filter", seq=1, into=1)
    with pytest.raises(UnknownQuestion):
        meeting.merge(2, into=9, seq=1)
    with pytest.raises(IllegalTransition):
        meeting.merge(2, into=2, seq=1)
    assert rows(ctx)[2]["decision_count"] == 1


def test_questions_are_merged_into_a_published_one_only(ctx: Context) -> None:
    meeting = published(ctx, 3)
    meeting.ask()
    meeting.ask()
    meeting.decide(3, "filter", seq=1)
    meeting.merge(2, into=1, seq=1)
    questions.withdraw_question(ctx, SLUG, 5, meeting.key(5))
    for into, status in ((2, "merged"), (3, "filtered"), (5, "withdrawn")):
        with pytest.raises(IllegalTransition, match=status):
            meeting.merge(4, into=into)


def test_a_filtered_question_has_its_reason_again_when_it_is_out_of_its_group(
    ctx: Context,
) -> None:
    meeting = published(ctx, 2)
    meeting.ask()
    meeting.decide(3, "filter")
    filtered = rows(ctx)[3]["decision"]
    meeting.merge(3, into=1, seq=1)
    assert rows(ctx)[3]["decision"]["verdict"] == "merge"
    meeting.decide(3, "restore", seq=2)
    assert rows(ctx)[3]["decision"] == filtered
    meeting.merge(3, into=1, seq=3)
    questions.withdraw_question(ctx, SLUG, 1, meeting.key(1))
    row = rows(ctx)[3]
    assert (row["status"], row["decision"], row["decision_count"]) == ("filtered", filtered, 4)
    found = boards.record(ctx, SLUG, {"reason": filtered["reason"]})["rows"]
    assert [each["n"] for each in found] == [3]
    with pytest.raises(StaleVersion):
        meeting.decide(3, "publish", seq=1)
    meeting.decide(3, "restore", seq=4)
    waiting = rows(ctx)[3]
    assert (waiting["status"], waiting["decision"]["verdict"]) == ("pending", "restore")


def test_what_others_are_merged_into_stands_until_they_are_released(ctx: Context) -> None:
    meeting = published(ctx, 3)
    meeting.merge(2, into=1, seq=1)
    with pytest.raises(IllegalTransition, match="#2"):
        meeting.decide(1, "filter", seq=1)
    with pytest.raises(IllegalTransition, match="#2"):
        meeting.decide(1, "restore", seq=1)
    with pytest.raises(IllegalTransition, match="#2"):
        meeting.merge(1, into=3, seq=1)
    meeting.decide(2, "restore", seq=2)
    assert meeting.merge(1, into=3, seq=1)["status"] == "merged"


def test_an_author_who_withdraws_takes_nobody_elses_question_along(ctx: Context) -> None:
    meeting = published(ctx, 2)
    meeting.ask()
    meeting.merge(2, into=1, seq=1)
    meeting.merge(3, into=1)
    known = boards.public_board(ctx, SLUG)["revision"]
    questions.withdraw_question(ctx, SLUG, 1, meeting.key(1))
    shown = rows(ctx)
    assert [shown[n]["status"] for n in (1, 2, 3)] == ["withdrawn", "published", "pending"]
    assert shown[1]["merged"] == []
    news = boards.public_board(ctx, SLUG, since=known)["questions"]
    assert [row["n"] for row in news] == [1, 2, 3]


def test_the_author_of_a_merged_question_may_withdraw_it(ctx: Context) -> None:
    meeting = published(ctx, 2)
    meeting.vote(2, "ada")
    meeting.merge(2, into=1, seq=1)
    questions.withdraw_question(ctx, SLUG, 2, meeting.key(2))
    shown = rows(ctx)
    assert (shown[2]["status"], shown[2]["merged_into"]) == ("withdrawn", None)
    assert (shown[1]["merged"], shown[1]["support"]) == ([], 0)


def test_the_group_is_answered_with_the_question_that_stands_for_it(ctx: Context) -> None:
    meeting = published(ctx, 3, "live")
    meeting.merge(2, into=1, seq=1)
    with pytest.raises(IllegalTransition):
        presenting.set_live(ctx, SLUG, meeting.presenter, 2, True)
    presenting.mark_answered(ctx, SLUG, meeting.presenter, 1, mode="spoken", answer=None)
    meeting.merge(3, into=1, seq=1)
    assert rows(ctx)[1]["merged"] == [2, 3]


def test_the_totals_of_a_closed_event_count_merged_questions_apart(ctx: Context) -> None:
    meeting = published(ctx, 2)
    meeting.vote(1, "ada")
    meeting.vote(2, "ada")
    meeting.merge(2, into=1, seq=1)
    events.move_event(ctx, SLUG, meeting.owner, "closed")
    record = boards.record(ctx, SLUG, {"verdict": "merge"})
    assert [row["n"] for row in record["rows"]] == [2]
    counts = boards.get_event(ctx, SLUG)["counts"]
    assert (counts["published"], counts["merged"]) == (1, 1)
