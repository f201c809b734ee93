"""Redaction: two people, a reason, and words that are gone from all that a server reaches."""

from dataclasses import replace
from typing import Any

import pytest

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.errors import BadInput, IllegalTransition, NoRight, StaleVersion
from qa.services import boards, presenting, questions, redactions, staff
from qa.services.context import Actor, Context
from tests.services.hiding import (
    WHY,
    check_gone,
    draft,
    faults_of,
    propose,
    redact,
    salts_of,
)
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, Meeting, hold_meeting

TEXT = "Why does Ada Lovelace earn more than the rest of us do?"
NAME = [(9, 21)]
LEFT = "Why does [redacted] earn more than the rest of us do?"


def meeting_with(ctx: Context, *verdicts: str, **more: Any) -> Meeting:
    """Hold a meeting with one question, decided on like this."""
    meeting = hold_meeting(ctx, "open", "live")
    meeting.ask(TEXT, **more)
    for seq, verdict in enumerate(verdicts):
        meeting.decide(1, verdict, seq=seq)
    return meeting


def public(ctx: Context, n: int = 1) -> dict[str, Any]:
    row: dict[str, Any] = boards.public_board(ctx, SLUG)["questions"][n - 1]
    return row


def open_proposals(meeting: Meeting) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = boards.desk_board(meeting.ctx, SLUG, meeting.auditor)["proposals"]
    return found


def test_a_proposal_changes_nothing_that_the_public_sees_and_is_not_logged(ctx: Context) -> None:
    meeting = meeting_with(ctx, "publish")
    before, leaves = public(ctx), len(leaves_of(ctx))
    propose(meeting, 1, draft(NAME))
    assert public(ctx) == before
    assert len(leaves_of(ctx)) == leaves
    (seen,) = open_proposals(meeting)
    assert (seen["n"], seen["by"], seen["spans"]) == (1, "Moderator A", [[9, 21]])
    assert WHY not in repr(boards.public_board(ctx, SLUG))
    assert boards.public_board(ctx, SLUG, before_revision(ctx))["questions"] == []


def before_revision(ctx: Context) -> int:
    return int(boards.public_board(ctx, SLUG)["revision"]) - 1


def test_a_confirmed_part_is_gone_everywhere_and_the_rest_is_shown(ctx: Context) -> None:
    meeting = meeting_with(ctx, "publish")
    meeting.vote(1, "bob", "cem")
    (salt,) = salts_of(ctx, 1)
    shown = redact(meeting, 1, draft(NAME))
    assert shown["text"] == public(ctx)["text"] == LEFT
    check_gone(ctx, "Lovelace", salt)
    assert faults_of(ctx) == {}


def test_the_row_keeps_its_number_votes_decision_and_says_why(ctx: Context) -> None:
    meeting = meeting_with(ctx, "filter")
    meeting.vote(1, "bob", "cem")
    before = public(ctx)
    redact(meeting, 1, draft())
    after = public(ctx)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"text", "hidden"}
    assert after["text"] is None
    (act,) = after["hidden"]
    assert (act["kind"], act["what"], act["basis"]) == ("redaction", ["text"], "personal_data")
    assert (act["by"], act["second"], act["explanation"]) == ("Moderator A", "Moderator B", WHY)
    assert boards.get_event(ctx, SLUG)["counts"]["filtered"] == 1
    assert open_proposals(meeting) == []
    check_gone(ctx, "Lovelace")
    assert faults_of(ctx) == {}


def test_the_history_shows_a_redaction_as_a_logged_act(ctx: Context) -> None:
    meeting = meeting_with(ctx, "publish")
    redact(meeting, 1, draft(NAME))
    asked, _, hidden = boards.question_history(ctx, SLUG, 1)["history"]
    assert (asked["summary"]["text"], asked["summary"]["salt"]) == (None, None)
    assert asked["summary"]["hidden"]
    summary = hidden["summary"]
    assert hidden["kind"] == "redaction"
    assert (summary["left"], summary["basis_label"]) == (LEFT, "personal data")
    assert (summary["by"], summary["second"], summary["explanation"]) == (
        "Moderator A",
        "Moderator B",
        WHY,
    )


