"""Fresh sign-in links for members of staff. No leaf: nobody's role changes.

Whoever is given a link can sign in with it as the member, so an owner gets one only for an account
that is worth no more than what the owner has anyway: one that works for this event alone and has no
way to sign in of its own. Others sign in in their own way, or ask whoever runs the server.
"""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.domain.question import require_right
from qa.errors import NoRight, UnknownStaff
from qa.services import identity, staff
from qa.services.context import Actor, Context
from qa.services.unit import Unit, perform
from qa.store.models.accounts import Account, Password, ProviderAccount
from qa.store.models.events import Staff
from qa.store.queries.events import find_event

OWN_WAY: Final = "{name} signs in in a way of their own, and a link would lead around it."
ELSEWHERE: Final = "The account of {name} is good for more than this event."
INSTEAD: Final = " Whoever runs this server can give them a link."


def renew_link(ctx: Context, slug: str, actor: Actor, staff_id: int) -> dict[str, object]:
    """Return a fresh one-time link for a member.

    Raises:
        NoRight: the actor does not manage the event, or the account is not theirs to open.
        UnknownStaff: the event has no such member.
    """
    require_right(actor.role, "manage")

    def body(unit: Unit) -> dict[str, object]:
        member = staff.find_member(unit, staff_id)
        _require_renewable(unit.session, member, actor)
        token = identity.add_link(ctx, unit.session, member.account_id)
        return {"link": identity.link_url(ctx, token)}

    return perform(ctx, slug, body)


def link_by_operator(ctx: Context, slug: str, pseudonym: str) -> str:
    """Return the address of a fresh link for any member; for the command line only.

    Raises:
        UnknownEvent: no event has this slug.
        UnknownStaff: nobody works on the event under this pseudonym.
    """

    def command(session: Session) -> str:
        event = find_event(session, slug)
        here = Staff.event_id == event.id, Staff.pseudonym == pseudonym, Staff.removed_at.is_(None)
        account_id = session.scalar(select(Staff.account_id).where(*here))
        if account_id is None:
            raise UnknownStaff(f"Nobody works on this event as {pseudonym}.")
        return identity.add_link(ctx, session, account_id)

    return identity.link_url(ctx, ctx.db.write(command))


def _require_renewable(session: Session, member: Staff, actor: Actor) -> None:
    account = session.get_one(Account, member.account_id)
    if _has_own_way(session, account.id):
        raise NoRight(OWN_WAY.format(name=account.name) + INSTEAD)
    if account.id == actor.account_id:
        return
    if account.may_create_events or _works_elsewhere(session, member):
        raise NoRight(ELSEWHERE.format(name=account.name) + INSTEAD)


def _has_own_way(session: Session, account_id: int) -> bool:
    """Say whether an account has a password, with or without a code, or one at the provider."""
    connected = ProviderAccount.account_id == account_id
    return (
        session.get(Password, account_id) is not None
        or session.scalar(select(ProviderAccount.account_id).where(connected)) is not None
    )


def _works_elsewhere(session: Session, member: Staff) -> bool:
    elsewhere = (
        Staff.account_id == member.account_id,
        Staff.event_id != member.event_id,
        Staff.removed_at.is_(None),
    )
    return session.scalar(select(Staff.id).where(*elsewhere).limit(1)) is not None
