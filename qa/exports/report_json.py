"""The report as JSON, in the one spelling of its published schema."""

from qa.report.json_form import report_json
from qa.report.value import Report


def make_json(report: Report) -> bytes:
    """Return the report as JSON."""
    return report_json(report)
