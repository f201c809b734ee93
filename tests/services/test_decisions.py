"""Pre-screening: verdicts with reasons, corrections that supersede, and moderators who collide."""

import pytest

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.errors import BadInput, EventClosed, IllegalTransition, NoRight, StaleVersion
from qa.ledger import entry
from qa.services import appeals, boards, decisions
from qa.services.context import PUBLIC, Context
from tests.conftest import TurnableClock
from tests.promises.whole_record import verify
from tests.services.meeting import EXPLANATION, SLUG, hold_meeting


def test_a_published_question_shows_its_text_and_who_decided_under_a_pseudonym(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask("Why was the project renamed?")
    meeting.decide(1, "publish")
    (shown,) = boards.public_board(ctx, SLUG)["questions"]
    assert (shown["status"], shown["text"]) == ("published", "Why was the project renamed?")
    assert shown["decision"]["by"] == "Moderator A"
    assert "moderator" not in str(boards.record(ctx, SLUG, {})["rows"])


def test_a_filtered_question_stays_on_the_record_with_its_reason(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask("Why was the project renamed?")
    meeting.decide(1, "filter")
    (row,) = boards.record(ctx, SLUG, {})["rows"]
    assert row["text"] == "Why was the project renamed?"
    assert row["decision"]["reason"] == "answered_elsewhere"
    assert row["decision"]["reason_label"]
    assert row["decision"]["explanation"] == EXPLANATION
    assert row["decision"]["automated"] is False


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("reason", {"reason": None}),
        ("reason", {"reason": "because"}),
        ("explanation", {"explanation": ""}),
        ("explanation", {"explanation": " \n "}),
        ("explanation", {"reason": "other", "explanation": "No."}),
        ("explanation", {"explanation": "a" * 301}),
    ],
)
def test_a_decline_without_a_reason_code_and_explanation_is_impossible(
    ctx: Context, field: str, more: dict[str, object]
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    with pytest.raises(BadInput) as refused:
        meeting.decide(1, "filter", **more)
    assert refused.value.field == field
    assert boards.public_board(ctx, SLUG)["questions"][0]["status"] == "pending"


def test_an_undo_supersedes_the_decision_and_does_not_hide_what_was_public(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask("Why was the project renamed?")
    meeting.decide(1, "filter")
    meeting.decide(1, "restore", seq=1)
    (shown,) = boards.public_board(ctx, SLUG)["questions"]
    assert (shown["status"], shown["text"]) == ("pending", "Why was the project renamed?")
    assert (shown["decision"]["verdict"], shown["decision"]["supersedes"]) == ("restore", 1)
    history = boards.question_history(ctx, SLUG, 1)["history"]
    assert [step["summary"].get("verdict") for step in history] == [None, "filter", "restore"]


def test_an_undo_needs_words(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "publish")
    with pytest.raises(BadInput):
        meeting.decide(1, "restore", seq=1, explanation="")


def test_of_two_moderators_at_once_one_wins_and_the_other_sees_the_current_state(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "filter", actor=meeting.other_moderator)
    with pytest.raises(StaleVersion) as refused:
        meeting.decide(1, "publish")
    current = refused.value.details["current"]
    assert isinstance(current, dict)
    assert current["status"] == "filtered"
    assert "Moderator B" in refused.value.message
    assert boards.public_board(ctx, SLUG)["questions"][0]["decision_count"] == 1


def test_a_correction_names_the_decision_it_supersedes(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "filter")
    shown = meeting.decide(1, "publish", seq=1, explanation="It was not a duplicate after all.")
    assert shown["status"] == "published"
    assert (shown["decision"]["seq"], shown["decision"]["supersedes"]) == (2, 1)


def test_only_owners_and_moderators_decide(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    for actor in (PUBLIC, meeting.person(), meeting.presenter, meeting.auditor):
        with pytest.raises(NoRight):
            meeting.decide(1, "publish", actor=actor)
    assert meeting.decide(1, "publish", actor=meeting.owner)["status"] == "published"


def test_a_verdict_that_the_status_does_not_allow_is_refused(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    with pytest.raises(IllegalTransition):
        meeting.decide(1, "restore")
    meeting.decide(1, "publish")
    with pytest.raises(IllegalTransition):
        meeting.decide(1, "publish", seq=1)
    for verdict in ("merge", "redact", "delete"):  # a merge names a question
        with pytest.raises(BadInput):
            meeting.decide(1, verdict, seq=1)


def test_a_question_on_stage_or_answered_keeps_its_decision(ctx: Context) -> None:
    from qa.services import presenting

    meeting = hold_meeting(ctx, "open", "live")
    meeting.ask()
    meeting.decide(1, "publish")
    presenting.set_live(ctx, SLUG, meeting.presenter, 1, True)
    with pytest.raises(IllegalTransition):
        meeting.decide(1, "filter", seq=1)
    presenting.mark_answered(ctx, SLUG, meeting.presenter, 1, mode="spoken", answer=None)
    with pytest.raises(IllegalTransition):
        meeting.decide(1, "filter", seq=1)


def test_a_closed_event_takes_no_decisions(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.move("closed")
    with pytest.raises(EventClosed):
        meeting.decide(1, "publish")


def test_the_leaf_of_a_decision_commits_to_its_explanation_and_holds_no_words(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "filter")
    step = boards.question_history(ctx, SLUG, 1)["history"][-1]
    leaf = entry.decode(step["leaf"].encode())
    salt = bytes.fromhex(step["summary"]["salt"])
    assert entry.opens(str(leaf.fields["expl"]), salt, "explanation", SLUG, EXPLANATION)
    assert EXPLANATION not in step["leaf"]


def test_a_rule_that_the_policy_names_decides_by_itself_and_says_so(ctx: Context) -> None:
    document = dict(DEFAULT_POLICY_DOCUMENT)
    document["rules"] = [
        {**rule, "decides": {"reason": "duplicate"}} if rule["kind"] == "exact_duplicate" else rule
        for rule in DEFAULT_POLICY_DOCUMENT["rules"]
    ]
    meeting = hold_meeting(ctx, "open", policy=document)
    meeting.ask("Why was the project renamed?")
    receipt = meeting.ask("why was the project renamed ?")
    assert receipt.status == "filtered"
    row = boards.record(ctx, SLUG, {"rule": "exact_duplicate"})["rows"][0]
    assert row["decision"]["automated"] is True
    assert row["decision"]["by"] == decisions.RULE
    assert row["decision"]["reason"] == "duplicate"
    assert row["decision"]["explanation"]


def test_by_default_rules_flag_for_people_and_decide_nothing(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask("Why was the project renamed?")
    assert meeting.ask("why was the project renamed ?").status == "pending"
    desk = boards.desk_board(ctx, SLUG, meeting.moderator)["questions"]
    assert [flag["rule"] for flag in desk[1]["flags"]] == ["exact_duplicate"]
    assert boards.public_board(ctx, SLUG)["questions"][1]["flags"] == []


def test_after_the_clock_was_set_back_decisions_are_late_as_their_leaves_show(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    clock.turn(minutes=20)
    meeting.ask()
    clock.turn(minutes=-30)
    meeting.ask()
    late = {n: meeting.decide(n, "filter")["decision"]["overdue"] for n in (1, 2, 3)}
    assert late == {1: True, 2: False, 3: False}
    clock.turn(minutes=46)
    appeals.appeal_as_author(ctx, SLUG, 1, meeting.key(1), 1)
    verify(ctx, SLUG)
