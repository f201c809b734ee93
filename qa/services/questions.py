"""Questions: submitted, revised and withdrawn by their authors.

An author is whoever holds the author key, a secret that only the browser keeps. The database has
its SHA-256, and nothing that leads from a question to a participant.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.clock import full_minute
from qa.domain.policy import Policy, screen
from qa.domain.question import Role, Status, status_after_withdrawal
from qa.domain.redaction import What
from qa.domain.text import clean_language, clean_name, clean_question
from qa.errors import (
    BadInput,
    DuplicateSubmission,
    IllegalTransition,
    NotJoined,
    RateLimited,
)
from qa.services import appeals, hiding, logs, merging, own_rules, receipts, refusals
from qa.services.authors import check_author_key, own_question
from qa.services.context import Actor, Context
from qa.services.docket import (
    Submission,
    add_questions,
    check_name_allowed,
    decide_if_allowed,
    flags_of,
)
from qa.services.receipts import Receipt
from qa.services.unit import Unit, perform, policy_in_force
from qa.store import outbox
from qa.store.log import Fields, LeafDraft
from qa.store.models.events import Event
from qa.store.models.questions import Question, QuestionText
from qa.store.queries.events import find_event
from qa.store.queries.questions import CURRENT_TEXT, find_question, question_views, viewer

CLIENT_KEY = re.compile(r"[A-Za-z0-9_-]{22,64}")
HEX64 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class QuestionDraft:
    """What somebody asks. ``client_key`` makes a retry harmless; the tag is 64 hex digits."""

    text: str
    anonymous: bool
    name: str | None = None
    language: str | None = None
    client_key: str = ""
    author_tag: str = ""


def submit_question(ctx: Context, slug: str, actor: Actor, draft: QuestionDraft) -> Receipt:
    """Give a question its docket number and its leaf, and return the receipt.

    A retry with the same client key and the same content returns the first receipt again.

    Raises:
        NotJoined: the actor has not joined the event.
        BadInput: a field is malformed or beyond its limit.
        RateLimited: a quota is used up; the refusal is counted on the record.
        DuplicateSubmission: the client key was used for something else.
        EventNotOpen, EventClosed: the event takes no questions now.
    """
    if actor.role != Role.PARTICIPANT or actor.voter is None:
        raise NotJoined("Join the meeting to ask a question.")
    submission = _check(draft)
    with ctx.db.read() as session:
        event = find_event(session, slug)
        earlier = _earlier_receipt(ctx, session, event, submission)
        if earlier is not None:
            return earlier
        policy = policy_in_force(ctx, session, event)
    try:
        ctx.quotas.take_question(slug, actor.voter)
    except RateLimited as error:
        refusals.count_refusal(ctx, slug, error)
        raise
    flooding = _note_flood(ctx, slug, actor.voter, policy)
    own = own_rules.ask(policy, submission.text, submission.name)
    submission = replace(submission, flooding=flooding, own=own)
    return perform(ctx, slug, lambda unit: _submit(unit, submission))


def _note_flood(ctx: Context, slug: str, voter: bytes, policy: Policy) -> bool:
    """Count for the policy's first rule about floods, if it has one."""
    rule = next((rule for rule in policy.rules if rule.kind == "flood"), None)
    if rule is None:
        return False
    limits = rule.params
    return ctx.quotas.note_flood(slug, voter, limits["questions"], limits["minutes"])


def _check(draft: QuestionDraft) -> Submission:
    if not CLIENT_KEY.fullmatch(draft.client_key):
        raise BadInput(
            "client_key must be 22 to 64 letters, digits, hyphens or underscores.",
            field="client_key",
        )
    if not HEX64.fullmatch(draft.author_tag):
        raise BadInput("author_tag must be 64 hex digits.", field="author_tag")
    if draft.anonymous and draft.name:
        raise BadInput("An anonymous question carries no name.", field="name")
    return Submission(
        text=clean_question(draft.text),
        name=None if draft.anonymous else clean_name(draft.name or ""),
        language=clean_language(draft.language),
        client_key=draft.client_key,
        author_tag=bytes.fromhex(draft.author_tag),
        source="live",
    )


def _submit(unit: Unit, submission: Submission) -> Receipt:
    unit.require_open()
    check_name_allowed(unit.event, submission)
    earlier = _earlier_receipt(unit.ctx, unit.session, unit.event, submission)
    return earlier or add_questions(unit, [submission])[0]


