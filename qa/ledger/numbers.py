"""The numbers of a meeting: what the audit report says first, counted from leaves alone.

All are whole numbers, so that two programs that count right write the same JSON. The report takes
them from here, and so does ``python -m qa verify``, which recomputes them from a bundle.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final

from qa.ledger.admission import AdmissionStory
from qa.ledger.agreement import SecondReviews, count_reviews
from qa.ledger.entry import Entry
from qa.ledger.facts import QuestionFacts, read_facts
from qa.ledger.story import Story

REPORT_FORMAT: Final = "fair-hearing-report@v1"
"""The form of the report's JSON, in which these numbers are the field ``numbers``."""

NO_REASON: Final = "not_recorded"
"""The reason code that says that none was recorded: for records taken over from elsewhere."""


@dataclass(frozen=True)
class Count:
    """How often one code or name occurs."""

    code: str
    """A reason code, a rule's id, or a language tag; ``none`` where a question carries none."""
    count: int
    """How many questions."""


@dataclass(frozen=True)
class DeciderCount:
    """What one decider did: a member of staff by pseudonym, or ``Rule`` for all rules together."""

    by: str
    """Pseudonym, such as ``Moderator B``."""
    decisions: int
    """Decisions in all, corrections among them."""
    first: int
    """Questions on which this one decided first."""
    first_filtered: int
    """How many of those first decisions declined."""
    overruled: int
    """Decisions that another decider superseded later."""


@dataclass(frozen=True)
class Waiting:
    """Time from submission to the first decision, over questions that have one, in minutes.

    Percentiles are by the nearest rank: the p90 is the shortest time that at least 90 in 100 did
    not exceed. None when nothing was decided.
    """

    decided: int
    """Questions with a first decision."""
    p50_minutes: int | None
    """Half of them waited no longer."""
    p90_minutes: int | None
    """Nine in ten waited no longer."""
    longest_minutes: int | None
    """The longest wait."""
    late: int
    """First decisions that came after the policy's deadline."""
    overdue: int
    """Questions without any decision whose deadline has passed, at the close if there was one."""


@dataclass(frozen=True)
class Appeals:
    """Appeals of authors, and how they ended."""

    filed: int = 0
    """Appeals in all."""
    upheld: int = 0
    """Ended with the decision kept."""
    overturned: int = 0
    """Ended with another decision."""
    withdrawn: int = 0
    """Ended without a decision, because the question was withdrawn."""
    open: int = 0
    """Not decided yet; never decided once the meeting is closed."""


@dataclass(frozen=True)
class Numbers:
    """Counts of questions, unless a name says otherwise.

    ``submitted`` is the sum of ``published``, ``filtered``, ``merged``, ``withdrawn``, ``pending``
    and ``never_decided``: every docket number is in exactly one of them.
    """

    submitted: int
    """Docket numbers given."""
    published: int
    """Shown, by the decision that stands."""
    filtered: int
    """Declined, by the decision that stands."""
    merged: int
    """Merged into another question, which carries them."""
    withdrawn: int
    """Taken back by their authors."""
    pending: int
    """Waiting, in a meeting that is not over. None are pending once it is closed."""
    never_decided: int
    """Without a decision that stands when the meeting closed."""
    put_back: int
    """Of the pending and never decided ones: those with a decision that was undone."""
    answered: int
    """Answered, on stage or in writing."""
    answered_in_writing: int
    """Of the answered ones: those whose last answer is written."""
    published_unanswered: int
    """Shown, and not answered."""
    redacted: int
    """With words that were hidden for good, for a legal reason."""
    erased: int
    """With words that were deleted on a person's request."""
    revised: int
    """Reworded by their author before any decision."""
    anonymous: int
    """Asked without a name."""
    imported: int
    """Sent in advance and imported."""
    flagged: int
    """In which some automatic rule saw something."""
    decisions: int
    """Decisions in all (not questions), corrections among them."""
    corrections: int
    """Decisions (not questions) that supersede an earlier one."""
    automated: int
    """Questions whose standing decision no person made."""
    automated_filtered: int
    """Of the filtered ones: those that a rule declined and no person looked at."""
    filtered_without_reason: int
    """Of the filtered ones: those whose reason code says that no reason was recorded."""
    votes: int
    """Votes in the last snapshots."""
    votes_unverified: int
    """Of the votes: those of people whom nobody checked. All of them where an open link let people
    in, none where tickets or a sign-in did."""
    electorate: int | None
    """Tickets sent out (not questions). None where people came in another way."""
    tickets_used: int | None
    """Tickets used. None where people came in another way, and before the close."""
    signed_in: int | None
    """People who signed in (not questions). None where they came in another way, and before the
    close."""
    refused: int
    """Submissions and votes (not questions) turned away by limits before they were logged."""
    waiting: Waiting
    """How long people waited for a first decision."""
    appeals: Appeals
    """Appeals, and how they ended."""
    second_reviews: SecondReviews
    """How often a second person, who was not shown the first verdict, agreed."""
    by_reason: tuple[Count, ...]
    """Filtered questions by reason code, most frequent first."""
    by_rule: tuple[Count, ...]
    """Filtered questions that a rule declined, by rule."""
    by_flag: tuple[Count, ...]
    """Questions by the rules that saw something in them; one question may count several times."""
    by_language: tuple[Count, ...]
    """Questions by language tag; ``none`` where none was given."""
    by_refusal: tuple[Count, ...]
    """What limits turned away, by code."""
    by_decider: tuple[DeciderCount, ...]
    """What each decider did, by pseudonym."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form: objects, lists, texts, whole numbers and null."""
        found: dict[str, Any] = _plain(asdict(self))
        return found


