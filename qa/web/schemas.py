"""What clients may send: one model per body or query, strict, with nothing extra.

Lengths of texts are only hinted at here. ``qa.domain.text`` counts them as readers do and owns the
limits, so that every door refuses the same text with the same sentence.
"""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError

from qa.domain.admission import Admission
from qa.domain.question import EventState, Verdict
from qa.domain.redaction import ON_REQUEST, Basis, What
from qa.errors import BadInput

M = TypeVar("M", bound=BaseModel)

MAX_FIELD_NAME = 60
HEX_32_BYTES = r"^[0-9a-f]{64}$"
CLIENT_KEY = r"^[A-Za-z0-9_-]{22,64}$"
MAX_TIME_MS = 2**53
WAYS_IN: list[JsonValue] = [str(way_in) for way_in in Admission]

Text = Annotated[str, Field(json_schema_extra={"maxLength": 4096})]
Milliseconds = Annotated[int, Field(ge=0, le=MAX_TIME_MS)]
AuthorKey = Annotated[
    str,
    Field(
        pattern=HEX_32_BYTES,
        description="32 random bytes in hex that only the author's browser keeps.",
    ),
]


def _digits(value: object) -> object:
    """Let a query's number through only as plain ASCII digits; int() would take more spellings."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 16 else value
    return value


class Body(BaseModel):
    """A JSON object with exactly these fields."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Query(BaseModel):
    """Query parameters; unknown ones are ignored, as everywhere on the web."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class EmptyBody(Body):
    """No fields: ``{}``, or no body at all."""


class JoinBody(Body):
    """A join code as somebody typed it."""

    code: Annotated[str, Field(min_length=1, max_length=40)]


class TicketBody(Body):
    """A ticket, which is what follows ``#`` in a personal link."""

    ticket: Annotated[str, Field(min_length=1, max_length=64)]


class SignInBody(Body):
    """What somebody signs in with."""

    name: Text
    password: Annotated[str, Field(json_schema_extra={"format": "password"})]
    code: Annotated[str, Field(max_length=20, description="Of the authenticator app, if any.")] = ""
    next: Annotated[str, Field(description="The page of ours to show then.")] = ""


class PasswordBody(Body):
    """A password to sign in with from now on."""

    name: Text
    password: Annotated[str, Field(json_schema_extra={"format": "password"})]
    current: Annotated[
        str, Field(description="The password until now, unless a one-time link began the session.")
    ] = ""


class CodeBody(Body):
    """A code of an authenticator app."""

    code: Annotated[str, Field(max_length=20)] = ""


class QuestionBody(Body):
    """A question to submit."""

    text: Text
    anonymous: bool
    name: Text | None = None
    language: Annotated[str | None, Field(description="A BCP 47 tag such as `de`.")] = None
    client_key: Annotated[
        str,
        Field(
            pattern=CLIENT_KEY,
            description="Random, made once per question: a retry with the same key is answered with"
            " the same docket number.",
        ),
    ]
    author_tag: Annotated[
        str, Field(pattern=HEX_32_BYTES, description="SHA-256 of the author key, in hex.")
    ]


class VoteBody(Body):
    """A vote over a socket."""

    n: Annotated[int, Field(ge=1, le=2**31 - 1)]


class LookBody(Body):
    """Over a socket of the desk: the question that the page shows, or none."""

    n: Annotated[int | None, Field(ge=1, le=2**31 - 1)]


class ClaimBody(Body):
    """Over a socket of the desk: a question to claim, or to let go."""

    n: Annotated[int, Field(ge=1, le=2**31 - 1)]
    on: bool


class ConnectBody(Body):
    """What a page says when its socket connects. Only ``desk`` is sent what is pending."""

    slug: Annotated[str, Field(pattern="^[a-z0-9-]{1,60}$")]
    view: Literal["board", "desk"] = "board"


class SimilarBody(Body):
    """A text to compare with the questions that are public already."""

    text: Text


class WithdrawBody(Body):
    """Proof of authorship."""

    author_key: AuthorKey


class AppealBody(Body):
    """An appeal: with the author key as the author, without it as a supporter."""

    seq: Annotated[int, Field(ge=1, le=2**31 - 1, description="The decision that is appealed.")]
    author_key: Annotated[
        str | None, Field(pattern=HEX_32_BYTES, description="What only the author has.")
    ] = None


class ReviseBody(Body):
    """Proof of authorship, and the new words."""

    author_key: AuthorKey
    text: Text


