"""The outbox: which leaves are still to be told to whom. It is filled by the write that logs them.

A row names a leaf and a receiver, and holds no words. ``take_due`` moves a row's next try on before
anybody sends, so two workers never send the same one, and one that dies loses nothing: a notice is
sent at least once, at most ``MAX_ATTEMPTS`` times, and is the same notice by its id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import uniform
from typing import Final

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from qa.store.log import Leaf, LeafDraft
from qa.store.models.events import Event
from qa.store.models.notices import AuthorAddress, Outgoing, Webhook
from qa.store.models.questions import Question

MEETING: Final = "meeting"
DECISIONS: Final = "decisions"
TOLD: Final = {
    "event.state": (MEETING, DECISIONS),
    "decision": (DECISIONS,),
    "answered": (DECISIONS,),
}
"""Which leaves are told, and to the webhooks of which scope."""

MAX_ATTEMPTS: Final = 8
FIRST_PAUSE_MS: Final = 60_000
"""Half of it, its shortest, is longer than a try takes."""

LONGEST_PAUSE_MS: Final = 3_600_000
AT_ONCE: Final = 20
"""How many are taken at once, each for another receiver."""


@dataclass(frozen=True)
class Due:
    """One notice to send now. ``attempts`` counts this one."""

    id: int
    slug: str
    leaf_index: int
    webhook_id: int | None
    address_id: int | None
    attempts: int

    @property
    def last(self) -> bool:
        """Say whether it is given up if this attempt fails."""
        return self.attempts >= MAX_ATTEMPTS


def put_out(
    session: Session,
    event: Event,
    now_ms: int,
    drafts: Sequence[LeafDraft],
    leaves: Sequence[Leaf],
) -> None:
    """Note for every leaf that is told to somebody that it is to be sent. Most leaves are not."""
    for draft, leaf in zip(drafts, leaves, strict=True):
        if draft.kind not in TOLD:
            continue
        row = {"event_id": event.id, "leaf_index": leaf.leaf_index, "attempts": 0, "due_at": now_ms}
        webhooks = session.scalars(
            select(Webhook.id).where(
                Webhook.event_id == event.id, Webhook.scope.in_(TOLD[draft.kind])
            )
        )
        rows = [{**row, "webhook_id": each, "address_id": None} for each in webhooks]
        addresses = session.scalars(
            select(AuthorAddress.question_id)
            .join(Question, Question.id == AuthorAddress.question_id)
            .where(
                Question.event_id == event.id,
                Question.docket_number == draft.fields.get("n", 0),
            )
        )
        rows += [{**row, "webhook_id": None, "address_id": each} for each in addresses]
        if rows:
            session.execute(insert(Outgoing), rows)


_DUE = select(Outgoing.id).where(Outgoing.due_at <= bindparam("now_ms")).limit(1)


def is_due(session: Session, now_ms: int) -> bool:
    """Say whether there is anything to send now."""
    return session.scalar(_DUE, {"now_ms": now_ms}) is not None


def take_due(session: Session, now_ms: int) -> list[Due]:
    """Take the oldest notice that is due for each receiver, and move its next try on."""
    oldest = (
        select(func.min(Outgoing.id))
        .where(Outgoing.due_at <= now_ms)
        .group_by(Outgoing.webhook_id, Outgoing.address_id)
        .limit(AT_ONCE)
    )
    rows = session.execute(
        select(Outgoing, Event.slug)
        .join(Event, Event.id == Outgoing.event_id)
        .where(Outgoing.id.in_(session.scalars(oldest).all()), Outgoing.due_at <= now_ms)
        .with_for_update(of=Outgoing, skip_locked=True)
    ).all()
    for row, _ in rows:
        row.attempts += 1
        row.due_at = now_ms + pause_ms(row.attempts)
    return [
        Due(row.id, slug, row.leaf_index, row.webhook_id, row.address_id, row.attempts)
        for row, slug in rows
    ]


def pause_ms(attempts: int) -> int:
    """Return how long to wait after so many attempts: 4 times as long each time, up to an hour.

    Jitter takes up to half of it off, so that what failed together does not come back together.
    """
    longest = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * int(4 ** (attempts - 1)))
    return round(longest * uniform(0.5, 1.0))  # noqa: S311 - no secret


def take_out(session: Session, outgoing_id: int) -> None:
    """Forget a notice: it was sent, or is given up."""
    session.execute(delete(Outgoing).where(Outgoing.id == outgoing_id))


def forget_address(session: Session, question: Question) -> None:
    """Delete the address that a question's author left, and what it was still to be told."""
    session.execute(delete(Outgoing).where(Outgoing.address_id == question.id))
    session.execute(delete(AuthorAddress).where(AuthorAddress.question_id == question.id))


def note_outcome(session: Session, due: Due, now_ms: int, outcome: str, detail: str) -> None:
    """Keep how a try for a webhook ended, for its owner to read."""
    webhook = session.get(Webhook, due.webhook_id) if due.webhook_id is not None else None
    if webhook is not None:
        webhook.last_at, webhook.last_outcome, webhook.last_detail = now_ms, outcome, detail
