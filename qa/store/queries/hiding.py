"""Why words are hidden, and what is proposed to be, as it is shown."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa.domain.redaction import BASIS_LABELS, Basis, ErasureBasis, title_of
from qa.store.models.events import Event
from qa.store.models.hiding import HidingAct, RedactionProposal
from qa.store.models.questions import Question


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


def hiding_acts(session: Session, event: Event, since: int) -> Mapping[int, list[dict[str, Any]]]:
    """Return why words are hidden of each question changed after revision ``since``, in order."""
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
