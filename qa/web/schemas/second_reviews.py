"""What may be sent as a second review."""

from typing import Annotated

from pydantic import Field

from qa.web.schemas.base import Body, Text


class SecondReviewBody(Body):
    """What one would have decided."""

    seq: Annotated[int, Field(ge=1, le=2**31 - 1, description="The decision that is reviewed.")]
    verdict: Annotated[str, Field(json_schema_extra={"enum": ["publish", "filter"]})]
    reason: Annotated[str | None, Field(description="A reason code of the policy in force.")] = None
    explanation: Text = ""
