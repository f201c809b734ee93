"""The report and its addendum on paper: a PDF for people and for assistive technology (PDF/UA-1).

Typst sets it. What people wrote goes in as data and stays a string there; nothing of it is ever
markup. The same report gives the same bytes: its date is that of the last leaf.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst

from qa.exports import glyphs
from qa.exports.addendum_paper import describe_addendum
from qa.exports.paper import describe_paper, substituted_section
from qa.exports.paper_parts import Part
from qa.report.addendum_value import Addendum
from qa.report.value import Report

SOURCE: Final = Path(__file__).resolve().parent / "report.typ"
STANDARD: Final = "ua-1"


def make_pdf(report: Report) -> bytes:
    """Return the report as a PDF document."""
    return set_paper(describe_paper(report), report.proof.as_of)


def make_addendum_pdf(addendum: Addendum) -> bytes:
    """Return the addendum as a PDF document."""
    return set_paper(describe_addendum(addendum), addendum.now.as_of)


def set_paper(paper: Part, minute: str) -> bytes:
    """Return parts as a PDF document that is dated to a minute."""
    missing: set[str] = set()
    shown = _showable(paper, missing)
    if missing:
        shown["closing"].append(substituted_section(glyphs.describe(missing)))
    as_of = datetime.strptime(minute, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    made: bytes = typst.compile(
        str(SOURCE),
        format="pdf",
        font_paths=[str(glyphs.FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(shown, ensure_ascii=False)},
        pdf_standards=[STANDARD],
        timestamp=int(as_of.timestamp()),
    )
    return made


def _showable(value: Any, missing: set[str]) -> Any:
    """Return a value whose texts hold only what the fonts can show; note what they cannot."""
    if isinstance(value, str):
        text, absent = glyphs.substitute(value)
        missing |= absent
        return text
    if isinstance(value, Mapping):
        return {name: _showable(each, missing) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [_showable(each, missing) for each in value]
    return value
