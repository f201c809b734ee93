"""How values of a report are put into words, the same in every format that people read."""

from dataclasses import dataclass
from typing import Final

from qa.ledger.agreement import SecondReviews
from qa.ledger.numbers import NO_REASON
from qa.report.chart_value import Supported
from qa.report.figures import in_thousands, two_decimals
from qa.report.row_value import QuestionRow
from qa.report.topics import shorten
from qa.report.value import LateLeaf, Report

OUTCOME_WORDS: Final = {
    "published": "Shown",
    "filtered": "Filtered out",
    "merged": "Merged",
    "withdrawn": "Withdrawn",
    "pending": "Waiting",
    "never_decided": "Never decided",
}
KINDS: Final = {"published": "shown", "never_decided": "pending"}
UNSEEN: Final = {
    "undecided": "Nobody has decided on this question, so its words are not public.",
    "held_back": "These words become public when the meeting closes, as the policy says.",
    "redacted": "These words were hidden for a legal reason.",
    "erased": "These words were erased on a person’s request.",
}
FINDINGS: Final = {
    "waiting": "How long people waited",
    "reasons": "Why questions were filtered",
    "wanted": "Wanted, and not heard",
    "order": "In which order",
    "uneven": "Where filtering was uneven",
    "unknown": "What cannot be known",
}
"""Headings of the summary, by what its sentences are about."""
NOBODY_DECIDED: Final = "Nobody has decided anything."
NOTHING_TO_COMPARE: Final = "Nobody has decided anything, so there is nothing to compare."
NOTHING_ASKED: Final = "No question was asked."
MOST_WANTED: Final = 3
BRIEF_CELLS: Final = 120
"""How much of a question the summary quotes."""

MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def in_words(row: QuestionRow) -> str:
    """Return a question's words, or why there are none."""
    if row.text is not None:
        return row.text
    if row.outcome == "withdrawn":
        return "Taken back by its author."
    return UNSEEN.get(row.text_state, UNSEEN["undecided"])


@dataclass(frozen=True)
class Wanted:
    """A question that people wanted and did not get, as the summary quotes it."""

    n: int
    words: str
    fate: str
    kind: str


def most_wanted(report: Report) -> tuple[Wanted, ...]:
    """Return what most people wanted and did not get, and the most wanted of what was filtered."""
    filtered, unanswered = report.most_supported_filtered, report.most_supported_unanswered
    both = sorted((*filtered, *unanswered), key=lambda each: (-each.votes, each.n))[:MOST_WANTED]
    if not set(both) & set(filtered):
        both += filtered[:1]
    return tuple(_wanted(report, each) for each in both)


def _wanted(report: Report, found: Supported) -> Wanted:
    row = report.question(found.n)
    fate = f"filtered out: {row.reason_label}" if row.reason_label else "shown, not answered"
    return Wanted(
        n=row.n,
        words=shorten(in_words(row), BRIEF_CELLS),
        fate=f"{votes_of(report, found.votes)}, {fate}",
        kind=kind_of(row),
    )


def why_of(row: QuestionRow) -> tuple[str, ...]:
    """Return the reason of a decline and its explanation, unless that only says there is none."""
    label, words = row.reason_label, row.explanation
    return tuple(each for each in (label, None if row.reason == NO_REASON else words) if each)


def kind_of(row: QuestionRow) -> str:
    """Return the name under which an outcome is coloured."""
    return KINDS.get(row.outcome, row.outcome)


def moment(minute: str | None) -> str:
    """Return a time for people, such as ``23 Nov 2026, 16:45 UTC``."""
    if minute is None:
        return "–"
    month = MONTHS[int(minute[5:7]) - 1]
    return f"{int(minute[8:10])} {month} {minute[:4]}, {minute[11:16]} UTC"


def in_cell(value: str | int) -> str:
    """Return a cell of a table: a whole number as people write it, other cells as they are."""
    return in_thousands(value) if isinstance(value, int) else value


def probability(value: float) -> str:
    """Return a p-value or q-value with as many digits as mean something."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def votes_word(report: Report) -> str:
    """Return what votes are called at the head of a column."""
    return "Unverified votes" if report.unverified else "Votes"


def votes_of(report: Report, count: int) -> str:
    """Return a number of votes, and that they are unverified if they are."""
    word = "vote" if count == 1 else "votes"
    return f"{count:,} unverified {word}" if report.unverified else f"{count:,} {word}"


def people_of(report: Report) -> tuple[tuple[str, str], ...]:
    """Return who took part, as far as anybody can know, as names and values."""
    numbers = report.numbers
    if report.unverified:
        return (
            ("Votes", f"{numbers.votes:,}"),
            ("Of these unverified", f"{numbers.votes_unverified:,}"),
            ("Who could take part", "anybody with the link"),
        )
    if report.meeting.way_in == "provider":
        return (
            ("Votes, by sign-in", f"{numbers.votes:,}"),
            ("People who signed in", _counted_at_close(numbers.signed_in)),
        )
    return (
        ("Votes, by ticket", f"{numbers.votes:,}"),
        ("Tickets sent", f"{numbers.electorate:,}"),
        ("Tickets used", _counted_at_close(numbers.tickets_used)),
    )


def _counted_at_close(count: int | None) -> str:
    return "told at the close" if count is None else f"{count:,}"


def status_of(report: Report) -> str:
    """Return whether a report is final, and what it was made from."""
    proof = report.proof
    made = (
        f"Made from the first {proof.tree_size:,} entries of its log, the last of them of "
        f"{moment(proof.as_of)}."
    )
    if report.final:
        return f"Final. The meeting closed on {moment(report.meeting.closed_at)}. {made}"
    return f"So far. The meeting is not over, and this changes with it. {made}"


def agreement(found: SecondReviews) -> str:
    """Return how often second reviews agreed, with Cohen's kappa where there is one."""
    if not found.done:
        return "none done"
    counted = f"{found.agreed:,} of {found.done:,}"
    if found.kappa_thousandths is None:
        return counted
    return f"{counted} (kappa {two_decimals(found.kappa_thousandths / 1000)})"


def leaf_line(leaf: LateLeaf) -> str:
    """Return a leaf after the close in one line."""
    return f"Entry {leaf.leaf_index:,}, {moment(leaf.at)}: {leaf.what}"
