"""The addendum as the parts that paper shows. What the parts look like is in ``report.typ``."""

from collections.abc import Iterable

from qa.domain.text import show_bidi
from qa.exports.addendum_words import status_of, value_in_words
from qa.exports.paper_parts import (
    Part,
    bullets_part,
    date_of,
    heading_part,
    note_part,
    section_part,
    table_part,
    written,
)
from qa.exports.words import leaf_line
from qa.report.addendum_value import Addendum, Difference

_HEADS = ("What", "At the close", "Now")
_WIDTHS = (2, 1, 1)


def describe_addendum(addendum: Addendum) -> Part:
    """Return everything that is set on paper, ready for JSON."""
    now = addendum.now
    return {
        "title": f"Addendum: {show_bidi(addendum.meeting.title)}",
        "meeting": written(addendum.meeting.title),
        "heading": "Addendum to the audit report",
        "date": date_of(now.as_of),
        "footer": f"Addendum, {addendum.origin} at tree size {now.tree_size:,}",
        "introduction": None,
        "status": status_of(addendum),
        "counts": [],
        "findings": [],
        "check": f"Six words for this record: {' '.join(now.words)}. "
        f"At the close they were: {' '.join(addendum.at_close.words)}.",
        "sections": [
            section_part("What was logged after the close", *_leaves(addendum)),
            section_part("Figures, side by side", *_figures(addendum)),
            section_part("Questions, side by side", *_rows(addendum)),
            section_part("The report at the close", bullets_part(addendum.old_report)),
            section_part("How to check this addendum", *_check(addendum)),
        ],
        "questions": None,
        "closing": [],
    }


def _leaves(addendum: Addendum) -> Iterable[Part]:
    if addendum.leaves:
        yield bullets_part(leaf_line(each) for each in addendum.leaves)
    else:
        yield note_part("Nothing.")


def _figures(addendum: Addendum) -> Iterable[Part]:
    if addendum.figures:
        yield _side_by_side(addendum.figures)
    else:
        yield note_part("No figure has changed.")


def _rows(addendum: Addendum) -> Iterable[Part]:
    if not addendum.rows:
        yield note_part("No question has changed.")
    for row in addendum.rows:
        entries = ", ".join(f"{index:,}" for index in row.leaves)
        yield heading_part(f"#{row.n}")
        yield note_part(
            f"Changed by entry {entries}." if entries else "Changed by another question."
        )
        yield _side_by_side(row.differences)


def _side_by_side(differences: Iterable[Difference]) -> Part:
    rows = [
        (
            written(each.label),
            written(value_in_words(each, each.at_close)),
            written(value_in_words(each, each.now)),
        )
        for each in differences
    ]
    return table_part(_HEADS, _WIDTHS, rows)


def _check(addendum: Addendum) -> Iterable[Part]:
    yield {"kind": "steps", "items": [written(each.strip("`")) for each in addendum.how_to_check]}
    yield bullets_part((f"Log: {addendum.origin}", f"Verifier key: {addendum.vkey}"))
    for heading, state in (
        ("Checkpoint at the close", addendum.at_close),
        ("Checkpoint now", addendum.now),
    ):
        yield heading_part(heading)
        yield {"kind": "raw", "text": state.checkpoint}
