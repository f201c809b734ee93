"""Merging: one question stands for several that ask the same, each of which keeps words and votes.

A merge moves nothing. The merged question names the one that it is merged into, and its status
before that, so an undo restores it exactly; how many people stand behind the group is counted when
somebody asks (``tallies.supporters``). A group has one level: what others are merged into stays
published until they are released, so no decline is ever passed on without a decision of its own.
"""

from collections.abc import Sequence

from sqlalchemy import select

from qa.domain.question import Status, Verdict, next_status
from qa.errors import IllegalTransition
from qa.services import appeals
from qa.services.unit import Unit
from qa.store.models.questions import Question


def apply_verdict(
    unit: Unit, question: Question, verdict: Verdict, into: int | None, *, upholding: bool = False
) -> list[Question]:
    """Give a question the status that a verdict leads to; return the others that changed with it.

    ``upholding`` says that the verdict is the same again, on an appeal.

    Raises:
        IllegalTransition: the status does not allow it, others are merged into the question, or
            what it is to be merged into is not published.
        UnknownQuestion: there is nothing to merge into.
    """
    before, unmerged = Status(question.status), _before_merge(question)
    reached = before if upholding else next_status(before, verdict, unmerged)
    if before == Status.PUBLISHED:
        _require_nothing_merged(unit, question)
    others = []
    if before == Status.MERGED:
        others.append(unit.question(_number(question.merged_into)))
        question.merged_into = question.before_merge = None
    question.status = reached
    if into is not None:
        target = _target(unit, question, into)
        question.merged_into, question.before_merge = target.docket_number, unmerged or before
        others.append(target)
    return others


def leave(unit: Unit, question: Question) -> list[Question]:
    """Take a question out of its group before it is withdrawn; return the others that change.

    What was merged into it stands as it did before: an author may withdraw at any time, and must
    not take the questions of others along.
    """
    if question.status == Status.MERGED:
        target = unit.question(_number(question.merged_into))
        question.merged_into = question.before_merge = None
        return [target]
    released = list(_merged(unit, question))
    for each in released:
        appeals.void_appeal(unit, each)
        each.status = str(each.before_merge)
        each.merged_into = each.before_merge = None
    return released


def _target(unit: Unit, question: Question, into: int) -> Question:
    if into == question.docket_number:
        raise IllegalTransition("A question cannot be merged into itself.", field="into")
    target = unit.question(into)
    if target.status != Status.PUBLISHED:
        raise IllegalTransition(
            f"#{into} is {target.status}. Questions are merged into a published one.",
            field="into",
            details={"status": target.status},
        )
    return target


def _require_nothing_merged(unit: Unit, question: Question) -> None:
    numbers = ", ".join(f"#{each.docket_number}" for each in _merged(unit, question))
    if numbers:
        raise IllegalTransition(
            f"Merged into this question: {numbers}. Undo that first, so that each gets a decision"
            " of its own."
        )


def _merged(unit: Unit, question: Question) -> Sequence[Question]:
    return unit.session.scalars(
        select(Question)
        .where(Question.event_id == unit.event.id, Question.merged_into == question.docket_number)
        .order_by(Question.docket_number)
        .with_for_update()
    ).all()


def _before_merge(question: Question) -> Status | None:
    return None if question.before_merge is None else Status(question.before_merge)


def _number(value: int | None) -> int:
    if value is None:
        raise AssertionError("a merged question names what it is merged into")
    return value
