"""The report in sentences: the first page, how to check it, and what it cannot show."""

from collections.abc import Iterator

from qa.ledger.numbers import Numbers
from qa.report.chart_value import Order, SupportedOutcome
from qa.report.figures import two_decimals
from qa.report.support import MOST
from qa.report.times import duration
from qa.report.value import Explanations, Meeting, Reason, Sentence

LIMITS = (
    "A question that was dropped before it was logged is not here; only its author can tell.",
    "This shows what was decided and what reasons were given, not what somebody was thinking.",
    "The words of a question that nobody decided on are not public, so it is in no topic.",
    "Votes are those of the last snapshot. Whether each voter was one person is not known.",
    "Times are the server's own, to the minute.",
    "Without an independent witness, the log is evidence for those who saved a part of it.",
)
"""The limits of every report, in words."""

_FOLLOWED = (
    (0.6, "followed"),
    (0.3, "partly followed"),
    (-0.3, "hardly followed"),
    (-1, "reversed"),
)


def how_to_check(origin: str, vkey: str) -> tuple[str, ...]:
    """Return the steps with which anybody checks a report."""
    return (
        (
            "Compare the verifier key below with one that you have from elsewhere: the projector, a"
            " witness, or somebody you trust."
        ),
        "Download the bundle of this meeting, which holds every entry of its log.",
        f"`python -m qa verify bundle.zip --vkey '{vkey}'`",
        (
            "It checks the signature, the hash over all entries and every text against what was"
            f" logged under {origin}, without asking the server."
        ),
    )


def headline(numbers: Numbers, meeting: Meeting) -> str:
    """Return the counts in one line: "812 asked · 640 shown · 131 filtered · …"."""
    parts = [
        f"{numbers.submitted:,} asked",
        f"{numbers.published:,} shown",
        f"{numbers.filtered:,} filtered",
    ]
    if numbers.merged:
        parts.append(f"{numbers.merged:,} merged")
    if numbers.withdrawn:
        parts.append(f"{numbers.withdrawn:,} withdrawn")
    if meeting.state == "closed":
        parts.append(f"{numbers.never_decided:,} never decided")
    else:
        parts.append(f"{numbers.pending:,} waiting")
    return " · ".join(parts)


def summarise(
    *,
    meeting: Meeting,
    numbers: Numbers,
    reasons: tuple[Reason, ...],
    explanations: Explanations,
    support: tuple[SupportedOutcome, ...],
    order: Order,
    uneven: tuple[str, ...],
) -> tuple[Sentence, ...]:
    """Return the first page. ``uneven`` is what the comparisons found, in sentences."""
    found = [Sentence("counts", headline(numbers, meeting))]
    if numbers.submitted:
        found += [Sentence("waiting", text) for text in _waiting(numbers)]
        found += [Sentence("reasons", text) for text in _reasons(numbers, reasons, explanations)]
        found += [Sentence("wanted", text) for text in _wanted(meeting, numbers, support)]
        found += [Sentence("order", text) for text in _order(order)]
        found += [Sentence("uneven", text) for text in uneven]
    else:
        found.append(Sentence("waiting", _nothing(meeting)))
    found.append(Sentence("unknown", _people(numbers, meeting)))
    found.append(Sentence("unknown", LIMITS[0]))
    return tuple(found)


def _people(numbers: Numbers, meeting: Meeting) -> str:
    if meeting.way_in == "provider":
        counted = "" if numbers.signed_in is None else f": {numbers.signed_in:,} did"
        return f"Votes are of people who signed in{counted}. Each had one; whose is not known."
    if numbers.electorate is None and not numbers.votes:
        return "Votes would be unverified: anybody with the link could take part."
    if numbers.electorate is None:
        count = numbers.votes_unverified
        votes = "The one vote is" if count == 1 else f"The {count:,} votes are"
        return f"{votes} unverified: anybody with the link could take part, more than once too."
    sent = f"{numbers.electorate:,} tickets that were sent"
    if numbers.tickets_used is None:
        return f"Votes are by ticket, one for each of {sent}; who used one is not known."
    used = f"{numbers.tickets_used:,} of {sent} {'was' if numbers.tickets_used == 1 else 'were'}"
    return f"Votes are by ticket: {used} used; by whom is not known."


