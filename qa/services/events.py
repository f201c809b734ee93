"""Events: made, changed, and moved from draft to open, live and closed."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa.domain.admission import Admission
from qa.domain.policy import DEFAULT_POLICY_DOCUMENT, Policy, policy_sha256
from qa.domain.question import EventState, Role, Status, require_event_move, require_right
from qa.domain.text import clean_title
from qa.errors import BadInput, EventClosed, NoRight, SlugTaken
from qa.services import (
    admission,
    boards,
    identity,
    logs,
    own_rules,
    presenting,
    refusals,
    snapshots,
    staff,
)
from qa.services.context import Actor, Context
from qa.services.unit import Unit, perform
from qa.store import log
from qa.store.log import LeafDraft
from qa.store.models.accounts import Account
from qa.store.models.decisions import Appeal, SecondReview
from qa.store.models.events import Event, EventTitle, PolicyVersion, Staff
from qa.store.models.questions import Question
from qa.store.queries.events import count_questions, find_event

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,58})[a-z0-9]")
JOIN_CODE = re.compile(r"[A-Z0-9]{4,12}")
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O, which are misread from a projector."""

CODE_LENGTH = 6
CHANGEABLE = ("title", "starts_at", "ends_at", "anonymous_allowed", "named_allowed", "admission")


@dataclass(frozen=True)
class EventDraft:
    """What an owner says of a new event. Times are milliseconds since the epoch, UTC."""

    title: str
    slug: str | None = None
    starts_at: int | None = None
    ends_at: int | None = None
    join_code: str | None = None
    anonymous_allowed: bool = True
    named_allowed: bool = True
    admission: str = "open"
    policy: Mapping[str, Any] | None = None


def create_event(ctx: Context, account_id: int, draft: EventDraft) -> dict[str, Any]:
    """Create a draft event with its log, its policy and its first owner; return its settings.

    Raises:
        NoRight: the account may not create events.
        BadInput: a field is malformed or beyond its limit.
        SlugTaken: the slug or the join code is another event's.
    """
    title = clean_title(draft.title)
    slug = _check_slug(draft.slug or suggest_slug(title))
    policy = Policy.from_document(draft.policy or DEFAULT_POLICY_DOCUMENT)
    own_rules.require_installed(policy)
    _check_schedule(draft.starts_at, draft.ends_at)
    _check_askers(draft.anonymous_allowed, draft.named_allowed)
    way_in = admission.check_admission(ctx, draft.admission)

    def command(session: Session) -> dict[str, Any]:
        account = session.get_one(Account, account_id)
        if not account.may_create_events:
            raise NoRight("Your account may not create events.")
        _require_free(session, Event.slug == slug, "slug", f"The address {slug} is taken.")
        event = Event(
            slug=slug,
            title=title,
            state=EventState.DRAFT,
            join_code=_join_code(ctx, session, draft.join_code),
            starts_at=draft.starts_at,
            ends_at=draft.ends_at,
            anonymous_allowed=draft.anonymous_allowed,
            named_allowed=draft.named_allowed,
            admission=way_in,
            electorate=0,
            admitted=0,
            policy_version=1,
            created_at=ctx.clock(),
        )
        session.add(event)
        session.flush()
        unit = Unit(ctx, session, event, event.created_at)
        _open_log(unit, policy.as_document())
        if way_in != Admission.OPEN:
            admission.begin_admission(unit)
        staff.enrol(unit, account_id, Role.OWNER, by="Owner")
        return _settings(unit.ctx, session, event)

    return ctx.db.write(command)


def _open_log(unit: Unit, document: dict[str, Any]) -> None:
    """Start the event's log, and name it in the registry so that no event can vanish whole."""
    session, event = unit.session, unit.event
    registry = log.find_log(session, None)
    origin = logs.new_origin(unit.ctx, event.slug, registry)
    event_log = log.create_log(session, origin, event.id)
    title = unit.commit_to("title", event.title)
    opened = LeafDraft("event.opened", {"origin": origin, "title": title.value, "policy": 1})
    policy = LeafDraft("policy.published", {"version": 1, "sha256": policy_sha256(document)})
    session.add(
        PolicyVersion(
            event_id=event.id, version=1, document=document, published_at=event.created_at
        )
    )
    first, _ = log.append(session, event_log, event.slug, unit.now_ms, [opened, policy])
    session.add(
        EventTitle(
            event_id=event.id, leaf_index=first.leaf_index, title=event.title, salt=title.salt
        )
    )
    if registry is None:
        log.create_log(session, logs.new_origin(unit.ctx, logs.REGISTRY), None)
    log.append(session, log.lock_log(session, None), event.slug, unit.now_ms, [opened])


