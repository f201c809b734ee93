"""Signing in with a name and a password, and setting one. No leaf: nobody's role changes.

Argon2id with the second set of parameters that RFC 9106 section 4 recommends (64 MiB, three passes,
four lanes), which is above OWASP's least ones (19 MiB, two passes). A hash that was made with
others is made anew at the next sign-in. At most two are computed at a time, in native threads.
"""

import re
import unicodedata
from typing import Final

import gevent
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from gevent.lock import BoundedSemaphore
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from qa.errors import BadInput, Busy, NoRight, WrongPassword
from qa.services import identity, one_time_codes
from qa.services.context import Context
from qa.services.identity import SignedIn, Way
from qa.store.models.accounts import Password

MIN_CHARACTERS: Final = 15
"""NIST SP 800-63B-4 section 3.1.1.2, for a password that may be the only thing asked for."""

MAX_CHARACTERS: Final = 256
SIGN_IN_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,59}")
PATIENCE_S: Final = 5.0

hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_two_at_a_time = BoundedSemaphore(2)
_OF_NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""What the password of a name that nobody has is held against, so that it takes as long."""


def sign_in(ctx: Context, name: str, password: str, code: str, address: str) -> str:
    """Return the secret of a new staff session.

    1. The try is counted, for the name and for the address it came from.
    2. The password is that of the account with this name.
    3. The code is the app's, if the account has one: of now, and not used before.

    Raises:
        NoRight: this server takes no passwords.
        RateLimited: too many tries; ``details["retry_after_s"]`` says when to try again.
        WrongPassword: 2 or 3 does not hold. The sentence and the time are always the same.
        Busy: too many are signing in at this moment.
    """
    _require_passwords(ctx)
    known_as = _folded(name)
    ctx.tries.count(known_as, address)
    account_id, stored = _find(ctx, known_as)
    right = _verify(stored or _OF_NOBODY, password)
    fresh = _hash(password) if right and hasher.check_needs_rehash(str(stored)) else None

    def command(session: Session) -> str:
        row = session.get(Password, account_id or 0, with_for_update=True)
        # The same row as a moment ago: a password that was changed meanwhile no longer counts.
        if not right or row is None or row.hash != stored:
            raise _wrong()
        if not one_time_codes.take(ctx, session, row.account_id, code):
            raise _wrong()
        if fresh is not None:
            row.hash = fresh
        return identity.add_session(ctx, session, row.account_id, Way.PASSWORD)

    secret = ctx.db.write(command)
    ctx.tries.succeeded(known_as)
    return secret


def set_password(
    ctx: Context,
    person: SignedIn,
    session_secret: str,
    *,
    name: str,
    password: str,
    current: str,
    address: str,
) -> None:
    """Set somebody's own password and sign-in name, and end their other sessions.

    The current password has to be given, unless there is none yet or a one-time link began the
    session: that is how somebody who forgot theirs is helped by the owner.

    Raises:
        NoRight: this server takes no passwords.
        BadInput: the name or the password is too short, too long, or taken.
        WrongPassword, RateLimited, Busy: of the current password, as for ``sign_in``.
    """
    _require_passwords(ctx)
    known_as = _check_name(name)
    _check_password(password)
    require_current(ctx, person, current, address)
    made = _hash(password)

    def command(session: Session) -> None:
        row = session.get(Password, person.account_id, with_for_update=True)
        if row is None:
            session.add(Password(account_id=person.account_id, sign_in_name=known_as, hash=made))
        else:
            row.sign_in_name, row.hash = known_as, made
        try:
            session.flush()
        except IntegrityError:
            raise BadInput("Somebody else has this sign-in name.", field="name") from None
        identity.end_other_sessions(session, person.account_id, session_secret)

    ctx.db.write(command)


def require_current(ctx: Context, person: SignedIn, current: str, address: str) -> None:
    """Hold a password against that of whoever is signed in, where one has to be given.

    Raises:
        WrongPassword: it is another one.
        RateLimited: too many tries.
    """
    name = sign_in_name(ctx, person.account_id)
    if name is None or person.way == Way.LINK:
        return
    ctx.tries.count(name, address)
    _, stored = _find(ctx, name)
    if not _verify(stored or _OF_NOBODY, current):
        raise WrongPassword("This is not your current password.", field="current")
    ctx.tries.succeeded(name)


def sign_in_name(ctx: Context, account_id: int) -> str | None:
    """Return the name that an account's password is typed with, None when it has no password."""
    with ctx.db.read() as session:
        row = session.get(Password, account_id)
        return None if row is None else row.sign_in_name


def _require_passwords(ctx: Context) -> None:
    if not ctx.config.passwords:
        raise NoRight("This server takes no passwords.")


def _find(ctx: Context, known_as: str) -> tuple[int | None, str | None]:
    if not SIGN_IN_NAME.fullmatch(known_as):
        return None, None
    with ctx.db.read() as session:
        row = session.scalar(select(Password).where(Password.sign_in_name == known_as))
        return (None, None) if row is None else (row.account_id, row.hash)


def _check_name(name: str) -> str:
    known_as = _folded(name)
    if not SIGN_IN_NAME.fullmatch(known_as):
        raise BadInput(
            "A sign-in name has 3 to 60 characters: letters a to z, digits and . _ @ + -",
            field="name",
        )
    return known_as


def _check_password(password: str) -> None:
    if not MIN_CHARACTERS <= len(password) <= MAX_CHARACTERS:
        raise BadInput(
            f"A password has {MIN_CHARACTERS} to {MAX_CHARACTERS} characters. "
            "A few words that belong to nothing else are easier to remember than signs.",
            field="password",
        )


def _verify(stored: str, password: str) -> bool:
    return bool(_in_thread(_is_right, stored, password))


def _is_right(stored: str, password: str) -> bool:
    try:
        return hasher.verify(stored, password)
    except VerificationError:
        return False


def _hash(password: str) -> str:
    return str(_in_thread(hasher.hash, password))


def _in_thread(work: object, *given: str) -> object:
    *before, password = given
    if not _two_at_a_time.acquire(timeout=PATIENCE_S):
        raise Busy(
            "Many people are signing in at this moment. Try again in 5 seconds.",
            details={"retry_after_s": 5},
        )
    try:
        # One spelling for what looks the same on every keyboard (RFC 8265 section 4.2).
        spelled = unicodedata.normalize("NFC", password)
        return gevent.get_hub().threadpool.apply(work, (*before, spelled))
    finally:
        _two_at_a_time.release()


def _folded(name: str) -> str:
    return name.strip().lower()


def _wrong() -> WrongPassword:
    return WrongPassword("The name, the password or the code is not right.")
