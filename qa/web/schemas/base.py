"""What bodies and queries have in common: their form, and the fields that several of them have."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

HEX_32_BYTES = r"^[0-9a-f]{64}$"
MAX_TIME_MS = 2**53

Text = Annotated[str, Field(json_schema_extra={"maxLength": 4096})]
Milliseconds = Annotated[int, Field(ge=0, le=MAX_TIME_MS)]
AuthorKey = Annotated[
    str,
    Field(
        pattern=HEX_32_BYTES,
        description="32 random bytes in hex that only the author's browser keeps.",
    ),
]


def read_digits(value: object) -> object:
    """Let a query's number through only as plain ASCII digits; int() would take more spellings."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 16 else value
    return value


class Body(BaseModel):
    """A JSON object with exactly these fields."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Query(BaseModel):
    """Query parameters; unknown ones are ignored, as everywhere on the web."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class EmptyBody(Body):
    """No fields: ``{}``, or no body at all."""


class SinceQuery(Query):
    """From which revision on."""

    since: Annotated[
        int,
        BeforeValidator(read_digits),
        Field(ge=0, le=2**53, description="The revision you have; 0 asks for everything."),
    ] = 0


class DryRunQuery(Query):
    """Whether to check only."""

    dry_run: Annotated[
        str, Field(pattern="^(true|false)$", json_schema_extra={"enum": ["true", "false"]})
    ] = "true"
