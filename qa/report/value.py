"""The audit report of one meeting at one tree size, as one frozen value that every format shows.

Its JSON form is this, field by field (``json_form``), under the version that ``format`` names.
Times are UTC to the minute, such as ``2026-11-23T16:45Z``, and durations whole minutes. Shares are
from 0 to 1, to four decimals. Texts are as people wrote them: whoever shows one escapes it.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from qa.ledger.numbers import REPORT_FORMAT, Numbers
from qa.report.comparison import Disparity
from qa.report.topic_value import Topics

Outcome = Literal["published", "filtered", "merged", "withdrawn", "pending", "never_decided"]
TextState = Literal["shown", "undecided", "redacted_in_part", "redacted", "erased", "hidden_since"]
Subject = Literal["counts", "waiting", "reasons", "wanted", "order", "uneven", "unknown"]


@dataclass(frozen=True)
class Meeting:
    """The meeting that the report is about."""

    slug: str
    """Its address on the server."""
    title: str
    """Its title at this tree size."""
    state: Literal["draft", "open", "live", "closed"]
    """How far it was. The report is final once this is ``closed``."""
    opened_at: str | None
    """When it began to take questions."""
    closed_at: str | None
    """When it closed."""


@dataclass(frozen=True)
class Proof:
    """What the report was made from, and how anybody can check it."""

    origin: str
    """The log's origin, which is also the name of its key."""
    vkey: str
    """The log's verifier key. Compare it with one from elsewhere before trusting it."""
    tree_size: int
    """Number of leaves that the report was made from. The same leaves give the same report."""
    root_hash: str
    """Root hash over these leaves, in base64."""
    words: tuple[str, ...]
    """Six words that stand for origin, size and root, to compare by ear."""
    checkpoint: str
    """The signed note of this size and root, without witnesses' cosignatures."""
    as_of: str
    """The time of the last of these leaves. "Overdue" and ages are as of then."""
    how_to_check: tuple[str, ...]
    """Steps, as sentences; a command is in its own line between backticks."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of the summary, and what it is about."""

    about: Subject
    """``counts`` comes first and once; the others may be missing or repeated."""
    text: str
    """Plain words."""


@dataclass(frozen=True)
class Rates:
    """Shares of the numbers, to four decimals. None where there is nothing to divide by."""

    filtered: float | None
    """Filtered, of those published, filtered or merged."""
    answered: float | None
    """Answered, of those published."""
    automated: float | None
    """Decided by a rule alone, of those published, filtered or merged."""
    automated_of_filtered: float | None
    """Declined by a rule alone, of those filtered."""
    late: float | None
    """First decisions after the deadline, of all first decisions."""
    never_decided: float | None
    """Never decided, of all submitted."""
    anonymous: float | None
    """Asked without a name, of all submitted."""


@dataclass(frozen=True)
class Reason:
    """A reason code and how often it stands behind a decline."""

    code: str
    """The policy's code."""
    label: str
    """The policy's label, of the version last used."""
    meaning: str
    """What the policy says that it means."""
    filtered: int
    """Filtered questions with this reason."""
    automated: int
    """How many of them a rule declined."""


@dataclass(frozen=True)
class Wording:
    """An explanation that was given for more than one decline, in the same words."""

    text: str
    """The words."""
    count: int
    """Filtered questions that were given them."""


@dataclass(frozen=True)
class Explanations:
    """The words that authors of filtered questions were given."""

    given: int
    """Filtered questions whose explanation is public."""
    distinct: int
    """How many different explanations these are."""
    repeated: tuple[Wording, ...]
    """Those used more than once, most frequent first; ten at most."""


@dataclass(frozen=True)
class Supported:
    """A question and its votes."""

    n: int
    """Docket number."""
    votes: int
    """People who voted for it, or for one merged into it, in the last snapshot."""


@dataclass(frozen=True)
class Called:
    """A question that was asked aloud or answered, and where support would have put it."""

    n: int
    """Docket number."""
    place: int
    """1 for the question that came first."""
    votes: int
    """People who voted for it, or for one merged into it, in the last snapshot."""
    place_by_support: float
    """Its rank by votes among the same questions; equal votes share the mean of their ranks."""


@dataclass(frozen=True)
class Order:
    """The order in which questions were asked aloud against the order of their support."""

    called: tuple[Called, ...]
    """In the order in which they came on stage or were answered, whichever was first."""
    kendall_tau: float | None
    """Agreement of both orders (Kendall's tau-b): 1 the same, 0 unrelated, -1 reversed."""
    passed_over: tuple[Supported, ...]
    """Published, never called, with more votes than the median of those called; ten at most."""