def _nothing(meeting: Meeting) -> str:
    if meeting.state == "draft":
        return "The meeting has not opened yet, so nothing could be asked."
    return "Nobody has asked anything." if meeting.state != "closed" else "Nobody asked anything."


def _waiting(numbers: Numbers) -> Iterator[str]:
    waiting = numbers.waiting
    if waiting.p50_minutes is None or waiting.p90_minutes is None:
        yield "Nothing has been decided."
    elif waiting.decided == 1:
        yield f"The one question with a decision waited {_at_most(waiting.p50_minutes)} for it."
    else:
        yield (
            f"Half of the {_questions(waiting.decided)} with a decision waited"
            f" {_at_most(waiting.p50_minutes)} for it, nine in ten"
            f" {_at_most(waiting.p90_minutes)}."
        )
    if waiting.late or waiting.overdue:
        decisions = "decision" if waiting.late == 1 else "decisions"
        late = f"{waiting.late:,} first {decisions} came after the deadline"
        yield f"{late}; {_questions(waiting.overdue)} without any decision had passed it."
    else:
        yield "No deadline was missed."


def _reasons(
    numbers: Numbers, reasons: tuple[Reason, ...], explanations: Explanations
) -> Iterator[str]:
    if not numbers.filtered:
        return
    if numbers.filtered_without_reason:
        yield (
            f"For {numbers.filtered_without_reason:,} of {numbers.filtered:,} filtered questions"
            " no reason was recorded in the source."
        )
    most = reasons[0]
    if numbers.filtered_without_reason < numbers.filtered:
        yield (
            f"The most frequent reason was “{most.label}”: {most.filtered:,} of"
            f" {numbers.filtered:,}."
        )
    if explanations.repeated and explanations.repeated[0].count * 2 > explanations.given:
        count = explanations.repeated[0].count
        yield f"{count:,} of {numbers.filtered:,} authors were told why in the same words."
    if numbers.automated_filtered:
        were, them = ("was", "it") if numbers.automated_filtered == 1 else ("were", "them")
        yield (
            f"{numbers.automated_filtered:,} {were} declined by a rule, and no person looked at"
            f" {them}."
        )


def _wanted(
    meeting: Meeting, numbers: Numbers, support: tuple[SupportedOutcome, ...]
) -> Iterator[str]:
    if numbers.published_unanswered:
        answered = numbers.published - numbers.published_unanswered
        some = f"{answered:,}" if answered else "None"
        shown = _questions(numbers.published, "shown ")
        yield f"{some} of the {shown} {'were' if answered > 1 else 'was'} answered."
    votes = "unverified votes" if meeting.way_in == "open" else "votes"
    for each in support:
        if each.outcome == "filtered" and numbers.votes:
            yield f"What was filtered has {each.votes:,} of {numbers.votes:,} {votes}."


def _order(order: Order) -> Iterator[str]:
    if order.kendall_tau is None or len(order.called) < 5:
        return
    tau = order.kendall_tau
    said = next(words for lowest, words in _FOLLOWED if tau >= lowest)
    yield (
        f"The order in which {len(order.called):,} questions were asked aloud {said} their support"
        f" (rank correlation {two_decimals(tau)})."
    )
    if order.passed_over:
        count = len(order.passed_over)
        at_least = "At least " if count == MOST else ""
        yield (
            f"{at_least}{_questions(count)} had more votes than half of those, but"
            f" {'was' if count == 1 else 'were'} not asked."
        )


def _questions(count: int, which: str = "") -> str:
    return f"{count:,} {which}question{'' if count == 1 else 's'}"


def _at_most(minutes: int) -> str:
    return f"at most {duration(minutes)}" if minutes else duration(0)