def change_event(
    ctx: Context, slug: str, actor: Actor, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Change an event's title, schedule or who may ask. Nothing that is logged already changes.

    Raises:
        NoRight: the actor does not manage the event.
        BadInput: a field cannot be changed, or its value is not allowed.
        EventClosed: the event is over.
    """
    require_right(actor.role, "manage")
    wanted = _clean_changes(ctx, changes)

    def body(unit: Unit) -> dict[str, Any]:
        event = unit.event
        if event.state == EventState.CLOSED:
            raise EventClosed("This meeting is closed. Its record stays as it is.")
        changed = sorted(name for name, value in wanted.items() if getattr(event, name) != value)
        if changed:
            if "admission" in changed:
                admission.require_draft(event)
            for name in changed:
                setattr(event, name, wanted[name])
            _check_schedule(event.starts_at, event.ends_at)
            _check_askers(event.anonymous_allowed, event.named_allowed)
            _log_changes(unit, changed)
            if "admission" in changed:
                admission.begin_admission(unit)
            unit.touch()
        return _settings(ctx, unit.session, event)

    return perform(ctx, slug, body)


def _clean_changes(ctx: Context, changes: Mapping[str, Any]) -> dict[str, Any]:
    for name in changes:
        if name not in CHANGEABLE:
            raise BadInput(f"{name} cannot be changed.", field=name)
    wanted = dict(changes)
    if "title" in wanted:
        wanted["title"] = clean_title(wanted["title"])
    if "admission" in wanted:
        wanted["admission"] = admission.check_admission(ctx, wanted["admission"])
    return wanted


def _log_changes(unit: Unit, changed: list[str]) -> None:
    if "title" not in changed:
        unit.log(LeafDraft("event.changed", {"fields": changed}))
        return
    title = unit.commit_to("title", unit.event.title)
    (leaf,) = unit.log(LeafDraft("event.changed", {"fields": changed, "title": title.value}))
    unit.session.add(
        EventTitle(
            event_id=unit.event.id,
            leaf_index=leaf.leaf_index,
            title=unit.event.title,
            salt=title.salt,
        )
    )


def move_event(ctx: Context, slug: str, actor: Actor, state: str) -> dict[str, Any]:
    """Move an event on: draft → open → live → closed. Closing logs the totals.

    Raises:
        NoRight: the actor does not manage the event.
        BadInput: there is no such state.
        IllegalTransition: the event cannot move there from where it is.
    """
    require_right(actor.role, "manage")
    if state not in set(EventState):
        names = ", ".join(EventState)
        raise BadInput(f"The state must be one of: {names}.", field="state")

    def body(unit: Unit) -> dict[str, Any]:
        event, wanted = unit.event, EventState(state)
        require_event_move(EventState(event.state), wanted)
        # Locked until the end: a vote is in before the count, or refused after it.
        questions = _lock_questions(unit) if wanted == EventState.CLOSED else []
        moved = LeafDraft("event.state", {"from": event.state, "to": state})
        if wanted == EventState.CLOSED:
            presenting.clear_stage(unit, str(actor.pseudonym))
            snapshots.take_snapshot(unit)
            refusals.log_counts(unit)
            admission.forget(unit)
        event.state = wanted
        held_back = [each for each in questions if _is_held_back(each)]
        for each in held_back:
            each.text_open = True
        if wanted == EventState.OPEN:
            event.opened_at = unit.now_ms
        unit.log(moved)
        if wanted == EventState.CLOSED:
            event.closed_at = unit.now_ms
            unit.log(LeafDraft("event.closed", _totals(unit)))
        waiting = (each for each in questions if each.status == Status.PENDING)
        unit.touch(*waiting, *held_back)
        return _settings(ctx, unit.session, event)

    return perform(ctx, slug, body)


def _is_held_back(question: Question) -> bool:
    """Say whether a question was filtered under a policy that keeps its words until the close."""
    return question.status == Status.FILTERED and not question.text_open


def _lock_questions(unit: Unit) -> Sequence[Question]:
    wanted = select(Question).where(Question.event_id == unit.event.id)
    return unit.session.scalars(wanted.order_by(Question.id).with_for_update()).all()


def _totals(unit: Unit) -> dict[str, int]:
    counts = count_questions(unit.session, unit.event, unit.now_ms)
    here = Question.event_id == unit.event.id
    sums = select(func.sum(Question.votes), func.sum(Question.decision_count)).where(here)
    votes, decided = unit.session.execute(sums).one()
    appealed, reviewed = (
        select(func.count()).select_from(table).join(Question).where(here)
        for table in (Appeal, SecondReview)
    )
    names = ("submitted", "published", "filtered", "merged", "withdrawn", "undecided", "answered")
    return {
        **{name: getattr(counts, name) for name in names},
        "decisions": int(decided or 0),
        "appeals": int(unit.session.scalar(appealed) or 0),
        "reviews": int(unit.session.scalar(reviewed) or 0),
        "votes": int(votes or 0),
    }


def settings(ctx: Context, slug: str, actor: Actor) -> dict[str, Any]:
    """Return what the owner manages: the event, how to join it, and its staff.

    Raises:
        NoRight: the actor does not manage the event.
        UnknownEvent: no event has this slug.
    """
    require_right(actor.role, "manage")
    with ctx.db.read() as session:
        return _settings(ctx, session, find_event(session, slug))


def _settings(ctx: Context, session: Session, event: Event) -> dict[str, Any]:
    members = session.execute(
        select(Staff, Account.name)
        .join(Account, Account.id == Staff.account_id)
        .where(Staff.event_id == event.id)
        .order_by(Staff.id)
    )
    return {
        "event": boards.event_of(ctx, session, event),
        "join_code": event.join_code,
        "join_url": boards.join_url(ctx, event),
        "staff": [
            {
                "id": member.id,
                "name": name,
                "role": member.role,
                "pseudonym": member.pseudonym,
                "added_at": member.added_at,
                "removed_at": member.removed_at,
            }
            for member, name in members
        ],
    }


def suggest_slug(title: str) -> str:
    """Return an address made of a title's letters and digits, without their accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", title) if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", plain.lower())
    return "-".join(words)[:60].strip("-") or "meeting"


def _check_slug(slug: str) -> str:
    if not SLUG.fullmatch(slug) or slug == logs.REGISTRY:
        raise BadInput(
            "The address must be 3 to 60 of a-z, 0-9 and hyphens, with no hyphen at either end,"
            f' and not "{logs.REGISTRY}".',
            field="slug",
        )
    return slug


def _check_schedule(starts_at: int | None, ends_at: int | None) -> None:
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise BadInput("The meeting must end after it starts.", field="ends_at")


def _check_askers(anonymous_allowed: bool, named_allowed: bool) -> None:
    if not anonymous_allowed and not named_allowed:
        raise BadInput(
            "Somebody must be able to ask: allow anonymous questions, named ones, or both.",
            field="anonymous_allowed",
        )


def _join_code(ctx: Context, session: Session, wanted: str | None) -> str:
    if wanted is None:
        return _free_code(ctx, session)
    code = identity.normalise_code(wanted)
    if not JOIN_CODE.fullmatch(code):
        raise BadInput("A join code is 4 to 12 letters and digits.", field="join_code")
    _require_free(session, Event.join_code == code, "join_code", f"The code {code} is taken.")
    return code


def _free_code(ctx: Context, session: Session) -> str:
    while True:
        letters = ctx.random_bytes(CODE_LENGTH)
        code = "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in letters)
        if session.scalar(select(Event.id).where(Event.join_code == code)) is None:
            return code


def _require_free(session: Session, taken: Any, field: str, message: str) -> None:
    if session.scalar(select(Event.id).where(taken)) is not None:
        raise SlugTaken(message, field=field)
