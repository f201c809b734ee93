"""Reading: events and questions as rows, and the views of them that people are shown.

A public view never holds the text of a question that no decision has opened. That is decided here,
in ``_public_text``, and nowhere else.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from qa.domain.admission import Admission, describe
from qa.domain.appeal_terms import AppealTerms, read_appeal_terms
from qa.domain.question import EventState, Status
from qa.domain.redaction import BASIS_LABELS, Basis, ErasureBasis, title_of
from qa.domain.text import render_answer
from qa.errors import UnknownEvent, UnknownQuestion
from qa.ledger.facts import DECIDED
from qa.store.appeal_book import AppealBook
from qa.store.models.decisions import Decision
from qa.store.models.events import Event, PolicyVersion
from qa.store.models.hiding import HidingAct, RedactionProposal
from qa.store.models.questions import Answer, Question, QuestionText, Vote
from qa.store.review_book import review_views

CURRENT_TEXT = (
    select(QuestionText.text)
    .where(QuestionText.question_id == Question.id, QuestionText.version == Question.text_version)
    .correlate(Question)
    .scalar_subquery()
)
"""The words of a question as they stand now."""

_Last = aliased(Decision)
_LAST_DECISION = and_(_Last.question_id == Question.id, _Last.seq == Question.decision_count)

_made = aliased(Decision)
_STANDING_DECISION = and_(
    Decision.question_id == Question.id,
    Decision.seq
    == func.coalesce(
        select(func.max(_made.seq))
        .where(
            _made.question_id == Question.id,
            _made.verdict == case(DECIDED, value=Question.status),
        )
        .correlate(Question)
        .scalar_subquery(),
        Question.decision_count,
    ),
)
"""The last decision with the verdict that makes the status; for other statuses the last one.

Later ones may have merged the question and taken it out again, or what it was merged into was
withdrawn: then the earlier decision, with its reason, stands (``qa.ledger.facts``).
"""


def find_event(session: Session, slug: str, *, lock: bool = False) -> Event:
    """Return the event with this slug.

    Raises:
        UnknownEvent: there is none.
    """
    wanted = select(Event).where(Event.slug == slug)
    event = session.scalar(wanted.with_for_update() if lock else wanted)
    if event is None:
        raise UnknownEvent("There is no meeting at this address.")
    return event


def find_question(
    session: Session, event: Event, docket_number: int, *, lock: bool = False
) -> Question:
    """Return a question of an event.

    Raises:
        UnknownQuestion: the event has no such docket number.
    """
    wanted = select(Question).where(
        Question.event_id == event.id, Question.docket_number == docket_number
    )
    question = session.scalar(wanted.with_for_update() if lock else wanted)
    if question is None:
        raise UnknownQuestion(f"This meeting has no question #{docket_number}.")
    return question


def current_policy(session: Session, event: Event) -> PolicyVersion:
    """Return the policy version in force."""
    return session.get_one(PolicyVersion, (event.id, event.policy_version))


@dataclass(frozen=True)
class Counts:
    """How many questions of an event stand how. ``overdue`` and ``undecided`` are pending ones."""

    submitted: int
    pending: int
    published: int
    filtered: int
    merged: int
    withdrawn: int
    overdue: int
    answered: int
    undecided: int


def count_questions(session: Session, event: Event, now_ms: int) -> Counts:
    """Count an event's questions by status."""
    rows = session.execute(
        select(
            Question.status,
            func.count(),
            func.count(Question.answered_at),
            func.sum(case((Question.due_at < now_ms, 1), else_=0)),
        )
        .where(Question.event_id == event.id)
        .group_by(Question.status)
    ).all()
    by_status = {status: count for status, count, _answered, _late in rows}
    late = {status: int(count or 0) for status, _count, _answered, count in rows}
    closed = event.state == EventState.CLOSED
    pending = by_status.get(Status.PENDING, 0)
    return Counts(
        submitted=sum(by_status.values()),
        pending=0 if closed else pending,
        published=by_status.get(Status.PUBLISHED, 0),
        filtered=by_status.get(Status.FILTERED, 0),
        merged=by_status.get(Status.MERGED, 0),
        withdrawn=by_status.get(Status.WITHDRAWN, 0),
        overdue=0 if closed else late.get(Status.PENDING, 0),
        answered=sum(answered for _status, _count, answered, _late in rows),
        undecided=pending if closed else 0,
    )


def event_view(session: Session, event: Event, now_ms: int) -> dict[str, Any]:
    """Return what anybody may know of an event."""
    return {
        "slug": event.slug,
        "title": event.title,
        "state": event.state,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "closed_at": event.closed_at,
        "anonymous_allowed": event.anonymous_allowed,
        "named_allowed": event.named_allowed,
        "admission": admission_view(event),
        "revision": event.revision,
        "policy_version": event.policy_version,
        "counts": vars(count_questions(session, event, now_ms)),
    }


def admission_view(event: Event) -> dict[str, Any]:
    """Return how people come into an event, and how many have, if anybody counts them."""
    way_in = Admission(event.admission)
    return describe(way_in, event.electorate, event.admitted, event.issuer)


