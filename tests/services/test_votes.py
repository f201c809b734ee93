"""Votes: one a person, on published and filtered questions, and snapshots that pin them down."""

import gevent
import pytest

from qa.errors import (
    EventClosed,
    EventNotOpen,
    IllegalTransition,
    NotJoined,
    UnknownEvent,
    UnknownQuestion,
)
from qa.ledger import merkle
from qa.services import boards, snapshots, votes
from qa.services.context import PUBLIC, Context
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, hold_meeting


def test_a_person_counts_once_however_often_they_vote(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "publish")
    meeting.vote(1, "ada", "ada", "ada", "bob")
    assert boards.tally(ctx, SLUG)["tally"] == [(1, 2)]
    ada = meeting.person("ada")
    assert votes.my_votes(ctx, SLUG, ada.voter or b"") == [1]


def test_a_vote_can_be_taken_back_once(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "publish")
    meeting.vote(1, "ada", "bob")
    for _ in range(2):
        taken = votes.retract_vote(ctx, SLUG, meeting.person("ada"), 1)
        assert taken == {"n": 1, "votes": 1, "voted": False}
    assert votes.my_votes(ctx, SLUG, meeting.person("ada").voter or b"") == []


def test_a_filtered_question_still_takes_votes(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "filter")
    meeting.vote(1, "ada")
    assert boards.record(ctx, SLUG, {})["rows"][0]["votes"] == 1


def test_a_pending_question_takes_no_votes_and_gets_none_from_its_author(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    with pytest.raises(IllegalTransition):
        meeting.vote(1, "ada")
    meeting.decide(1, "publish")
    assert boards.public_board(ctx, SLUG)["questions"][0]["votes"] == 0


def test_votes_need_a_participant_an_open_event_and_a_question(ctx: Context) -> None:
    meeting = hold_meeting(ctx)
    with pytest.raises(EventNotOpen):
        meeting.vote(1, "ada")
    meeting.move("open")
    with pytest.raises(UnknownQuestion):
        meeting.vote(1, "ada")
    with pytest.raises(UnknownEvent):
        votes.cast_vote(ctx, "nowhere", meeting.person(), 1)
    meeting.ask()
    meeting.decide(1, "publish")
    for nobody in (PUBLIC, meeting.moderator):
        with pytest.raises(NotJoined):
            votes.cast_vote(ctx, SLUG, nobody, 1)
    meeting.move("closed")
    with pytest.raises(EventClosed):
        meeting.vote(1, "ada")


def test_a_snapshot_pins_the_tally_down_and_a_voter_can_find_their_vote_in_it(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open")
    for n in (1, 2, 3):
        meeting.ask()
        meeting.decide(n, "publish")
    meeting.vote(1, "ada", "bob")
    meeting.vote(3, "ada")
    snapshots.log_snapshots(ctx, [SLUG])
    (snapshot,) = leaves_of(ctx, "vote.snapshot")
    assert snapshot.fields["counts"] == [2, 0, 1]
    assert snapshot.fields["votes"] == 3
    expected = sorted(
        snapshots.nullifier(SLUG, n, meeting.person(name).voter or b"")
        for n, name in ((1, "ada"), (1, "bob"), (3, "ada"))
    )
    root = merkle.root_from_leaves([merkle.leaf_hash(one) for one in expected])
    assert snapshot.fields["root"] == root.hex()


def test_nothing_is_logged_when_no_vote_changed_and_something_when_one_moved(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "publish")
    snapshots.log_snapshots(ctx, [SLUG])
    assert leaves_of(ctx, "vote.snapshot") == []
    meeting.vote(1, "ada")
    snapshots.log_snapshots(ctx, [SLUG])
    snapshots.log_snapshots(ctx, [SLUG])
    assert len(leaves_of(ctx, "vote.snapshot")) == 1
    votes.retract_vote(ctx, SLUG, meeting.person("ada"), 1)
    meeting.vote(1, "bob")
    snapshots.log_snapshots(ctx, [SLUG])
    assert len(leaves_of(ctx, "vote.snapshot")) == 2


def test_votes_that_are_counted_together_are_answered_as_if_each_came_alone(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for n, verdict in ((1, "publish"), (2, "filter"), (3, None)):
        meeting.ask()
        if verdict:
            meeting.decide(n, verdict)
    meeting.vote(2, "eve")
    ada, bob = meeting.person("ada"), meeting.person("bob")
    cast, retract = votes.cast_vote, votes.retract_vote
    acts = [
        (cast, SLUG, ada, 1),
        (cast, SLUG, bob, 1),
        (cast, SLUG, ada, 1),
        (retract, SLUG, ada, 1),
        (retract, SLUG, ada, 1),
        (cast, SLUG, ada, 1),
        (retract, SLUG, meeting.person("eve"), 2),
        (cast, SLUG, ada, 3),
        (cast, SLUG, ada, 99),
        (cast, "nowhere", ada, 1),
        (cast, SLUG, bob, 2),
    ]
    waiting = [gevent.spawn(verb, ctx, slug, who, n) for verb, slug, who, n in acts]
    gevent.joinall(waiting)
    answers = [one.value["votes"] if one.value else type(one.exception) for one in waiting]
    assert answers == [1, 2, 2, 1, 1, 2, 0, IllegalTransition, UnknownQuestion, UnknownEvent, 1]
    assert boards.tally(ctx, SLUG)["tally"] == [(1, 2), (2, 1)]
    assert votes.my_votes(ctx, SLUG, ada.voter or b"") == [1]
    assert votes.my_votes(ctx, SLUG, bob.voter or b"") == [1, 2]
