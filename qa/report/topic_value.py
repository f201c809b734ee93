"""What people asked about: the values that the report shows of topics."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class TopicEdit:
    """A change that the auditor made to the topics, as noted on the report."""

    at: str
    """When."""
    by: str
    """Pseudonym."""
    what: str
    """What was changed, in a sentence."""


@dataclass(frozen=True)
class Topic:
    """Questions that are about the same thing."""

    id: int
    """Counted from 1, largest first."""
    label: str
    """For people: the auditor's words, or terms that set it apart from the others."""
    example: str
    """How the first of its representatives begins; empty where the auditor chose label or
    questions."""
    edited: bool
    """Whether the label or the questions are the auditor's choice."""
    terms: tuple[str, ...]
    """Key terms, most telling first."""
    representatives: tuple[int, ...]
    """Docket numbers of the questions nearest to the middle, three at most; the one that has most
    of the label's terms comes first."""
    questions: tuple[int, ...]
    """Docket numbers, ascending."""
    decided: int
    """Published, filtered or merged ones."""
    filtered: int
    """Filtered ones."""
    votes: int
    """Votes together."""


@dataclass(frozen=True)
class Topics:
    """The topics, or why there are none."""

    status: Literal["ready", "too_few", "not_installed", "not_computed"]
    """``not_installed``: this server lacks the optional extra ``topics``. ``not_computed``: they
    take longer than a page may, and are on their way."""
    note: str
    """How they were made, or what is missing, in a sentence."""
    topics: tuple[Topic, ...]
    """Largest first."""
    unsorted: tuple[int, ...]
    """Docket numbers of public questions that are in no topic."""
    edits: tuple[TopicEdit, ...]
    """What the auditor changed, oldest first."""
