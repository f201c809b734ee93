"""Staff who sign in at the OpenID provider. No leaf: nobody's role changes.

Somebody connects their account there while they are signed in here, so no name or address from
elsewhere ever decides who somebody is. Kept is a keyed hash, and no subject.
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from qa.errors import IllegalTransition, UnknownSignIn
from qa.services import identity
from qa.services.context import Context
from qa.services.identity import Way
from qa.services.openid import Subject, pseudonym
from qa.store.models.accounts import ProviderAccount

STAFF = "staff"


def connect(ctx: Context, account_id: int, subject: Subject) -> None:
    """Let whoever is this subject sign in as this account, instead of an earlier one.

    Raises:
        IllegalTransition: the subject signs in as another account.
    """
    tag = _tag(ctx, subject)

    def command(session: Session) -> None:
        taken = session.get(ProviderAccount, tag, with_for_update=True)
        if taken is not None and taken.account_id != account_id:
            raise IllegalTransition("That sign-in belongs to another account on this server.")
        if taken is None:
            _forget(session, account_id)
            session.add(ProviderAccount(tag=tag, account_id=account_id))
            identity.void_links(session, account_id)

    ctx.db.write(command)


def disconnect(ctx: Context, account_id: int) -> None:
    """Let nobody sign in as this account from the provider any more."""
    ctx.db.write(lambda session: _forget(session, account_id))


def sign_in(ctx: Context, subject: Subject) -> str:
    """Return the secret of a new staff session.

    Raises:
        UnknownSignIn: nobody connected this subject to an account.
    """

    def command(session: Session) -> str:
        found = session.get(ProviderAccount, _tag(ctx, subject))
        if found is None:
            raise UnknownSignIn(
                "No staff account here is connected with that sign-in. Sign in with a one-time "
                "link or a password once, and connect it under My sign-in."
            )
        return identity.add_session(ctx, session, found.account_id, Way.PROVIDER)

    return ctx.db.write(command)


def is_connected(ctx: Context, account_id: int) -> bool:
    """Say whether somebody at the provider can sign in as this account."""
    wanted = ProviderAccount.account_id == account_id
    with ctx.db.read() as session:
        return session.scalar(select(ProviderAccount.account_id).where(wanted)) is not None


def _forget(session: Session, account_id: int) -> None:
    session.execute(delete(ProviderAccount).where(ProviderAccount.account_id == account_id))


def _tag(ctx: Context, subject: Subject) -> bytes:
    return pseudonym(subject, ctx.keyring.secret("openid subjects"), STAFF)
