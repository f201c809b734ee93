"""Asking: docket numbers, leaves, retries, and what an author may do afterwards."""

import pytest

from qa.errors import (
    BadInput,
    DuplicateSubmission,
    EventClosed,
    EventNotOpen,
    IllegalTransition,
    NoRight,
    NotJoined,
    UnknownEvent,
)
from qa.ledger import entry, merkle
from qa.ledger.note import Verifier
from qa.ledger.promise import open_promise
from qa.services import boards, questions
from qa.services.context import PUBLIC, Context
from tests.conftest import TurnableClock
from tests.services.meeting import SLUG, hold_meeting


def test_each_question_gets_the_next_docket_number_and_a_leaf_of_its_own(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    receipts = [meeting.ask() for _ in range(3)]
    assert [receipt.n for receipt in receipts] == [1, 2, 3]
    assert len({receipt.leaf_index for receipt in receipts}) == 3


def test_the_receipt_opens_the_leaf_and_carries_a_promise_of_it(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    receipt = meeting.ask("Why was the project renamed?", name="Ada")
    leaf = entry.decode(receipt.leaf.encode())
    assert entry.opens(
        str(leaf.fields["text"]),
        bytes.fromhex(receipt.salt),
        "text",
        SLUG,
        "Why was the project renamed?",
    )
    assert entry.opens(
        str(leaf.fields["name"]), bytes.fromhex(receipt.name_salt or ""), "name", SLUG, "Ada"
    )
    key = Verifier.parse(ctx.keyring.promise_signer(ctx.config.origin).vkey)
    promise = open_promise(receipt.promise, key)
    assert promise.leaf_hash == merkle.leaf_hash(receipt.leaf.encode())
    assert promise.docket_number == receipt.n
    assert promise.deadline == leaf.fields["due"]


def test_a_retry_with_the_same_client_key_returns_the_same_receipt(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    draft = meeting.draft("Why was the project renamed?", "retry")
    first = questions.submit_question(ctx, SLUG, meeting.person(), draft)
    again = questions.submit_question(ctx, SLUG, meeting.person(), draft)
    assert again.as_dict() == first.as_dict()
    assert (first.created, again.created) == (True, False)
    assert boards.get_event(ctx, SLUG)["counts"]["submitted"] == 1


def test_a_client_key_cannot_be_used_for_other_words_or_another_author(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    draft = meeting.draft("Why was the project renamed?", "key")
    questions.submit_question(ctx, SLUG, meeting.person(), draft)
    other_words = meeting.draft("Who renamed the project?", "key")
    with pytest.raises(DuplicateSubmission):
        questions.submit_question(ctx, SLUG, meeting.person(), other_words)
    other_author = questions.QuestionDraft(
        draft.text, True, client_key=draft.client_key, author_tag="0" * 64
    )
    with pytest.raises(DuplicateSubmission):
        questions.submit_question(ctx, SLUG, meeting.person(), other_author)


def test_nobody_can_ask_without_joining_or_before_the_event_opens_or_after_it(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx)
    draft = meeting.draft("Is it too early?", "early")
    with pytest.raises(NotJoined):
        questions.submit_question(ctx, SLUG, PUBLIC, draft)
    with pytest.raises(NotJoined):
        questions.submit_question(ctx, SLUG, meeting.moderator, draft)
    with pytest.raises(EventNotOpen):
        questions.submit_question(ctx, SLUG, meeting.person(), draft)
    meeting.move("open", "closed")
    with pytest.raises(EventClosed):
        questions.submit_question(ctx, SLUG, meeting.person(), draft)
    with pytest.raises(UnknownEvent):
        questions.submit_question(ctx, "nowhere", meeting.person(), draft)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("client_key", {"client_key": "short"}),
        ("author_tag", {"author_tag": "xyz"}),
        ("name", {"anonymous": True, "name": "Ada"}),
        ("name", {"anonymous": False, "name": ""}),
        ("language", {"language": "not a tag"}),
        ("text", {"text": "a" * 501}),
    ],
)
def test_bad_input_names_its_field_and_leaves_nothing_behind(
    ctx: Context, field: str, more: dict[str, object]
) -> None:
    meeting = hold_meeting(ctx, "open")
    good = vars(meeting.draft("What is the plan?", "good"))
    with pytest.raises(BadInput) as refused:
        questions.submit_question(
            ctx, SLUG, meeting.person(), questions.QuestionDraft(**{**good, **more})
        )
    assert refused.value.field == field
    assert boards.get_event(ctx, SLUG)["counts"]["submitted"] == 0


def test_an_event_may_take_named_questions_only(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open", anonymous_allowed=False)
    with pytest.raises(BadInput) as refused:
        meeting.ask("Who am I?")
    assert refused.value.field == "name"
    assert meeting.ask("I am Ada.", name="Ada").n == 1


def test_an_event_may_take_anonymous_questions_only(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open", named_allowed=False)
    with pytest.raises(BadInput):
        meeting.ask("I am Ada.", name="Ada")
    assert meeting.ask("Who am I?").n == 1


def test_the_author_can_change_a_pending_question_and_both_versions_are_logged(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open")
    first = meeting.ask("Why was teh project renamed?")
    second = questions.revise_question(ctx, SLUG, 1, meeting.key(1), "Why was the project renamed?")
    assert (second.n, second.text_version) == (1, 2)
    assert second.leaf_index > first.leaf_index
    meeting.decide(1, "publish")
    history = boards.question_history(ctx, SLUG, 1)
    kinds = [step["kind"] for step in history["history"]]
    assert kinds == ["question.submitted", "question.revised", "decision"]
    assert history["question"]["text"] == "Why was the project renamed?"
    assert history["history"][0]["summary"]["replaced"] is True


def test_a_change_is_not_compared_with_the_words_it_replaces(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask("Why was teh project renamed last year?")
    words = "Why was the project renamed last year?"
    questions.revise_question(ctx, SLUG, 1, meeting.key(1), words)
    assert boards.desk_board(ctx, SLUG, meeting.moderator)["questions"][0]["flags"] == []


def test_words_that_were_decided_on_cannot_be_changed_even_after_an_undo(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask("Why was the project renamed?")
    meeting.decide(1, "publish")
    with pytest.raises(IllegalTransition):
        questions.revise_question(ctx, SLUG, 1, meeting.key(1), "Something else?")
    meeting.decide(1, "restore", seq=1)
    with pytest.raises(IllegalTransition):
        questions.revise_question(ctx, SLUG, 1, meeting.key(1), "Something else?")


def test_only_the_holder_of_the_author_key_can_withdraw_or_change(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    for wrong in (meeting.key(2), "0" * 64):
        with pytest.raises(NoRight):
            questions.withdraw_question(ctx, SLUG, 1, wrong)
        with pytest.raises(NoRight):
            questions.revise_question(ctx, SLUG, 1, wrong, "Something else?")


def test_a_question_withdrawn_before_a_decision_keeps_its_number_and_never_shows_its_text(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask("A secret that I regret")
    shown = questions.withdraw_question(ctx, SLUG, 1, meeting.key(1))
    assert (shown["n"], shown["status"], shown["text"]) == (1, "withdrawn", None)
    with pytest.raises(IllegalTransition):
        questions.withdraw_question(ctx, SLUG, 1, meeting.key(1))
    assert "regret" not in str(boards.record(ctx, SLUG, {}))


def test_a_question_withdrawn_after_publication_stays_readable(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask("Why was the project renamed?")
    meeting.decide(1, "publish")
    shown = questions.withdraw_question(ctx, SLUG, 1, meeting.key(1))
    assert (shown["status"], shown["text"]) == ("withdrawn", "Why was the project renamed?")


def test_similar_questions_come_from_public_ones_only(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for text in (
        "When will the office in Leeds close?",
        "When will the Leeds office be closed for good?",
        "When will the office in Leeds close its doors?",
        "Who pays for lunch?",
    ):
        meeting.ask(text)
    meeting.decide(1, "publish")
    meeting.decide(2, "filter")
    meeting.decide(4, "publish")
    found = questions.similar_questions(ctx, SLUG, "when does the leeds office close")["similar"]
    assert {question["n"] for question in found} == {1, 2}


def test_a_pending_question_becomes_overdue_when_its_deadline_passes(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    assert boards.public_board(ctx, SLUG)["questions"][0]["overdue"] is False
    clock.turn(minutes=16)
    assert boards.public_board(ctx, SLUG)["questions"][0]["overdue"] is True
    assert boards.get_event(ctx, SLUG)["counts"]["overdue"] == 1
    assert meeting.decide(1, "publish")["decision"]["overdue"] is True
