"""What may be sent to read, try and publish a policy."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from qa.web.schemas.base import Body, Query, read_digits


class PolicyQuery(Query):
    """Which version of the policy; the one in force if left out."""

    version: Annotated[int | None, BeforeValidator(read_digits), Field(ge=1, le=2**31 - 1)] = None


class PolicyDraftBody(Body):
    """A policy, as text or as document."""

    text: Annotated[str | None, Field(description="In YAML or JSON; a refusal names the line.")] = (
        None
    )
    document: Annotated[dict[str, Any] | None, Field(description="Instead of text.")] = None


class PolicyBody(PolicyDraftBody):
    """A policy to publish."""

    version: Annotated[
        int, Field(ge=1, le=2**31 - 1, description="The version that it was made from.")
    ]