class DecisionBody(Body):
    """A statement of reasons."""

    verdict: Annotated[
        str,
        Field(
            json_schema_extra={
                "enum": [str(v) for v in Verdict if v in ("publish", "filter", "merge", "restore")]
            }
        ),
    ]
    reason: Annotated[str | None, Field(description="A reason code of the policy in force.")] = None
    explanation: Text = ""
    seq: Annotated[
        int,
        Field(ge=0, le=2**31 - 1, description="How many decisions on the question you have seen."),
    ]
    into: Annotated[
        int | None, Field(ge=1, le=2**31 - 1, description="The question to merge into.")
    ] = None


class SeenQuestion(Body):
    """A question, and how much of it was seen."""

    n: Annotated[int, Field(ge=1, le=2**31 - 1)]
    seq: Annotated[
        int, Field(ge=0, le=2**31 - 1, description="How many decisions on it you have seen.")
    ]


class DecisionsBody(Body):
    """One statement of reasons for each of several questions."""

    questions: Annotated[list[SeenQuestion], Field(json_schema_extra={"maxItems": 100})]
    verdict: Annotated[str, Field(json_schema_extra={"enum": ["publish", "filter", "restore"]})]
    reason: Annotated[str | None, Field(description="A reason code of the policy in force.")] = None
    explanation: Text = ""


class SecondReviewBody(Body):
    """What one would have decided."""

    seq: Annotated[int, Field(ge=1, le=2**31 - 1, description="The decision that is reviewed.")]
    verdict: Annotated[str, Field(json_schema_extra={"enum": ["publish", "filter"]})]
    reason: Annotated[str | None, Field(description="A reason code of the policy in force.")] = None
    explanation: Text = ""


class RedactionBody(Body):
    """Words to hide, and why. Spans are code points of the words as they are shown."""

    what: Annotated[str, Field(json_schema_extra={"enum": [str(what) for what in What]})]
    seq: Annotated[
        int | None, Field(ge=1, le=2**31 - 1, description="Which explanation or answer, from 1.")
    ] = None
    spans: Annotated[
        list[Annotated[list[int], Field(min_length=2, max_length=2)]],
        Field(max_length=1_000, description="From and to of each part; none for all of the words."),
    ] = []
    basis: Annotated[str, Field(json_schema_extra={"enum": [str(basis) for basis in Basis]})]
    explanation: Text
    text_version: Annotated[
        int, Field(ge=1, le=2**31 - 1, description="The version of the text that you have seen.")
    ]
    seen: Annotated[
        int,
        Field(ge=0, le=2**31 - 1, description="How many acts that hid something you have seen."),
    ]


class EraseBody(Body):
    """Proof of authorship, and what to erase. A dry run says where the words are and stops."""

    author_key: AuthorKey
    what: list[Annotated[str, Field(json_schema_extra={"enum": ["name", "text"]})]]
    dry_run: bool = True


class EraseOnRequestBody(Body):
    """What to erase, and on what basis. A dry run says where the words are and stops."""

    what: list[Annotated[str, Field(json_schema_extra={"enum": ["name", "text"]})]]
    basis: Annotated[str, Field(json_schema_extra={"enum": [str(basis) for basis in ON_REQUEST]})]
    dry_run: bool = True


class TopicEditBody(Body):
    """A change of topics, which are named by questions in them."""

    act: Annotated[str, Field(json_schema_extra={"enum": ["name", "move", "join"]})]
    n: Annotated[int, Field(description="A docket number in the topic.", ge=1, le=2**31 - 1)]
    into: Annotated[
        int | None, Field(description="A docket number in the other topic.", ge=1, le=2**31 - 1)
    ] = None
    label: Annotated[str | None, Field(description="The name, for name.")] = None


class SwitchBody(Body):
    """On or off."""

    on: bool


class AnsweredBody(Body):
    """How a question was answered; a written answer is Markdown."""

    mode: Annotated[str, Field(json_schema_extra={"enum": ["spoken", "written"]})]
    answer: Annotated[str | None, Field(json_schema_extra={"maxLength": 30_000})] = None


