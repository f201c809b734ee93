"""Answers about questions: one with all that stands beside it, its history, its receipt."""

from typing import Annotated, Any, Literal

from pydantic import Field

from qa.web.answers.base import Answer, Docket, Hex, Status, Time
from qa.web.answers.events import Event


class Flag(Answer):
    """What a rule of the policy noticed."""

    rule: str
    explanation: str
    span: Annotated[
        list[int] | None,
        Field(min_length=2, max_length=2, description="Where in the text: from, to."),
    ]


class Decision(Answer):
    """A statement of reasons."""

    seq: int
    supersedes: int | None
    verdict: Literal["publish", "filter", "merge", "restore", "redact"]
    reason: str | None
    reason_label: str | None
    explanation: Annotated[str | None, Field(description="Null once it is redacted.")]
    by: str
    automated: bool
    rule: str | None
    overdue: bool
    at: Time
    policy_version: int
    into: Docket | None
    appeal: int | None


class Appeal(Answer):
    """The last appeal on a question: against which decision, by when it is due, how it ended."""

    seq: int
    by: Literal["Author", "Supporters"]
    at: Time
    due_at: Time
    outcome: Literal["upheld", "overturned", "void"] | None
    overdue: bool


class Appealable(Answer):
    """Until when the last decision can be appealed, and how many of the supporters needed ask."""

    seq: int
    until: Time
    calls: int
    needed: int


class SecondReview(Answer):
    """What somebody else said of decision ``seq``, without having been shown it."""

    seq: int
    verdict: Literal["publish", "filter"]
    reason: str | None
    reason_label: str | None
    explanation: str | None
    by: str
    at: Time
    agrees: bool
    leaf_index: int


Words = Literal["text", "name", "explanation", "answer", "review"]
Basis = Literal["personal_data", "harassment", "unlawful"]
ErasureBasis = Literal["author", "person", "court_order", "legal_duty"]


class Hidden(Answer):
    """Why words are hidden: a redaction, which two people decided, or an erasure."""

    kind: Literal["redaction", "erasure"]
    what: list[Words]
    seq: Annotated[int | None, Field(ge=1, description="Which explanation or answer.")]
    spans: Annotated[int, Field(ge=0, description="How many parts; 0 for all of the words.")]
    basis: Basis | ErasureBasis
    basis_label: str
    title: Annotated[str, Field(description="Such as: Words redacted in part: personal data")]
    explanation: str | None
    by: str
    second: str | None
    at: Time
    leaf_index: int


class Question(Answer):
    """A question. In public, ``text`` is null until a decision opens it, and there are no flags.

    ``hidden`` says what was redacted or erased, oldest first; ``text`` is what is left.
    """

    n: Docket
    status: Status
    text: str | None
    text_version: int
    name: str | None
    anonymous: bool
    language: str | None
    submitted_at: Time
    due_at: Time
    overdue: bool
    undecided: bool
    votes: int
    flags: list[Flag]
    decision_count: int
    decision: Decision | None
    live: bool
    live_at: Time | None
    next: bool
    next_at: Time | None
    answered_at: Time | None
    answer_html: str | None
    answered_how: Literal["spoken", "written"] | None
    withdrawn_at: Time | None
    merged_into: Docket | None
    merged: Annotated[list[Docket], Field(description="What is merged into this question.")]
    support: Annotated[
        int, Field(description="People behind it and what is merged into it, each counted once.")
    ]
    hidden: list[Hidden]
    leaf_index: int
    source: Literal["live", "import"]
    appeal: Appeal | None
    appealable: Appealable | None
    second_reviews: list[SecondReview]


class QuestionAnswer(Answer):
    """The question as it stands now, as staff see it."""

    question: Question


class Similar(Answer):
    """A public question that reads like the text in hand."""

    n: Docket
    text: str
    votes: int
    status: Status


class SimilarList(Answer):
    """The public questions that read most like the text, best first."""

    similar: list[Similar]


class HistoryEntry(Answer):
    """One leaf of the log about a question, with the words that are still open."""

    kind: str
    at: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\dZ$")]
    leaf_index: int
    leaf_hash: Hex
    leaf: str
    summary: dict[str, Any]


class History(Answer):
    """A question and everything that was logged about it."""

    event: Event
    question: Question
    history: list[HistoryEntry]


class Receipt(Answer):
    """What the author keeps: the leaf, the salts that open it, and a signed promise."""

    n: Docket
    leaf_index: int
    leaf_hash: Hex
    leaf: str
    promise: str
    salt: Hex
    name_salt: Hex | None
    text_version: int
    due_at: Time
    status: Status


class VoteAnswer(Answer):
    """How many votes a question has now, and whether one of them is this browser's."""

    n: Docket
    votes: int
    voted: bool
