"""Who runs an event. Every change is a leaf, under the pseudonym and not the name."""

from string import ascii_uppercase

from sqlalchemy import func, select

from qa.domain.question import Role, require_right
from qa.domain.text import clean_name
from qa.errors import BadInput, IllegalTransition, UnknownStaff
from qa.services import identity
from qa.services.context import Actor, Context
from qa.services.unit import Unit, perform
from qa.store.db import on_commit
from qa.store.log import LeafDraft
from qa.store.models.accounts import Account
from qa.store.models.events import Staff

STAFF_ROLES = (Role.OWNER, Role.MODERATOR, Role.PRESENTER, Role.AUDITOR)


def add_staff(ctx: Context, slug: str, actor: Actor, name: str, role: str) -> dict[str, object]:
    """Give somebody a role and return a one-time link that signs them in.

    Raises:
        NoRight: the actor does not manage the event.
        BadInput: the name or the role is not one.
    """
    require_right(actor.role, "manage")
    wanted, cleaned = check_role(role), clean_name(name)

    def body(unit: Unit) -> dict[str, object]:
        account = Account(name=cleaned, may_create_events=False, created_at=unit.now_ms)
        unit.session.add(account)
        unit.session.flush()
        member = enrol(unit, account.id, wanted, by=str(actor.pseudonym))
        unit.touch()
        token = identity.add_link(ctx, unit.session, account.id)
        return {
            "id": member.id,
            "pseudonym": member.pseudonym,
            "role": member.role,
            "link": identity.link_url(ctx, token),
        }

    return perform(ctx, slug, body)


def enrol(unit: Unit, account_id: int, role: Role, by: str) -> Staff:
    """Add a member under the next pseudonym of the role, and log it."""
    earlier = unit.session.scalar(
        select(func.count()).where(Staff.event_id == unit.event.id, Staff.role == role)
    )
    member = Staff(
        event_id=unit.event.id,
        account_id=account_id,
        role=role,
        pseudonym=pseudonym(role, earlier or 0),
        added_at=unit.now_ms,
    )
    unit.session.add(member)
    unit.session.flush()
    unit.log(_changed(member, "added", by))
    return member


def remove_staff(ctx: Context, slug: str, actor: Actor, staff_id: int) -> None:
    """Take a role away; the pseudonym stays on the record and is never given again.

    Raises:
        NoRight: the actor does not manage the event.
        UnknownStaff: the event has no such member.
        IllegalTransition: the last owner would be gone.
    """
    require_right(actor.role, "manage")

    def body(unit: Unit) -> None:
        member = find_member(unit, staff_id)
        if member.role == Role.OWNER and _owners(unit) == 1:
            raise IllegalTransition("An event needs an owner. Add another one first.")
        member.removed_at = unit.now_ms
        unit.log(_changed(member, "removed", str(actor.pseudonym)))
        unit.touch()
        account_id = member.account_id
        on_commit(unit.session, lambda: ctx.announce.staff_removed(slug, account_id))

    perform(ctx, slug, body)


def check_role(role: str) -> Role:
    """Return a role that staff can have.

    Raises:
        BadInput: it is none of them.
    """
    if role not in STAFF_ROLES:
        names = ", ".join(STAFF_ROLES)
        raise BadInput(f"The role must be one of: {names}.", field="role")
    return Role(role)


def pseudonym(role: Role, earlier: int) -> str:
    """Return the public name of the next member of a role: Owner, Owner B; Moderator A, …, AA."""
    letters, rest = "", earlier
    while True:
        letters = ascii_uppercase[rest % 26] + letters
        rest = rest // 26 - 1
        if rest < 0:
            break
    if role == Role.OWNER and earlier == 0:
        return "Owner"
    return f"{role.capitalize()} {letters}"


def _changed(member: Staff, act: str, by: str) -> LeafDraft:
    fields = {"who": member.pseudonym, "role": member.role, "act": act, "by": by}
    return LeafDraft("staff.changed", fields)


def find_member(unit: Unit, staff_id: int) -> Staff:
    """Return a member of the event who is still one. Raises: UnknownStaff."""
    member = unit.session.get(Staff, staff_id)
    if member is None or member.event_id != unit.event.id or member.removed_at is not None:
        raise UnknownStaff("This event has no such member of staff.")
    return member


def _owners(unit: Unit) -> int:
    wanted = (
        Staff.event_id == unit.event.id,
        Staff.role == Role.OWNER,
        Staff.removed_at.is_(None),
    )
    return unit.session.scalar(select(func.count()).select_from(Staff).where(*wanted)) or 0
