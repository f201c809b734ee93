"""The check of an addendum: what it says has changed since the close is what the leaves changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from qa.errors import Invalid, Malformed
from qa.ledger.after_close import Change, changed_figures, changed_rows, close_size
from qa.ledger.record import Record
from qa.ledger.report_file import check_origin, check_size, short, told_at


def check_addendum(record: Record, addendum: Mapping[str, Any]) -> str:
    """Check an addendum against the log.

    1. It is of this log, at two sizes that the log had, with their roots; the first is the close.
    2. The numbers of both sides are those that the leaves up to each size make.
    3. It lists every leaf after the close, and no other.
    4. It lists every figure and every question that differs, and no other.
    """
    # 1.
    check_origin(record, addendum)
    at_close, now = addendum.get("at_close"), addendum.get("now")
    first, last = check_size(record, at_close), check_size(record, now)
    if close_size(record.entries[:last]) != first:
        raise Invalid(f"The meeting did not close at leaf {first - 1:,}.")
    # 2.
    before, after = told_at(record, first), told_at(record, last)
    if len(after.facts) != len(before.facts):
        raise Invalid("Questions were asked after the meeting closed.")
    _check_numbers(before.numbers, at_close)
    _check_numbers(after.numbers, now)
    # 3.
    late = [
        {"leaf_index": index, "kind": entry.kind, "at": entry.t, "n": entry.fields.get("n")}
        for index, entry in enumerate(record.entries[first:last], start=first)
    ]
    _same("leaves", late, addendum.get("leaves"))
    # 4.
    figures = _spelled(changed_figures(before.numbers, after.numbers))
    _same("figures", figures, addendum.get("figures"))
    changed = changed_rows(before.facts, after.facts)
    rows = addendum.get("rows")
    _same("rows", [{"n": n} for n in changed], rows)
    for changes, row in zip(changed.values(), rows or (), strict=True):
        _same(f"row #{row['n']}", _spelled(changes), row.get("differences"))
    return (
        f"{len(late):,} leaves after the close changed {len(figures):,} figures and"
        f" {len(changed):,} questions."
    )


def _check_numbers(counted: Mapping[str, Any], side: Any) -> None:
    found = side.get("numbers")
    for name, value in counted.items():
        if not isinstance(found, dict) or found.get(name) != value:
            raise Invalid(f"In the addendum, {name} is not what the log makes it: {short(value)}.")


def _spelled(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [dict(zip(("name", "at_close", "now"), change, strict=True)) for change in changes]


def _same(what: str, expected: Sequence[Mapping[str, Any]], found: Any) -> None:
    """Refuse a list that has other items than expected; fields of its own are its own."""
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Malformed(f"The addendum has no list of {what}.")
    if len(found) != len(expected):
        raise Invalid(
            f"The addendum lists {len(found):,} {what}; the log makes it {len(expected):,}."
        )
    for wanted, each in zip(expected, found, strict=True):
        for name, value in wanted.items():
            said = each.get(name)
            if type(said) is not type(value) or said != value:
                raise Invalid(
                    f"In the addendum, {what} say {name} {short(said)}; the log makes it"
                    f" {short(value)}."
                )
