"""Appeals: a second look at a decline or a merge, by somebody other than who made it.

Everything about an appeal is held to the version of the policy that the decision names: a later
version can shorten nobody's time, and neither can the close. So an appeal may still come after it,
and be decided.
"""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from qa.clock import full_minute, to_minute
from qa.domain.appeal_terms import AppealTerms, read_appeal_terms
from qa.domain.question import Role, Status
from qa.errors import IllegalTransition, NoRight, NotJoined, StaleVersion
from qa.services.authors import check_author_key, question_of
from qa.services.context import Actor, Context
from qa.services.unit import Unit, perform
from qa.store.log import Fields, LeafDraft
from qa.store.models.decisions import Appeal, AppealCall, Decision
from qa.store.models.events import PolicyVersion, Staff
from qa.store.models.questions import Question, Vote
from qa.store.queries.questions import question_views, viewer

MINUTE_MS = 60_000
APPEALABLE = (Status.FILTERED, Status.MERGED)


def appeal_as_author(
    ctx: Context, slug: str, docket_number: int, author_key: str, seq: int
) -> dict[str, Any]:
    """Appeal against decision ``seq`` on one's own question; return it as the public sees it.

    Raises:
        NoRight: the key is not the author's.
        StaleVersion: it is not the last decision any more.
        IllegalTransition: it cannot be appealed, not any more, or not twice.
        EventNotOpen: the event is still a draft.
    """
    key = check_author_key(author_key)

    def body(unit: Unit) -> dict[str, Any]:
        unit.require_opened()
        question = question_of(unit, docket_number, key)
        terms = _require_appealable(unit, question, seq)
        _open_appeal(unit, question, seq, "Author", terms)
        return _public_view(unit, docket_number)

    return perform(ctx, slug, body)


def appeal_as_supporter(
    ctx: Context, slug: str, actor: Actor, docket_number: int, seq: int
) -> dict[str, Any]:
    """Ask for an appeal against a decision on a question that one supports, once.

    The one who makes their number complete opens the appeal, which is a leaf. A single request is
    none, as a single vote is none: a leaf for each would tell who asked when.

    Raises:
        NotJoined: the actor has not joined the event.
        StaleVersion, IllegalTransition, EventNotOpen: as for the author; and when the actor has not
            upvoted the question, or the policy lets authors only appeal.
    """
    if actor.role != Role.PARTICIPANT or actor.voter is None:
        raise NotJoined("Join the meeting to ask for a second look.")
    voter = actor.voter

    def body(unit: Unit) -> dict[str, Any]:
        unit.require_opened()
        question = unit.question(docket_number)
        terms = _require_appealable(unit, question, seq)
        if not terms.supporters:
            raise IllegalTransition("Under this policy only the author can appeal.")
        if unit.session.get(Vote, (question.id, voter)) is None:
            raise IllegalTransition("Upvote the question first: its supporters can appeal.")
        if _call(unit, question, seq, voter) >= terms.supporters:
            _open_appeal(unit, question, seq, "Supporters", terms)
        unit.touch(question)
        return _public_view(unit, docket_number)

    return perform(ctx, slug, body)


def waiting_appeal(unit: Unit, question: Question) -> Appeal | None:
    """Return the appeal that waits for a decision, if there is one."""
    return unit.session.scalar(
        select(Appeal).where(Appeal.question_id == question.id, Appeal.outcome.is_(None))
    )


def require_somebody_else(unit: Unit, question: Question, appeal: Appeal, actor: Actor) -> None:
    """Refuse a decision on an appeal by whoever made the decision that was appealed.

    And by whoever is no owner, where the policy in force leaves appeals to owners. One account can
    have two roles, and so two pseudonyms, in an event: it stays one person.

    Raises:
        NoRight: the actor decided before, or is no owner where it takes one.
    """
    unit.policy().second_person.require_owner_for_appeal(actor.role)
    appealed = unit.session.get_one(Decision, (question.id, appeal.seq))
    same_name = appealed.decided_by == actor.pseudonym
    if same_name or (
        appealed.staff_id is not None
        and _account(unit, appealed.staff_id) == _account(unit, actor.staff_id)
    ):
        raise NoRight(
            f"There is an appeal against your own decision on #{question.docket_number}."
            " Somebody else decides on it."
        )


def void_appeal(unit: Unit, question: Question) -> None:
    """End an appeal that has nothing left to decide on."""
    appeal = waiting_appeal(unit, question)
    if appeal is not None:
        appeal.outcome = "void"


def _require_appealable(unit: Unit, question: Question, seq: int) -> AppealTerms:
    number = question.docket_number
    if question.decision_count != seq:
        raise StaleVersion(
            f"There is another decision on #{number} by now.",
            details={"current": _public_view(unit, number)},
        )
    decision = unit.session.get(Decision, (question.id, seq))
    if decision is None or question.status not in APPEALABLE:
        raise IllegalTransition(
            f"#{number} is {question.status}: there is nothing to appeal against.",
            details={"status": question.status},
        )
    if decision.appeal is not None:
        raise IllegalTransition("This decision was made on an appeal, and is final.")
    if unit.session.get(Appeal, (question.id, seq)) is not None:
        raise IllegalTransition("This decision has been appealed already.")
    version = unit.session.get_one(PolicyVersion, (unit.event.id, decision.policy_version))
    terms = read_appeal_terms(version.document)
    if not terms.window_minutes:
        raise IllegalTransition("The policy of this meeting has no appeals.")
    end = full_minute(decision.decided_at) + terms.window_minutes * MINUTE_MS
    if full_minute(unit.now_ms) > end:
        raise IllegalTransition("The time to appeal against this decision is over.")
    return terms


def _open_appeal(unit: Unit, question: Question, seq: int, by: str, terms: AppealTerms) -> None:
    asked_at = full_minute(unit.now_ms)
    due_at = asked_at + terms.deadline_minutes * MINUTE_MS
    fields: Fields = {"n": question.docket_number, "seq": seq, "by": by, "due": to_minute(due_at)}
    (leaf,) = unit.log(LeafDraft("appeal", fields))
    unit.session.add(
        Appeal(
            question_id=question.id,
            seq=seq,
            asked_by=by,
            asked_at=asked_at,
            due_at=due_at,
            leaf_index=leaf.leaf_index,
            late=False,
        )
    )
    unit.touch(question)


def _call(unit: Unit, question: Question, seq: int, voter: bytes) -> int:
    """Note that a supporter asks; return how many do."""
    dialect = {"postgresql": postgresql, "sqlite": sqlite}[unit.session.get_bind().dialect.name]
    unit.session.execute(
        dialect.insert(AppealCall)
        .values(question_id=question.id, seq=seq, voter=voter)
        .on_conflict_do_nothing()
    )
    return int(
        unit.session.scalar(
            select(func.count()).where(AppealCall.question_id == question.id, AppealCall.seq == seq)
        )
        or 0
    )


def _account(unit: Unit, staff_id: int | None) -> int | None:
    member = unit.session.get(Staff, staff_id) if staff_id is not None else None
    return member.account_id if member else None


def _public_view(unit: Unit, docket_number: int) -> dict[str, Any]:
    who = viewer(unit.session, unit.event, unit.now_ms)
    return question_views(unit.session, who, only=[docket_number])[0]
