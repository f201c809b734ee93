"""Policies: read, changed by the owner, and tried on past questions before they are adopted.

A version that was published never changes. A new one applies to what is submitted and decided after
it; what was decided before keeps the version that it names.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.domain.marked import write_yaml
from qa.domain.policy import Flag, Policy, policy_sha256, screen
from qa.domain.question import EventState, require_right
from qa.domain.rule_kind import NOBODY_ASKED
from qa.domain.similarity import normalise
from qa.errors import BadInput, EventClosed, StaleVersion, UnknownPolicy
from qa.services import own_rules
from qa.services.context import Actor, Context
from qa.services.unit import Unit, perform
from qa.store.log import Fields, LeafDraft
from qa.store.models.events import Event, PolicyVersion, Staff
from qa.store.models.questions import Question, QuestionText
from qa.store.queries.events import current_policy, find_event
from qa.turns import give_way

MOST_TRIED: Final = 2_000
MOST_LISTED: Final = 50
PATIENT_WITH: Final = 3
"""Failures of own rules in a trial after which none is asked any more."""

_SLICE: Final = 10
"""After so many questions, others get their turn: trying a policy takes up to seconds."""


def get_policy(ctx: Context, slug: str, version: int | None = None) -> dict[str, Any]:
    """Return one version of an event's policy, the one in force by default, and a list of all.

    Raises:
        UnknownEvent, UnknownPolicy: there is no such event or version.
    """
    with ctx.db.read() as session:
        event = find_event(session, slug)
        return _policy(session, event, event.policy_version if version is None else version)


def _policy(session: Session, event: Event, version: int) -> dict[str, Any]:
    wanted = select(PolicyVersion).where(PolicyVersion.event_id == event.id)
    every = session.scalars(wanted.order_by(PolicyVersion.version)).all()
    policy = next((each for each in every if each.version == version), None)
    if policy is None:
        raise UnknownPolicy(f"This meeting has no version {version} of its policy.")
    return {
        **_named(policy),
        "document": policy.document,
        "in_force": event.policy_version,
        "versions": [_named(each) for each in every],
    }


def _named(policy: PolicyVersion) -> dict[str, Any]:
    return {
        "version": policy.version,
        "published_at": policy.published_at,
        "sha256": policy_sha256(policy.document),
    }


def read_draft(text: str | None, document: Mapping[str, Any] | None) -> Policy:
    """Return the policy that a text in YAML or JSON, or a document, describes.

    Raises:
        BadInput: it is no policy, with the field and for a text the line; or not one of the two.
    """
    if (text is None) == (document is None):
        raise BadInput("Send the policy either as text or as document.", field="text")
    return Policy.from_document(document) if text is None else Policy.from_text(text)


def publish_policy(
    ctx: Context, slug: str, actor: Actor, policy: Policy, version: int
) -> dict[str, Any]:
    """Put a new version in force from now on; ``version`` is the one that it was made from.

    The version in force, sent again, stays as it is.

    Raises:
        NoRight: the actor does not manage the event.
        StaleVersion: somebody else published one meanwhile.
        EventClosed: the event is over.
    """
    require_right(actor.role, "manage")
    own_rules.require_installed(policy)
    document = policy.as_document()

    def body(unit: Unit) -> dict[str, Any]:
        event = unit.event
        if event.state == EventState.CLOSED:
            raise EventClosed("This meeting is closed. Its record stays as it is.")
        if current_policy(unit.session, event).document != document:
            _require_newest(event, version)
            _publish(unit, document, str(actor.pseudonym))
        return _policy(unit.session, event, event.policy_version)

    return perform(ctx, slug, body)


def _require_newest(event: Event, version: int) -> None:
    if event.policy_version != version:
        raise StaleVersion(
            f"Somebody published version {event.policy_version} of the policy meanwhile. Yours was"
            f" made from version {version}: read theirs before you replace it.",
            details={"current": {"version": event.policy_version}},
        )


def _publish(unit: Unit, document: dict[str, Any], by: str) -> None:
    event = unit.event
    event.policy_version += 1
    unit.session.add(
        PolicyVersion(
            event_id=event.id,
            version=event.policy_version,
            document=document,
            published_at=unit.now_ms,
        )
    )
    said: Fields = {"version": event.policy_version, "sha256": policy_sha256(document), "by": by}
    unit.log(LeafDraft("policy.published", said))
    unit.touch()


@dataclass(frozen=True)
class _Asked:
    """A past question, as a rule may look at it."""

    event: int
    slug: str
    title: str
    number: int
    text: str
    name: str | None


def try_policy(ctx: Context, slug: str, actor: Actor, policy: Policy) -> dict[str, Any]:
    """Return a draft in its complete form, and what its rules would have seen in past questions.

    These are the newest 2,000 questions of this event and of the others in which the actor is on
    the staff. Of each rule the first 50 are listed. Nothing changes.

    Raises:
        NoRight: the actor does not manage the event.
        UnknownEvent: no event has this slug.
    """
    require_right(actor.role, "manage")
    own_rules.require_installed(policy)
    with ctx.db.read() as session:
        asked = _asked(session, find_event(session, slug), actor)
    document = policy.as_document()
    return {
        "document": document,
        "text": write_yaml(document),
        "questions": len(asked),
        "rules": _seen_by_rules(policy, asked),
    }


def _asked(session: Session, event: Event, actor: Actor) -> list[_Asked]:
    mine = select(Staff.account_id).where(Staff.id == actor.staff_id).scalar_subquery()
    events = select(Staff.event_id).where(Staff.account_id == mine, Staff.removed_at.is_(None))
    rows = session.execute(
        select(
            Event.id,
            Event.slug,
            Event.title,
            Question.docket_number,
            QuestionText.text,
            Question.name,
        )
        .join(Question, Question.event_id == Event.id)
        .join(QuestionText, QuestionText.question_id == Question.id)
        .where(Event.id.in_(events), QuestionText.version == Question.text_version)
        .where(QuestionText.text.is_not(None))
        .order_by(Event.id != event.id, Question.id.desc())
        .limit(MOST_TRIED)
    )
    found = [
        _Asked(event_id, of, title, number, text, name)
        for event_id, of, title, number, text, name in rows
        if text is not None
    ]
    return found[::-1]


def _seen_by_rules(policy: Policy, asked: list[_Asked]) -> list[dict[str, Any]]:
    seen: dict[int, list[str]] = {}
    counts: Counter[str] = Counter()
    listed: dict[str, list[dict[str, Any]]] = {rule.id: [] for rule in policy.rules}
    failures = 0
    for place, each in enumerate(asked):
        if place % _SLICE == 0:
            give_way()
        before = seen.setdefault(each.event, [])
        own = (
            own_rules.ask(policy, each.text, each.name) if failures < PATIENT_WITH else NOBODY_ASKED
        )
        failures += sum(saw is not None and saw.failed for saw in own.values())
        for flag in screen(policy, each.text, each.name, before, own=own).flags:
            counts[flag.rule] += 1
            if len(listed[flag.rule]) < MOST_LISTED:
                listed[flag.rule].append(_row(each, flag))
        before.append(normalise(each.text))
    return [
        {
            "rule": rule.id,
            "kind": rule.kind,
            "decides": rule.decides,
            "flagged": counts[rule.id],
            "examples": listed[rule.id],
        }
        for rule in policy.rules
    ]


def _row(asked: _Asked, flag: Flag) -> dict[str, Any]:
    return {
        "slug": asked.slug,
        "title": asked.title,
        "n": asked.number,
        "text": asked.text,
        "explanation": flag.explanation,
    }
