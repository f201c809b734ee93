"""Putting submissions on the docket: screened, numbered and logged, one or a whole file of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from qa.clock import full_minute
from qa.domain.policy import Screening, screen
from qa.domain.question import Status
from qa.domain.rule_kind import Answers
from qa.domain.similarity import normalise
from qa.errors import BadInput
from qa.services import logs, receipts
from qa.services.decisions import decide_by_rule
from qa.services.receipts import Receipt
from qa.services.unit import Unit
from qa.store.log import LeafDraft
from qa.store.models.events import Event
from qa.store.models.questions import Question, QuestionText

MINUTE_MS = 60_000


@dataclass(frozen=True)
class Submission:
    """A question that passed its checks. An imported one has no author tag (32 bytes)."""

    text: str
    name: str | None
    language: str | None
    client_key: str
    author_tag: bytes | None
    source: str
    flooding: bool = False
    own: Answers = field(default_factory=dict)


def check_name_allowed(event: Event, submission: Submission) -> None:
    """Refuse a name, or its absence, where the event does not take it. Raises: BadInput."""
    if submission.name is None and not event.anonymous_allowed:
        raise BadInput("This meeting takes questions with a name only.", field="name")
    if submission.name is not None and not event.named_allowed:
        raise BadInput("This meeting takes anonymous questions only.", field="name")


def add_questions(unit: Unit, submissions: Sequence[Submission]) -> list[Receipt]:
    """Give submissions the next docket numbers and a leaf each, and return their receipts.

    All leaves are appended in one go. Decisions of rules that may decide follow them.
    """
    seen = list(unit.ctx.asked.words(unit.session, unit.event).values())
    added = []
    for submission in submissions:
        added.append(_prepare(unit, submission, seen))
        seen.append(normalise(submission.text))
    leaves = unit.log(*(each.leaf for each in added))
    for each, leaf in zip(added, leaves, strict=True):
        each.question.leaf_index = each.version.leaf_index = leaf.leaf_index
    unit.session.add_all([each.question for each in added])
    unit.session.flush()
    for each in added:
        each.version.question_id = each.question.id
    unit.session.add_all([each.version for each in added])
    for each in added:
        decide_if_allowed(unit, each.question, each.found)
    unit.touch(*(each.question for each in added))
    origin = logs.origin_of(unit.session, unit.event)
    return [
        receipts.make_receipt(unit.ctx, origin, each.question, each.version, leaf, created=True)
        for each, leaf in zip(added, leaves, strict=True)
    ]


def flags_of(found: Screening) -> list[dict[str, Any]]:
    """Return what rules saw, as the desk shows it."""
    return [
        {"rule": flag.rule, "explanation": flag.explanation, "span": flag.span and list(flag.span)}
        for flag in found.flags
    ]


def decide_if_allowed(unit: Unit, question: Question, found: Screening) -> None:
    """Record the decision of a rule, if one that may decide saw something."""
    if found.decision is not None:
        decide_by_rule(unit, question, found.decision)


@dataclass(frozen=True)
class _Added:
    """A submission on its way into the tables, before its leaf has an index."""

    question: Question
    version: QuestionText
    leaf: LeafDraft
    found: Screening


def _prepare(unit: Unit, submission: Submission, seen: Sequence[str]) -> _Added:
    policy = unit.policy()
    found = screen(
        policy,
        submission.text,
        submission.name,
        seen,
        flooding=submission.flooding,
        own=submission.own,
    )
    submitted_at = full_minute(unit.now_ms)
    text = unit.commit_to("text", submission.text)
    name = unit.commit_to("name", submission.name) if submission.name is not None else None
    unit.event.last_docket += 1
    question = Question(
        event_id=unit.event.id,
        docket_number=unit.event.last_docket,
        client_key=submission.client_key,
        author_tag=submission.author_tag,
        source=submission.source,
        anonymous=name is None,
        name=submission.name,
        name_salt=name.salt if name else None,
        language=submission.language,
        status=Status.PENDING,
        text_open=False,
        text_version=1,
        flags=flags_of(found),
        decision_count=0,
        votes=0,
        live=False,
        revision=unit.event.revision + 1,
        policy_version=unit.event.policy_version,
        submitted_at=submitted_at,
        due_at=submitted_at + policy.deadline_minutes * MINUTE_MS,
    )
    version = QuestionText(version=1, text=submission.text, salt=text.salt, written_at=submitted_at)
    leaf = receipts.submitted_leaf(question, text.value, name.value if name else None)
    return _Added(question, version, leaf, found)
