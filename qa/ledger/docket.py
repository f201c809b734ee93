"""One question as the log tells it, and what is legal for it; and the faults found on the way."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from qa.errors import Invalid
from qa.ledger.entry import Entry

Topic = Literal["time", "dockets", "decisions", "states", "policies", "votes"]

TRANSITIONS: Final[Mapping[tuple[str, str], str]] = {
    ("pending", "publish"): "published",
    ("pending", "filter"): "filtered",
    ("published", "filter"): "filtered",
    ("filtered", "publish"): "published",
    ("published", "restore"): "pending",
    ("filtered", "restore"): "pending",
    ("pending", "merge"): "merged",
    ("published", "merge"): "merged",
    ("filtered", "merge"): "merged",
}
"""What each verdict makes of a question in each status; whatever is missing here is not legal.

``restore`` of a merged question is legal too, and makes it what it was before the merge.
"""

UPHOLDING: Final = frozenset({("filtered", "filter"), ("merged", "merge")})
"""Verdicts that leave a question as it was: legal only as the decision on an appeal."""

WITHDRAWABLE: Final = frozenset({"pending", "published", "filtered", "merged"})
AFTER_VERDICT: Final = {
    "publish": "published",
    "filter": "filtered",
    "merge": "merged",
    "restore": "pending",
}
_KEPT = 3
"""Sentences kept of one topic. A hostile log could hold a million faults."""


def role_of(who: str) -> str:
    """Return the first word of a pseudonym, which names the role, such as Moderator."""
    return who.partition(" ")[0]


class Faults:
    """What is wrong, by topic: the first sentences, and how many there are."""

    def __init__(self) -> None:
        self._sentences: dict[str, list[str]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, topic: Topic, sentence: str) -> None:
        """Note one fault."""
        self._counts[topic] += 1
        if self._counts[topic] <= _KEPT:
            self._sentences.setdefault(topic, []).append(sentence)

    def require_none(self, topic: Topic) -> None:
        """Raise what was noted under a topic, if anything was. Raises: Invalid."""
        if self._counts[topic]:
            more = self._counts[topic] - len(self._sentences[topic])
            rest = [f"And {more:,} more like this."] if more else []
            raise Invalid(" ".join([*self._sentences[topic], *rest]))


@dataclass(slots=True)
class Appeal:
    """An appeal against decision ``seq``. ``outcome`` is empty until there is one."""

    seq: int
    due: str
    outcome: Literal["", "upheld", "overturned", "void"] = ""


@dataclass(slots=True)
class Docket:
    """One question as the log tells it. Lists hold the indices of leaves, oldest first.

    ``sampled`` has, by ``seq``, the verdicts of decisions that are in the sample for a second
    review, ``reviews`` those of the reviews, and ``review_leaves`` the indices of their leaves.
    ``open``: its words are public, unless they are hidden or erased. ``into`` is what a merged
    question is merged into, and ``merged`` what is merged into this one.
    """

    number: int
    leaf_index: int
    due: str
    named: bool
    status: str = "pending"
    into: int = 0
    before_merge: str = "pending"
    live: bool = False
    open: bool = False
    decided_at: str | None = None
    late: bool = False
    wordings: list[int] = field(default_factory=list)
    decisions: list[int] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    shown: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    merged: set[int] = field(default_factory=set)
    last: Entry | None = None
    appeals: list[Appeal] = field(default_factory=list)
    deciders: set[str] = field(default_factory=set)
    sampled: dict[int, str] = field(default_factory=dict)
    reviews: dict[int, str] = field(default_factory=dict)
    review_leaves: dict[int, int] = field(default_factory=dict)

    @property
    def appeal(self) -> Appeal | None:
        """The appeal that waits for a decision, if there is one."""
        return self.appeals[-1] if self.appeals and not self.appeals[-1].outcome else None

    def leaves_of(self, what: str, seq: int) -> list[tuple[int, str]]:
        """Return the commitments, as (leaf, field), to the words that a redaction names."""
        left = [(index, "redacted") for index in self.shown.get((what, seq), ())]
        if what == "text":
            return [*((index, "text") for index in self.wordings), *left]
        if what == "name":
            return [(self.leaf_index, "name"), *left] if self.named else left
        if what == "review":
            found = self.review_leaves.get(seq)
            return left if found is None else [(found, "explanation"), *left]
        numbered = self.decisions if what == "explanation" else self.answers
        return [*((index, what) for index in numbered[seq - 1 : seq]), *left]
