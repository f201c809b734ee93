"""Answers about one's own account: who is signed in, and the ways to sign in."""

from typing import Annotated

from pydantic import Field

from qa.web.answers.base import Answer, StaffRole, State


class EventOfMine(Answer):
    """An event that the signed-in account has a role in."""

    slug: str
    title: str
    state: State
    role: StaffRole


class Account(Answer):
    """Who is signed in."""

    signed_in: bool
    name: str | None
    events: list[EventOfMine]
    may_create_events: bool
    csrf: str


class Address(Answer):
    """Where to go now."""

    address: str


class Ways(Answer):
    """How somebody signs in, and what this server offers."""

    passwords: Annotated[bool, Field(description="Whether this server takes passwords.")]
    sign_in_name: str | None
    current_needed: Annotated[bool, Field(description="To set another password.")]
    code: Annotated[bool, Field(description="Whether the password needs an app's code.")]
    code_needed: Annotated[bool, Field(description="To take the app off.")]
    provider: Annotated[bool, Field(description="Whether this server has an OpenID provider.")]
    connected: Annotated[bool, Field(description="Whether the account is connected there.")]


class CodeSecret(Answer):
    """The secret of an authenticator app, shown once."""

    secret: Annotated[str, Field(description="Base32, in groups of four.")]
