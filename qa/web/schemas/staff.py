"""What staff may send: decisions, the stage, the team."""

from typing import Annotated

from pydantic import Field

from qa.domain.question import Verdict
from qa.web.schemas.base import Body, Text


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


class SwitchBody(Body):
    """On or off."""

    on: bool


class AnsweredBody(Body):
    """How a question was answered; a written answer is Markdown."""

    mode: Annotated[str, Field(json_schema_extra={"enum": ["spoken", "written"]})]
    answer: Annotated[str | None, Field(json_schema_extra={"maxLength": 30_000})] = None


class StaffBody(Body):
    """Somebody to give a role to."""

    name: Text
    role: Annotated[
        str, Field(json_schema_extra={"enum": ["owner", "moderator", "presenter", "auditor"]})
    ]