def tally(
    session: Session, event: Event, only: Collection[int] | None = None
) -> list[tuple[int, int]]:
    """Return docket numbers and votes of every question that was ever public, in order.

    Those without votes too: a page that missed the last retraction must learn of it.
    """
    wanted = (
        select(Question.docket_number, Question.votes)
        .where(Question.event_id == event.id, Question.text_open)
        .order_by(Question.docket_number)
    )
    if only is not None:
        wanted = wanted.where(Question.docket_number.in_(only))
    return [(docket, votes) for docket, votes in session.execute(wanted)]


def supporters(
    session: Session, event: Event, only: Collection[int] | None = None
) -> list[tuple[int, int]]:
    """Return, of questions that others are merged into, number and people, each counted once.

    ``only`` keeps the groups that one of these docket numbers is in.
    """
    stands_in = func.coalesce(Question.merged_into, Question.docket_number)
    of_event = Question.event_id == event.id
    merged = select(Question.merged_into).where(of_event, Question.merged_into.is_not(None))
    if only is not None:
        touched = select(stands_in).where(of_event, Question.docket_number.in_(only))
        merged = merged.where(Question.merged_into.in_(session.scalars(touched).all()))
    # Asked first, because most votes are for questions that nothing is merged into.
    groups = session.scalars(merged.distinct()).all()
    if not groups:
        return []
    wanted = (
        select(stands_in, func.count(Vote.voter.distinct()))
        .outerjoin(Vote, Vote.question_id == Question.id)
        .where(of_event, or_(Question.docket_number.in_(groups), Question.merged_into.in_(groups)))
        .group_by(stands_in)
        .order_by(stands_in)
    )
    return [(docket, people) for docket, people in session.execute(wanted)]


def merged_numbers(session: Session, event: Event) -> dict[int, list[int]]:
    """Return the docket numbers merged into each question, for those that have any."""
    rows = session.execute(
        select(Question.merged_into, Question.docket_number)
        .where(Question.event_id == event.id, Question.merged_into.is_not(None))
        .order_by(Question.docket_number)
    )
    merged: dict[int, list[int]] = {}
    for into, docket in rows:
        if into is not None:
            merged.setdefault(into, []).append(docket)
    return merged


@dataclass(frozen=True)
class Viewer:
    """For whom questions are shown: everybody, or the staff at the desk."""

    event: Event
    now_ms: int
    labels: dict[tuple[int, str], str]
    terms: dict[int, AppealTerms]
    staff: bool = False


def viewer(session: Session, event: Event, now_ms: int, *, staff: bool = False) -> Viewer:
    """Return a viewer who knows the labels of reason codes under every version of the policy."""
    policies = session.scalars(
        select(PolicyVersion).where(PolicyVersion.event_id == event.id)
    ).all()
    labels = {
        (policy.version, code["code"]): code["label"]
        for policy in policies
        for code in policy.document["reason_codes"]
    }
    terms = {policy.version: read_appeal_terms(policy.document) for policy in policies}
    return Viewer(event, now_ms, labels, terms, staff)


def question_views(
    session: Session, who: Viewer, *, since: int = 0, only: Sequence[int] | None = None
) -> list[dict[str, Any]]:
    """Return the questions changed after revision ``since`` as ``who`` may see them, by number."""
    wanted = _questions(who.event).where(Question.revision > since)
    if only is not None:
        wanted = wanted.where(Question.docket_number.in_(only))
    merged = merged_numbers(session, who.event)
    people = dict(supporters(session, who.event)) if merged else {}
    acts = _hiding_acts(session, who.event, since)
    appeals = AppealBook.read(session, who.event, who.now_ms, who.terms)
    reviews = review_views(session, who.event, who.labels, since)
    return [
        {
            **_view(row, who, merged, people, acts),
            **appeals.fields(row[0], row[4]),
            "second_reviews": reviews.get(row[0].id, []),
        }
        for row in session.execute(wanted)
    ]


@dataclass(frozen=True)
class Standing:
    """What lists of questions are chosen by: how one stands, and by which decision if any."""

    n: int
    status: str
    verdict: str | None
    reason: str | None
    by: str | None
    rule: str | None
    policy_version: int | None


def standings(session: Session, event: Event) -> list[Standing]:
    """Return how every question of an event stands, in order of the docket."""
    rows = session.execute(
        select(
            Question.docket_number,
            Question.status,
            Decision.verdict,
            Decision.reason,
            Decision.decided_by,
            Decision.rule,
            Decision.policy_version,
        )
        .outerjoin(Decision, _STANDING_DECISION)
        .where(Question.event_id == event.id)
        .order_by(Question.docket_number)
    )
    return [Standing(*row) for row in rows]


