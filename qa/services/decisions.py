"""Decisions: each one a statement of reasons, logged, and never changed afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa.clock import full_minute
from qa.domain.policy import AutoDecision, Policy
from qa.domain.question import EventState, Status, Verdict, require_right
from qa.domain.text import clean_explanation
from qa.errors import BadInput, IllegalTransition, QaError, StaleVersion
from qa.ledger.second_reviews import is_sampled
from qa.services import appeals, merging
from qa.services.context import Actor, Context
from qa.services.unit import Unit, perform
from qa.store.log import LeafDraft
from qa.store.models.decisions import Appeal, Decision
from qa.store.models.questions import Question
from qa.store.queries.questions import question_views, viewer

RULE = "Rule"
UPHOLDING = {(Status.FILTERED, Verdict.FILTER), (Status.MERGED, Verdict.MERGE)}
"""What leaves a question as it was: possible only as the decision on an appeal."""

VERDICTS = (Verdict.PUBLISH, Verdict.FILTER, Verdict.MERGE, Verdict.RESTORE)
TOGETHER = (Verdict.PUBLISH, Verdict.FILTER, Verdict.RESTORE)
MOST_TOGETHER = 100
"""Questions in one bulk decision: it is one transaction of the writer, and others wait for it."""


@dataclass(frozen=True)
class Statement:
    """What a decision says, and who or what says it."""

    verdict: Verdict
    reason: str | None
    explanation: str
    by: str
    staff_id: int | None = None
    rule: str | None = None
    into: int | None = None
    appeal: Appeal | None = None


def decide(
    ctx: Context,
    slug: str,
    actor: Actor,
    docket_number: int,
    *,
    verdict: str,
    reason: str | None,
    explanation: str | None,
    seq: int,
    into: int | None = None,
) -> dict[str, Any]:
    """Decide on a question, or correct an earlier decision; return the question as staff see it.

    ``seq`` is the number of decisions that the actor knew of; ``into`` the question to merge into.

    Raises:
        NoRight: the actor may not decide, or not under this policy, or there is an appeal against
            the actor's own decision.
        BadInput: the verdict, the reason or the explanation is not one that the policy allows.
        StaleVersion: somebody else decided meanwhile; ``current`` holds the question.
        IllegalTransition: the question's status, or what it is merged with, does not allow it.
        UnknownQuestion: there is no such question, or none to merge into.
        EventNotOpen, EventClosed: the event takes no decisions now. After the close, it takes those
            on appeals.
    """
    require_right(actor.role, "decide")
    if verdict not in VERDICTS:
        raise BadInput("The verdict must be publish, filter, merge or restore.", field="verdict")
    if (into is not None) != (verdict == Verdict.MERGE):
        raise BadInput("A merge, and nothing else, names the question to merge into.", field="into")

    def body(unit: Unit) -> dict[str, Any]:
        unit.require_opened()
        question = unit.question(docket_number)
        if appeals.waiting_appeal(unit, question) is None:
            unit.require_open()
        _require_unchanged(unit, question, seq)
        said = _check(unit.policy(), actor, Verdict(verdict), reason, explanation)
        unit.touch(*_decide_one(unit, question, actor, replace(said, into=into)))
        return {"question": staff_view(unit, docket_number)}

    return perform(ctx, slug, body)


def decide_together(
    ctx: Context,
    slug: str,
    actor: Actor,
    seen: Mapping[int, int],
    *,
    verdict: str,
    reason: str | None,
    explanation: str | None,
) -> dict[str, Any]:
    """Decide the same on several questions; each gets a statement and a leaf of its own.

    ``seen`` has, by docket number, how many decisions the actor knew of; 1 to 100 of them. Who is
    refused does not hold up the others: ``refused`` names each, with the code and the sentence.

    Raises:
        NoRight, BadInput, EventNotOpen, EventClosed: as for one; then nothing is decided.
    """
    require_right(actor.role, "decide")
    if verdict not in TOGETHER:
        raise BadInput("The verdict must be publish, filter or restore.", field="verdict")
    if not 1 <= len(seen) <= MOST_TOGETHER:
        raise BadInput(f"Choose 1 to {MOST_TOGETHER} questions at a time.", field="questions")

    def body(unit: Unit) -> dict[str, Any]:
        unit.require_open()
        said = _check(unit.policy(), actor, Verdict(verdict), reason, explanation)
        changed: list[Question] = []
        decided, refused = [], []
        for n, seq in sorted(seen.items()):
            try:
                question = unit.question(n)
                _require_unchanged(unit, question, seq)
                changed += _decide_one(unit, question, actor, said)
                decided.append(n)
            except QaError as error:
                refused.append({"n": n, "code": error.code, "message": error.message})
        if changed:
            unit.touch(*changed)
        return {"questions": staff_views(unit, decided), "refused": refused}

    return perform(ctx, slug, body)


def _require_unchanged(unit: Unit, question: Question, seq: int) -> None:
    if question.decision_count != seq:
        raise StaleVersion(
            _who_was_first(unit, question),
            details={"current": staff_view(unit, question.docket_number)},
        )


def _decide_one(unit: Unit, question: Question, actor: Actor, said: Statement) -> list[Question]:
    """Record a decision by a person; return the questions that changed with it, this one first."""
    appeal = appeals.waiting_appeal(unit, question)
    if appeal is not None:
        appeals.require_somebody_else(unit, question, appeal, actor)
    before = question.status
    others = record_decision(unit, question, replace(said, appeal=appeal))
    if unit.event.state == EventState.CLOSED:
        _require_end(question, before)
    return [question, *others]


def _require_end(question: Question, before: str) -> None:
    """Refuse, after the close, what leaves a question waiting, or adds it to a group.

    Raises:
        IllegalTransition: the verdict does that; the writer takes back what was done.
    """
    if question.status == Status.PENDING:
        raise IllegalTransition(
            "The meeting is over, so nothing can go back into the queue: publish the question, or"
            " let the decision stand."
        )
    if question.status == Status.MERGED and before != Status.MERGED:
        raise IllegalTransition("The meeting is over, so nothing more can be merged.")


def decide_by_rule(unit: Unit, question: Question, found: AutoDecision) -> None:
    """Record the decision of a rule that the policy allows to decide."""
    statement = Statement(found.verdict, found.reason, found.explanation, RULE, rule=found.rule)
    record_decision(unit, question, statement)


def record_decision(unit: Unit, question: Question, statement: Statement) -> list[Question]:
    """Apply a verdict, keep its statement of reasons, log it; return what else changed with it.

    Raises:
        IllegalTransition: the question's status does not allow the verdict.
    """
    if question.live or question.answered_at is not None:
        raise IllegalTransition(
            "The question is on stage or answered already, so its decision stands."
        )
    upholds = (question.status, statement.verdict) in UPHOLDING and statement.appeal is not None
    others = merging.apply_verdict(
        unit, question, statement.verdict, statement.into, upholding=upholds
    )
    held = statement.verdict == Verdict.FILTER and not question.text_open
    held = held and unit.policy().screening.held_back
    question.text_open = question.text_open or (question.status != Status.PENDING and not held)
    question.next_at = None
    question.decision_count += 1
    seq = question.decision_count
    words = unit.commit_to("explanation", statement.explanation)
    decision = Decision(
        question_id=question.id,
        seq=seq,
        supersedes=seq - 1 or None,
        verdict=statement.verdict,
        reason=statement.reason,
        explanation=statement.explanation,
        explanation_salt=words.salt,
        decided_by=statement.by,
        staff_id=statement.staff_id,
        rule=statement.rule,
        automated=statement.rule is not None,
        overdue=_is_late(unit, question, statement),
        policy_version=unit.event.policy_version,
        merged_into=statement.into,
        appeal=statement.appeal.seq if statement.appeal else None,
        # A rule decides the moment that the author submits.
        decided_at=full_minute(unit.now_ms) if statement.rule else unit.now_ms,
    )
    (leaf,) = unit.log(_leaf(question.docket_number, decision, words.value, held=held))
    decision.leaf_index = leaf.leaf_index
    decision.sampled = is_sampled(
        decision.verdict, decision.appeal, leaf.leaf_hash, unit.policy().second_review_percent
    )
    if statement.appeal is not None:
        statement.appeal.outcome = "upheld" if upholds else "overturned"
        statement.appeal.late = decision.overdue
    unit.session.add(decision)
    unit.session.flush()
    return others


def _is_late(unit: Unit, question: Question, statement: Statement) -> bool:
    """Say whether the first decision, or one on an appeal, comes after its deadline."""
    if statement.appeal is not None:
        return unit.now_ms > statement.appeal.due_at
    return question.decision_count == 1 and unit.now_ms > question.due_at


def staff_view(unit: Unit, docket_number: int) -> dict[str, Any]:
    """Return a question as the desk shows it."""
    return staff_views(unit, [docket_number])[0]


def staff_views(unit: Unit, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Return questions as the desk shows them, by number."""
    who = viewer(unit.session, unit.event, unit.now_ms, staff=True)
    return question_views(unit.session, who, only=numbers)


