"""What may be sent to read a report, to publish it and to edit its topics."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from qa.web.schemas.base import Body, Milliseconds, Query, read_digits


class SizeQuery(Query):
    """Of which tree size."""

    size: Annotated[
        int | None,
        BeforeValidator(read_digits),
        Field(ge=1, le=2**53, description="The tree size to report on; without it, as of now."),
    ] = None


class CsvQuery(SizeQuery):
    """Of which tree size, and how it begins."""

    bom: Annotated[
        Literal["0", "1"],
        Field(description="1: with a byte order mark, for spreadsheets that need one."),
    ] = "0"


class PublicationBody(Body):
    """Who may read a report."""

    audience: Annotated[str, Field(json_schema_extra={"enum": ["everyone", "staff"]})]
    public_from: Milliseconds | None = None


class TopicEditBody(Body):
    """A change of topics, which are named by questions in them."""

    act: Annotated[str, Field(json_schema_extra={"enum": ["name", "move", "join"]})]
    n: Annotated[int, Field(description="A docket number in the topic.", ge=1, le=2**31 - 1)]
    into: Annotated[
        int | None, Field(description="A docket number in the other topic.", ge=1, le=2**31 - 1)
    ] = None
    label: Annotated[str | None, Field(description="The name, for name.")] = None
