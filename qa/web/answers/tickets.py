"""Answers about one-use tickets."""

from typing import Annotated

from pydantic import Field

from qa.web.answers.base import Answer


class Issued(Answer):
    """Tickets that were made, or in a dry run would be."""

    rows: int
    dry_run: bool
    electorate: Annotated[int, Field(description="Tickets sent out so far, these included.")]
    links: Annotated[
        str | None,
        Field(description="CSV of recipients and their links; null in a dry run. Kept nowhere."),
    ]
