"""What a page may send over a socket, apart from a question."""

from typing import Annotated, Literal

from pydantic import Field

from qa.web.schemas.base import Body


class VoteBody(Body):
    """A vote over a socket."""

    n: Annotated[int, Field(ge=1, le=2**31 - 1)]


class LookBody(Body):
    """Over a socket of the desk: the question that the page shows, or none."""

    n: Annotated[int | None, Field(ge=1, le=2**31 - 1)]


class ClaimBody(Body):
    """Over a socket of the desk: a question to claim, or to let go."""

    n: Annotated[int, Field(ge=1, le=2**31 - 1)]
    on: bool


class ConnectBody(Body):
    """What a page says when its socket connects. Only ``desk`` is sent what is pending."""

    slug: Annotated[str, Field(pattern="^[a-z0-9-]{1,60}$")]
    view: Literal["board", "desk"] = "board"
