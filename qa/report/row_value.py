"""One docket number of the report: how it ended, who decided so, and its words."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["published", "filtered", "merged", "withdrawn", "pending", "never_decided"]
TextState = Literal[
    "shown", "undecided", "held_back", "redacted_in_part", "redacted", "erased", "hidden_since"
]


@dataclass(frozen=True)
class DecisionRow:
    """One statement of reasons."""

    seq: int
    """Counted from 1; each supersedes the one before."""
    at: str
    """When."""
    verdict: Literal["publish", "filter", "merge", "restore", "redact"]
    """What was decided."""
    reason: str | None
    """Reason code; a decline always has one."""
    reason_label: str | None
    """Its label in the version of the policy that it was made under."""
    explanation: str | None
    """The words; None once they were redacted."""
    by: str
    """Pseudonym, or ``Rule``."""
    rule: str | None
    """The rule that decided."""
    automated: bool
    """Whether no person decided."""
    policy: int
    """Version of the policy."""
    into: int | None
    """The question merged into."""
    leaf_index: int
    """Its leaf."""


@dataclass(frozen=True)
class RedactionRow:
    """Words that were hidden for good, and on what ground."""

    at: str
    """When."""
    what: Literal["text", "name", "explanation", "answer", "review"]
    """Whose words."""
    basis: str
    """Legal ground."""
    by: str
    """Who hid them."""
    second: str
    """Who agreed."""
    leaf_index: int
    """Its leaf."""


@dataclass(frozen=True)
class QuestionRow:
    """One docket number: how it ended, and why."""

    n: int
    """Docket number."""
    text: str | None
    """The words, as far as they are public; see ``text_state``."""
    text_state: TextState
    """``undecided``: nobody has screened the words, so they are not public. ``held_back``: the
    policy keeps the words of what is filtered until the meeting closes. ``hidden_since``: they
    were public at this tree size, and were redacted or erased later."""
    name: str | None
    """The name it was asked under."""
    anonymous: bool
    """Whether it was asked without one."""
    language: str | None
    """Language tag, where one was given."""
    source: Literal["live", "import"]
    """How it came in."""
    submitted_at: str
    """When."""
    due_at: str
    """When a decision was due."""
    outcome: Outcome
    """How it ended, or how it stands."""
    reason: str | None
    """Reason code of the decline that stands."""
    reason_label: str | None
    """Its label."""
    explanation: str | None
    """The words of the decision that stands."""
    decided_by: str | None
    """Who made it: a pseudonym, or ``Rule``."""
    rule: str | None
    """The rule, if one made it."""
    automated: bool
    """Whether no person made it."""
    first_decided_at: str | None
    """When the first decision came."""
    wait_minutes: int | None
    """From submission to the first decision."""
    late: bool
    """Whether the first decision came after ``due_at``."""
    overdue: bool
    """Whether there is none and ``due_at`` has passed."""
    decisions: tuple[DecisionRow, ...]
    """All of them, in order."""
    merged_into: int | None
    """The question that carries it now."""
    answered_at: str | None
    """When it was first answered."""
    answered_how: Literal["spoken", "written"] | None
    """How it was last answered."""
    called: int | None
    """Its place in the order in which questions were asked aloud or answered."""
    votes: int
    """Votes in the last snapshot."""
    supporters: int
    """People who voted for it, or for one merged into it: each counts once."""
    merged: tuple[int, ...]
    """The questions that are merged into it."""
    flags: tuple[str, ...]
    """Rules that saw something, for people to weigh."""
    wordings: int
    """1, and one more for each time its author reworded it before any decision."""
    redactions: tuple[RedactionRow, ...]
    """What was hidden."""
    topic: int | None
    """The id of its topic in ``topics``."""
    leaf_index: int
    """The leaf of its submission."""
