"""What a log says of each question, from its leaves alone: the one way to count.

The audit report, the offline verifier and everything that is compared between meetings start from
these values. Times are minutes as leaves carry them, such as ``2026-11-23T16:45Z``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from qa.ledger.docket import Docket
from qa.ledger.entry import Entry
from qa.ledger.reasons import minutes_of
from qa.ledger.story import Story

OUTCOMES: Final = ("published", "filtered", "merged", "withdrawn", "pending", "never_decided")
"""Every docket number has exactly one of these. Pending ones become never decided at the close."""

DECIDED: Final = {"published": "publish", "filtered": "filter", "merged": "merge"}
"""The outcomes that somebody decided on and that stand, each with the verdict that makes it."""


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """One statement of reasons, as logged. Its words are elsewhere: the log commits to them."""

    leaf_index: int
    seq: int
    at: str
    verdict: str
    reason: str | None
    by: str
    rule: str | None
    automated: bool
    policy: int
    into: int | None


@dataclass(frozen=True, slots=True)
class RedactionFact:
    """Words that were hidden for good. ``shown`` says that the log commits to what is left."""

    leaf_index: int
    at: str
    what: str
    seq: int | None
    basis: str
    by: str
    second: str
    shown: bool


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """One docket number. ``decisions`` are in order.

    ``appeals`` ended ``upheld``, ``overturned`` or ``void``, or are ``open``. ``reviews`` are, of
    each decision in the sample, its verdict and that of its second review. ``late``: the first
    decision came after ``due_at``; ``overdue``: there is none and ``due_at`` has passed (at the
    close, if there was one).
    ``called`` is the place, from 1, in which it came on stage or was answered, whichever was first.
    ``votes`` are those of the last snapshot, and ``supporters`` the people who voted for it or for
    one of ``merged``, which were merged into it. ``text_leaf`` is the leaf that commits to the
    words as they stand; ``open`` says that a decision made them public.
    """

    n: int
    leaf_index: int
    text_leaf: int
    submitted_at: str
    due_at: str
    anonymous: bool
    language: str | None
    source: str
    flags: tuple[str, ...]
    wordings: int
    open: bool
    outcome: str
    decisions: tuple[DecisionFact, ...]
    appeals: tuple[str, ...]
    reviews: tuple[tuple[str, str | None], ...]
    late: bool
    overdue: bool
    answered_at: str | None
    answered_how: str | None
    called: int | None
    votes: int
    supporters: int
    merged: tuple[int, ...]
    redactions: tuple[RedactionFact, ...]
    erased: tuple[str, ...]

    @property
    def first(self) -> DecisionFact | None:
        """The first decision."""
        return self.decisions[0] if self.decisions else None

    @property
    def effective(self) -> DecisionFact | None:
        """The decision that stands: a published, filtered or merged question has one.

        It is the last one with the verdict that makes the outcome. Later ones may have merged the
        question and taken it out again, or what it was merged into was withdrawn.
        """
        verdict = DECIDED.get(self.outcome)
        return next((each for each in reversed(self.decisions) if each.verdict == verdict), None)

    @property
    def declined(self) -> DecisionFact | None:
        """The decision that keeps the question filtered, if one does."""
        return self.effective if self.outcome == "filtered" else None

    @property
    def wait_minutes(self) -> int | None:
        """From submission to the first decision."""
        if not self.decisions:
            return None
        return minutes_of(self.decisions[0].at) - minutes_of(self.submitted_at)


def read_facts(entries: Sequence[Entry], story: Story) -> list[QuestionFacts]:
    """Return what is known of every docket number, in order.

    ``story`` is that of the same entries. One pass over the leaves, one over the questions.
    """
    asides = _Asides()
    for index, entry in enumerate(entries):
        asides.read(index, entry)
    ends = [each.t for each in entries if each.kind == "event.closed"]
    as_of = ends[0] if ends else entries[-1].t if entries else ""
    closed = story.state == "closed"
    return [_facts(entries, docket, asides, as_of, closed=closed) for docket in story.dockets]


class _Asides:
    """What leaves say of a question beside its status, which the story tells."""

    def __init__(self) -> None:
        self.called: dict[int, int] = {}
        self.votes: dict[int, int] = {}
        self.people: dict[int, int] = {}
        self.redactions: dict[int, list[RedactionFact]] = {}
        self.erased: dict[int, set[str]] = {}

    def read(self, index: int, entry: Entry) -> None:
        """Take in one leaf."""
        fields: Mapping[str, Any] = entry.fields
        if entry.kind == "answered" or (entry.kind == "live" and fields["on"]):
            self.called.setdefault(fields["n"], len(self.called) + 1)
        elif entry.kind == "vote.snapshot":
            self._count(fields)
        elif entry.kind == "redaction":
            self.redactions.setdefault(fields["n"], []).append(_redaction(index, entry))
        elif entry.kind == "erasure":
            self.erased.setdefault(fields["n"], set()).update(fields["what"])

    def _count(self, fields: Mapping[str, Any]) -> None:
        """Take in a snapshot of votes, which replaces the one before of these docket numbers."""
        self.votes.update(enumerate(fields["counts"], start=fields["from"]))
        for number in range(fields["from"], fields["to"] + 1):
            self.people.pop(number, None)
        self.people.update(zip(fields.get("groups", ()), fields.get("people", ()), strict=False))


def _facts(
    entries: Sequence[Entry], docket: Docket, asides: _Asides, as_of: str, *, closed: bool
) -> QuestionFacts:
    submitted, number = entries[docket.leaf_index], docket.number
    fields: Mapping[str, Any] = submitted.fields
    words: Mapping[str, Any] = entries[docket.wordings[-1]].fields
    answers = [entries[index] for index in docket.answers]
    return QuestionFacts(
        n=number,
        leaf_index=docket.leaf_index,
        text_leaf=docket.wordings[-1],
        submitted_at=submitted.t,
        due_at=docket.due,
        anonymous=fields["anon"],
        language=fields.get("lang"),
        source=fields["src"],
        flags=tuple(sorted(words["flags"])),
        wordings=len(docket.wordings),
        open=docket.open,
        outcome="never_decided" if closed and docket.status == "pending" else docket.status,
        decisions=tuple(_decision(index, entries[index]) for index in docket.decisions),
        appeals=tuple(each.outcome or "open" for each in docket.appeals),
        reviews=tuple(
            (first, docket.reviews.get(seq)) for seq, first in sorted(docket.sampled.items())
        ),
        late=docket.late,
        overdue=docket.status == "pending" and not docket.decisions and docket.due < as_of,
        answered_at=answers[0].t if answers else None,
        answered_how=str(answers[-1].fields["mode"]) if answers else None,
        called=asides.called.get(number),
        votes=asides.votes.get(number, 0),
        supporters=asides.people.get(number, asides.votes.get(number, 0)),
        merged=tuple(sorted(docket.merged)),
        redactions=tuple(asides.redactions.get(number, ())),
        erased=tuple(sorted(asides.erased.get(number, ()))),
    )


def _decision(index: int, entry: Entry) -> DecisionFact:
    fields: Mapping[str, Any] = entry.fields
    return DecisionFact(
        leaf_index=index,
        seq=fields["seq"],
        at=entry.t,
        verdict=fields["verdict"],
        reason=fields.get("reason"),
        by=fields["by"],
        rule=fields.get("rule"),
        automated=fields["auto"],
        policy=fields["policy"],
        into=fields.get("into"),
    )


def _redaction(index: int, entry: Entry) -> RedactionFact:
    fields: Mapping[str, Any] = entry.fields
    return RedactionFact(
        leaf_index=index,
        at=entry.t,
        what=fields["what"],
        seq=fields.get("seq"),
        basis=fields["basis"],
        by=fields["by"],
        second=fields["second"],
        shown="shown" in fields,
    )
