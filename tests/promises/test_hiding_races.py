"""Hiding words at the same moment as somebody else acts: one legal history, and the log agrees."""

from functools import partial
from typing import Any

from qa.errors import IllegalTransition, QaError, StaleVersion
from qa.services import boards, erasures, questions, redactions
from qa.services.context import Context
from qa.services.redactions import Draft
from tests.promises.hall import SLUG, Hall, author_key, open_hall, secret_in
from tests.promises.test_races import ask, at_once, check_end, decide

ROUNDS = 8
WHY = "It says something about a private person."


def propose(hall: Hall, n: int) -> int:
    draft = Draft("text", "personal_data", WHY, text_version=1, seen=0)
    moderator = hall.actor("moderator")
    done = redactions.propose_redaction(hall.ctx, SLUG, moderator, n, draft)
    return int(done["proposals"][-1]["id"])


def confirm(ctx: Context, hall: Hall, who: str, n: int, made: int) -> Any:
    return redactions.confirm_redaction(ctx, SLUG, hall.actor(who), n, made)


def acts_on(ctx: Context, n: int) -> list[str]:
    row = boards.question_history(ctx, SLUG, n)["question"]
    return [act["kind"] for act in row["hidden"]]


def test_of_two_confirmations_at_once_one_hides_the_words(ctx: Context, other_ctx: Context) -> None:
    hall = open_hall(ctx, "open")
    for label in range(ROUNDS):
        n = ask(hall, label)
        made = propose(hall, n)
        outcomes = at_once(
            partial(confirm, ctx, hall, "other moderator", n, made),
            partial(confirm, other_ctx, hall, "owner", n, made),
        )
        (refused,) = [each for each in outcomes if isinstance(each, Exception)]
        assert isinstance(refused, StaleVersion), refused
        assert acts_on(ctx, n) == ["redaction"]
    check_end(hall, ctx, other_ctx)


def test_words_that_their_author_changes_meanwhile_are_either_hidden_or_new(
    ctx: Context, other_ctx: Context
) -> None:
    hall = open_hall(ctx, "open")
    for label in range(ROUNDS):
        n, words = ask(hall, label), hall.words()
        made = propose(hall, n)
        revised, confirmed = at_once(
            partial(questions.revise_question, ctx, SLUG, n, author_key(label), words),
            partial(confirm, other_ctx, hall, "other moderator", n, made),
        )
        kinds = sorted(type(each) for each in (revised, confirmed) if isinstance(each, QaError))
        assert kinds in ([IllegalTransition], [StaleVersion])
        desk = boards.desk_view(ctx, SLUG, 0)
        text = desk["questions"][n - 1]["text"]
        assert text == (words if kinds == [StaleVersion] else None)
        assert desk["proposals"] == []
    check_end(hall, ctx, other_ctx)


def test_a_redaction_an_erasure_a_decision_and_a_withdrawal_at_once_all_hold(
    ctx: Context, other_ctx: Context
) -> None:
    hall = open_hall(ctx, "open")
    for label in range(ROUNDS):
        n = ask(hall, label)
        secret = secret_in(boards.desk_view(ctx, SLUG, 0)["questions"][n - 1]["text"])
        made, key = propose(hall, n), author_key(label)
        at_once(
            partial(confirm, other_ctx, hall, "other moderator", n, made),
            partial(
                erasures.erase_as_author, ctx, SLUG, n, author_key=key, what=["text"], dry_run=False
            ),
            partial(decide, hall, other_ctx, "moderator", n, "publish"),
            partial(questions.withdraw_question, ctx, SLUG, n, key),
        )
        assert acts_on(ctx, n) in (["erasure"], ["redaction"], ["redaction", "erasure"])
        assert secret not in repr(boards.desk_view(ctx, SLUG, 0))
    check_end(hall, ctx, other_ctx)
