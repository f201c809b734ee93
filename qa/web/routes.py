"""The list of API routes: each with its body, answers, errors and who may call it.

``route`` adds a view to the list, ``add_routes`` makes Flask serve the list, and
``qa.web.openapi`` describes it. A view is called with the caller and only with values that were
checked; it returns a dict, a dict and its status, or a whole response.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask import Flask, Response, jsonify, request
from pydantic import BaseModel

from qa import errors
from qa.config import Limits
from qa.errors import BadJson, QaError, UnknownEvent, UnknownQuestion, UnknownStaff
from qa.services.context import PUBLIC, Actor, Context
from qa.web import auth
from qa.web.json_in import parse_json
from qa.web.schemas.base import EmptyBody, Query
from qa.web.schemas.checking import check

JSON: Final = "application/json"
MAX_NUMBER: Final = 2**31 - 1
SLUG = re.compile(r"[a-z0-9-]{1,60}")

Answer = dict[str, Any] | tuple[dict[str, Any], int] | Response
View = TypeVar("View", bound=Callable[..., Answer])


class Who(StrEnum):
    """Who may call a route. Services check what a role may do."""

    ANYONE = "anyone"
    PARTICIPANT = "participant"
    STAFF = "staff"
    ACCOUNT = "account"


@dataclass(frozen=True)
class Caller:
    """The one who calls, resolved as far as the route asks for it."""

    ctx: Context
    actor: Actor = PUBLIC
    account_id: int = 0


@dataclass(frozen=True)
class Route:
    """One route of the API and everything its description says."""

    method: str
    path: str
    view: Callable[..., Answer]
    who: Who
    body: type[BaseModel] | None
    body_type: str
    query: type[Query] | None
    answers: Mapping[int, type[BaseModel] | None]
    answer_type: str
    errors: tuple[type[QaError], ...]

    @property
    def parameters(self) -> list[str]:
        """Return the names of the path's parameters."""
        return re.findall(r"<(?:int:)?(\w+)>", self.path)

    @property
    def changes(self) -> bool:
        """Say whether the method is one that changes things."""
        return self.method not in auth.SAFE_METHODS


@dataclass
class Routes:
    """The routes of the API, in the order in which they are described."""

    all: list[Route] = field(default_factory=list)

    def route(
        self,
        method: str,
        path: str,
        *,
        answers: Mapping[int, type[BaseModel] | None],
        who: Who = Who.ANYONE,
        body: type[BaseModel] | None = None,
        body_type: str = JSON,
        query: type[Query] | None = None,
        answer_type: str = JSON,
        raises: tuple[type[QaError], ...] = (),
    ) -> Callable[[View], View]:
        """Add the decorated view to the list."""
        if method not in auth.SAFE_METHODS and body is None and body_type == JSON:
            body = EmptyBody

        def add(view: View) -> View:
            self.all.append(
                Route(method, path, view, who, body, body_type, query, answers, answer_type, raises)
            )
            return view

        return add


ROUTES = Routes()
route = ROUTES.route


def set_body_limits(app: Flask, limits: Limits) -> None:
    """Let files be larger than JSON. Registered before CSRF, which already opens the body."""
    app.config["MAX_CONTENT_LENGTH"] = limits.body_bytes
    for_files = {f"api.{each.view.__name__}" for each in ROUTES.all if each.body_type != JSON}

    @app.before_request
    def set_limit() -> None:
        if request.endpoint in for_files:
            request.max_content_length = limits.import_bytes


def add_routes(app: Flask, ctx: Context) -> None:
    """Make the app serve every route on the list."""
    for each in ROUTES.all:
        app.add_url_rule(
            each.path,
            endpoint=f"api.{each.view.__name__}",
            view_func=_served(ctx, each),
            methods=[each.method],
            provide_automatic_options=False,
        )


def _served(ctx: Context, each: Route) -> Callable[..., Response]:
    def serve(**parameters: Any) -> Response:
        _check_parameters(parameters)
        values = dict(parameters)
        if each.query is not None:
            values["query"] = check(each.query, request.args.to_dict())
        caller = _caller(ctx, each.who, parameters.get("slug", ""))
        if each.body is not None:
            values["body"] = check(each.body, _read_json(ctx, each.body))
        return _respond(each.view(caller, **values))

    return serve


def _check_parameters(parameters: Mapping[str, Any]) -> None:
    """Refuse what cannot exist before the database sees it, which takes no NUL or huge number."""
    if not SLUG.fullmatch(parameters.get("slug", "-")):
        raise UnknownEvent("There is no meeting at this address.")
    if not 1 <= parameters.get("n", 1) <= MAX_NUMBER:
        raise UnknownQuestion("This meeting has no question with that number.")
    if not 1 <= parameters.get("staff_id", 1) <= MAX_NUMBER:
        raise UnknownStaff("This meeting has no such member of staff.")
    if not 1 <= parameters.get("proposal_id", 1) <= MAX_NUMBER:
        raise errors.UnknownProposal("There is no such proposal.")
    if not 1 <= parameters.get("webhook_id", 1) <= MAX_NUMBER:
        raise errors.UnknownWebhook("This meeting has no such webhook.")


def _caller(ctx: Context, who: Who, slug: str) -> Caller:
    if who is Who.PARTICIPANT:
        return Caller(ctx, auth.require_participant(ctx, request.cookies, slug))
    if who is Who.STAFF:
        return Caller(ctx, auth.require_staff(ctx, request.cookies, slug))
    if who is Who.ACCOUNT:
        return Caller(ctx, account_id=auth.require_account(ctx, request.cookies).account_id)
    return Caller(ctx)


def _read_json(ctx: Context, model: type[BaseModel]) -> object:
    data = request.get_data(cache=False)
    if not data and model is EmptyBody:
        return {}
    if request.mimetype != JSON:
        raise BadJson("Send the body as application/json.")
    return parse_json(data, ctx.config.limits.body_bytes)


def _respond(answer: Answer) -> Response:
    if isinstance(answer, Response):
        return answer
    body, status = answer if isinstance(answer, tuple) else (answer, 200)
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


_DOOR_ERRORS: Final[Mapping[Who, tuple[type[QaError], ...]]] = {
    Who.ANYONE: (),
    Who.PARTICIPANT: (errors.NotJoined,),
    Who.STAFF: (errors.SignedOut, errors.NoRight),
    Who.ACCOUNT: (errors.SignedOut,),
}


def errors_of(each: Route) -> list[type[QaError]]:
    """Return every error a route may answer with: its own, and those of its door."""
    found: list[type[QaError]] = list(each.errors)
    if each.query is not None:
        found.append(errors.BadInput)
    if each.body is not None:
        found += [errors.BadInput, errors.BadJson]
    if each.changes:
        found += [errors.CrossSite, errors.TooLarge, errors.Busy]
    found += [UnknownEvent] if "slug" in each.parameters else []
    found += [UnknownQuestion] if "n" in each.parameters else []
    found += [UnknownStaff] if "staff_id" in each.parameters else []
    found += [errors.UnknownProposal] if "proposal_id" in each.parameters else []
    found += [errors.UnknownWebhook] if "webhook_id" in each.parameters else []
    found += _DOOR_ERRORS[each.who]
    return list(dict.fromkeys(found))
