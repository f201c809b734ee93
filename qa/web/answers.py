"""What the API answers with. These models describe; services build the answers."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from qa.report import trend
from qa.report.addendum_value import Addendum
from qa.report.value import Report

Status = Literal["pending", "published", "filtered", "merged", "withdrawn"]
State = Literal["draft", "open", "live", "closed"]
StaffRole = Literal["owner", "moderator", "presenter", "auditor"]
Docket = Annotated[int, Field(ge=1, description="Docket number.")]
Time = Annotated[int, Field(ge=0, description="Milliseconds since 1970-01-01T00:00Z.")]
Hex = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Pair = Annotated[
    list[int], Field(min_length=2, max_length=2, description="Docket number and votes.")
]


class Answer(BaseModel):
    """An object with exactly these fields."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(Answer):
    """An empty object."""


class ErrorDetail(BaseModel):
    """What was refused and why; some codes add details of their own."""

    model_config = ConfigDict(extra="allow")

    code: Annotated[str, Field(description="Stable, for programs.")]
    message: Annotated[str, Field(description="A sentence for people.")]
    field: Annotated[str, Field(description="The field it is about.")] = ""


class Error(Answer):
    """The one form of every refusal."""

    error: ErrorDetail


class Joined(Answer):
    """An event that was joined."""

    slug: str
    title: str
    url: str


class Left(Answer):
    """A meeting that a browser is no longer in."""

    left: Literal[True]


class Counts(Answer):
    """How an event's questions stand."""

    submitted: int
    pending: int
    published: int
    filtered: int
    merged: int
    withdrawn: int
    overdue: int
    answered: int
    undecided: int


class Admission(Answer):
    """Who may take part, and how many do. By an open link, whoever votes is unverified."""

    how: Literal["open", "tickets", "provider"]
    verified: Annotated[
        bool, Field(description="Whether each voter used a ticket of their own, or signed in.")
    ]
    electorate: Annotated[int | None, Field(description="Tickets sent out; null without tickets.")]
    used: Annotated[
        int | None,
        Field(description="Tickets used, or people who signed in; null for an open link."),
    ]
    at: Annotated[str | None, Field(description="Host of the provider to sign in at, if any.")]
    words: Annotated[str, Field(description="The same, in a sentence or two.")]


class Event(Answer):
    """One meeting."""

    slug: str
    title: str
    state: State
    starts_at: Time | None
    ends_at: Time | None
    anonymous_allowed: bool
    named_allowed: bool
    admission: Admission
    revision: int
    policy_version: int
    closed_at: Time | None
    now: Time
    join_code: str
    join_url: str
    counts: Counts
    limits: dict[str, int]
    origin: str
    vkey: str


class Me(Answer):
    """Who this browser is in an event."""

    joined: bool
    csrf: str
    role: StaffRole | None
    pseudonym: str | None
    votes: list[Docket]


class EventOfMine(Answer):
    """An event that the signed-in account has a role in."""

    slug: str
    title: str
    state: State
    role: StaffRole


class Account(Answer):
    """Who is signed in."""

    signed_in: bool
    name: str | None
    events: list[EventOfMine]
    may_create_events: bool
    csrf: str


class Address(Answer):
    """Where to go now."""

    address: str


class Ways(Answer):
    """How somebody signs in, and what this server offers."""

    passwords: Annotated[bool, Field(description="Whether this server takes passwords.")]
    sign_in_name: str | None
    current_needed: Annotated[bool, Field(description="To set another password.")]
    code: Annotated[bool, Field(description="Whether the password needs an app's code.")]
    code_needed: Annotated[bool, Field(description="To take the app off.")]
    provider: Annotated[bool, Field(description="Whether this server has an OpenID provider.")]
    connected: Annotated[bool, Field(description="Whether the account is connected there.")]


class CodeSecret(Answer):
    """The secret of an authenticator app, shown once."""

    secret: Annotated[str, Field(description="Base32, in groups of four.")]


class PolicyVersion(Answer):
    """One version of the policy."""

    version: int
    published_at: Time
    sha256: Hex


class Policy(PolicyVersion):
    """One version of the policy, and the list of all."""

    document: dict[str, Any]
    in_force: int
    versions: list[PolicyVersion]


class PastQuestion(Answer):
    """A past question in which a rule saw something."""

    slug: str
    title: str
    n: Docket
    text: str
    explanation: str


class RuleTrial(Answer):
    """What one rule would have flagged; the first 50 are listed."""

    rule: str
    kind: str
    decides: str | None
    flagged: int
    examples: list[PastQuestion]


class PolicyTrial(Answer):
    """A draft in its complete form, as document and as YAML, tried on past questions."""

    document: dict[str, Any]
    text: str
    questions: int
    rules: list[RuleTrial]


