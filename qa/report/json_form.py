"""Report and addendum as JSON: one spelling, and the schemas that are published for them.

Sorted keys, no spaces, UTF-8 without needless escapes: the same report gives the same bytes.
"""

import json
from typing import Any, Final

from pydantic import TypeAdapter

from qa.ledger.after_close import ADDENDUM_FORMAT
from qa.ledger.numbers import REPORT_FORMAT
from qa.report.addendum_value import Addendum
from qa.report.value import Report

_ADAPTER: Final = TypeAdapter(Report)
_ADDENDUM: Final = TypeAdapter(Addendum)


def report_dict(report: Report) -> dict[str, Any]:
    """Return a report as objects, lists, texts, numbers, true, false and null."""
    found: dict[str, Any] = _ADAPTER.dump_python(report, mode="json")
    return found


def report_json(report: Report) -> bytes:
    """Return a report as JSON in its one spelling."""
    return _spell(report_dict(report))


def addendum_json(addendum: Addendum) -> bytes:
    """Return an addendum as JSON in its one spelling."""
    return _spell(_ADDENDUM.dump_python(addendum, mode="json"))


def _spell(value: dict[str, Any]) -> bytes:
    return json.dumps(
        value,
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def report_schema() -> dict[str, Any]:
    """Return the JSON schema of a report of this version."""
    return _schema(_ADAPTER, f"Fair Hearing audit report, {REPORT_FORMAT}")


def addendum_schema() -> dict[str, Any]:
    """Return the JSON schema of an addendum of this version."""
    return _schema(_ADDENDUM, f"Fair Hearing addendum to an audit report, {ADDENDUM_FORMAT}")


def _schema(adapter: TypeAdapter[Any], title: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **{
            name: value
            for name, value in adapter.json_schema(mode="serialization").items()
            if name != "title"
        },
    }
