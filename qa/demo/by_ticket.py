"""The demo's second meeting: a small one, to which people come by one-use ticket.

Its owner is the owner of the all-hands. Some tickets are used up by people who have asked and voted
already; the others are for whoever started the demo, to be tried in browsers of their own.
"""

import csv
import hashlib
import io
from typing import Final

from sqlalchemy import select

from qa.domain.question import EventState
from qa.services import boards, decisions, events, identity, questions, tickets, votes
from qa.services.context import Actor, Context
from qa.store.models.events import Staff
from qa.store.queries.events import find_event

SLUG: Final = "halden-works-council"
TITLE: Final = "Works council with the board: the Hamburg laboratory"
TO_TRY: Final = 3
"""Links for whoever started the demo, each time it starts."""

ASKED: Final = (
    "What will happen to the people of the Hamburg laboratory after the move?",
    "Why did we read about the closure in the newspaper first?",
)
MEMBERS: Final = ("Anke Behrens", "Cem Aydin", "Lotte Feddersen", "Piotr Nowicki", "Ruth Okafor")
"""Invented, as everybody in the demo. They have come in; each asks or votes."""


def open_by_ticket(ctx: Context, all_hands: str) -> dict[str, str]:
    """Hold the small meeting if there is none yet; return fresh links by recipient.

    ``all_hands`` is the slug of the demo's other meeting. Nobody gets a link once the small one is
    closed.
    """
    account_id = _owner_of(ctx, all_hands)
    if SLUG not in boards.known_slugs(ctx):
        _hold(ctx, account_id)
    event = boards.get_event(ctx, SLUG)
    if event["state"] == EventState.CLOSED:
        return {}
    next_guest = event["admission"]["electorate"] - len(MEMBERS) + 1
    guests = [f"Guest {number}" for number in range(next_guest, next_guest + TO_TRY)]
    return _send(ctx, _owner(ctx, account_id), guests)


def _hold(ctx: Context, account_id: int) -> None:
    draft = events.EventDraft(title=TITLE, slug=SLUG, admission="tickets")
    events.create_event(ctx, account_id, draft)
    owner = _owner(ctx, account_id)
    links = _send(ctx, owner, MEMBERS)
    events.move_event(ctx, SLUG, owner, EventState.OPEN)
    people = [_come_in(ctx, link) for link in links.values()]
    for number, (person, text) in enumerate(zip(people, ASKED, strict=False), start=1):
        questions.submit_question(ctx, SLUG, person, _draft(ctx, text))
        decisions.decide(
            ctx, SLUG, owner, number, verdict="publish", reason=None, explanation=None, seq=0
        )
        for voter in people[number:]:
            votes.cast_vote(ctx, SLUG, voter, number)


def _come_in(ctx: Context, link: str) -> Actor:
    tickets.use_ticket(ctx, SLUG, link.rpartition("#")[2])
    return identity.participant(SLUG, identity.new_participant(ctx))


def _send(ctx: Context, owner: Actor, recipients: list[str] | tuple[str, ...]) -> dict[str, str]:
    """Make a ticket for each, as the owner does in the settings; return the links."""
    rows = "\n".join(("recipient", *recipients)).encode()
    sent = tickets.issue_tickets(ctx, SLUG, owner, rows, dry_run=False)
    return {row["recipient"]: row["link"] for row in csv.DictReader(io.StringIO(sent["links"]))}


def _draft(ctx: Context, text: str) -> questions.QuestionDraft:
    author_key = ctx.random_bytes(32)
    return questions.QuestionDraft(
        text=text,
        anonymous=True,
        client_key=ctx.random_bytes(16).hex(),
        author_tag=hashlib.sha256(author_key).hexdigest(),
    )


def _owner_of(ctx: Context, slug: str) -> int:
    with ctx.db.read() as session:
        event = find_event(session, slug)
        wanted = Staff.event_id == event.id, Staff.pseudonym == "Owner"
        return session.scalars(select(Staff.account_id).where(*wanted)).one()


def _owner(ctx: Context, account_id: int) -> Actor:
    owner = identity.staff_actor(ctx, SLUG, account_id)
    if owner is None:
        raise AssertionError("who creates an event owns it")
    return owner