class AnonymitySentence(Answer):
    """One thing that is so under the settings in force."""

    code: Annotated[str, Field(description="Stable, for programs.")]
    text: str
    short: Annotated[bool, Field(description="Whether it is among the few shown at once.")]


class Anonymity(Answer):
    """What is and is not protected when somebody asks, most important first."""

    sentences: list[AnonymitySentence]


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


class Similar(Answer):
    """A public question that reads like the text in hand."""

    n: Docket
    text: str
    votes: int
    status: Status


class SimilarList(Answer):
    """The public questions that read most like the text, best first."""

    similar: list[Similar]


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


class Desk(Board):
    """The board as staff see it; ``proposals`` and ``reviews_waiting`` are absolute: as of now."""

    proposals: list[Proposal]
    reviews_waiting: Annotated[
        int, Field(ge=0, description="Decisions that wait for a second review by somebody.")
    ]


class WaitingReview(Answer):
    """A question to decide for a second time, without anything of the first decision."""

    n: Docket
    seq: int
    text: str
    name: str | None
    anonymous: bool
    language: str | None


class WaitingReviews(Answer):
    """What you can review: nothing that you have decided on yourself."""

    reviews: list[WaitingReview]


class Refused(Answer):
    """A question that was not decided on with the others, and why."""

    n: int
    code: str
    message: str


class DecidedTogether(Answer):
    """The questions that were decided on, as staff see them now, and those that were not."""

    questions: list[Question]
    refused: list[Refused]


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


class QuestionAnswer(Answer):
    """The question as it stands now, as staff see it."""

    question: Question


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


class Member(Answer):
    """Somebody with a role; ``removed_at`` says since when no longer."""

    id: int
    name: str
    role: StaffRole
    pseudonym: str
    added_at: Time
    removed_at: Time | None


class Settings(Answer):
    """What the owner sees of a meeting."""

    event: Event
    join_code: str
    join_url: str
    staff: list[Member]


class NewMember(Answer):
    """A member just added, with a link that signs them in once."""

    id: int
    pseudonym: str
    role: StaffRole
    link: str


class Link(Answer):
    """A link that signs somebody in once."""

    link: str


class Issued(Answer):
    """Tickets that were made, or in a dry run would be."""

    rows: int
    dry_run: bool
    electorate: Annotated[int, Field(description="Tickets sent out so far, these included.")]
    links: Annotated[
        str | None,
        Field(description="CSV of recipients and their links; null in a dry run. Kept nowhere."),
    ]


class RowError(Answer):
    """What is wrong with one line of a file."""

    line: int
    field: str | None
    message: str


class Imported(Answer):
    """What an import did, or would do."""

    rows: int
    imported: int
    errors: list[RowError]
    dry_run: bool
    first: Docket | None
    last: Docket | None


class OpenApi(BaseModel):
    """This document."""

    model_config = ConfigDict(extra="allow")

    openapi: str


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


class AuditReport(RootModel[Report]):
    """The audit report of one event at one tree size."""


class AuditAddendum(RootModel[Addendum]):
    """What was logged after the close of one event, and what it changed in its audit report."""


class Trend(RootModel[trend.Trend]):
    """The same numbers over meetings."""


class Publication(Answer):
    """Who may read a report, and from when."""

    audience: Literal["everyone", "staff"]
    public_from: Time | None
    withheld: Annotated[bool, Field(description="Whether only staff and the link open it now.")]
    link: str | None


class TopicEditLine(Answer):
    """One change of topics, as the report notes it."""

    by: str
    what: str


class TopicEdits(Answer):
    """All changes of topics, oldest first."""

    edits: list[TopicEditLine]


class JsonSchema(BaseModel):
    """A JSON schema."""

    model_config = ConfigDict(extra="allow")

    title: str


class Webhook(Answer):
    """Where public notices are sent, and how the last try ended. ``host`` is all that is shown."""

    id: int
    kind: Literal["standard", "slack", "teams"]
    scope: Literal["meeting", "decisions"]
    host: str
    waiting: Annotated[int, Field(ge=0, description="Notices that are still to be sent.")]
    last_at: Time | None
    last_outcome: Literal["delivered", "retrying", "given_up"] | None
    last_detail: str | None


class Webhooks(Answer):
    """An event's webhooks, oldest first."""

    webhooks: list[Webhook]


class NewWebhook(Webhooks):
    """The same with a new one, and the secret that signs what it is sent, if it is signed."""

    secret: Annotated[
        str | None, Field(description="Standard Webhooks form, `whsec_…`. Shown only now.")
    ]


class KeptAddress(Answer):
    """Whether an address is kept."""

    kept: bool
