"""Why questions were declined: codes with their labels, and the words that authors were given."""

from collections import Counter
from collections.abc import Sequence

from qa.ledger.numbers import NO_REASON, Numbers
from qa.report.row_value import QuestionRow
from qa.report.source import Labels
from qa.report.value import Explanations, Reason, Wording

MOST = 10


def make_reasons(
    numbers: Numbers, labels: Labels, rows: Sequence[QuestionRow]
) -> tuple[Reason, ...]:
    """Return the reasons of declines that stand, most frequent first."""
    automated = Counter(row.reason for row in rows if row.outcome == "filtered" and row.automated)
    return tuple(
        Reason(each.code, *labels.latest(each.code), each.count, automated[each.code])
        for each in numbers.by_reason
    )


def compare_explanations(rows: Sequence[QuestionRow]) -> Explanations:
    """Return how alike the explanations of declines are. To say that there is none is none."""
    given = Counter(
        row.explanation
        for row in rows
        if row.outcome == "filtered" and row.explanation and row.reason != NO_REASON
    )
    repeated = sorted(
        ((text, count) for text, count in given.items() if count > 1),
        key=lambda item: (-item[1], item[0]),
    )
    return Explanations(
        given=given.total(),
        distinct=len(given),
        repeated=tuple(Wording(text, count) for text, count in repeated[:MOST]),
    )
