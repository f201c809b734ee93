"""What all answers have in common: their form, their words, and the one form of refusals."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["pending", "published", "filtered", "merged", "withdrawn"]
State = Literal["draft", "open", "live", "closed"]
StaffRole = Literal["owner", "moderator", "presenter", "auditor"]
Docket = Annotated[int, Field(ge=1, description="Docket number.")]
Time = Annotated[int, Field(ge=0, description="Milliseconds since 1970-01-01T00:00Z.")]
Hex = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Pair = Annotated[
    list[int], Field(min_length=2, max_length=2, description="Docket number and votes.")
]


class Answer(BaseModel):
    """An object with exactly these fields.

    No start waits until pydantic has compiled it: it is only described, and only on request.
    """

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class Nothing(Answer):
    """An empty object."""


class ErrorDetail(BaseModel):
    """What was refused and why; some codes add details of their own."""

    model_config = ConfigDict(extra="allow")

    code: Annotated[str, Field(description="Stable, for programs.")]
    message: Annotated[str, Field(description="A sentence for people.")]
    field: Annotated[str, Field(description="The field it is about.")] = ""


class Error(Answer):
    """The one form of every refusal."""

    error: ErrorDetail


class OpenApi(BaseModel):
    """This document."""

    model_config = ConfigDict(extra="allow")

    openapi: str
