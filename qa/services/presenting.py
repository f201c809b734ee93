"""The stage: what is being answered, what comes next, and how it was answered."""

from typing import Any

from sqlalchemy import select

from qa.domain.question import EventState, Status, require_right
from qa.domain.text import clean_answer
from qa.errors import BadInput, EventNotOpen, IllegalTransition
from qa.services.context import Actor, Context
from qa.services.decisions import staff_view
from qa.services.unit import Unit, perform
from qa.store.log import Fields, LeafDraft
from qa.store.models.questions import Answer, Question

MODES = ("spoken", "written")


def set_live(ctx: Context, slug: str, actor: Actor, docket_number: int, on: bool) -> dict[str, Any]:
    """Put a published question on stage, in place of the one there, or take it off.

    Raises:
        NoRight: the actor does not present.
        IllegalTransition: the question is not published.
        EventNotOpen, EventClosed: the meeting is not live.
    """
    require_right(actor.role, "present")

    def body(unit: Unit) -> dict[str, Any]:
        unit.require_open()
        if unit.event.state != EventState.LIVE:
            raise EventNotOpen("Start the meeting before a question goes on stage.")
        question = _published(unit, docket_number)
        if question.live != on:
            if on:
                clear_stage(unit, str(actor.pseudonym))
                question.live_at, question.next_at = unit.now_ms, None
            question.live = on
            unit.log(_live_leaf(question, str(actor.pseudonym)))
            unit.touch(question)
        return {"question": staff_view(unit, docket_number)}

    return perform(ctx, slug, body)


def mark_answered(
    ctx: Context,
    slug: str,
    actor: Actor,
    docket_number: int,
    *,
    mode: str,
    answer: str | None,
) -> dict[str, Any]:
    """Record that a published question was answered: spoken, or in writing (Markdown).

    A later answer is added to the record beside the earlier one.

    Raises:
        NoRight: the actor does not present.
        BadInput: the mode is unknown, or the answer is beyond its limits.
        IllegalTransition: the question is not published.
        EventNotOpen, EventClosed: the event takes no answers now.
    """
    require_right(actor.role, "present")
    if mode not in MODES:
        raise BadInput("The mode must be spoken or written.", field="mode")
    if mode == "spoken" and answer:
        raise BadInput("A spoken answer has no text.", field="answer")
    text = clean_answer(answer or "") if mode == "written" else None

    def body(unit: Unit) -> dict[str, Any]:
        unit.require_open()
        question = _published(unit, docket_number)
        words = unit.commit_to("answer", text) if text is not None else None
        fields: Fields = {
            "n": docket_number,
            "mode": mode,
            "answer": words.value if words else None,
            "by": str(actor.pseudonym),
        }
        (leaf,) = unit.log(LeafDraft("answered", fields))
        unit.session.add(
            Answer(
                question_id=question.id,
                leaf_index=leaf.leaf_index,
                mode=mode,
                text=text,
                salt=words.salt if words else None,
            )
        )
        question.live, question.next_at, question.answered_at = False, None, unit.now_ms
        unit.touch(question)
        return {"question": staff_view(unit, docket_number)}

    return perform(ctx, slug, body)


def set_next(ctx: Context, slug: str, actor: Actor, docket_number: int, on: bool) -> dict[str, Any]:
    """Put a published question on the list of what comes next, or take it off.

    No leaf: the list is a plan, and what was called in the end is logged by ``set_live``.

    Raises:
        NoRight: the actor does not present.
        IllegalTransition: the question is not published, or is answered already.
        EventNotOpen, EventClosed: the event is not running.
    """
    require_right(actor.role, "present")

    def body(unit: Unit) -> dict[str, Any]:
        unit.require_open()
        question = _published(unit, docket_number)
        if question.answered_at is not None or question.live:
            raise IllegalTransition("The question is on stage or answered already.")
        if (question.next_at is not None) != on:
            question.next_at = unit.now_ms if on else None
            unit.touch(question)
        return {"question": staff_view(unit, docket_number)}

    return perform(ctx, slug, body)


def clear_stage(unit: Unit, by: str) -> None:
    """Take the question that is live, if there is one, off the stage."""
    on_stage = unit.session.scalars(
        select(Question).where(Question.event_id == unit.event.id, Question.live)
    ).all()
    for question in on_stage:
        question.live = False
        unit.log(_live_leaf(question, by))
    if on_stage:
        unit.touch(*on_stage)


def _published(unit: Unit, docket_number: int) -> Question:
    question = unit.question(docket_number)
    if question.status != Status.PUBLISHED:
        raise IllegalTransition(
            f"A {question.status} question cannot go on stage.",
            details={"status": question.status},
        )
    return question


def _live_leaf(question: Question, by: str) -> LeafDraft:
    return LeafDraft("live", {"n": question.docket_number, "on": question.live, "by": by})
