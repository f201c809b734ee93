"""Routes of the audit report: the same numbers in every form."""

from flask import Response
from pydantic import BaseModel

from qa import errors
from qa.exports.formats import FORMATS
from qa.report.json_form import addendum_schema, report_schema
from qa.report.trend import trend_json
from qa.services import publication, topic_edits
from qa.web.answers.report import (
    AuditAddendum,
    AuditReport,
    AuditTrend,
    JsonSchema,
    Publication,
    TopicEdits,
)
from qa.web.report_desk import desk, standing_of, trend_of
from qa.web.routes import Answer, Caller, Who, route
from qa.web.schemas.base import EmptyBody
from qa.web.schemas.report import CsvQuery, PublicationBody, SizeQuery, TopicEditBody

EVENT = "/api/events/<slug>"
RAISES = (errors.EventNotOpen, errors.ReportWithheld, errors.Busy)


def _add_form(
    path: str, name: str, form: str, doc: str, answer: type[BaseModel] | None = None
) -> None:
    """Add the route of one form; ``name`` is that of its operation, ``doc`` what it is for."""
    made = FORMATS[form]
    raises = RAISES if made.subject == "report" else (*RAISES, errors.EventNotClosed)

    def read(caller: Caller, slug: str, query: SizeQuery) -> Answer:
        bom = getattr(query, "bom", "0") == "1"
        return _form(caller, slug, f"{form}-bom" if bom else form, query.size)

    read.__name__, read.__doc__ = name, doc
    route(
        "GET",
        f"{EVENT}/{path}",
        query=CsvQuery if form == "csv" else SizeQuery,
        answers={200: answer},
        answer_type=made.media_type,
        raises=raises,
    )(read)


_add_form(
    *("report.json", "read_report", "json"),
    "Read the audit report: everything that the other forms show.",
    AuditReport,
)
_add_form(
    *("report.html", "read_report_page", "html"),
    "Read the audit report as one page that needs no server.",
)
_add_form(
    *("report.pdf", "read_report_pdf", "pdf"),
    "Read the audit report as a document for paper.",
)
_add_form(
    *("report.xlsx", "read_report_workbook", "xlsx"),
    "Read the audit report as a workbook.",
)
_add_form(
    *("report.csv", "read_report_rows", "csv"),
    "Read every question with its outcome as CSV.",
)
_add_form(
    *("statements-of-reasons.csv", "read_statements_of_reasons", "dsa"),
    "Read each decline in the attributes of the EU's DSA transparency database, as CSV.",
)
_add_form(
    *("addendum.json", "read_addendum", "addendum-json"),
    "Read what was logged after the close, and what it changed in the report.",
    AuditAddendum,
)
_add_form(
    *("addendum.pdf", "read_addendum_pdf", "addendum-pdf"),
    "Read the addendum to the report as a document for paper.",
)


@route(
    "POST",
    f"{EVENT}/report/topics",
    who=Who.STAFF,
    body=TopicEditBody,
    answers={200: TopicEdits},
    raises=(errors.EventNotOpen,),
)
def edit_topics(caller: Caller, slug: str, body: TopicEditBody) -> Answer:
    """Name, move or join topics of the report. Adds one leaf, after the close too."""
    return topic_edits.edit_topics(caller.ctx, slug, caller.actor, **body.model_dump())


@route("GET", "/api/report.schema.json", answers={200: JsonSchema})
def read_report_schema(caller: Caller) -> Answer:  # noqa: ARG001
    """Read the JSON schema of the audit report."""
    return report_schema()


@route("GET", "/api/addendum.schema.json", answers={200: JsonSchema})
def read_addendum_schema(caller: Caller) -> Answer:  # noqa: ARG001
    """Read the JSON schema of the addendum."""
    return addendum_schema()


@route("GET", "/api/trend", who=Who.ACCOUNT, answers={200: AuditTrend}, raises=(errors.Busy,))
def read_trend(caller: Caller) -> Answer:
    """Read the same numbers of every opened meeting whose report the account may read."""
    return Response(trend_json(trend_of(caller.ctx)), mimetype="application/json")


@route("GET", f"{EVENT}/publication", who=Who.STAFF, answers={200: Publication})
def read_publication(caller: Caller, slug: str) -> Answer:
    """Read who may read the report, and its share link."""
    return publication.read_publication(caller.ctx, slug, caller.actor)


@route(
    "PUT",
    f"{EVENT}/publication",
    who=Who.STAFF,
    body=PublicationBody,
    answers={200: Publication},
)
def change_publication(caller: Caller, slug: str, body: PublicationBody) -> Answer:
    """Set who may read the report, and from when everyone may; also after the close."""
    return publication.change_publication(
        caller.ctx, slug, caller.actor, audience=body.audience, public_from=body.public_from
    )


@route("POST", f"{EVENT}/publication/link", who=Who.STAFF, answers={200: Publication})
def renew_report_link(caller: Caller, slug: str, body: EmptyBody) -> Answer:  # noqa: ARG001
    """Make a new share link, which ends the one before; it opens a withheld report."""
    return publication.renew_link(caller.ctx, slug, caller.actor)


def _form(caller: Caller, slug: str, name: str, size: int | None) -> Response:
    form = FORMATS[name]
    standing = standing_of(caller.ctx, slug)
    answer = Response(desk().get(standing, slug, name, size), mimetype=form.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}{form.suffix}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