def test_what_a_redaction_left_can_be_redacted_again(ctx: Context) -> None:
    meeting = meeting_with(ctx, "publish")
    redact(meeting, 1, draft(NAME))
    at = LEFT.index("the rest")
    redact(meeting, 1, draft([(at, at + 8)], seen=1))
    assert public(ctx)["text"] == LEFT.replace("the rest", "[redacted]")
    assert faults_of(ctx) == {}
    redact(meeting, 1, draft(seen=2))
    assert public(ctx)["text"] is None
    assert [leaf.fields["spans"] for leaf in leaves_of(ctx, "redaction")] == [1, 1, 0]
    check_gone(ctx, "earn more")
    assert faults_of(ctx) == {}
    with pytest.raises(IllegalTransition, match="hidden already"):
        propose(meeting, 1, draft(seen=3))


def test_what_is_left_of_a_pending_text_stays_closed_until_a_decision(ctx: Context) -> None:
    meeting = meeting_with(ctx)
    shown = redact(meeting, 1, draft(NAME))
    assert shown["text"] == LEFT
    assert public(ctx)["text"] is None
    assert len(public(ctx)["hidden"]) == 1
    assert faults_of(ctx) == {}
    assert "earn more" not in repr(boards.question_history(ctx, SLUG, 1))
    meeting.decide(1, "filter")
    assert public(ctx)["text"] == LEFT
    check_gone(ctx, "Lovelace")
    assert faults_of(ctx) == {}


def test_every_wording_goes_and_the_author_does_not_bring_one_back(ctx: Context) -> None:
    meeting = meeting_with(ctx)
    questions.revise_question(ctx, SLUG, 1, meeting.key(1), "Why does Ada Lovelace earn that?")
    redact(meeting, 1, draft(text_version=2))
    check_gone(ctx, "Lovelace")
    with pytest.raises(IllegalTransition, match="Withdraw it and ask anew"):
        questions.revise_question(ctx, SLUG, 1, meeting.key(1), "Ada Lovelace, again?")
    meeting.decide(1, "publish")
    assert faults_of(ctx) == {}


def test_a_name_an_explanation_and_an_answer_can_be_redacted(ctx: Context) -> None:
    meeting = meeting_with(ctx, "filter", "publish", name="Grace Hopper")
    presenting.mark_answered(ctx, SLUG, meeting.owner, 1, mode="spoken", answer=None)
    written = "Ada Lovelace *asked* for it."
    presenting.mark_answered(ctx, SLUG, meeting.owner, 1, mode="written", answer=written)
    redact(meeting, 1, draft(what="name"))
    redact(meeting, 1, draft(what="explanation", seq=1, seen=1))
    redact(meeting, 1, draft([(0, 12)], what="answer", seq=2, seen=2))
    row = public(ctx)
    assert (row["name"], row["text"], row["anonymous"]) == (None, TEXT, False)
    assert row["answer_html"] == "<p>[redacted] <em>asked</em> for it.</p>"
    first = boards.question_history(ctx, SLUG, 1)["history"][1]["summary"]
    assert (first["explanation"], first["reason"]) == (None, "answered_elsewhere")
    check_gone(ctx, "Grace Hopper", "memo of Monday", written)
    assert faults_of(ctx) == {}


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (draft(what="name"), "not there"),
        (draft(what="explanation", seq=2), "not there"),
        (draft(what="answer", seq=1), "not there"),
    ],
)
def test_words_that_are_not_there_cannot_be_redacted(ctx: Context, wanted: Any, says: str) -> None:
    with pytest.raises(IllegalTransition, match=says):
        propose(meeting_with(ctx, "publish"), 1, wanted)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (draft(what="title"), "what"),
        (draft(basis="embarrassing"), "basis"),
        (draft(explanation="Too short."), "explanation"),
        (draft(explanation="It names Ada Lovelace by name."), "explanation"),
        (draft([(9, 999)]), "spans"),
        (draft(seq=1), "seq"),
        (draft(what="answer"), "seq"),
        (draft([(0, 1)], what="name"), "spans"),
    ],
)
def test_a_proposal_is_complete_or_refused(ctx: Context, wanted: Any, field: str) -> None:
    meeting = meeting_with(ctx, "publish")
    wanted = replace(wanted, spans=wanted.spans or (NAME if field == "explanation" else ()))
    with pytest.raises(BadInput) as refused:
        propose(meeting, 1, wanted)
    assert refused.value.field == field
    assert open_proposals(meeting) == []


