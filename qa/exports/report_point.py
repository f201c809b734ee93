"""A meeting's point of the trend, made from its report."""

from qa.report.trend import point_json, point_of
from qa.report.value import Report


def make_point_json(report: Report) -> bytes:
    """Return the point as JSON."""
    return point_json(point_of(report))
