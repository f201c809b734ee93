"""What may be sent about webhooks, and about an author's address."""

from typing import Annotated

from pydantic import Field

from qa.web.schemas.base import AuthorKey, Body, Text


class WebhookBody(Body):
    """Where to send what is public, in which form, and how much of it."""

    kind: Annotated[str, Field(json_schema_extra={"enum": ["standard", "slack", "teams"]})]
    scope: Annotated[
        str,
        Field(
            json_schema_extra={"enum": ["meeting", "decisions"]},
            description="`meeting`: that it opens, starts and closes. `decisions`: every decision"
            " and answer, too.",
        ),
    ]
    url: Text


class AddressBody(Body):
    """Proof of authorship, and where the author wants to be told; null forgets it."""

    author_key: AuthorKey
    email: Annotated[str | None, Field(json_schema_extra={"maxLength": 254})]
