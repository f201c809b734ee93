"""Second reviews: a share of decisions, drawn by lot, that somebody else decides again, blind.

The reviewer is sent the words of the question and nothing of what was decided. What they say is
logged and public, and changes nothing about the question: it measures, as the report then tells.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa.domain.policy import Policy
from qa.domain.question import EventState, Verdict, require_right
from qa.domain.text import clean_explanation
from qa.errors import BadInput, IllegalTransition, NoRight, StaleVersion
from qa.services.context import Actor, Context
from qa.services.unit import Unit, perform, policy_in_force
from qa.store.log import Fields, LeafDraft
from qa.store.models.decisions import Decision, SecondReview
from qa.store.models.events import Event, Staff
from qa.store.models.questions import Question
from qa.store.queries.events import find_event
from qa.store.queries.questions import question_views, viewer
from qa.store.review_book import waiting_reviews


@dataclass(frozen=True)
class Opinion:
    """What somebody would have decided. A decline has a reason and words."""

    verdict: str
    reason: str | None
    explanation: str


def list_waiting(ctx: Context, slug: str, actor: Actor) -> dict[str, Any]:
    """Return what waits for a second review that this actor may give, oldest decision first.

    Somebody who may not decide under the policy in force may not say what they would have decided.

    Only what a person needs who decides for the first time: no verdict, reason, name of who
    decided, votes or flags, one of which may have been what decided.

    Raises:
        NoRight: the actor does not decide on questions.
    """
    require_right(actor.role, "decide")
    with ctx.db.read() as session:
        event = find_event(session, slug)
        deciders = policy_in_force(ctx, session, event).screening.deciders
        if event.state not in (EventState.OPEN, EventState.LIVE) or actor.role not in deciders:
            return {"reviews": []}
        rows = session.execute(waiting_reviews(event)).all()
        own = _decided_by(session, event, actor) if rows else set()
        return {
            "reviews": [
                {
                    "n": question.docket_number,
                    "seq": decision.seq,
                    "text": text,
                    "name": question.name,
                    "anonymous": question.anonymous,
                    "language": question.language,
                }
                for question, decision, text in rows
                if question.id not in own
            ]
        }


def review_decision(
    ctx: Context,
    slug: str,
    actor: Actor,
    docket_number: int,
    *,
    seq: int,
    verdict: str,
    reason: str | None,
    explanation: str | None,
) -> dict[str, Any]:
    """Say what one would have decided; return the question as staff see it, first verdict and all.

    Raises:
        NoRight: the actor does not decide on questions, not under the policy in force, or has
            decided on this one.
        BadInput: the verdict, the reason or the explanation is not one that the policy allows.
        IllegalTransition: the decision is not in the sample, or the question was withdrawn.
        StaleVersion: somebody else reviewed it first.
        UnknownQuestion, EventNotOpen, EventClosed: there is nothing to review, or not now.
    """
    require_right(actor.role, "decide")
    if verdict not in (Verdict.PUBLISH, Verdict.FILTER):
        raise BadInput("The verdict must be publish or filter.", field="verdict")

    def body(unit: Unit) -> dict[str, Any]:
        unit.require_open()
        question = unit.question(docket_number)
        policy = unit.policy()
        policy.screening.require_decider(actor.role)
        _require_reviewable(unit, question, seq, actor)
        opinion = _check(policy, verdict, reason, explanation)
        _record(unit, question, seq, actor, opinion)
        unit.touch(question)
        who = viewer(unit.session, unit.event, unit.now_ms, staff=True)
        return {"question": question_views(unit.session, who, only=[docket_number])[0]}

    return perform(ctx, slug, body)


def _require_reviewable(unit: Unit, question: Question, seq: int, actor: Actor) -> None:
    number = question.docket_number
    if question.id in _decided_by(unit.session, unit.event, actor):
        raise NoRight(f"You have decided on #{number} yourself. Somebody else reviews it.")
    if unit.session.get(SecondReview, (question.id, seq)) is not None:
        raise StaleVersion(f"Somebody else reviewed #{number} first.")
    ready = waiting_reviews(unit.event).where(Question.id == question.id, Decision.seq == seq)
    if unit.session.execute(ready).first() is None:
        raise IllegalTransition(f"#{number} does not wait for a second review.")


def _decided_by(session: Session, event: Event, actor: Actor) -> set[int]:
    """Return the ids of questions that the person behind an actor decided on, in any role."""
    account = select(Staff.account_id).where(Staff.id == actor.staff_id).scalar_subquery()
    theirs = select(Staff.id).where(Staff.event_id == event.id, Staff.account_id == account)
    return set(session.scalars(select(Decision.question_id).where(Decision.staff_id.in_(theirs))))


def _check(policy: Policy, verdict: str, reason: str | None, explanation: str | None) -> Opinion:
    """Return what is said, held to what a first decision is held to."""
    if verdict == Verdict.FILTER:
        code, words = policy.check_decline(reason, explanation or "")
        return Opinion(verdict, code.code, words)
    if reason is not None:
        raise BadInput("Only a declined question has a reason code.", field="reason")
    return Opinion(verdict, None, clean_explanation(explanation) if explanation else "")


def _record(unit: Unit, question: Question, seq: int, actor: Actor, said: Opinion) -> None:
    if actor.staff_id is None:
        raise AssertionError("whoever has the right to decide is on the staff")
    hidden = unit.commit_to("explanation", said.explanation)
    version = unit.event.policy_version
    fields: Fields = {
        "n": question.docket_number,
        "seq": seq,
        "verdict": said.verdict,
        "reason": said.reason,
        "expl": hidden.value,
        "by": actor.pseudonym,
        "policy": version,
    }
    (leaf,) = unit.log(LeafDraft("review", fields))
    unit.session.add(
        SecondReview(
            question_id=question.id,
            seq=seq,
            verdict=said.verdict,
            reason=said.reason,
            explanation=said.explanation,
            explanation_salt=hidden.salt,
            reviewed_by=str(actor.pseudonym),
            staff_id=actor.staff_id,
            policy_version=version,
            reviewed_at=unit.now_ms,
            leaf_index=leaf.leaf_index,
        )
    )
    unit.session.flush()


def count_waiting(session: Session, event: Event) -> int:
    """Return how many decisions wait for a second review, whoever may give it."""
    if event.state not in (EventState.OPEN, EventState.LIVE):
        return 0
    waiting = waiting_reviews(event).order_by(None).subquery()
    return int(session.scalar(select(func.count()).select_from(waiting)) or 0)
