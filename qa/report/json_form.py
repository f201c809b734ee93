"""The report as JSON: one spelling, and the schema that is published for it.

Sorted keys, no spaces, UTF-8 without needless escapes: the same report gives the same bytes.
"""

import json
from typing import Any, Final

from pydantic import TypeAdapter

from qa.ledger.numbers import REPORT_FORMAT
from qa.report.value import Report

_ADAPTER: Final = TypeAdapter(Report)


def report_dict(report: Report) -> dict[str, Any]:
    """Return a report as objects, lists, texts, numbers, true, false and null."""
    found: dict[str, Any] = _ADAPTER.dump_python(report, mode="json")
    return found


def report_json(report: Report) -> bytes:
    """Return a report as JSON in its one spelling."""
    return json.dumps(
        report_dict(report),
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def report_schema() -> dict[str, Any]:
    """Return the JSON schema of a report of this version."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Fair Hearing audit report, {REPORT_FORMAT}",
        **{
            name: value
            for name, value in _ADAPTER.json_schema(mode="serialization").items()
            if name != "title"
        },
    }
