"""What may be sent with a ticket."""

from typing import Annotated

from pydantic import Field

from qa.web.schemas.base import Body


class TicketBody(Body):
    """A ticket, which is what follows ``#`` in a personal link."""

    ticket: Annotated[str, Field(min_length=1, max_length=64)]
