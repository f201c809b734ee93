"""The description of the API is the API: nothing more, nothing less."""

import ast
import inspect
import re
import textwrap

from flask import Flask

from qa.web.openapi import describe
from qa.web.routes import ROUTES
from tests.web.browser import Browser

DOCUMENT = describe()


def test_every_api_rule_is_described_and_every_description_has_its_rule(app: Flask) -> None:
    served = {
        (method.lower(), re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD"}
    }
    described = {(method, path) for path, item in DOCUMENT["paths"].items() for method in item}
    assert served == described


def test_every_operation_says_what_it_does_who_may_and_what_can_go_wrong() -> None:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            assert operation["summary"].endswith("."), path
            assert "security" in operation, path
            if method not in ("get",):
                assert "403" in operation["responses"], path
                assert "X-CSRF-Token" in [p["name"] for p in operation["parameters"]], path
            if "{slug}" in path:
                assert "404" in operation["responses"], path


def test_every_reference_leads_somewhere() -> None:
    text = str(DOCUMENT)
    for name in re.findall(r"#/components/schemas/(\w+)", text):
        assert name in DOCUMENT["components"]["schemas"]
    assert "#/$defs" not in text


def test_no_view_is_longer_than_fifteen_lines() -> None:
    for each in ROUTES.all:
        (view,) = ast.parse(textwrap.dedent(inspect.getsource(each.view))).body
        assert isinstance(view, ast.FunctionDef)
        assert (view.end_lineno or 0) - view.lineno < 15, each.view.__name__


def test_the_document_is_served(browser: Browser) -> None:
    assert browser.get("/api/openapi.json").json == DOCUMENT