class NewEventBody(Body):
    """A meeting to create. What is left out is chosen by the server."""

    title: Text
    slug: Annotated[
        str | None, Field(description="The name in its address, such as `spring-all-hands`.")
    ] = None
    starts_at: Milliseconds | None = None
    ends_at: Milliseconds | None = None
    join_code: str | None = None
    anonymous_allowed: bool = True
    named_allowed: bool = True
    admission: Annotated[str, Field(json_schema_extra={"enum": WAYS_IN})] = "open"
    policy: Annotated[
        dict[str, Any] | None, Field(description="A policy document; the default one if left out.")
    ] = None


class PolicyQuery(Query):
    """Which version of the policy; the one in force if left out."""

    version: Annotated[int | None, BeforeValidator(_digits), Field(ge=1, le=2**31 - 1)] = None


class RecordQuery(Query):
    """Which page of the record."""

    page: Annotated[int, BeforeValidator(_digits), Field(ge=1, le=2**31 - 1)] = 1


class PolicyDraftBody(Body):
    """A policy, as text or as document."""

    text: Annotated[str | None, Field(description="In YAML or JSON; a refusal names the line.")] = (
        None
    )
    document: Annotated[dict[str, Any] | None, Field(description="Instead of text.")] = None


class PolicyBody(PolicyDraftBody):
    """A policy to publish."""

    version: Annotated[
        int, Field(ge=1, le=2**31 - 1, description="The version that it was made from.")
    ]


class EventChangesBody(Body):
    """What to change of a meeting. What is left out stays, so the defaults here are never used."""

    title: Text = ""
    starts_at: Milliseconds | None = None
    ends_at: Milliseconds | None = None
    anonymous_allowed: bool = True
    named_allowed: bool = True
    admission: Annotated[
        str,
        Field(json_schema_extra={"enum": WAYS_IN}, description="Only while it is a draft."),
    ] = "open"


class StateBody(Body):
    """The state to move a meeting to."""

    state: Annotated[str, Field(json_schema_extra={"enum": [str(state) for state in EventState]})]


class StaffBody(Body):
    """Somebody to give a role to."""

    name: Text
    role: Annotated[
        str, Field(json_schema_extra={"enum": ["owner", "moderator", "presenter", "auditor"]})
    ]


class SinceQuery(Query):
    """From which revision on."""

    since: Annotated[
        int,
        BeforeValidator(_digits),
        Field(ge=0, le=2**53, description="The revision you have; 0 asks for everything."),
    ] = 0


class DryRunQuery(Query):
    """Whether to check only."""

    dry_run: Annotated[
        str, Field(pattern="^(true|false)$", json_schema_extra={"enum": ["true", "false"]})
    ] = "true"


def check(model: type[M], value: object) -> M:
    """Return a value from outside as an instance of its model.

    Raises:
        BadInput: it is not one; ``field`` names the first field that is wrong.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _bad_input(error) from None


def _bad_input(error: ValidationError) -> BadInput:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])[:MAX_FIELD_NAME]
    if not field:
        return BadInput("Send a JSON object.")
    message = _SENTENCES.get(first["type"])
    if message is None:
        message = first["msg"][0].lower() + first["msg"][1:]
    return BadInput(f'"{field}" {message}.', field=field)


_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a field that is known here",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "dict_type": "must be an object",
    "string_pattern_mismatch": "is not of its form",
}


class SizeQuery(Query):
    """Of which tree size."""

    size: Annotated[
        int | None,
        BeforeValidator(_digits),
        Field(ge=1, le=2**53, description="The tree size to report on; without it, as of now."),
    ] = None


class PublicationBody(Body):
    """Who may read a report."""

    audience: Annotated[str, Field(json_schema_extra={"enum": ["everyone", "staff"]})]
    public_from: Milliseconds | None = None


class CsvQuery(SizeQuery):
    """Of which tree size, and how it begins."""

    bom: Annotated[
        Literal["0", "1"],
        Field(description="1: with a byte order mark, for spreadsheets that need one."),
    ] = "0"


class WebhookBody(Body):
    """Where to send what is public, in which form, and how much of it."""

    kind: Annotated[str, Field(json_schema_extra={"enum": ["standard", "slack", "teams"]})]
    scope: Annotated[
        str,
        Field(
            json_schema_extra={"enum": ["meeting", "decisions"]},
            description="`meeting`: that it opens, starts and closes. `decisions`: every decision"
            " and answer, too.",
        ),
    ]
    url: Text


class AddressBody(Body):
    """Proof of authorship, and where the author wants to be told; null forgets it."""

    author_key: AuthorKey
    email: Annotated[str | None, Field(json_schema_extra={"maxLength": 254})]