def count_meeting(entries: Sequence[Entry], story: Story) -> Numbers:
    """Return the numbers of a log whose story this is."""
    return count_facts(read_facts(entries, story), entries, story.admission)


def count_facts(
    facts: Sequence[QuestionFacts], entries: Sequence[Entry], people: AdmissionStory
) -> Numbers:
    """Return the numbers of a meeting whose facts are read already."""
    votes = sum(each.votes for each in facts)
    outcomes = Counter(each.outcome for each in facts)
    standing = [each.effective for each in facts if each.effective is not None]
    declined = [each.declined for each in facts if each.declined is not None]
    refused = _refused(entries)
    return Numbers(
        submitted=len(facts),
        published=outcomes["published"],
        filtered=outcomes["filtered"],
        merged=outcomes["merged"],
        withdrawn=outcomes["withdrawn"],
        pending=outcomes["pending"],
        never_decided=outcomes["never_decided"],
        put_back=_how_many(
            each.outcome in ("pending", "never_decided") and each.decisions for each in facts
        ),
        answered=_how_many(each.answered_at for each in facts),
        answered_in_writing=_how_many(each.answered_how == "written" for each in facts),
        published_unanswered=_how_many(
            each.outcome == "published" and not each.answered_at for each in facts
        ),
        redacted=_how_many(each.redactions for each in facts),
        erased=_how_many(each.erased for each in facts),
        revised=_how_many(each.wordings > 1 for each in facts),
        anonymous=_how_many(each.anonymous for each in facts),
        imported=_how_many(each.source == "import" for each in facts),
        flagged=_how_many(each.flags for each in facts),
        decisions=sum(len(each.decisions) for each in facts),
        corrections=sum(max(len(each.decisions) - 1, 0) for each in facts),
        automated=_how_many(each.automated for each in standing),
        automated_filtered=_how_many(each.automated for each in declined),
        filtered_without_reason=_how_many(each.reason == NO_REASON for each in declined),
        votes=votes,
        votes_unverified=0 if people.is_checked else votes,
        electorate=people.size if people.by_ticket else None,
        tickets_used=people.used if people.by_ticket else None,
        signed_in=people.used if people.by_sign_in else None,
        refused=sum(refused.values()),
        waiting=_waiting(facts),
        appeals=_appeals(facts),
        second_reviews=count_reviews(pair for each in facts for pair in each.reviews),
        by_reason=_counts(Counter(str(each.reason) for each in declined)),
        by_rule=_counts(Counter(each.rule for each in declined if each.rule is not None)),
        by_flag=_counts(Counter(flag for each in facts for flag in each.flags)),
        by_language=_counts(Counter(each.language or "none" for each in facts)),
        by_refusal=_counts(refused),
        by_decider=_deciders(facts),
    )


def percentile(ordered: Sequence[int], percent: int) -> int:
    """Return a percentile of values in ascending order, by the nearest rank; there is at least one.

    The nearest rank is ceil(percent / 100 x count), counted from 1.
    """
    return ordered[-(-percent * len(ordered) // 100) - 1]


def _waiting(facts: Sequence[QuestionFacts]) -> Waiting:
    waits = sorted(each.wait_minutes for each in facts if each.wait_minutes is not None)
    return Waiting(
        decided=len(waits),
        p50_minutes=percentile(waits, 50) if waits else None,
        p90_minutes=percentile(waits, 90) if waits else None,
        longest_minutes=waits[-1] if waits else None,
        late=_how_many(each.late for each in facts),
        overdue=_how_many(each.overdue for each in facts),
    )


def _appeals(facts: Sequence[QuestionFacts]) -> Appeals:
    ends = Counter(end for each in facts for end in each.appeals)
    return Appeals(ends.total(), ends["upheld"], ends["overturned"], ends["void"], ends["open"])


def _deciders(facts: Sequence[QuestionFacts]) -> tuple[DeciderCount, ...]:
    decisions, first, filtered, overruled = (Counter[str]() for _ in range(4))
    for each in facts:
        decisions.update(decision.by for decision in each.decisions)
        for before, after in pairwise(each.decisions):
            overruled[before.by] += after.by != before.by
        if each.decisions:
            first[each.decisions[0].by] += 1
            filtered[each.decisions[0].by] += each.decisions[0].verdict == "filter"
    return tuple(
        DeciderCount(by, decisions[by], first[by], filtered[by], overruled[by])
        for by in sorted(decisions, key=_by_name)
    )


def _by_name(pseudonym: str) -> tuple[str, int, str]:
    """Sort Moderator Z before Moderator AA."""
    role, _, letters = pseudonym.partition(" ")
    return role, len(letters), letters


def _refused(entries: Sequence[Entry]) -> Counter[str]:
    refused = Counter[str]()
    for entry in entries:
        if entry.kind == "refused":
            counts: Mapping[str, Any] = entry.fields
            refused.update(counts["counts"])
    return refused


def _counts(counter: Mapping[str, int]) -> tuple[Count, ...]:
    ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Count(code, count) for code, count in ordered)


def _how_many(tests: Iterable[object]) -> int:
    return sum(bool(test) for test in tests)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
