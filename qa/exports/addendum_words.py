"""How values of an addendum are put into words, the same on the page and on paper."""

from typing import Final

from qa.exports.words import OUTCOME_WORDS, moment
from qa.report.addendum_value import Addendum, Difference
from qa.report.figures import in_thousands

_TIMES: Final = ("answered_at",)
_NOTHING_DONE: Final = {"text": "as asked", "name": "as given", "explanation": "as given"}


def status_of(addendum: Addendum) -> str:
    """Return what an addendum is about, in two sentences."""
    before, now = addendum.at_close, addendum.now
    count = len(addendum.leaves)
    entries = "1 entry was" if count == 1 else f"{count:,} entries were"
    return (
        f"The meeting closed on {moment(addendum.meeting.closed_at)}. The report at the close is"
        f" made from the first {before.tree_size:,} entries of its log. Since then, up to"
        f" {moment(now.as_of)}, {entries} added."
    )


def value_in_words(difference: Difference, value: str | int | bool | None) -> str:
    """Return one side of a difference."""
    name = difference.name
    if value is None:
        return _NOTHING_DONE.get(name, "none")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"#{value}" if name == "merged_into" else in_thousands(value)
    if name == "outcome":
        return OUTCOME_WORDS[value]
    return moment(value) if name in _TIMES else value.replace("_", " ")