def revise_question(
    ctx: Context, slug: str, docket_number: int, author_key: str, text: str
) -> Receipt:
    """Replace a pending question's words by its author's new ones; both versions are logged.

    Raises:
        NoRight: the key is not the author's.
        IllegalTransition: a decision has been made, so the words are on the record as they are.
    """
    cleaned, key = clean_question(text), check_author_key(author_key)
    with ctx.db.read() as session:
        event = find_event(session, slug)
        policy = policy_in_force(ctx, session, event)
        question = find_question(session, event, docket_number)
    own = own_rules.ask(policy, cleaned, question.name)

    def body(unit: Unit) -> Receipt:
        question = own_question(unit, docket_number, key)
        if question.status != Status.PENDING or question.decision_count:
            raise IllegalTransition("A question can be changed only before its first decision.")
        if hiding.is_hidden(unit.session, question):
            raise IllegalTransition(
                "Words of this question are hidden, so it stays as it is. Withdraw it and ask anew."
            )
        asked = unit.ctx.asked.words(unit.session, unit.event)
        others = [spelt for number, spelt in asked.items() if number != docket_number]
        found = screen(unit.policy(), cleaned, question.name, others, own=own)
        words = unit.commit_to("text", cleaned)
        question.text_version += 1
        question.flags = flags_of(found)
        fields: Fields = {
            "n": docket_number,
            "version": question.text_version,
            "text": words.value,
            "flags": [flag.rule for flag in found.flags],
        }
        (leaf,) = unit.log(LeafDraft("question.revised", fields))
        version = QuestionText(
            question_id=question.id,
            version=question.text_version,
            text=cleaned,
            salt=words.salt,
            written_at=full_minute(unit.now_ms),
            leaf_index=leaf.leaf_index,
        )
        unit.session.add(version)
        hiding.drop_proposals(unit.session, question, hiding.Target(What.TEXT))
        decide_if_allowed(unit, question, found)
        unit.touch(question)
        origin = logs.origin_of(unit.session, unit.event)
        return receipts.make_receipt(ctx, origin, question, version, leaf, created=True)

    return perform(ctx, slug, body)


def withdraw_question(
    ctx: Context, slug: str, docket_number: int, author_key: str
) -> dict[str, Any]:
    """Take a question back. Its number stays, and so do words that were public already.

    What was merged into it stands again as it did before.

    Raises:
        NoRight: the key is not the author's.
        IllegalTransition: it is live now, or was withdrawn before.
    """
    key = check_author_key(author_key)

    def body(unit: Unit) -> dict[str, Any]:
        question = own_question(unit, docket_number, key)
        reached = status_after_withdrawal(Status(question.status), live=question.live)
        appeals.void_appeal(unit, question)
        others = merging.leave(unit, question)
        question.status = reached
        question.withdrawn_at = full_minute(unit.now_ms)
        question.next_at = None
        outbox.forget_address(unit.session, question)
        unit.log(LeafDraft("withdrawn", {"n": docket_number}))
        unit.touch(question, *others)
        who = viewer(unit.session, unit.event, unit.now_ms)
        return question_views(unit.session, who, only=[docket_number])[0]

    return perform(ctx, slug, body)


def similar_questions(ctx: Context, slug: str, text: str) -> dict[str, Any]:
    """Return public questions much like a text. No leaf: nothing changes.

    Raises:
        BadInput: the text is not a possible question.
    """
    wanted = clean_question(text)
    with ctx.db.read() as session:
        event = find_event(session, slug)
        best = [number for number, _ in ctx.asked.index(session, event).similar(wanted)]
        rows = session.execute(
            select(
                Question.docket_number,
                CURRENT_TEXT.label("text"),
                Question.votes,
                Question.status,
            ).where(
                Question.event_id == event.id,
                Question.docket_number.in_(best),
                Question.text_open,
            )
        ).all()
    rows = sorted(rows, key=lambda row: best.index(row.docket_number))
    return {
        "similar": [
            {"n": row.docket_number, "text": row.text, "votes": row.votes, "status": row.status}
            for row in rows
            if row.text is not None
        ]
    }


def _earlier_receipt(
    ctx: Context, session: Session, event: Event, submission: Submission
) -> Receipt | None:
    question = session.scalar(
        select(Question).where(
            Question.event_id == event.id, Question.client_key == submission.client_key
        )
    )
    if question is None:
        return None
    version = session.get_one(QuestionText, (question.id, 1))
    if version.hidden_leaf is not None or question.name_hidden_leaf is not None:
        raise DuplicateSubmission(
            "This question is on the record, and its words were hidden since.", field="client_key"
        )
    same = (question.author_tag, version.text, question.name) == (
        submission.author_tag,
        submission.text,
        submission.name,
    )
    if not same:
        raise DuplicateSubmission(
            "This client key was used for another question.", field="client_key"
        )
    return receipts.find_receipt(ctx, session, event, question, version)
