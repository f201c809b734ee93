"""The authenticator app beside somebody's password. No leaf: nobody's role changes.

Its secret is sealed with a key that is not in the database, so that a copy of the database gives
no codes. Whoever lost the phone signs in with a one-time link of the owner and takes it off there.
"""

from typing import Final

from sqlalchemy.orm import Session

from qa.domain import totp
from qa.errors import IllegalTransition, WrongPassword
from qa.services.context import Context
from qa.services.identity import SignedIn, Way
from qa.store.models.accounts import OneTimeCode, Password
from qa.store.sealed import NONCE_BYTES, seal, unseal

KEY_NAME: Final = "one-time codes"


def begin(ctx: Context, person: SignedIn) -> bytes:
    """Make a new secret for somebody's app and return it; it counts once a code confirms it.

    Raises:
        IllegalTransition: they have no password that it could stand beside, or an app already.
    """
    secret = ctx.random_bytes(totp.SECRET_BYTES)

    def command(session: Session) -> bytes:
        if session.get(Password, person.account_id) is None:
            raise IllegalTransition("Set a password first: the code is asked for beside it.")
        row = session.get(OneTimeCode, person.account_id, with_for_update=True)
        if row is not None and row.confirmed:
            raise IllegalTransition("You have an app already. Take it off first.")
        if row is None:
            row = OneTimeCode(account_id=person.account_id, confirmed=False, last_step=0)
            session.add(row)
        row.sealed = _seal(ctx, person.account_id, secret)
        return secret

    return ctx.db.write(command)


def unconfirmed(ctx: Context, account_id: int) -> bytes | None:
    """Return the secret that waits for its first code; a confirmed one is never shown again."""
    with ctx.db.read() as session:
        row = session.get(OneTimeCode, account_id)
        return None if row is None or row.confirmed else _open(ctx, row)


def confirm(ctx: Context, person: SignedIn, code: str, address: str) -> None:
    """Ask for codes from now on, because the app shows the right one.

    Raises:
        IllegalTransition: there is no secret that waits for this.
        WrongPassword: the code is not the app's.
        RateLimited: too many tries.
    """
    ctx.tries.count(_known_as(person), address)

    def command(session: Session) -> None:
        row = session.get(OneTimeCode, person.account_id, with_for_update=True)
        if row is None or row.confirmed:
            raise IllegalTransition("Begin to set up the app first.")
        if not _take(ctx, row, code):
            raise _wrong()
        row.confirmed = True

    ctx.db.write(command)


def remove(ctx: Context, person: SignedIn, code: str, address: str) -> None:
    """Ask for no codes any more: with one, or in a session that the owner's link began.

    Raises:
        WrongPassword: the code is not the app's, or was used before.
        RateLimited: too many tries.
    """
    ctx.tries.count(_known_as(person), address)

    def command(session: Session) -> None:
        row = session.get(OneTimeCode, person.account_id, with_for_update=True)
        if row is None:
            return
        if row.confirmed and person.way != Way.LINK and not _take(ctx, row, code):
            raise _wrong()
        session.delete(row)

    ctx.db.write(command)


def is_asked_for(ctx: Context, account_id: int) -> bool:
    """Say whether an account's password needs a code beside it."""
    with ctx.db.read() as session:
        row = session.get(OneTimeCode, account_id)
        return row is not None and row.confirmed


def take(ctx: Context, session: Session, account_id: int, code: str) -> bool:
    """Use a code up, inside a transaction; say whether it is right, or none is asked for."""
    row = session.get(OneTimeCode, account_id, with_for_update=True)
    return row is None or not row.confirmed or _take(ctx, row, code)


def _take(ctx: Context, row: OneTimeCode, code: str) -> bool:
    step = totp.matching_step(_open(ctx, row), code, ctx.clock() // 1000, row.last_step)
    if step is None:
        return False
    row.last_step = step
    return True


def _seal(ctx: Context, account_id: int, secret: bytes) -> bytes:
    nonce = ctx.random_bytes(NONCE_BYTES)
    return seal(ctx.keyring.secret(KEY_NAME), _of(account_id), secret, nonce)


def _open(ctx: Context, row: OneTimeCode) -> bytes:
    return unseal(ctx.keyring.secret(KEY_NAME), _of(row.account_id), row.sealed)


def _of(account_id: int) -> str:
    return f"account {account_id}"


def _known_as(person: SignedIn) -> str:
    return f"code of {person.account_id}"


def _wrong() -> WrongPassword:
    return WrongPassword(
        "This is not the code that the app shows now, or it was used before.", field="code"
    )
