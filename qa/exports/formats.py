"""The forms that a report is handed out in, and what makes each of them.

What makes a form is imported when it is first asked for: a server that only passes bytes on has no
use for a typesetter in its memory.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from qa.report.value import Report


@dataclass(frozen=True)
class Format:
    """One form of the report."""

    name: str
    media_type: str
    suffix: str
    """What a file of this form ends with, after the slug."""
    maker: str
    """Module and function that make the bytes, such as ``report_csv.make_csv``."""
    slow: bool = False
    """Whether making it takes seconds for a large meeting."""


XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS: Final = {
    each.name: each
    for each in (
        Format("page", "text/html", ".html", "report_html.make_page"),
        Format("html", "text/html", "-report.html", "report_html.make_file"),
        Format("pdf", "application/pdf", "-report.pdf", "report_pdf.make_pdf", slow=True),
        Format("xlsx", XLSX, "-report.xlsx", "report_xlsx.make_xlsx", slow=True),
        Format("csv", "text/csv", "-report.csv", "report_csv.make_csv"),
        Format("csv-bom", "text/csv", "-report.csv", "report_csv.make_csv_with_bom"),
        Format("dsa", "text/csv", "-statements-of-reasons.csv", "report_dsa.make_dsa"),
        Format("point", "application/json", "-point.json", "report_point.make_point_json"),
        Format("json", "application/json", "-report.json", "report_json.make_json"),
    )
}
"""By name. ``page`` is the inner part of the site's page, ``point`` a meeting in
the trend; neither is a file."""

FILES: Final = tuple(name for name in FORMATS if name not in {"page", "point"})


def make_form(form: str, report: Report) -> bytes:
    """Return a report in one of ``FORMATS``."""
    module, function = FORMATS[form].maker.split(".")
    make: Callable[[Report], bytes] = getattr(import_module(f"qa.exports.{module}"), function)
    return make(report)
