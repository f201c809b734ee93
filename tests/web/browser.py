"""A browser for tests: keeps cookies, sends the CSRF token, and checks every API answer's form."""

from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from qa.web.openapi import describe

DOCUMENT = describe()
OPERATIONS: dict[str, dict[str, Any]] = {
    f"api.{operation['operationId']}": operation
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
}


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.csrf: str = self.get("/api/me").json["csrf"]

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.send("POST", path, json=body or {}, **options)

    def put(self, path: str, body: Any = None) -> TestResponse:
        options = {} if body is None else {"json": body}
        return self.send("PUT", path, **options)

    def patch(self, path: str, body: Any) -> TestResponse:
        return self.send("PATCH", path, json=body)

    def delete(self, path: str) -> TestResponse:
        return self.send("DELETE", path)

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        sent = {} if method == "GET" else {"X-CSRF-Token": self.csrf}
        answer = self.client.open(
            path, method=method, headers={**sent, **(headers or {})}, buffered=True, **options
        )
        check_form(self.app, method, path, answer)
        return answer

    def sign_in(self, link: str) -> None:
        path = "/s/" + link.rsplit("/", maxsplit=1)[-1]
        answer = self.client.post(path, data={"csrf_token": self.csrf})
        assert answer.status_code == 303, answer.text


def check_form(app: Flask, method: str, path: str, answer: TestResponse) -> None:
    """Fail unless the API document allows this answer to this request."""
    operation = operation_of(app, method, path)
    if operation is None or answer.status_code == 304:
        return
    content = operation["responses"][str(answer.status_code)]["content"]
    assert answer.mimetype in content, (answer.mimetype, answer.text)
    if answer.mimetype == "application/json":
        validator(operation["operationId"], answer.status_code).validate(answer.json)


@cache
def validator(name: str, status: int) -> Draft202012Validator:
    """Return what checks an operation's JSON with this status; made once, as that costs most."""
    content = OPERATIONS[f"api.{name}"]["responses"][str(status)]["content"]
    schema = content["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def operation_of(app: Flask, method: str, path: str) -> dict[str, Any] | None:
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path.split("?", maxsplit=1)[0], method)
    except HTTPException:
        return None
    return OPERATIONS.get(endpoint)
