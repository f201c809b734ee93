"""The report and its addendum as JSON, in the one spelling of their published schemas."""

from qa.report.addendum_value import Addendum
from qa.report.json_form import addendum_json, report_json
from qa.report.value import Report


def make_json(report: Report) -> bytes:
    """Return the report as JSON."""
    return report_json(report)


def make_addendum_json(addendum: Addendum) -> bytes:
    """Return the addendum as JSON."""
    return addendum_json(addendum)
