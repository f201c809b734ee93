"""Answers about the audit report: itself, its addendum and trend, its publication and topics."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from qa.report import trend
from qa.report.addendum_value import Addendum
from qa.report.value import Report
from qa.web.answers.base import Answer, Time


class AuditReport(RootModel[Report]):
    """The audit report of one event at one tree size."""


class AuditAddendum(RootModel[Addendum]):
    """What was logged after the close of one event, and what it changed in its audit report."""


class Trend(RootModel[trend.Trend]):
    """The same numbers over meetings."""

    # The published description tells this from the ``Trend`` of the report by the module's name.
    __module__ = "qa.web.answers"


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
