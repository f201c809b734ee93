"""Answers about words that are hidden: proposals to redact, redactions, erasures."""

from typing import Annotated, Literal

from pydantic import Field

from qa.web.answers.base import Answer, Docket, Time
from qa.web.answers.questions import Basis, Question, Words


class Proposal(Answer):
    """A redaction that somebody on the staff proposes; the others see it, the public does not."""

    id: int
    n: Docket
    what: Words
    seq: int | None
    spans: Annotated[
        list[Annotated[list[int], Field(min_length=2, max_length=2)]],
        Field(description="From and to, in code points of the words; none for all of them."),
    ]
    basis: Basis
    basis_label: str
    explanation: str
    by: str
    at: Time


class RedactionAnswer(Answer):
    """The question as staff see it now, and every redaction that is proposed in the event."""

    question: Question
    proposals: list[Proposal]


class Place(Answer):
    """Somewhere that words are, and what an erasure does there."""

    place: str
    outcome: Literal["erased", "stays", "out_of_reach"]
    sentence: str


class Erasure(Answer):
    """Every place that the words are, or were, in, and the question as anybody sees it now."""

    dry_run: bool
    places: list[Place]
    question: Question
