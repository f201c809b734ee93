"""What may be sent to sign in, and to set the ways to sign in."""

from typing import Annotated

from pydantic import Field

from qa.web.schemas.base import Body, Text


class SignInBody(Body):
    """What somebody signs in with."""

    name: Text
    password: Annotated[str, Field(json_schema_extra={"format": "password"})]
    code: Annotated[str, Field(max_length=20, description="Of the authenticator app, if any.")] = ""
    next: Annotated[str, Field(description="The page of ours to show then.")] = ""


class PasswordBody(Body):
    """A password to sign in with from now on."""

    name: Text
    password: Annotated[str, Field(json_schema_extra={"format": "password"})]
    current: Annotated[
        str, Field(description="The password until now, unless a one-time link began the session.")
    ] = ""


class CodeBody(Body):
    """A code of an authenticator app."""

    code: Annotated[str, Field(max_length=20)] = ""
