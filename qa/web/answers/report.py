"""Answers about the audit report: itself, its addendum and trend, its publication and topics."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel

from qa.report.addendum_value import Addendum
from qa.report.trend import Trend
from qa.report.value import Report
from qa.web.answers.base import Answer, Time

T = TypeVar("T")


class _Whole(RootModel[T], Generic[T]):
    """A value of the report as it is; compiled on request, as every answer."""

    model_config = ConfigDict(defer_build=True)


class AuditReport(_Whole[Report]):
    """The audit report of one event at one tree size."""


class AuditAddendum(_Whole[Addendum]):
    """What was logged after the close of one event, and what it changed in its audit report."""


class AuditTrend(_Whole[Trend]):
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
