"""The check of an audit report: its counts and its table are those of the leaves it names."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from qa.errors import Invalid, Malformed
from qa.ledger.after_close import ADDENDUM_FORMAT
from qa.ledger.checks_addendum import check_addendum
from qa.ledger.facts import QuestionFacts
from qa.ledger.numbers import REPORT_FORMAT
from qa.ledger.record import Record
from qa.ledger.report_file import check_origin, check_size, parse_report, short, told_at

_ROW: Final = (
    "n",
    "leaf_index",
    "submitted_at",
    "due_at",
    "anonymous",
    "language",
    "source",
    "outcome",
    "wait_minutes",
    "late",
    "overdue",
    "answered_at",
    "answered_how",
    "called",
    "votes",
    "supporters",
    "wordings",
)
"""What a row of the table has in common with the facts of its docket number, by name."""

_STANDS: Final = {"reason": "reason", "decided_by": "by", "rule": "rule"}
"""What a row says of the decision that stands, and what the fact is called."""


def check_report(record: Record, data: bytes) -> str:
    """Check a report, or an addendum to one, against the log.

    1. It is a report of this form, of this log, at a size that the log had, with its root then.
    2. It says of the meeting what the leaves up to that size say: how far it was, and who came in
       how. Its numbers are those that they make.
    3. So is each row of its table, and the words in it are the logged ones.
    """
    report = parse_report(data)
    if report.get("format") == ADDENDUM_FORMAT:
        return check_addendum(record, report)
    # 1.
    if report.get("format") != REPORT_FORMAT:
        raise Malformed(f"This is not a report of the form {REPORT_FORMAT}.")
    size = _check_proof(record, report)
    told = told_at(record, size)
    # 2.
    for fault in _differences("meeting", told.meeting, report.get("meeting")):
        raise Invalid(fault)
    for fault in _differences("numbers", told.numbers, report.get("numbers")):
        raise Invalid(fault)
    # 3.
    _check_table(record, told.facts, report)
    return (
        f"{len(told.numbers):,} numbers and {len(told.facts):,} rows are those of the first"
        f" {size:,} leaves."
    )


def _check_proof(record: Record, report: Mapping[str, Any]) -> int:
    proof = report.get("proof")
    if not isinstance(proof, dict):
        raise Malformed("The report does not say at which size of the log it was made.")
    check_origin(record, proof)
    return check_size(record, proof)


def _check_table(record: Record, facts: list[QuestionFacts], report: Mapping[str, Any]) -> None:
    rows = report.get("questions")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Malformed("The report has no table of questions.")
    if len(rows) != len(facts):
        raise Invalid(f"The table has {len(rows):,} rows; the log has {len(facts):,} questions.")
    texts = {(each.leaf, each.field): each.text for each in record.bundle.openings}
    for row, fact in zip(rows, facts, strict=True):
        for fault in _differences(f"row #{fact.n}", _row_of(fact), row):
            raise Invalid(fault)
        text = texts.get((fact.text_leaf, "text"))
        if row.get("text_state") == "shown" and text is not None and row.get("text") != text:
            raise Invalid(f"The words in row #{fact.n} are not the logged ones.")


def _row_of(fact: QuestionFacts) -> dict[str, Any]:
    stands = fact.effective
    return {
        **{name: getattr(fact, name) for name in _ROW},
        **{name: getattr(stands, of, None) for name, of in _STANDS.items()},
    }


def _differences(where: str, expected: Any, found: Any) -> Iterator[str]:
    """Yield what a report says otherwise than the log; fields of its own are its own."""
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            yield f"The report lacks {where}."
            return
        for name, value in expected.items():
            if name not in found:
                yield f"The report lacks {where}: {name}."
            else:
                yield from _differences(f"{where}: {name}", value, found[name])
    elif type(expected) is not type(found) or expected != found:
        yield f"In the report, {where} is {short(found)}; the log makes it {short(expected)}."