def test_nobody_confirms_a_proposal_of_their_own(ctx: Context) -> None:
    meeting = meeting_with(ctx, "publish")
    number = propose(meeting, 1, draft(NAME))
    with pytest.raises(NoRight, match="somebody else"):
        redactions.confirm_redaction(ctx, SLUG, meeting.moderator, 1, number)
    assert public(ctx)["text"] == TEXT


def test_nobody_confirms_a_proposal_of_their_own_under_another_role(ctx: Context) -> None:
    meeting = meeting_with(ctx, "publish")
    number = propose(meeting, 1, draft(NAME), meeting.owner)
    second = second_role(ctx, meeting)
    with pytest.raises(NoRight, match="somebody else"):
        redactions.confirm_redaction(ctx, SLUG, second, 1, number)
    assert public(ctx)["text"] == TEXT


def second_role(ctx: Context, meeting: Meeting) -> Actor:
    """Make the owner a moderator too, under another pseudonym, as an owner of old may be."""
    from qa.domain.question import Role
    from qa.services.unit import perform

    account = int(str(meeting.owner.account_id))
    member = perform(
        ctx, SLUG, lambda unit: staff.enrol(unit, account, Role.MODERATOR, by="Owner").id
    )
    return Actor(Role.MODERATOR, "Moderator C", member, account)


@pytest.mark.parametrize("who", ["presenter", "auditor", "person"])
def test_only_owners_and_moderators_take_part(ctx: Context, who: str) -> None:
    meeting = meeting_with(ctx, "publish")
    number = propose(meeting, 1, draft(NAME))
    actor = meeting.person() if who == "person" else getattr(meeting, who)
    for act in (redactions.confirm_redaction, redactions.reject_redaction):
        with pytest.raises(NoRight):
            act(ctx, SLUG, actor, 1, number)
    with pytest.raises(NoRight):
        propose(meeting, 1, draft(what="name"), actor)


def test_somebody_who_was_removed_neither_confirms_nor_is_confirmed(ctx: Context) -> None:
    meeting = meeting_with(ctx, "publish")
    number = propose(meeting, 1, draft(NAME))
    staff.remove_staff(ctx, SLUG, meeting.owner, int(str(meeting.other_moderator.staff_id)))
    for act in (redactions.confirm_redaction, redactions.reject_redaction):
        with pytest.raises(NoRight, match="no longer staff"):
            act(ctx, SLUG, meeting.other_moderator, 1, number)
    staff.remove_staff(ctx, SLUG, meeting.owner, int(str(meeting.moderator.staff_id)))
    with pytest.raises(IllegalTransition, match="Reject it"):
        redactions.confirm_redaction(ctx, SLUG, meeting.owner, 1, number)
    redactions.reject_redaction(ctx, SLUG, meeting.owner, 1, number)
    assert public(ctx)["text"] == TEXT
    assert leaves_of(ctx, "redaction") == []


def test_a_rejected_proposal_is_gone_and_the_next_has_another_number(ctx: Context) -> None:
    meeting = meeting_with(ctx, "publish")
    first = propose(meeting, 1, draft(NAME))
    with pytest.raises(IllegalTransition, match="proposed already"):
        propose(meeting, 1, draft(), meeting.owner)
    redactions.reject_redaction(ctx, SLUG, meeting.moderator, 1, first)
    assert open_proposals(meeting) == []
    assert propose(meeting, 1, draft(NAME)) != first
    with pytest.raises(StaleVersion) as refused:
        redactions.confirm_redaction(ctx, SLUG, meeting.other_moderator, 1, first)
    current: Any = refused.value.details["current"]
    assert current["text"] == TEXT


