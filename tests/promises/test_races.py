"""Two people at the same moment, on two workers of one database: one wins, the other is told.

The workers are two contexts on one database, with a writer thread and connections of their own, as
two server processes have. Rounds are many, because a race that is lost once in fifty is lost.
"""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import gevent
import pytest
from sqlalchemy import func, select

from qa.errors import IllegalTransition, NoRight, StaleVersion
from qa.services import (
    appeals,
    boards,
    decisions,
    events,
    identity,
    presenting,
    questions,
    refusals,
    registry,
    snapshots,
    votes,
)
from qa.services.context import Context
from qa.store.models.questions import Question, Vote
from qa.store.queries.events import find_event
from qa.store.queries.tallies import tally
from tests.promises import log_watch
from tests.promises.hall import PEOPLE, SLUG, Hall, author_key, open_hall

ROUNDS = 50
SOAK_ROUNDS = pytest.param(1_000, marks=pytest.mark.soak)
MANY = pytest.mark.parametrize("rounds", [ROUNDS, SOAK_ROUNDS])
SOME = pytest.mark.parametrize("rounds", [10, SOAK_ROUNDS])
PATIENCE_S = 60


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do these at the same moment; return what each gave, or the error it was refused with."""

    def outcome(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - what it may be is for the test to say
            return error

    started = [gevent.spawn(outcome, act) for act in acts]
    assert len(gevent.joinall(started, timeout=PATIENCE_S)) == len(acts), "somebody waits for ever"
    return [one.value for one in started]


def refused(outcomes: list[Any]) -> list[type[Exception]]:
    """Return what those who were refused were refused with."""
    return [type(one) for one in outcomes if isinstance(one, Exception)]


def ask(hall: Hall, label: object, ctx: Context | None = None) -> int:
    draft = hall.draft(hall.words(), label)
    return questions.submit_question(ctx or hall.ctx, hall.slug, hall.actor("ada"), draft).n


def decide(
    hall: Hall, ctx: Context, who: str, n: int, verdict: str, seq: int = 0, **more: Any
) -> dict[str, Any]:
    words: dict[str, Any] = {"reason": None, "explanation": None, **more}
    if verdict == "filter":
        words = {"reason": "off_topic", "explanation": "This is about another company."}
    decided = decisions.decide(
        ctx, hall.slug, hall.actor(who), n, verdict=verdict, seq=seq, **words
    )
    shown: dict[str, Any] = decided["question"]
    return shown


def merge(hall: Hall, ctx: Context, who: str, n: int, into: int, seq: int = 0) -> dict[str, Any]:
    words = {"explanation": f"Asks the same as #{into}.", "into": into}
    return decide(hall, ctx, who, n, "merge", seq, **words)


def restore(hall: Hall, ctx: Context, who: str, n: int, seq: int) -> dict[str, Any]:
    return decide(hall, ctx, who, n, "restore", seq, explanation="It was a mistake.")


def check_end(hall: Hall, *workers: Context) -> None:
    """Check the log against the rows, and that votes are counted as they are stored."""
    leaves = log_watch.check_growth(hall.ctx, [], may_lag=True)
    log_watch.check_rows(hall.ctx, leaves)
    with hall.ctx.db.read() as session:
        event = find_event(session, SLUG)
        stored = dict(
            session.execute(
                select(Question.docket_number, func.count())
                .join(Vote, Vote.question_id == Question.id)
                .where(Question.event_id == event.id)
                .group_by(Question.docket_number)
            ).all()
        )
        counted = {n: votes for n, votes in tally(session, event) if votes}
        assert counted == stored
    boards_shown = [boards.public_board(worker, SLUG)["questions"] for worker in workers]
    assert all(shown == boards_shown[0] for shown in boards_shown)


@MANY
def test_of_two_moderators_one_decides_and_the_other_sees_the_decision(
    ctx: Context, other_ctx: Context, rounds: int
) -> None:
    hall = open_hall(ctx, "open")
    for label in range(rounds):
        n = ask(hall, label)
        first, second = at_once(
            partial(decide, hall, ctx, "moderator", n, "publish"),
            partial(decide, hall, other_ctx, "other moderator", n, "filter"),
        )
        winner, loser = (second, first) if isinstance(first, Exception) else (first, second)
        assert isinstance(loser, StaleVersion), loser
        current: Any = loser.details["current"]
        assert current["decision"] == winner["decision"]
        assert boards.question_history(ctx, SLUG, n)["question"]["decision"] == winner["decision"]
    check_end(hall, ctx, other_ctx)


@MANY
def test_a_question_withdrawn_while_it_is_published_is_one_or_the_other_first(
    ctx: Context, other_ctx: Context, rounds: int
) -> None:
    hall = open_hall(ctx, "open")
    for label in range(rounds):
        n = ask(hall, label)
        withdrawn, published = at_once(
            partial(questions.withdraw_question, ctx, SLUG, n, author_key(label)),
            partial(decide, hall, other_ctx, "moderator", n, "publish"),
        )
        assert withdrawn["status"] == "withdrawn"
        shown = boards.question_history(ctx, SLUG, n)["question"]
        assert shown["status"] == "withdrawn"
        if isinstance(published, Exception):
            assert isinstance(published, IllegalTransition)
            assert shown["text"] is None, "what was withdrawn first was published after all"
        else:
            assert shown["text"] is not None
    check_end(hall, ctx, other_ctx)


@MANY
def test_votes_given_and_taken_back_at_once_count_each_person_once(
    ctx: Context, other_ctx: Context, rounds: int
) -> None:
    hall, random = open_hall(ctx, "open"), Random(7)
    for label in range(3):
        decide(hall, ctx, "moderator", ask(hall, label), "publish")
    for _ in range(rounds):
        toggles = [
            partial(
                random.choice([votes.cast_vote, votes.retract_vote]),
                random.choice([ctx, other_ctx]),
                SLUG,
                hall.actor(random.choice(PEOPLE)),
                random.randrange(1, 4),
            )
            for _ in range(8)
        ]
        assert refused(at_once(*toggles)) == []
    for who in PEOPLE:
        at_once(
            partial(votes.cast_vote, ctx, SLUG, hall.actor(who), 1),
            partial(votes.cast_vote, other_ctx, SLUG, hall.actor(who), 1),
        )
    assert dict(boards.tally(ctx, SLUG)["tally"])[1] == len(PEOPLE)
    check_end(hall, ctx, other_ctx)


def test_a_thousand_votes_of_one_person_at_once_are_one_vote(
    ctx: Context, other_ctx: Context
) -> None:
    hall = open_hall(ctx, "open")
    decide(hall, ctx, "moderator", ask(hall, "only"), "publish")
    ada = hall.actor("ada")
    tries = [partial(votes.cast_vote, worker, SLUG, ada, 1) for worker in (ctx, other_ctx)] * 500
    given = at_once(*tries)
    assert {tuple(one.items()) for one in given} == {(("n", 1), ("votes", 1), ("voted", True))}
    assert boards.tally(ctx, SLUG)["tally"] == [(1, 1)]
    check_end(hall, ctx, other_ctx)


@SOME
def test_a_vote_counts_once_for_its_group_whether_it_came_before_or_after_the_merge(
    ctx: Context, other_ctx: Context, rounds: int
) -> None:
    hall = open_hall(ctx, "open")
    decide(hall, ctx, "moderator", ask(hall, "stands for all"), "publish")
    votes.cast_vote(ctx, SLUG, hall.actor("ada"), 1)
    for label in range(rounds):
        n = ask(hall, label)
        decide(hall, ctx, "moderator", n, "publish")
        merged, *given = at_once(
            partial(merge, hall, ctx, "moderator", n, into=1, seq=1),
            partial(votes.cast_vote, other_ctx, SLUG, hall.actor("ada"), n),
            partial(votes.cast_vote, ctx, SLUG, hall.actor("bob"), n),
        )
        assert merged["merged_into"] == 1
        assert refused(given) == []
        rows = {row["n"]: row for row in boards.public_board(ctx, SLUG)["questions"]}
        assert (rows[n]["votes"], rows[1]["support"]) == (2, 2)
        if label % 2:
            undone = restore(hall, other_ctx, "other moderator", n, seq=2)
            assert (undone["status"], undone["votes"]) == ("published", 2)
    snapshots.log_snapshots(ctx, [SLUG])
    check_end(hall, ctx, other_ctx)


@SOME
def test_two_questions_merged_into_each_other_at_once_make_one_group_and_no_ring(
    ctx: Context, other_ctx: Context, rounds: int
) -> None:
    hall = open_hall(ctx, "open")
    for label in range(rounds):
        one, two = ask(hall, f"{label} a"), ask(hall, f"{label} b")
        for n in (one, two):
            decide(hall, ctx, "moderator", n, "publish")
        outcomes = at_once(
            partial(merge, hall, ctx, "moderator", one, into=two, seq=1),
            partial(merge, hall, other_ctx, "other moderator", two, into=one, seq=1),
        )
        assert refused(outcomes) == [IllegalTransition], outcomes
    check_end(hall, ctx, other_ctx)


@SOME
def test_an_appeal_and_an_undo_at_once_are_one_or_the_other(
    ctx: Context, other_ctx: Context, rounds: int
) -> None:
    hall = open_hall(ctx, "open")
    for label in range(rounds):
        n = ask(hall, label)
        decide(hall, ctx, "moderator", n, "filter")
        appealed, undone = at_once(
            partial(appeals.appeal_as_author, ctx, SLUG, n, author_key(label), 1),
            partial(restore, hall, other_ctx, "moderator", n, seq=1),
        )
        shown = boards.question_history(ctx, SLUG, n)["question"]
        if isinstance(undone, Exception):
            assert isinstance(undone, NoRight), undone
            assert (shown["status"], shown["appeal"]["outcome"]) == ("filtered", None)
            restore(hall, ctx, "other moderator", n, seq=1)
        else:
            assert isinstance(appealed, StaleVersion), appealed
            assert (shown["status"], shown["appeal"]) == ("pending", None)
    check_end(hall, ctx, other_ctx)


@SOME
def test_the_last_supporters_who_ask_at_once_make_one_appeal(
    ctx: Context, other_ctx: Context, rounds: int
) -> None:
    hall = open_hall(ctx, "open")
    for label in range(rounds):
        n = ask(hall, label)
        decide(hall, ctx, "moderator", n, "filter")
        for who in PEOPLE:
            votes.cast_vote(ctx, SLUG, hall.actor(who), n)
        outcomes = at_once(
            *[
                partial(appeals.appeal_as_supporter, worker, SLUG, hall.actor(who), n, 1)
                for who, worker in zip(PEOPLE, (ctx, other_ctx, ctx), strict=True)
            ]
        )
        assert refused(outcomes) == [IllegalTransition], outcomes
        history = boards.question_history(ctx, SLUG, n)["history"]
        assert [step["kind"] for step in history].count("appeal") == 1
    check_end(hall, ctx, other_ctx)


def test_a_submission_sent_again_at_the_same_moment_gets_one_docket_number(
    ctx: Context, other_ctx: Context
) -> None:
    hall = open_hall(ctx, "open")
    for label in range(ROUNDS):
        draft = hall.draft(hall.words(), label)
        ada = hall.actor("ada")
        receipts = at_once(
            *[
                partial(questions.submit_question, worker, SLUG, ada, draft)
                for worker in (ctx, other_ctx, ctx)
            ]
        )
        assert sorted(receipt.created for receipt in receipts) == [False, False, True]
        assert {receipt.n for receipt in receipts} == {label + 1}
        assert receipts[0].as_dict() == receipts[1].as_dict() == receipts[2].as_dict()
    assert boards.get_event(ctx, SLUG)["counts"]["submitted"] == ROUNDS
    check_end(hall, ctx, other_ctx)


def test_numbers_have_no_gap_when_two_workers_give_them(ctx: Context, other_ctx: Context) -> None:
    hall = open_hall(ctx, "open")
    given = at_once(
        *[partial(ask, hall, label, (ctx, other_ctx)[label % 2]) for label in range(2 * ROUNDS)]
    )
    assert sorted(given) == list(range(1, 2 * ROUNDS + 1))
    check_end(hall, ctx, other_ctx)


def test_one_question_at_most_is_on_stage_when_two_presenters_call_two(
    ctx: Context, other_ctx: Context
) -> None:
    hall = open_hall(ctx, "open", "live")
    for label in range(2):
        decide(hall, ctx, "moderator", ask(hall, label), "publish")
    for _ in range(ROUNDS // 2):
        at_once(
            lambda: presenting.set_live(ctx, SLUG, hall.actor("presenter"), 1, True),
            lambda: presenting.set_live(other_ctx, SLUG, hall.actor("moderator"), 2, True),
        )
        rows = boards.public_board(ctx, SLUG)["questions"]
        assert sum(row["live"] for row in rows) == 1
    check_end(hall, ctx, other_ctx)


def test_everything_at_once_is_refused_in_our_words_or_done(
    ctx: Context, other_ctx: Context
) -> None:
    """Locks are taken in different orders here; nobody may be left with a database's error."""
    hall, random = open_hall(ctx, "open", "live"), Random(11)
    for label in range(6):
        decide(hall, ctx, "moderator", ask(hall, label), "publish")

    def acts(worker: Context, label: int) -> list[Callable[[], Any]]:
        n, who = random.randrange(1, 7), random.choice(PEOPLE)
        return [
            lambda: votes.cast_vote(worker, SLUG, hall.actor(who), n),
            lambda: votes.retract_vote(worker, SLUG, hall.actor(who), 7 - n),
            lambda: ask(hall, f"storm {label}", worker),
            lambda: presenting.set_live(worker, SLUG, hall.actor("presenter"), n, True),
            lambda: snapshots.log_snapshots(worker, [SLUG]),
            lambda: registry.anchor_logs(worker),
        ]

    for label in range(ROUNDS // 5):
        storm = [*acts(ctx, 2 * label), *acts(other_ctx, 2 * label + 1)]
        random.shuffle(storm)
        assert refused(at_once(*storm)) == []
    registry.anchor_logs(ctx)
    check_end(hall, ctx, other_ctx)
    leaves = log_watch.check_growth(ctx, [], may_lag=True)
    log_watch.check_anchors(leaves, log_watch.check_growth(ctx, [], None, may_lag=True))


def test_no_vote_is_let_in_after_the_close_that_counted_the_votes(
    ctx: Context, other_ctx: Context
) -> None:
    for round_ in range(ROUNDS // 5):
        slug = f"hall-{round_}"
        hall = open_hall(ctx, "open", slug=slug)
        decide(hall, ctx, "moderator", ask(hall, "only"), "publish")
        people = [identity.participant(slug, f"person {n}") for n in range(40)]
        *given, _ = at_once(
            *[partial(votes.cast_vote, ctx, slug, who, 1) for who in people],
            partial(events.move_event, other_ctx, slug, hall.owner(), "closed"),
        )
        counted = sum(not isinstance(one, Exception) for one in given)
        assert dict(boards.tally(ctx, slug)["tally"]).get(1, 0) == counted
        (closed,) = (one for one in log_watch.entries_of(ctx, slug) if one.kind == "event.closed")
        assert closed.fields["votes"] == counted


def test_a_refusal_is_logged_once_when_the_minute_ends_as_the_meeting_does(ctx: Context) -> None:
    hall = open_hall(ctx, "open")
    for _ in range(5):
        ctx.refusals.add(SLUG, "rate_limited")
    at_once(
        lambda: refusals.log_refusals(ctx),
        lambda: events.move_event(ctx, SLUG, hall.owner(), "closed"),
    )
    logged = [one.fields["counts"] for one in log_watch.entries_of(ctx) if one.kind == "refused"]
    assert logged == [{"rate_limited": 5}]
