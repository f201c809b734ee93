"""What opens the log's commitments."""

from typing import Literal

from qa.web.answers.base import Answer, Hex


class Opening(Answer):
    """What opens one commitment: the leaf and the field it stands in, its salt and its text."""

    leaf: int
    field: Literal["text", "name", "explanation", "answer", "title", "redacted"]
    salt: Hex
    text: str


class Openings(Answer):
    """Everything that is open, up to a size of the log."""

    tree_size: int
    openings: list[Opening]
