"""Redaction: one member of staff proposes to hide words, another one decides.

Nothing is logged before that. A proposal hides nothing and changes nothing on the record; in a log
that is public for ever it would only point at words that may have to go, while they can still be
read, and stay as a shadow on a question whose words turn out to be harmless. What a log must not
miss is that words were hidden, by whom and why, and that is the leaf of the second person's act.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import func, select

from qa.domain.question import Role, require_right
from qa.domain.redaction import (
    NUMBERED,
    Basis,
    What,
    check_explanation,
    check_spans,
    hide,
)
from qa.domain.text import clean_explanation
from qa.errors import BadInput, IllegalTransition, NoRight, StaleVersion
from qa.services.context import Actor, Context
from qa.services.decisions import staff_view
from qa.services.hiding import (
    Left,
    Target,
    leave_no_copy,
    remove_words,
    words_of,
)
from qa.services.unit import Unit, perform
from qa.store.log import Fields, LeafDraft
from qa.store.models.events import Staff
from qa.store.models.hiding import HidingAct, RedactionProposal
from qa.store.models.questions import Question
from qa.store.queries.hiding import proposal_views

MIN_EXPLANATION = 15
"""Graphemes. Hiding words takes more than a word of why."""

Code = TypeVar("Code", What, Basis)


@dataclass(frozen=True)
class Draft:
    """What somebody proposes to hide. No spans means all of the words.

    ``text_version`` and ``seen`` (how many acts that hid something) say what the proposer had
    before their eyes: spans of other words would hide the wrong ones.
    """

    what: str
    basis: str
    explanation: str
    text_version: int
    seen: int
    spans: Sequence[Sequence[int]] = ()
    seq: int | None = None


def propose_redaction(
    ctx: Context, slug: str, actor: Actor, docket_number: int, draft: Draft
) -> dict[str, Any]:
    """Propose to hide words. No leaf: nothing is hidden until somebody else confirms it.

    Raises:
        NoRight: the actor may not decide, or is no longer staff.
        BadInput: what, basis, spans or explanation is not of its form, or the explanation repeats
            what it is to hide.
        StaleVersion: the words are not those that the actor saw; ``current`` holds the question.
        IllegalTransition: there are no such words, or a redaction of them is proposed already.
    """
    require_right(actor.role, "decide")
    target, basis = _target(draft), _code(Basis, draft.basis, "basis")
    explanation = clean_explanation(draft.explanation, MIN_EXPLANATION)

    def body(unit: Unit) -> dict[str, Any]:
        member = _member(unit, actor)
        question = unit.question(docket_number)
        _require_as_seen(unit, question, draft)
        words = words_of(unit.session, question, target)
        spans = check_spans(words, draft.spans)
        check_explanation(explanation, words, spans)
        if _proposal_about(unit, question, target) is not None:
            raise IllegalTransition("A redaction of these words is proposed already.")
        proposal = RedactionProposal(
            question_id=question.id,
            what=target.what,
            seq=target.seq,
            spans=[list(span) for span in spans],
            basis=basis,
            explanation=explanation,
            proposed_by=member.pseudonym,
            staff_id=member.id,
            proposed_at=unit.now_ms,
        )
        unit.session.add(proposal)
        # The event changes and the question does not: the public is not shown that something is up.
        unit.touch()
        return _answer(unit, docket_number)

    return perform(ctx, slug, body)


def confirm_redaction(
    ctx: Context, slug: str, actor: Actor, docket_number: int, proposal_id: int
) -> dict[str, Any]:
    """Hide words that somebody else proposed to hide: they and their salts are deleted, and logged.

    Raises:
        NoRight: the actor may not decide, is no longer staff, or is the one who proposed it; or
            neither of the two is an owner, where the policy in force asks for one.
        StaleVersion: the proposal is no longer open; ``current`` holds the question.
        IllegalTransition: the one who proposed it is no longer staff.
    """
    require_right(actor.role, "decide")

    def body(unit: Unit) -> dict[str, Any]:
        member = _member(unit, actor)
        question = unit.question(docket_number)
        proposal = _open_proposal(unit, question, proposal_id)
        proposer = unit.session.get_one(Staff, proposal.staff_id)
        if proposer.account_id == member.account_id:
            raise NoRight("You proposed this yourself, so somebody else has to confirm it.")
        if proposer.removed_at is not None:
            raise IllegalTransition(
                f"{proposer.pseudonym}, who proposed this, is no longer staff."
                " Reject it, and propose it anew."
            )
        unit.policy().second_person.require_owner_to_hide(Role(proposer.role), Role(member.role))
        _redact(unit, question, proposal, member)
        unit.touch(question)
        return _answer(unit, docket_number)

    return perform(ctx, slug, body)


def reject_redaction(
    ctx: Context, slug: str, actor: Actor, docket_number: int, proposal_id: int
) -> dict[str, Any]:
    """Drop a proposal; its author may take it back so. No leaf: nothing was hidden.

    Raises:
        NoRight: the actor may not decide, or is no longer staff.
        StaleVersion: the proposal is no longer open; ``current`` holds the question.
    """
    require_right(actor.role, "decide")

    def body(unit: Unit) -> dict[str, Any]:
        _member(unit, actor)
        question = unit.question(docket_number)
        unit.session.delete(_open_proposal(unit, question, proposal_id))
        unit.touch()
        return _answer(unit, docket_number)

    return perform(ctx, slug, body)


def _redact(unit: Unit, question: Question, proposal: RedactionProposal, second: Staff) -> None:
    target = Target(What(proposal.what), proposal.seq)
    words = words_of(unit.session, question, target)
    spans = check_spans(words, proposal.spans)
    left = None
    if spans:
        shown = hide(words, spans, target.what)
        left = Left(shown, unit.commit_to("redacted", shown))
    why = unit.commit_to("explanation", proposal.explanation)
    fields: Fields = {
        "n": question.docket_number,
        "what": str(target.what),
        "seq": target.seq,
        "basis": proposal.basis,
        "by": proposal.proposed_by,
        "second": second.pseudonym,
        "spans": len(spans),
        "shown": left.commitment.value if left else None,
        "expl": why.value,
    }
    (leaf,) = unit.log(LeafDraft("redaction", fields))
    act = HidingAct(
        question_id=question.id,
        leaf_index=leaf.leaf_index,
        kind="redaction",
        what=[str(target.what)],
        seq=target.seq,
        spans=len(spans),
        basis=proposal.basis,
        explanation=proposal.explanation,
        explanation_salt=why.salt,
        done_by=proposal.proposed_by,
        second=second.pseudonym,
        done_at=unit.now_ms,
    )
    unit.session.add(act)
    remove_words(unit.session, question, target, leaf.leaf_index, left)
    leave_no_copy(unit, target)


def _member(unit: Unit, actor: Actor) -> Staff:
    """Return the actor's row, looked at again now that nobody can change it. Raises: NoRight."""
    member = unit.session.get(Staff, actor.staff_id) if actor.staff_id is not None else None
    if member is None or member.event_id != unit.event.id or member.removed_at is not None:
        raise NoRight("You are no longer staff of this event.")
    require_right(Role(member.role), "decide")
    return member


