"""The comparison in words: a table of totals, the fate of every row, and every refusal. Pure."""

from collections.abc import Iterator, Mapping

from qa.replay.comparison import Explained, Totals, Verdict
from qa.replay.outcome import Played
from qa.replay.progress import clock_time
from qa.replay.schedule import Rows

MOST_DIFFERENCES = 20
_LABELS: Mapping[str, str] = {
    "submitted": "questions submitted",
    "published": "published",
    "filtered": "filtered",
    "undecided": "never decided",
    "votes": "votes",
}


def describe(
    verdict: Verdict, rows: Rows, played: Played, waits: Mapping[str, int], elapsed_s: float
) -> Iterator[str]:
    """Yield the report line by line."""
    yield from _table(verdict)
    yield ""
    yield from _rows(rows)
    yield ""
    yield (
        f"Played in {clock_time(elapsed_s)}: {len(played.docket):,} questions, "
        f"{played.decisions:,} decisions and {played.votes:,} votes given or taken back, by "
        f"{len(played.people):,} participants."
    )
    for code, count in waits.items():
        yield f"The server asked {count:,} times to try again later ({code}), and got its way."
    if played.redials:
        yield f"A connection broke {played.redials:,} times; its last act was sent again."
    yield from _refusals(verdict)
    yield ""
    yield from _conclusion(verdict)


def _table(verdict: Verdict) -> Iterator[str]:
    columns = ["source", "refused", *verdict.found]
    yield f"{'':<20}" + "".join(f"{name:>10}" for name in columns)
    for field, label in _LABELS.items():
        source, expected = _of(verdict.source, field), _of(verdict.expected, field)
        found = [_of(totals, field) for totals in verdict.found.values()]
        cells = [source, source - expected, *found]
        yield f"{label:<20}" + "".join(f"{cell:>10,}" for cell in cells)


def _rows(rows: Rows) -> Iterator[str]:
    yield "What became of each vote in the source:"
    for count, what in (
        (rows.given, "agreements, played as votes given"),
        (rows.repeated, "agreements of people who agreed already, played as votes given again"),
        (rows.taken_back, "no longer agreeing, played as votes taken back"),
        (rows.without_counterpart, "disagreeing or passing, which has no counterpart on a board"),
        (rows.unlisted, "about comments that the source does not hold, left out"),
    ):
        if count:
            yield f"{count:>10,}  {what}"


def _refusals(verdict: Verdict) -> Iterator[str]:
    if not verdict.refusals:
        yield "Nothing was refused."
        return
    yield f"Refused: {sum(each.count for each in verdict.refusals):,}"
    for each in verdict.refusals:
        yield from _refusal(each)


def _refusal(each: Explained) -> Iterator[str]:
    yield f"{each.count:>10,}  {each.what}: {each.message} ({each.code})"
    yield f"{'':<10}  {'By design' if each.by_design else 'NOT BY DESIGN'}: {each.explanation}"


def _conclusion(verdict: Verdict) -> Iterator[str]:
    if not verdict.differences:
        yield (
            "Board, record and log agree with the source: every question by verdict, words and "
            "votes.\nEvery receipt opens its leaf, and the log's signed root is that of its leaves."
        )
        return
    yield f"DIFFERENCES: {len(verdict.differences):,}"
    yield from (f"  {each}" for each in verdict.differences[:MOST_DIFFERENCES])
    if len(verdict.differences) > MOST_DIFFERENCES:
        yield f"  and {len(verdict.differences) - MOST_DIFFERENCES:,} more"


def _of(totals: Totals, field: str) -> int:
    count: int = getattr(totals, field)
    return count