def _leaf(docket_number: int, decision: Decision, commitment: str, *, held: bool) -> LeafDraft:
    return LeafDraft(
        "decision",
        {
            "n": docket_number,
            "seq": decision.seq,
            "verdict": decision.verdict,
            "reason": decision.reason,
            "expl": commitment,
            "by": decision.decided_by,
            "rule": decision.rule,
            "auto": decision.automated,
            "late": decision.overdue,
            "policy": decision.policy_version,
            "sup": decision.supersedes,
            "into": decision.merged_into,
            "appeal": decision.appeal,
            "held": held or None,
        },
    )


def _check(
    policy: Policy, actor: Actor, verdict: Verdict, reason: str | None, explanation: str | None
) -> Statement:
    """Return the statement, complete: a decline has a reason and words, merge and undo words."""
    policy.screening.require_decider(actor.role)
    words = explanation or ""
    if verdict == Verdict.FILTER:
        code, words = policy.check_decline(reason, words)
        return Statement(verdict, code.code, words, str(actor.pseudonym), actor.staff_id)
    if reason is not None:
        raise BadInput("Only a filtered question has a reason code.", field="reason")
    if verdict in (Verdict.RESTORE, Verdict.MERGE) or words:
        words = clean_explanation(words)
    return Statement(verdict, None, words, str(actor.pseudonym), actor.staff_id)


def _who_was_first(unit: Unit, question: Question) -> str:
    last = unit.session.get(Decision, (question.id, question.decision_count))
    if last is None:
        return "This question has no decision yet."
    return f"{last.decided_by} decided on #{question.docket_number} first: {last.verdict}."
