"""Routes of the audit report: the same numbers in every form."""

from flask import Response

from qa import errors
from qa.exports.formats import FORMATS
from qa.report.json_form import report_schema
from qa.web import answers, schemas
from qa.web.report_desk import desk
from qa.web.routes import Answer, Caller, route

EVENT = "/api/events/<slug>"
RAISES = (errors.EventNotOpen, errors.Busy)


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


@route("GET", "/api/report.schema.json", answers={200: answers.JsonSchema})
def read_report_schema(caller: Caller) -> Answer:  # noqa: ARG001
    """Read the JSON schema of the audit report."""
    return report_schema()


def _form(caller: Caller, slug: str, name: str, query: schemas.SizeQuery) -> Response:
    form = FORMATS[name]
    answer = Response(desk().get(caller.ctx, slug, name, query.size), mimetype=form.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}{form.suffix}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