def _target(draft: Draft) -> Target:
    what = _code(What, draft.what, "what")
    if (draft.seq is not None) != (what in NUMBERED):
        raise BadInput("Only an explanation, an answer or a review has a number.", field="seq")
    if what == What.NAME and draft.spans:
        raise BadInput("A name is hidden as a whole.", field="spans")
    return Target(what, draft.seq)


def _code(kind: type[Code], value: str, field: str) -> Code:
    try:
        return kind(value)
    except ValueError:
        names = ", ".join(kind)
        raise BadInput(f"This must be one of: {names}.", field=field) from None


def _require_as_seen(unit: Unit, question: Question, draft: Draft) -> None:
    acts = unit.session.scalar(
        select(func.count()).select_from(HidingAct).where(HidingAct.question_id == question.id)
    )
    if (question.text_version, acts) != (draft.text_version, draft.seen):
        raise StaleVersion(
            "The words have changed meanwhile. Look at them again.",
            details={"current": staff_view(unit, question.docket_number)},
        )


def _proposal_about(unit: Unit, question: Question, target: Target) -> RedactionProposal | None:
    return unit.session.scalar(
        select(RedactionProposal).where(
            RedactionProposal.question_id == question.id,
            RedactionProposal.what == target.what,
            RedactionProposal.seq == target.seq,
        )
    )


def _open_proposal(unit: Unit, question: Question, proposal_id: int) -> RedactionProposal:
    proposal = unit.session.get(RedactionProposal, proposal_id)
    if proposal is None or proposal.question_id != question.id:
        raise StaleVersion(
            "This proposal is no longer open: somebody decided on it, or the words changed.",
            details={"current": staff_view(unit, question.docket_number)},
        )
    return proposal


def _answer(unit: Unit, docket_number: int) -> dict[str, Any]:
    """Return the question as staff see it, and every proposal that is open now."""
    unit.session.flush()
    return {
        "question": staff_view(unit, docket_number),
        "proposals": proposal_views(unit.session, unit.event),
    }