def proposal_views(session: Session, event: Event) -> list[dict[str, Any]]:
    """Return the redactions that are proposed, oldest first, as staff may see them."""
    rows = session.execute(
        select(RedactionProposal, Question.docket_number)
        .join(Question, Question.id == RedactionProposal.question_id)
        .where(Question.event_id == event.id)
        .order_by(RedactionProposal.id)
    )
    return [
        {
            "id": proposal.id,
            "n": docket_number,
            "what": proposal.what,
            "seq": proposal.seq,
            "spans": proposal.spans,
            "basis": proposal.basis,
            "basis_label": BASIS_LABELS[Basis(proposal.basis)],
            "explanation": proposal.explanation,
            "by": proposal.proposed_by,
            "at": proposal.proposed_at,
        }
        for proposal, docket_number in rows
    ]


def count_hiding_acts(session: Session, event: Event) -> int:
    """Return how often words of an event were hidden."""
    wanted = (
        select(func.count())
        .select_from(HidingAct)
        .join(Question, Question.id == HidingAct.question_id)
        .where(Question.event_id == event.id)
    )
    return session.scalar(wanted) or 0


def act_view(act: HidingAct) -> dict[str, Any]:
    """Return why words are hidden, as it is published."""
    basis = Basis(act.basis) if act.kind == "redaction" else ErasureBasis(act.basis)
    return {
        "kind": act.kind,
        "what": act.what,
        "seq": act.seq,
        "spans": act.spans,
        "basis": act.basis,
        "basis_label": BASIS_LABELS[basis],
        "title": title_of(act.kind, act.what, act.seq, act.spans, basis),
        "explanation": act.explanation,
        "by": act.done_by,
        "second": act.second,
        "at": act.done_at,
        "leaf_index": act.leaf_index,
    }


def _hiding_acts(session: Session, event: Event, since: int) -> Mapping[int, list[dict[str, Any]]]:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = session.scalars(
        select(HidingAct)
        .join(Question, Question.id == HidingAct.question_id)
        .where(Question.event_id == event.id, Question.revision > since)
        .order_by(HidingAct.leaf_index)
    )
    for act in rows:
        found[act.question_id].append(act_view(act))
    return found


def _questions(event: Event) -> Select[Question, str | None, Decision, Answer, Decision]:
    last_answer = (
        select(func.max(Answer.leaf_index))
        .where(Answer.question_id == Question.id)
        .correlate(Question)
        .scalar_subquery()
    )
    return (
        select(Question, QuestionText.text, Decision, Answer, _Last)
        .join(
            QuestionText,
            and_(
                QuestionText.question_id == Question.id,
                QuestionText.version == Question.text_version,
            ),
        )
        .outerjoin(Decision, _STANDING_DECISION)
        .outerjoin(_Last, _LAST_DECISION)
        .outerjoin(
            Answer, and_(Answer.question_id == Question.id, Answer.leaf_index == last_answer)
        )
        .where(Question.event_id == event.id)
        .order_by(Question.docket_number)
    )


def _view(
    row: Row[Question, str | None, Decision, Answer, Decision],
    who: Viewer,
    merged: dict[int, list[int]],
    people: dict[int, int],
    acts: Mapping[int, list[dict[str, Any]]],
) -> dict[str, Any]:
    question, text = row[0], row[1]
    decision: Decision | None = row[2]
    answer: Answer | None = row[3]
    pending = question.status == Status.PENDING
    closed = who.event.state == EventState.CLOSED
    return {
        "n": question.docket_number,
        "status": question.status,
        "text": text if who.staff else _public_text(question, text),
        "text_version": question.text_version,
        "name": question.name if who.staff or question.text_open else None,
        "anonymous": question.anonymous,
        "language": question.language,
        "source": question.source,
        "submitted_at": question.submitted_at,
        "due_at": question.due_at,
        "overdue": pending and not closed and question.due_at < who.now_ms,
        "undecided": pending and closed,
        "votes": question.votes,
        "flags": question.flags if who.staff else [],
        "decision_count": question.decision_count,
        "decision": None if decision is None else decision_view(decision, who.labels),
        "live": question.live,
        "live_at": question.live_at,
        "next": question.next_at is not None,
        "next_at": question.next_at,
        "answered_at": question.answered_at,
        "answered_how": answer.mode if answer else None,
        "answer_html": render_answer(answer.text) if answer and answer.text else None,
        "withdrawn_at": question.withdrawn_at,
        "merged_into": question.merged_into,
        "merged": merged.get(question.docket_number, []),
        "support": people.get(question.docket_number, question.votes),
        "hidden": acts.get(question.id, []),
        "leaf_index": question.leaf_index,
    }


def _public_text(question: Question, text: str | None) -> str | None:
    return text if question.text_open else None


def decision_view(decision: Decision, labels: dict[tuple[int, str], str]) -> dict[str, Any]:
    """Return a statement of reasons as it is published."""
    label = None
    if decision.reason is not None:
        label = labels.get((decision.policy_version, decision.reason), decision.reason)
    return {
        "seq": decision.seq,
        "supersedes": decision.supersedes,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "reason_label": label,
        "explanation": decision.explanation,
        "by": decision.decided_by,
        "automated": decision.automated,
        "rule": decision.rule,
        "overdue": decision.overdue,
        "policy_version": decision.policy_version,
        "into": decision.merged_into,
        "appeal": decision.appeal,
        "at": decision.decided_at,
    }
