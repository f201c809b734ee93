"""The report as the parts that paper shows: a first page, sections, and every question.

The sections are those of ``paper_sections``; what the parts look like is in ``report.typ``.
"""

from collections.abc import Sequence

from qa.domain.text import show_bidi
from qa.exports.paper_parts import (
    Part,
    bullets_part,
    date_of,
    heading_part,
    note_part,
    section_part,
    written,
)
from qa.exports.paper_sections import describe_sections
from qa.exports.report_plots import all_plots, duration
from qa.exports.words import (
    FINDINGS,
    NOTHING_ASKED,
    OUTCOME_WORDS,
    in_words,
    kind_of,
    leaf_line,
    most_wanted,
    status_of,
    votes_word,
    why_of,
)
from qa.report.row_value import QuestionRow
from qa.report.value import Report


def describe_paper(report: Report) -> Part:
    """Return everything that is set on paper, ready for JSON."""
    return {
        "title": f"Audit report: {show_bidi(report.meeting.title)}",
        "meeting": written(report.meeting.title),
        "heading": "Audit report" if report.final else "Audit report, so far",
        "date": date_of(report.proof.as_of),
        "footer": f"{report.proof.origin} at tree size {report.proof.tree_size:,}",
        "status": status_of(report),
        "introduction": written(report.meeting.introduction or ""),
        "counts": _counts(report),
        "findings": _findings(report),
        "check": f"Six words for this record: {' '.join(report.proof.words)}. "
        "How to check it is on the last pages.",
        "sections": describe_sections(report, all_plots(report)),
        "questions": _questions(report),
        "closing": _closing(report),
    }


def _counts(report: Report) -> list[Part]:
    n = report.numbers
    last = "never decided" if report.final else "waiting"
    found = [
        ("", n.submitted, "asked"),
        ("shown", n.published, "shown"),
        ("filtered", n.filtered, "filtered"),
        ("merged", n.merged, "merged"),
        ("withdrawn", n.withdrawn, "withdrawn"),
        ("pending", n.never_decided + n.pending, last),
    ]
    return [{"kind": kind, "number": f"{count:,}", "words": words} for kind, count, words in found]


def _findings(report: Report) -> list[Part]:
    found = []
    for about, heading in FINDINGS.items():
        sentences = [written(each.text) for each in report.summary if each.about == about]
        wanted = most_wanted(report) if about == "wanted" else ()
        quotes = [
            {
                "words": written(f"#{each.n} {each.words}"),
                "fate": written(each.fate),
                "kind": each.kind,
            }
            for each in wanted
        ]
        if sentences:
            found.append({"heading": heading, "sentences": sentences, "quotes": quotes})
    return found


def _questions(report: Report) -> Part:
    asked = len(report.questions)
    return {
        "words": f"All {asked:,} docket numbers, in the order asked." if asked else NOTHING_ASKED,
        "votes": votes_word(report),
        "rows": [_question(row) for row in report.questions],
    }


def _question(row: QuestionRow) -> Part:
    outcome = OUTCOME_WORDS[row.outcome]
    if row.merged_into:
        outcome += f" into #{row.merged_into}"
    if row.answered_at:
        outcome += ", answered"
    decider = "Automatic rule" if row.automated else row.decided_by
    return {
        "n": f"#{row.n}",
        "text": written(in_words(row)),
        "by": written(row.name) if row.name else None,
        "kind": kind_of(row),
        "outcome": outcome,
        "why": [written(each) for each in why_of(row)],
        "decider": decider,
        "votes": f"{row.votes:,}",
        "waited": _waited(row),
    }


def _waited(row: QuestionRow) -> str:
    if row.wait_minutes is None:
        return "overdue" if row.overdue else "–"
    return duration(row.wait_minutes) + (", late" if row.late else "")


def _closing(report: Report) -> list[Part]:
    proof = report.proof
    late = [bullets_part(leaf_line(each) for each in report.late_changes)]
    if not report.late_changes:
        late = [note_part("Nothing." if report.final else "The meeting is not over.")]
    facts = [f"Log: {proof.origin}", f"Verifier key: {proof.vkey}"]
    facts += [f"Policy version {each.version}: SHA-256 {each.sha256}" for each in report.policies]
    return [
        section_part("After the close", *late),
        section_part(
            "How to check this report",
            {"kind": "steps", "items": [written(each.strip("`")) for each in proof.how_to_check]},
            bullets_part(facts),
            heading_part("Checkpoint"),
            {"kind": "raw", "text": proof.checkpoint},
        ),
        section_part("What it cannot show", bullets_part(report.limits)),
    ]


def substituted_section(names: Sequence[str]) -> Part:
    """Return the section that lists characters which no shipped font can show."""
    return section_part(
        "Characters that this document cannot show",
        note_part("Each was replaced by a sign. The web page and the other files have them."),
        bullets_part(names),
    )
