"""From errors to answers: the one table of HTTP statuses, and one form for every refusal."""

from collections.abc import Mapping
from typing import Any, Final

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from qa import errors
from qa.errors import QaError

STATUS: Final[dict[type[QaError], int]] = {
    errors.BadInput: 400,
    errors.BadJson: 400,
    errors.TooLarge: 413,
    errors.UnknownEvent: 404,
    errors.NotScheduled: 404,
    errors.WrongCode: 404,
    errors.UnknownQuestion: 404,
    errors.UnknownLeaf: 404,
    errors.UnknownStaff: 404,
    errors.UnknownProposal: 404,
    errors.UnknownWebhook: 404,
    errors.NoMail: 409,
    errors.UnknownPolicy: 404,
    errors.NotJoined: 401,
    errors.SignedOut: 401,
    errors.BadLink: 410,
    errors.WrongPassword: 403,
    errors.BadReturn: 400,
    errors.UnknownSignIn: 403,
    errors.ProviderAway: 503,
    errors.BadTicket: 410,
    errors.TicketNeeded: 403,
    errors.SignInNeeded: 403,
    errors.NoRight: 403,
    errors.ReportWithheld: 403,
    errors.CrossSite: 403,
    errors.EventNotOpen: 409,
    errors.EventNotClosed: 409,
    errors.EventClosed: 409,
    errors.SlugTaken: 409,
    errors.StaleVersion: 409,
    errors.IllegalTransition: 409,
    errors.DuplicateSubmission: 409,
    errors.RateLimited: 429,
    errors.Busy: 503,
    errors.Malformed: 400,
    errors.Unverified: 400,
    errors.Invalid: 400,
    errors.LogDamaged: 500,
    errors.ConfigError: 500,
    QaError: 500,
}

INTERNAL: Final = {
    "error": {
        "code": "internal",
        "message": "Something broke on our side. Nothing was lost; try again in a moment.",
    }
}

_TITLES: Final = {
    400: "That did not work",
    401: "Please sign in",
    403: "Not allowed",
    404: "Not found",
    405: "That did not work",
    409: "Not now",
    410: "This link is used up",
    413: "Too large",
    429: "One moment",
    503: "One moment",
}

_HTTP_MESSAGES: Final = {
    400: ("bad_request", "The server could not make sense of this request."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
}

log = structlog.get_logger("qa.web")


def status_of(error: QaError) -> int:
    """Return the HTTP status of an error, by its nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def register_errors(app: Flask) -> None:
    """Make every failure of the app an answer in the one form that doors speak."""
    app.register_error_handler(QaError, refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _broken)


def refused(error: QaError) -> Response:
    """Return the answer to a request that was refused."""
    answer = _answer(status_of(error), error.as_dict())
    retry_after_s = error.details.get("retry_after_s")
    if isinstance(retry_after_s, int):
        answer.headers["Retry-After"] = str(retry_after_s)
    return answer


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error
    if isinstance(error, CSRFError):
        return refused(errors.CrossSite("This page is out of date. Reload it and try again."))
    if isinstance(error, RequestEntityTooLarge):
        limit = request.max_content_length or 0
        return refused(errors.TooLarge(f"Send at most {limit:,} bytes."))
    status = error.code or 500
    code, message = _HTTP_MESSAGES.get(status, ("http_error", "The request was refused."))
    answer = _answer(status, {"error": {"code": code, "message": message}})
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value
    return answer


def _broken(error: Exception) -> Response:
    route = request.url_rule.rule if request.url_rule else "none"
    log.error("unhandled_error", route=route, method=request.method, exc_info=error)
    return _answer(500, INTERNAL)


def _answer(status: int, body: Mapping[str, Any]) -> Response:
    # A page links to itself, which takes a host that is ours.
    if request.path.startswith(("/api/", "/log/")) or _host_is_refused():
        answer = jsonify(body)
    else:
        answer = Response(_page(status, body["error"]), mimetype="text/html")
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _host_is_refused() -> bool:
    return isinstance(request.routing_exception, SecurityError)


def _page(status: int, error: Mapping[str, Any]) -> str:
    return render_template(
        "error.html",
        page="error",
        status=status,
        title=_TITLES.get(status, "Something went wrong"),
        code=error["code"],
        message=error["message"],
        slug=(request.view_args or {}).get("slug", g.get("slug")),
        wanted=request.path,
    )
