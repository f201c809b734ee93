"""What the leaves after a meeting's close have changed: one way to tell it, for addendum and check.

Figures are named by where they stand in the numbers of a report, such as ``appeals.overturned``, or
``by_reason.off_topic`` in a list of counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from qa.ledger.entry import Entry
from qa.ledger.facts import QuestionFacts

ADDENDUM_FORMAT: Final = "fair-hearing-addendum@v1"

_PLAIN: Final = (
    "outcome",
    "late",
    "overdue",
    "answered_at",
    "answered_how",
    "called",
    "votes",
    "supporters",
    "wordings",
)
_STANDS: Final = {"reason": "reason", "decided_by": "by", "rule": "rule", "merged_into": "into"}
_HIDEABLE: Final = ("text", "name", "explanation", "answer")

Value = str | int | bool | None
Change = tuple[str, Value, Value]
"""What changed, what it was at the close, and what it is now."""


def close_size(entries: Sequence[Entry]) -> int | None:
    """Return how many leaves the log had when the meeting's totals were logged; None before."""
    last = [index for index, entry in enumerate(entries) if entry.kind == "event.closed"]
    return last[0] + 1 if last else None


def changed_figures(at_close: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """Return the figures that differ between two ``numbers`` of reports, in their order."""
    before, after = dict(_flatten("", at_close)), dict(_flatten("", now))
    names = [*before, *(name for name in after if name not in before)]
    pairs = ((name, before.get(name, 0), after.get(name, 0)) for name in names)
    return [each for each in pairs if each[1] != each[2]]


def changed_rows(
    at_close: Sequence[QuestionFacts], now: Sequence[QuestionFacts]
) -> dict[int, list[Change]]:
    """Return what differs for each docket number, of those for which anything does."""
    found = {
        after.n: list(_differences(_row(before), _row(after)))
        for before, after in zip(at_close, now, strict=True)
        if before is not after and before != after
    }
    return {n: changes for n, changes in found.items() if changes}


def _flatten(name: str, value: Any) -> Iterator[tuple[str, Value]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flatten(f"{name}.{key}" if name else key, each)
    elif isinstance(value, list):
        for each in value:
            key = each.get("by", each.get("code"))
            left = {field: count for field, count in each.items() if field not in ("by", "code")}
            yield from _flatten(f"{name}.{key}", left.get("count", left))
    else:
        yield name, value


def _row(fact: QuestionFacts) -> dict[str, Value]:
    return {
        **{name: getattr(fact, name) for name in _PLAIN},
        **{name: getattr(fact.effective, of, None) for name, of in _STANDS.items()},
        **{what: _state(fact, what) for what in _HIDEABLE},
    }


def _state(fact: QuestionFacts, what: str) -> Value:
    """Return what was done to words that can be hidden; None if nothing was."""
    if what in fact.erased:
        return "erased"
    hidden = [each for each in fact.redactions if each.what == what]
    if not hidden:
        return None
    return "redacted in part" if hidden[-1].shown else "redacted"


def _differences(before: Mapping[str, Value], after: Mapping[str, Value]) -> Iterable[Change]:
    return ((name, old, after[name]) for name, old in before.items() if old != after[name])