@dataclass(frozen=True)
class Flow:
    """One band of the flow from asked to outcome, for a diagram of flows."""

    source: str
    """Where it comes from: ``asked``, ``decided_by_person``, ``decided_by_rule``, ``undecided``,
    or an outcome."""
    target: str
    """Where it goes."""
    count: int
    """Questions."""


@dataclass(frozen=True)
class Bucket:
    """What happened in one stretch of time."""

    start: str
    """The first minute of the stretch."""
    submitted: int
    """Questions submitted."""
    published: int
    """Decisions to publish."""
    filtered: int
    """Decisions to filter."""
    answered: int
    """First answers."""


@dataclass(frozen=True)
class Timeline:
    """Arrivals and decisions over time, from the first question to the last leaf."""

    bucket_minutes: int
    """How long each stretch is."""
    buckets: tuple[Bucket, ...]
    """Stretches in which nothing happened are there too; 120 at most."""


@dataclass(frozen=True)
class WaitBucket:
    """How many first decisions took so long."""

    from_minutes: int
    """At least this."""
    to_minutes: int | None
    """Less than this; None for no upper bound."""
    decisions: int
    """First decisions."""
    late: int
    """How many of them came after the deadline."""


@dataclass(frozen=True)
class SupportedOutcome:
    """The votes of the questions that ended alike."""

    outcome: Outcome
    """How they ended."""
    questions: int
    """How many ended so."""
    votes: int
    """Their votes together."""
    p25: int | None
    """Quartiles of votes, by the nearest rank."""
    p50: int | None
    """The median."""
    p75: int | None
    """The upper quartile."""
    most: int | None
    """The most votes on one of them."""


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
    what: Literal["text", "name", "explanation", "answer"]
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
    """``undecided``: nobody has screened the words, so they are not public. ``hidden_since``: they
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


@dataclass(frozen=True)
class LateChange:
    """Something that was logged after the meeting closed."""

    at: str
    """When."""
    kind: str
    """Kind of leaf, such as ``redaction``."""
    n: int | None
    """The docket number that it is about."""
    leaf_index: int
    """Its leaf."""


@dataclass(frozen=True)
class LegalGround:
    """How a reason code is reported to the EU's DSA transparency database."""

    code: str
    """The reason code."""
    decision_ground: str
    """Illegal, or incompatible with the terms."""
    category: str
    """One of the database's categories."""


@dataclass(frozen=True)
class PolicyRow:
    """A version of the policy."""

    version: int
    """Counted from 1."""
    published_at: str
    """When it came into force, for what was submitted or decided from then on."""
    sha256: str
    """Hash of the document, as logged."""
    deadline_minutes: int | None
    """How soon it wants a decision; None when the document cannot be read."""
    legal_grounds: tuple[LegalGround, ...] = ()
    """What its reasons are called in the EU, as far as the document says."""


@dataclass(frozen=True)
class Report:
    """Everything that a format shows, and nothing that is not public."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "use_attribute_docstrings": True,
        "extra": "forbid",
    }

    meeting: Meeting
    """The meeting."""
    proof: Proof
    """What this was made from, and how to check it."""
    summary: tuple[Sentence, ...]
    """The first page, in sentences."""
    numbers: Numbers
    """The counts. ``python -m qa verify`` recomputes them from a bundle."""
    rates: Rates
    """Shares of the counts."""
    reasons: tuple[Reason, ...]
    """Reasons of declines that stand, most frequent first."""
    explanations: Explanations
    """The words that were given with them."""
    most_supported_filtered: tuple[Supported, ...]
    """Filtered questions with the most votes; ten at most, without those nobody supported."""
    most_supported_unanswered: tuple[Supported, ...]
    """Published, not answered, with the most votes; ten at most."""
    order: Order
    """Order asked against order of support."""
    disparity: Disparity
    """Whether filtering was uneven."""
    topics: Topics
    """What people asked about."""
    flow: tuple[Flow, ...]
    """From asked to outcome."""
    timeline: Timeline
    """Arrivals and decisions."""
    waits: tuple[WaitBucket, ...]
    """Times to first decision."""
    support: tuple[SupportedOutcome, ...]
    """Votes by outcome; only outcomes that occur."""
    questions: tuple[QuestionRow, ...]
    """Every docket number, in order."""
    policies: tuple[PolicyRow, ...]
    """The versions of the policy."""
    late_changes: tuple[LateChange, ...]
    """What was logged after the close, oldest first."""
    limits: tuple[str, ...]
    """What the record cannot show, in sentences."""
    format: Literal["fair-hearing-report@v1"] = field(default=REPORT_FORMAT, kw_only=True)
    """The version of this form. Fields may be added under the same version, never renamed."""

    def question(self, n: int) -> QuestionRow:
        """Return a row by its docket number; docket numbers have no gaps."""
        return self.questions[n - 1]

    @property
    def final(self) -> bool:
        """Say whether the meeting is over."""
        return self.meeting.state == "closed"