def test_a_proposal_about_one_question_is_not_confirmed_on_another(ctx: Context) -> None:
    meeting = meeting_with(ctx, "publish")
    meeting.ask()
    number = propose(meeting, 1, draft(NAME))
    with pytest.raises(StaleVersion):
        redactions.confirm_redaction(ctx, SLUG, meeting.other_moderator, 2, number)


def test_other_words_than_the_proposer_saw_are_not_hidden(ctx: Context) -> None:
    meeting = meeting_with(ctx)
    number = propose(meeting, 1, draft(NAME))
    questions.revise_question(ctx, SLUG, 1, meeting.key(1), "Why do some of us earn more, Ada?")
    assert open_proposals(meeting) == []
    with pytest.raises(StaleVersion):
        redactions.confirm_redaction(ctx, SLUG, meeting.other_moderator, 1, number)
    with pytest.raises(StaleVersion, match="have changed"):
        propose(meeting, 1, draft(NAME))
    redact(meeting, 1, draft([(29, 32)], text_version=2))
    with pytest.raises(StaleVersion, match="have changed"):
        propose(meeting, 1, draft(NAME, text_version=2))


@pytest.mark.parametrize("when", ["withdrawn", "closed"])
def test_words_can_be_redacted_when_a_question_or_a_meeting_is_over(
    ctx: Context, when: str
) -> None:
    meeting = meeting_with(ctx, "publish")
    if when == "closed":
        meeting.move("closed")
    else:
        questions.withdraw_question(ctx, SLUG, 1, meeting.key(1))
    redact(meeting, 1, draft(NAME))
    assert public(ctx)["text"] == LEFT
    check_gone(ctx, "Lovelace")
    assert faults_of(ctx) == {}


def test_the_rules_no_longer_point_into_hidden_words(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask("Why does ada@example.com get all of the mail?")
    shown = redact(meeting, 1, draft([(9, 24)]))
    assert shown["flags"][0]["span"] is None
    assert "hidden" in shown["flags"][0]["explanation"]


def test_a_lost_answer_to_a_question_that_was_redacted_since_is_not_made_again(
    ctx: Context,
) -> None:
    meeting = meeting_with(ctx)
    redact(meeting, 1, draft())
    from qa.errors import DuplicateSubmission

    again = meeting.draft(TEXT, 1)
    with pytest.raises(DuplicateSubmission, match="hidden since"):
        questions.submit_question(ctx, SLUG, meeting.person(), again)


def test_similar_questions_and_repeats_no_longer_know_the_words(ctx: Context) -> None:
    meeting = meeting_with(ctx, "publish")
    assert questions.similar_questions(ctx, SLUG, TEXT)["similar"]
    redact(meeting, 1, draft())
    assert questions.similar_questions(ctx, SLUG, TEXT) == {"similar": []}
    meeting.ask(TEXT)
    flags = boards.desk_board(ctx, SLUG, meeting.auditor)["questions"][1]["flags"]
    assert "exact_duplicate" not in [flag["rule"] for flag in flags]


def test_a_policy_can_ask_for_an_owner_among_the_two_who_hide_words(ctx: Context) -> None:
    policy = {**DEFAULT_POLICY_DOCUMENT, "second_person_redaction": "one_is_owner"}
    meeting = hold_meeting(ctx, "open", policy=policy)
    for n in (1, 2):
        meeting.ask(TEXT if n == 1 else "Where does Ada Lovelace live, and with whom?")
        meeting.decide(n, "publish")
    with pytest.raises(NoRight, match="an owner has to confirm this"):
        redact(meeting, 1, draft())
    assert leaves_of(ctx, "redaction") == []
    (waiting,) = open_proposals(meeting)
    redactions.confirm_redaction(ctx, SLUG, meeting.owner, 1, waiting["id"])
    number = propose(meeting, 2, draft(), meeting.owner)
    redactions.confirm_redaction(ctx, SLUG, meeting.moderator, 2, number)
    named = [(leaf.fields["by"], leaf.fields["second"]) for leaf in leaves_of(ctx, "redaction")]
    assert named == [("Moderator A", "Owner"), ("Owner", "Moderator A")]
    assert faults_of(ctx) == {}
