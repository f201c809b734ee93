"""The forms that a report is handed out in, and what makes each of them.

What makes a form is imported when it is first asked for: a server that only passes bytes on has no
use for a typesetter in its memory.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Literal

from qa.report.addendum_value import Addendum
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
    subject: Literal["report", "addendum"] = "report"
    """Of what it is a form."""
    slow: bool = False
    """Whether making it takes seconds for a large meeting."""


ADDENDUM: Final = "addendum"
JSON: Final = "application/json"
PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS: Final = {
    each.name: each
    for each in (
        Format("page", "text/html", ".html", "report_html.make_page"),
        Format("html", "text/html", "-report.html", "report_html.make_file"),
        Format("pdf", PDF, "-report.pdf", "report_pdf.make_pdf", slow=True),
        Format("xlsx", XLSX, "-report.xlsx", "report_xlsx.make_xlsx", slow=True),
        Format("csv", "text/csv", "-report.csv", "report_csv.make_csv"),
        Format("csv-bom", "text/csv", "-report.csv", "report_csv.make_csv_with_bom"),
        Format("dsa", "text/csv", "-statements-of-reasons.csv", "report_dsa.make_dsa"),
        Format("point", JSON, "-point.json", "report_point.make_point_json"),
        Format("json", JSON, "-report.json", "report_json.make_json"),
        Format("addendum", "text/html", "", "report_html.make_addendum_page", ADDENDUM),
        Format(
            "addendum-pdf",
            PDF,
            "-addendum.pdf",
            "report_pdf.make_addendum_pdf",
            ADDENDUM,
            slow=True,
        ),
        Format("addendum-json", JSON, "-addendum.json", "report_json.make_addendum_json", ADDENDUM),
    )
}
"""By name. ``page`` and ``addendum`` are the inner part of the site's pages, ``point`` a meeting in
the trend; none of them is a file."""

FILES: Final = tuple(
    name
    for name, form in FORMATS.items()
    if form.subject == "report" and name not in {"page", "point"}
)
ADDENDUM_FILES: Final = ("addendum-pdf", "addendum-json")


def make_form(form: str, subject: Report | Addendum) -> bytes:
    """Return a report, or an addendum, in one of its ``FORMATS``."""
    module, function = FORMATS[form].maker.split(".")
    make: Callable[[Report | Addendum], bytes] = getattr(
        import_module(f"qa.exports.{module}"), function
    )
    return make(subject)
