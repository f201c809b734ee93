"""Declines and redactions as statements of reasons in the attributes of the EU's DSA database.

One row for each decision that took something from the board, under the names and codes that the
DSA Transparency Database documents (https://transparency.dsa.ec.europa.eu, API documentation,
"Statement attributes", since July 2025), so that whoever has to report there can start from it.
A filtered question can still be read and supported on the record: its visibility is *demoted*.
Redacted words are *removed*. Who runs the meeting has to judge what only they can know: the
territory is given as the whole European Economic Area.
"""

import json
from collections.abc import Iterator
from typing import Final

from qa.exports.report_csv import Cell, write_rows
from qa.report.row_value import DecisionRow, QuestionRow, RedactionRow
from qa.report.value import LegalGround, Report

COLUMNS: Final = (
    "puid",
    "decision_visibility",
    "end_date_visibility_restriction",
    "decision_ground",
    "decision_ground_reference_url",
    "illegal_content_legal_ground",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
    "category",
    "content_type",
    "content_language",
    "content_date",
    "territorial_scope",
    "application_date",
    "decision_facts",
    "source_type",
    "automated_detection",
    "automated_decision",
)
DEMOTED: Final = '["DECISION_VISIBILITY_CONTENT_DEMOTED"]'
REMOVED: Final = '["DECISION_VISIBILITY_CONTENT_REMOVED"]'
TEXT: Final = '["CONTENT_TYPE_TEXT"]'
ILLEGAL: Final = "DECISION_GROUND_ILLEGAL_CONTENT"
TERMS: Final = "DECISION_GROUND_INCOMPATIBLE_CONTENT"
OTHER: Final = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
_EEA: Final = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
)
EEA: Final = json.dumps(_EEA.split(" "), separators=(",", ":"))
_MOST_CHARACTERS: Final = {
    "illegal_content_legal_ground": 500,
    "illegal_content_explanation": 2_000,
    "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2_000,
    "decision_facts": 5_000,
}


def make_dsa(report: Report) -> bytes:
    """Return the statements of reasons of a meeting, in order of docket number."""
    return write_rows(COLUMNS, list(_statements(report)))


def _statements(report: Report) -> Iterator[list[Cell]]:
    grounds = {
        (policy.version, ground.code): ground
        for policy in report.policies
        for ground in policy.legal_grounds
    }
    for row in report.questions:
        for at, decision in enumerate(row.decisions):
            if decision.verdict == "filter":
                ended = row.decisions[at + 1].at if at + 1 < len(row.decisions) else None
                ground = grounds.get((decision.policy, str(decision.reason)))
                yield _as_cells(_decline(report, row, decision, ground, ended))
        for redaction in row.redactions:
            yield _as_cells(_redaction(report, row, redaction))


def _decline(
    report: Report,
    row: QuestionRow,
    decision: DecisionRow,
    ground: LegalGround | None,
    ended: str | None,
) -> dict[str, Cell]:
    reference = f"Policy version {decision.policy}, {decision.reason}: {decision.reason_label}"
    explanation = decision.explanation or "These words were hidden for a legal reason."
    return {
        **_common(report, row),
        "puid": f"{report.meeting.slug}-{row.n}-{decision.seq}",
        "decision_visibility": DEMOTED,
        "end_date_visibility_restriction": ended and ended[:10],
        **_grounds(ground.decision_ground if ground else TERMS, reference, explanation),
        "category": ground.category if ground else OTHER,
        "application_date": decision.at[:10],
        "decision_facts": _facts(row, decision),
        "automated_detection": "Yes" if row.flags else "No",
        "automated_decision": "AUTOMATED_DECISION_FULLY"
        if decision.automated
        else "AUTOMATED_DECISION_NOT_AUTOMATED",
    }


def _facts(row: QuestionRow, decision: DecisionRow) -> str:
    if decision.automated:
        return f"Question #{row.n} was declined by the automatic rule {decision.rule} alone."
    seen = f" Rules that saw something in it: {', '.join(row.flags)}." if row.flags else ""
    return f"Question #{row.n} was read and declined by {decision.by}.{seen}"


def _redaction(report: Report, row: QuestionRow, redaction: RedactionRow) -> dict[str, Cell]:
    facts = (
        f"The {redaction.what} of question #{row.n} was hidden by {redaction.by}, "
        f"and {redaction.second} agreed."
    )
    return {
        **_common(report, row),
        "puid": f"{report.meeting.slug}-{row.n}-leaf-{redaction.leaf_index}",
        "decision_visibility": REMOVED,
        **_grounds(ILLEGAL, redaction.basis, f"Legal ground: {redaction.basis}."),
        "category": OTHER,
        "application_date": redaction.at[:10],
        "decision_facts": facts,
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    }


def _common(report: Report, row: QuestionRow) -> dict[str, Cell]:
    language = (row.language or "").partition("-")[0].upper()
    host = report.proof.origin.partition("/")[0]
    return {
        "decision_ground_reference_url": f"https://{host}/e/{report.meeting.slug}/policy",
        "content_type": TEXT,
        "content_language": language if len(language) == 2 else None,
        "content_date": row.submitted_at[:10],
        "territorial_scope": EEA,
        "source_type": "SOURCE_VOLUNTARY",
    }


def _grounds(ground: str, reference: str, explanation: str) -> dict[str, Cell]:
    illegal = ground == ILLEGAL
    return {
        "decision_ground": ground,
        "illegal_content_legal_ground": reference if illegal else None,
        "illegal_content_explanation": explanation if illegal else None,
        "incompatible_content_ground": None if illegal else reference,
        "incompatible_content_explanation": None if illegal else explanation,
    }


def _as_cells(statement: dict[str, Cell]) -> list[Cell]:
    cells: list[Cell] = []
    for name in COLUMNS:
        cell = statement.get(name)
        most = _MOST_CHARACTERS.get(name)
        cells.append(cell[:most] if isinstance(cell, str) and most else cell)
    return cells
