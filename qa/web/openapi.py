"""The OpenAPI 3.1 description of the API, made from the list of routes and nothing else."""

import inspect
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from qa.errors import QaError
from qa.web.answers.base import Error
from qa.web.errors import STATUS
from qa.web.routes import JSON, ROUTES, Route, Who, errors_of

VERSION: Final = "1"
_REF = "#/components/schemas/{model}"
_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "slug": {"type": "string", "pattern": "^[a-z0-9-]{1,60}$"},
    "n": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    "staff_id": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    "proposal_id": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    "webhook_id": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    "leaf_index": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
}
_SECURITY: Final[dict[Who, str | None]] = {
    Who.ANYONE: None,
    Who.PARTICIPANT: "participant",
    Who.STAFF: "staff",
    Who.ACCOUNT: "staff",
}
_CSRF: Final = {
    "name": "X-CSRF-Token",
    "in": "header",
    "required": True,
    "description": "`csrf` of `GET /api/me`, sent with the session cookie that came with it.",
    "schema": {"type": "string"},
}

Schemas = dict[type[BaseModel], dict[str, Any]]


@cache
def describe() -> dict[str, Any]:
    """Return the whole document."""
    schemas, definitions = _schemas()
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for each in ROUTES.all:
        paths[_template(each)][each.method.lower()] = _operation(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fair Hearing",
            "version": VERSION,
            "description": "Questions for an all-hands, with a decision and a reason for each.",
        },
        "paths": paths,
        "components": {"schemas": definitions, "securitySchemes": _security_schemes()},
    }


def _schemas() -> tuple[Schemas, dict[str, Any]]:
    models: dict[type[BaseModel], None] = {Error: None}
    for each in ROUTES.all:
        models |= dict.fromkeys(m for m in (each.body, *each.answers.values()) if m is not None)
    found, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template=_REF
    )
    by_model = {model: found[model, "validation"] for model in models}
    return by_model, definitions["$defs"]


def _operation(each: Route, schemas: Schemas) -> dict[str, Any]:
    scheme = _SECURITY[each.who]
    operation: dict[str, Any] = {
        "operationId": each.view.__name__,
        "summary": (inspect.getdoc(each.view) or "").split("\n", maxsplit=1)[0],
        "parameters": _parameters(each),
        "security": [{scheme: []}] if scheme else [],
        "responses": {
            **{str(status): _answer(each, status, schemas) for status in each.answers},
            **_refusals(errors_of(each), schemas),
        },
    }
    if each.body is not None:
        body = {"content": {JSON: {"schema": schemas[each.body]}}}
        operation["requestBody"] = {**body, "required": bool(each.body.model_fields)}
    elif each.body_type != JSON:
        operation["requestBody"] = {
            "content": {each.body_type: {"schema": {"type": "string"}}},
            "required": True,
        }
    return operation


def _parameters(each: Route) -> list[dict[str, Any]]:
    path = [
        {"name": name, "in": "path", "required": True, "schema": _PARAMETERS[name]}
        for name in each.parameters
    ]
    query = []
    if each.query is not None:
        properties = each.query.model_json_schema()["properties"]
        query = [{"name": name, "in": "query", "schema": s} for name, s in properties.items()]
    return [*path, *query, *([_CSRF] if each.changes else [])]


def _answer(each: Route, status: int, schemas: Schemas) -> dict[str, Any]:
    model = each.answers[status]
    schema = {"type": "string"} if model is None else schemas[model]
    description = inspect.getdoc(model) if model else HTTPStatus(status).phrase
    return {"description": description, "content": {each.answer_type: {"schema": schema}}}


def _refusals(errors: Sequence[type[QaError]], schemas: Schemas) -> dict[str, Any]:
    by_status: dict[int, list[type[QaError]]] = defaultdict(list)
    for error in errors:
        by_status[STATUS[error]].append(error)
    return {
        str(status): {
            "description": " ".join(f"`{e.code}`: {inspect.getdoc(e)}" for e in kinds),
            "content": {JSON: {"schema": schemas[Error]}},
        }
        for status, kinds in sorted(by_status.items())
    }


def _template(each: Route) -> str:
    return each.path.replace("<int:", "{").replace("<", "{").replace(">", "}")


def _security_schemes() -> dict[str, Any]:
    return {
        "participant": {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-fh-p-{slug}",
            "description": "Given by joining. Without the prefix over plain http.",
        },
        "staff": {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-fh-staff",
            "description": "Given by a one-time sign-in link. Without the prefix over plain http.",
        },
    }
