"""One act on one event: what every verb needs inside its transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from qa.domain.policy import Policy
from qa.domain.question import EventState
from qa.errors import EventClosed, EventNotOpen
from qa.ledger import entry
from qa.services.context import Context
from qa.store import log, outbox
from qa.store.db import on_commit
from qa.store.log import Leaf, LeafDraft
from qa.store.models.events import Event, PolicyVersion
from qa.store.models.questions import Question
from qa.store.queries.events import find_event
from qa.store.queries.questions import find_question

T = TypeVar("T")
SALT_BYTES = 32


@dataclass(frozen=True)
class Commitment:
    """A hidden text: what the log says of it, and the salt that opens it."""

    value: str
    salt: bytes


@dataclass(frozen=True)
class Unit:
    """An event locked for one act, and the few things that every act does.

    ``now_ms`` is the log's time, so that what an act says of a deadline is what its leaf shows.
    """

    ctx: Context
    session: Session
    event: Event
    now_ms: int

    def require_open(self) -> None:
        """Refuse unless the event takes questions, votes and decisions now.

        Raises:
            EventNotOpen, EventClosed: it is still a draft, or over.
        """
        if self.event.state == EventState.CLOSED:
            raise EventClosed("This meeting is closed. Its record stays as it is.")
        if self.event.state == EventState.DRAFT:
            raise EventNotOpen("This meeting is not open for questions yet.")

    def require_opened(self) -> None:
        """Refuse only while it is a draft: for what may follow the close, too.

        Raises:
            EventNotOpen: it is still a draft.
        """
        if self.event.state != EventState.CLOSED:
            self.require_open()

    def question(self, docket_number: int) -> Question:
        """Return a question of this event, locked.

        Raises:
            UnknownQuestion: the event has no such docket number.
        """
        return find_question(self.session, self.event, docket_number, lock=True)

    def policy(self) -> Policy:
        """Return the policy in force."""
        return policy_in_force(self.ctx, self.session, self.event)

    def commit_to(self, field: str, text: str) -> Commitment:
        """Return a commitment to a text under a fresh salt."""
        salt = self.ctx.random_bytes(SALT_BYTES)
        return Commitment(entry.commit_text(salt, field, self.event.slug, text), salt)

    def log(self, *drafts: LeafDraft) -> list[Leaf]:
        """Append leaves to the event's log, and note who is to be told of them."""
        head = log.lock_log(self.session, self.event.id)
        leaves = log.append(self.session, head, self.event.slug, self.now_ms, drafts)
        outbox.put_out(self.session, self.event, self.ctx.clock(), drafts, leaves)
        return leaves

    def touch(self, *questions: Question) -> None:
        """Count one change of the event, and of these questions, and tell open pages of it."""
        self.event.revision += 1
        for question in questions:
            question.revision = self.event.revision
        self.session.flush()
        slug = self.event.slug
        on_commit(self.session, lambda: self.ctx.announce.changed(slug))


def policy_in_force(ctx: Context, session: Session, event: Event) -> Policy:
    """Return the policy that an event is under now."""
    key = (event.id, event.policy_version)
    if key not in ctx.policies:
        document = session.get_one(PolicyVersion, key).document
        ctx.policies[key] = Policy.from_document(document)
    return ctx.policies[key]


def perform(ctx: Context, slug: str, body: Callable[[Unit], T]) -> T:
    """Run an act in the writer, with its event locked, and return its value once it is durable.

    Raises:
        UnknownEvent: no event has this slug.
    """

    def command(session: Session) -> T:
        event = find_event(session, slug, lock=True)
        now_ms = max(ctx.clock(), log.latest_time(session, event.id))
        return body(Unit(ctx, session, event, now_ms))

    return ctx.db.write(command)
