"""Who is there: participants without accounts, and staff with one-time links and sessions."""

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from qa.domain.admission import Admission, host_of
from qa.domain.question import EventState, Role
from qa.domain.text import clean_name
from qa.errors import BadLink, EventNotOpen, SignInNeeded, TicketNeeded, WrongCode
from qa.services.context import Actor, Context
from qa.store.models.accounts import Account, SignInLink, StaffSession
from qa.store.models.events import Event, Staff
from qa.store.queries.events import find_event

SECRET_BYTES = 32
VOTER_BYTES = 16
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


class Way(StrEnum):
    """How a staff session began."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105 - a way, not a secret
    PROVIDER = "provider"


@dataclass(frozen=True)
class SignedIn:
    """An account with a session that is still good."""

    account_id: int
    name: str
    may_create_events: bool
    way: str = Way.LINK


def new_participant(ctx: Context) -> str:
    """Return the secret of a new participant, for a cookie and nowhere else."""
    return ctx.random_bytes(SECRET_BYTES).hex()


def voter_of(slug: str, secret: str) -> bytes:
    """Return the pseudonym (16 bytes) under which a participant votes in one event.

    It is derived with a one-way function, so that the database does not hold what would let its
    reader vote in somebody's name.
    """
    return hashlib.sha256(f"qa/v1/voter\n{slug}\n{secret}".encode()).digest()[:VOTER_BYTES]


def participant(slug: str, secret: str) -> Actor:
    """Return the actor behind a participant's cookie."""
    return Actor(Role.PARTICIPANT, voter=voter_of(slug, secret))


def join_by_code(ctx: Context, code: str) -> tuple[dict[str, object], bool]:
    """Return the event that a join code opens, and whether the code lets one take part in it too.

    Case, spaces and hyphens do not matter. Where a ticket or a sign-in is needed, the code leads to
    reading.

    Raises:
        WrongCode: no event has this code.
        EventNotOpen: its event is still a draft.
    """
    wanted = normalise_code(code)
    with ctx.db.read() as session:
        event = session.scalar(select(Event).where(Event.join_code == wanted)) if wanted else None
        if event is None:
            raise WrongCode("No meeting has this code. Check it on the screen.", field="code")
        return _joinable(event), event.admission == Admission.OPEN


def join_by_link(ctx: Context, slug: str) -> dict[str, object]:
    """Return the event with this slug, if people may join it.

    Raises:
        UnknownEvent: there is none.
        EventNotOpen: it is still a draft.
        TicketNeeded, SignInNeeded: only tickets, or a sign-in, let people in.
    """
    with ctx.db.read() as session:
        event = find_event(session, slug)
        joinable = _joinable(event)
        if event.issuer is not None:
            raise SignInNeeded(
                f"Asking and voting here takes a sign-in at {host_of(event.issuer)}. You can read"
                " everything without one."
            )
        if event.admission != Admission.OPEN:
            raise TicketNeeded(
                "Asking and voting here takes a personal link. You can read everything without one."
            )
        return joinable


def normalise_code(code: str) -> str:
    """Return a join code as it is stored: upper case, without spaces and hyphens."""
    return "".join(character for character in code.upper() if character.isalnum())


def create_account(ctx: Context, name: str, *, may_create_events: bool) -> int:
    """Add an account and return its number.

    Raises:
        BadInput: the name is empty or too long.
    """
    cleaned = clean_name(name)

    def command(session: Session) -> int:
        account = Account(name=cleaned, may_create_events=may_create_events, created_at=ctx.clock())
        session.add(account)
        session.flush()
        return account.id

    return ctx.db.write(command)


def has_owner(ctx: Context) -> bool:
    """Say whether anybody may create events here yet."""
    with ctx.db.read() as session:
        return session.scalar(select(Account.id).where(Account.may_create_events)) is not None


def create_link(ctx: Context, account_id: int) -> str:
    """Return the secret of a new one-time sign-in link. No leaf: nobody's role changes."""
    return ctx.db.write(lambda session: add_link(ctx, session, account_id))


def add_link(ctx: Context, session: Session, account_id: int) -> str:
    """Add a one-time link inside a transaction and return its secret."""
    token = ctx.random_bytes(SECRET_BYTES).hex()
    expires_at = ctx.clock() + ctx.config.limits.link_hours * HOUR_MS
    session.add(SignInLink(token_hash=_hash(token), account_id=account_id, expires_at=expires_at))
    session.flush()
    return token


def link_url(ctx: Context, token: str) -> str:
    """Return the address that a one-time link's secret is sent out in."""
    return f"{ctx.config.public_url}/s/{token}"


