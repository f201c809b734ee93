"""The audit report of one meeting at one tree size, as one frozen value that every format shows.

Its JSON form is this, field by field (``json_form``), under the version that ``format`` names.
Times are UTC to the minute, such as ``2026-11-23T16:45Z``, and durations whole minutes. Shares are
from 0 to 1, to four decimals. Texts are as people wrote them: whoever shows one escapes it.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from qa.ledger.numbers import REPORT_FORMAT, Numbers
from qa.report.chart_value import Flow, Order, Supported, SupportedOutcome, Timeline, WaitBucket
from qa.report.comparison import Disparity
from qa.report.row_value import QuestionRow
from qa.report.topic_value import Topics

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
    way_in: Literal["open", "tickets", "provider"]
    """Who could take part: everybody with the link, whoever had a ticket, whoever signed in."""
    introduction: str | None
    """What people read first: the introduction of the newest policy; None if it has none."""


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
    """The time of the last of these leaves. "Overdue" is as of then, or of the close."""
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
class LateLeaf:
    """One leaf after the close."""

    leaf_index: int
    """Its place in the log."""
    at: str
    """When."""
    kind: str
    """Kind of leaf, such as ``redaction``."""
    n: int | None
    """The docket number that it is about."""
    what: str
    """What it says, in a sentence."""


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
        "defer_build": True,  # most processes never make one
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
    late_changes: tuple[LateLeaf, ...]
    """What was logged after the close, oldest first."""
    limits: tuple[str, ...]
    """What the record cannot show, in sentences."""
    format: Literal["fair-hearing-report@v1"] = field(default=REPORT_FORMAT, kw_only=True)
    """The version of this form. Fields may be added under the same version, never renamed."""

    def question(self, n: int) -> QuestionRow:
        """Return a row by its docket number; docket numbers have no gaps."""
        return self.questions[n - 1]

    @property
    def unverified(self) -> bool:
        """Say whether votes came by an open link, so that nobody knows how many people they are."""
        return self.meeting.way_in == "open"

    @property
    def final(self) -> bool:
        """Say whether the meeting is over."""
        return self.meeting.state == "closed"
