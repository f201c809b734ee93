"""What may be sent to join a meeting, create one, change it and move it on."""

from typing import Annotated, Any

from pydantic import Field, JsonValue

from qa.domain.admission import Admission
from qa.domain.question import EventState
from qa.web.schemas.base import Body, Milliseconds, Text

WAYS_IN: list[JsonValue] = [str(way_in) for way_in in Admission]


class JoinBody(Body):
    """A join code as somebody typed it."""

    code: Annotated[str, Field(min_length=1, max_length=40)]


class NewEventBody(Body):
    """A meeting to create. What is left out is chosen by the server."""

    title: Text
    slug: Annotated[
        str | None, Field(description="The name in its address, such as `spring-all-hands`.")
    ] = None
    starts_at: Milliseconds | None = None
    ends_at: Milliseconds | None = None
    join_code: str | None = None
    anonymous_allowed: bool = True
    named_allowed: bool = True
    admission: Annotated[str, Field(json_schema_extra={"enum": WAYS_IN})] = "open"
    policy: Annotated[
        dict[str, Any] | None, Field(description="A policy document; the default one if left out.")
    ] = None


class EventChangesBody(Body):
    """What to change of a meeting. What is left out stays, so the defaults here are never used."""

    title: Text = ""
    starts_at: Milliseconds | None = None
    ends_at: Milliseconds | None = None
    anonymous_allowed: bool = True
    named_allowed: bool = True
    admission: Annotated[
        str,
        Field(json_schema_extra={"enum": WAYS_IN}, description="Only while it is a draft."),
    ] = "open"


class StateBody(Body):
    """The state to move a meeting to."""

    state: Annotated[str, Field(json_schema_extra={"enum": [str(state) for state in EventState]})]