def redeem_link(ctx: Context, token: str) -> str:
    """Use a one-time link up and return the secret of a new staff session.

    Raises:
        BadLink: it was used, has expired, or never existed.
    """

    def command(session: Session) -> str:
        link = session.scalar(
            select(SignInLink).where(SignInLink.token_hash == _hash(token)).with_for_update()
        )
        now = ctx.clock()
        if link is None or link.used_at is not None or link.expires_at <= now:
            raise BadLink(
                "This sign-in link was used already or has expired. Ask the owner for a new one."
            )
        link.used_at = now
        return add_session(ctx, session, link.account_id, Way.LINK)

    return ctx.db.write(command)


def add_session(ctx: Context, session: Session, account_id: int, way: Way) -> str:
    """Add a staff session inside a transaction and return its secret, which is always a new one.

    No leaf: nobody's role changes.
    """
    secret, now = ctx.random_bytes(SECRET_BYTES).hex(), ctx.clock()
    session.add(
        StaffSession(
            token_hash=_hash(secret),
            account_id=account_id,
            created_at=now,
            last_seen_at=now,
            way=way,
        )
    )
    return secret


def void_links(session: Session, account_id: int) -> None:
    """Make the links of an account that nobody used good for nothing: it has a way of its own."""
    unused = SignInLink.account_id == account_id, SignInLink.used_at.is_(None)
    session.execute(delete(SignInLink).where(*unused))


def end_other_sessions(session: Session, account_id: int, secret: str) -> None:
    """End every session of an account but one; their open desks are cut by the next sweep.

    Links that were not used are void with them.
    """
    void_links(session, account_id)
    session.execute(
        delete(StaffSession).where(
            StaffSession.account_id == account_id, StaffSession.token_hash != _hash(secret)
        )
    )


def signed_in(ctx: Context, secret: str) -> SignedIn | None:
    """Return the account of a staff session, or None when the session is over.

    A session ends after 30 minutes without a request and after 12 hours in any case (configurable).
    """
    now, limits = ctx.clock(), ctx.config.limits
    with ctx.db.read() as session:
        row = session.execute(
            select(StaffSession, Account)
            .join(Account, Account.id == StaffSession.account_id)
            .where(StaffSession.token_hash == _hash(secret))
        ).first()
        if row is None:
            return None
        found, account = row
        idle_ms, age_ms = now - found.last_seen_at, now - found.created_at
        if idle_ms > limits.staff_idle_minutes * MINUTE_MS:
            return None
        if age_ms > limits.staff_session_hours * HOUR_MS:
            return None
        person = SignedIn(account.id, account.name, account.may_create_events, found.way)
    if idle_ms > MINUTE_MS:
        _see(ctx, secret, now)
    return person


def sign_out(ctx: Context, secret: str) -> None:
    """End a staff session. No leaf: nobody's role changes."""

    def command(session: Session) -> None:
        found = session.get(StaffSession, _hash(secret))
        if found is not None:
            session.delete(found)

    ctx.db.write(command)


def staff_actor(ctx: Context, slug: str, account_id: int) -> Actor | None:
    """Return the actor that an account is in an event, or None when it has no role there.

    Raises:
        UnknownEvent: no event has this slug.
    """
    with ctx.db.read() as session:
        event = find_event(session, slug)
        member = session.scalar(
            select(Staff)
            .where(
                Staff.event_id == event.id,
                Staff.account_id == account_id,
                Staff.removed_at.is_(None),
            )
            .order_by(Staff.id)
        )
        if member is None:
            return None
        return Actor(Role(member.role), member.pseudonym, member.id, account_id)


def my_events(ctx: Context, account_id: int) -> list[dict[str, object]]:
    """Return the events an account has a role in, newest first."""
    with ctx.db.read() as session:
        rows = session.execute(
            select(Event.slug, Event.title, Event.state, Staff.role)
            .join(Staff, Staff.event_id == Event.id)
            .where(Staff.account_id == account_id, Staff.removed_at.is_(None))
            .order_by(Event.id.desc())
        )
        return [dict(row._mapping) for row in rows]


def _joinable(event: Event) -> dict[str, object]:
    if event.state == EventState.DRAFT:
        raise EventNotOpen("This meeting is not open for questions yet.")
    return {"slug": event.slug, "title": event.title}


def _see(ctx: Context, secret: str, now: int) -> None:
    ctx.db.write(
        lambda session: session.execute(
            update(StaffSession)
            .where(StaffSession.token_hash == _hash(secret))
            .values(last_seen_at=now)
        )
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def same_secret(tag: bytes | None, secret: bytes) -> bool:
    """Say whether ``tag`` is the SHA-256 of ``secret``; takes the same time either way."""
    return tag is not None and secrets.compare_digest(tag, hashlib.sha256(secret).digest())
