"""Deciding on several questions at once: a statement and a leaf each, and each refusal named."""

from typing import Any

import pytest

from qa.errors import BadInput, NoRight
from qa.services import boards, decisions
from qa.services.context import Context
from tests.services.log_reading import leaves_of
from tests.services.meeting import EXPLANATION, SLUG, Meeting, hold_meeting


def together(
    meeting: Meeting, seen: dict[int, int], verdict: str = "filter", **more: Any
) -> dict[str, Any]:
    declines = verdict == "filter"
    words = EXPLANATION if declines else "Taken back."
    said = {
        "verdict": verdict,
        "reason": "spam" if declines else None,
        "explanation": words,
        **more,
    }
    return decisions.decide_together(meeting.ctx, SLUG, meeting.moderator, seen, **said)


def test_each_of_several_questions_gets_a_leaf_of_its_own_and_each_can_be_undone(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open")
    for _ in range(4):
        meeting.ask()
    meeting.decide(2, "publish", actor=meeting.other_moderator)
    done = together(meeting, {1: 0, 2: 0, 3: 0, 99: 0})
    assert [row["n"] for row in done["questions"]] == [1, 3]
    refused = {row["n"]: (row["code"], row["message"]) for row in done["refused"]}
    assert refused[2] == ("stale_version", "Moderator B decided on #2 first: publish.")
    assert refused[99][0] == "unknown_question"
    leaves = [leaf.fields for leaf in leaves_of(ctx, "decision")]
    declined = [leaf for leaf in leaves if leaf["verdict"] == "filter"]
    assert [leaf["n"] for leaf in declined] == [1, 3]
    assert len({leaf["expl"] for leaf in declined}) == 2, "the same words under different salts"
    assert {row["explanation"] for row in (q["decision"] for q in done["questions"])} == {
        EXPLANATION
    }
    undone = together(meeting, {1: 1, 3: 1}, "restore")
    assert [row["status"] for row in undone["questions"]] == ["pending", "pending"]
    assert undone["refused"] == []


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("explanation", {"explanation": ""}),
        ("reason", {"reason": "because"}),
        ("verdict", {"verdict": "merge"}),
    ],
)
def test_a_bulk_decision_without_reasons_decides_nothing(
    ctx: Context, field: str, more: dict[str, str]
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    with pytest.raises(BadInput) as refused:
        together(meeting, {1: 0}, **more)
    assert refused.value.field == field
    with pytest.raises(BadInput):
        together(meeting, dict.fromkeys(range(1, 102), 0))
    with pytest.raises(NoRight):
        decisions.decide_together(
            ctx, SLUG, meeting.auditor, {1: 0}, verdict="publish", reason=None, explanation=None
        )
    assert boards.public_board(ctx, SLUG)["event"]["counts"]["pending"] == 1
