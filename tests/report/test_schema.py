"""The published JSON schemas of the report and of its addendum."""

import json
from pathlib import Path
from typing import Any

import pytest

from qa.report.json_form import addendum_schema, report_schema

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMAS = {"report": report_schema(), "addendum": addendum_schema()}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schema_is_that_of_the_code(name: str) -> None:
    published = DOCS / f"{name}.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == SCHEMAS[name]


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_every_field_of_a_schema_says_what_it_means(schema: dict[str, Any]) -> None:
    for name, definition in schema["$defs"].items():
        assert definition.get("description"), name
        for field, described in definition["properties"].items():
            assert described.get("description"), f"{name}.{field}"
