"""The board as everybody sees it, and the desk, which is the board as staff see it."""

from typing import Annotated

from pydantic import Field

from qa.web.answers.base import Answer, Pair
from qa.web.answers.events import Event
from qa.web.answers.hiding import Proposal
from qa.web.answers.questions import Question


class Board(Answer):
    """Everything that changed after ``since``; ``tally`` is absolute."""

    revision: int
    since: int
    event: Event
    questions: list[Question]
    tally: list[Pair]
    support: Annotated[
        list[Pair], Field(description="The people behind each question with others merged into it.")
    ]


class Desk(Board):
    """The board as staff see it; ``proposals`` and ``reviews_waiting`` are absolute: as of now."""

    proposals: list[Proposal]
    reviews_waiting: Annotated[
        int, Field(ge=0, description="Decisions that wait for a second review by somebody.")
    ]
