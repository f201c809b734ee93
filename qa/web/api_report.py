"""Routes of the audit report: the same numbers in every form."""

from flask import Response

from qa import errors
from qa.exports.formats import FORMATS, XLSX
from qa.report.json_form import report_schema
from qa.report.trend import trend_json
from qa.services import publication, topic_edits
from qa.web import answers, schemas
from qa.web.report_desk import desk, standing_of, trend_of
from qa.web.routes import Answer, Caller, Who, route

EVENT = "/api/events/<slug>"
RAISES = (errors.EventNotOpen, errors.ReportWithheld, errors.Busy)


@route(
    "GET",
    f"{EVENT}/report.json",
    query=schemas.SizeQuery,
    answers={200: answers.AuditReport},
    raises=RAISES,
)
def read_report(caller: Caller, slug: str, query: schemas.SizeQuery) -> Answer:
    """Read the audit report: everything that the other forms show."""
    return _form(caller, slug, "json", query)


@route(
    "GET",
    f"{EVENT}/report.html",
    query=schemas.SizeQuery,
    answers={200: None},
    answer_type="text/html",
    raises=RAISES,
)
def read_report_page(caller: Caller, slug: str, query: schemas.SizeQuery) -> Answer:
    """Read the audit report as one page that needs no server."""
    return _form(caller, slug, "html", query)


@route(
    "GET",
    f"{EVENT}/report.pdf",
    query=schemas.SizeQuery,
    answers={200: None},
    answer_type="application/pdf",
    raises=RAISES,
)
def read_report_pdf(caller: Caller, slug: str, query: schemas.SizeQuery) -> Answer:
    """Read the audit report as a document for paper."""
    return _form(caller, slug, "pdf", query)


@route(
    "GET",
    f"{EVENT}/report.xlsx",
    query=schemas.SizeQuery,
    answers={200: None},
    answer_type=XLSX,
    raises=RAISES,
)
def read_report_workbook(caller: Caller, slug: str, query: schemas.SizeQuery) -> Answer:
    """Read the audit report as a workbook."""
    return _form(caller, slug, "xlsx", query)


@route(
    "GET",
    f"{EVENT}/report.csv",
    query=schemas.CsvQuery,
    answers={200: None},
    answer_type="text/csv",
    raises=RAISES,
)
def read_report_rows(caller: Caller, slug: str, query: schemas.CsvQuery) -> Answer:
    """Read every question with its outcome as CSV."""
    return _form(caller, slug, "csv-bom" if query.bom == "1" else "csv", query)


@route(
    "GET",
    f"{EVENT}/statements-of-reasons.csv",
    query=schemas.SizeQuery,
    answers={200: None},
    answer_type="text/csv",
    raises=RAISES,
)
def read_statements_of_reasons(caller: Caller, slug: str, query: schemas.SizeQuery) -> Answer:
    """Read each decline in the attributes of the EU's DSA transparency database, as CSV."""
    return _form(caller, slug, "dsa", query)


@route(
    "POST",
    f"{EVENT}/report/topics",
    who=Who.STAFF,
    body=schemas.TopicEditBody,
    answers={200: answers.TopicEdits},
    raises=(errors.EventNotOpen,),
)
def edit_topics(caller: Caller, slug: str, body: schemas.TopicEditBody) -> Answer:
    """Name, move or join topics of the report. Adds one leaf, after the close too."""
    return topic_edits.edit_topics(caller.ctx, slug, caller.actor, **body.model_dump())


@route("GET", "/api/report.schema.json", answers={200: answers.JsonSchema})
def read_report_schema(caller: Caller) -> Answer:  # noqa: ARG001
    """Read the JSON schema of the audit report."""
    return report_schema()


@route("GET", "/api/trend", who=Who.ACCOUNT, answers={200: answers.Trend}, raises=(errors.Busy,))
def read_trend(caller: Caller) -> Answer:
    """Read the same numbers of every opened meeting whose report the account may read."""
    return Response(trend_json(trend_of(caller.ctx)), mimetype="application/json")


@route("GET", f"{EVENT}/publication", who=Who.STAFF, answers={200: answers.Publication})
def read_publication(caller: Caller, slug: str) -> Answer:
    """Read who may read the report, and its share link."""
    return publication.read_publication(caller.ctx, slug, caller.actor)


@route(
    "PUT",
    f"{EVENT}/publication",
    who=Who.STAFF,
    body=schemas.PublicationBody,
    answers={200: answers.Publication},
)
def change_publication(caller: Caller, slug: str, body: schemas.PublicationBody) -> Answer:
    """Set who may read the report, and from when everyone may; also after the close."""
    return publication.change_publication(
        caller.ctx, slug, caller.actor, audience=body.audience, public_from=body.public_from
    )


@route("POST", f"{EVENT}/publication/link", who=Who.STAFF, answers={200: answers.Publication})
def renew_report_link(caller: Caller, slug: str, body: schemas.EmptyBody) -> Answer:  # noqa: ARG001
    """Make a new share link, which ends the one before; it opens a withheld report."""
    return publication.renew_link(caller.ctx, slug, caller.actor)


def _form(caller: Caller, slug: str, name: str, query: schemas.SizeQuery) -> Response:
    form = FORMATS[name]
    standing = standing_of(caller.ctx, slug)
    answer = Response(desk().get(standing, slug, name, query.size), mimetype=form.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}{form.suffix}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
