"""The published JSON schema of the report."""

import json
from pathlib import Path

from qa.report.json_form import report_schema

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "report.schema.json"


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == report_schema()


def test_every_field_of_the_schema_says_what_it_means() -> None:
    for name, definition in report_schema()["$defs"].items():
        assert definition.get("description"), name
        for field, described in definition["properties"].items():
            assert described.get("description"), f"{name}.{field}"
