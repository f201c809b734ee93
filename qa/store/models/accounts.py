"""Tables of people who can sign in, and of the ways in which they do."""

from sqlalchemy import BigInteger, Boolean, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.models.base import Base, BigKey


class Account(Base):
    """Somebody who can sign in. Participants never have one."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    name: Mapped[str] = mapped_column(String(240))
    may_create_events: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[int] = mapped_column(BigInteger)


class SignInLink(Base):
    """A link that signs one account in once. Only the hash of its secret is kept."""

    __tablename__ = "sign_in_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class Password(Base):
    """An account's password as argon2id leaves it, and the name it is typed with."""

    __tablename__ = "password"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sign_in_name: Mapped[str] = mapped_column(String(60), unique=True)
    hash: Mapped[str] = mapped_column(String(200))


class OneTimeCode(Base):
    """The secret of an account's authenticator app, sealed with a key outside the database.

    ``last_step`` is the step of the last code that was taken: none is taken twice.
    """

    __tablename__ = "one_time_code"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary(64))
    confirmed: Mapped[bool] = mapped_column(Boolean)
    last_step: Mapped[int] = mapped_column(BigInteger)


class ProviderAccount(Base):
    """Somebody at the OpenID provider, under a keyed hash, and the account they sign in to."""

    __tablename__ = "provider_account"

    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)


class StaffSession(Base):
    """A signed-in browser, and how it began. Only the hash of the cookie's secret is kept."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[int] = mapped_column(BigInteger)
    last_seen_at: Mapped[int] = mapped_column(BigInteger)
    way: Mapped[str] = mapped_column(String(8), default="link", server_default="link")
