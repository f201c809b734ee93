"""A log made leaf by leaf, without a server: time is in minutes after noon."""

from dataclasses import replace
from typing import Any

from qa.errors import Invalid
from qa.ledger.docket import Topic
from qa.ledger.entry import Entry, decode, encode
from qa.ledger.policy_terms import PolicyTerms
from qa.ledger.story import Story, tell

HASH = "0" * 64
ORIGIN = "questions.example.org/log/spring-2026"
TERMS = PolicyTerms(
    reasons=frozenset({"off_topic", "spam"}),
    rules=frozenset({"length", "link"}),
    deciding={"length": "spam"},
    deadline_minutes=60,
    appeal_window_minutes=60,
    appeal_deadline_minutes=30,
    appeal_supporters=5,
    second_review_percent=100,
)
STAFF = (
    ("Owner", "owner"),
    ("Moderator A", "moderator"),
    ("Moderator B", "moderator"),
    ("Presenter A", "presenter"),
    ("Auditor A", "auditor"),
)
TOPICS: tuple[Topic, ...] = ("time", "dockets", "decisions", "states", "policies", "votes")


def at(minute: int) -> str:
    """Return the time so many minutes after noon."""
    return f"2026-11-23T{12 + minute // 60:02}:{minute % 60:02}Z"


class SmallLog:
    """Leaves in the making. ``minute`` is the time of the next one."""

    def __init__(self, *, opened: bool = True) -> None:
        self.entries: list[Entry] = []
        self.minute = 0
        self.asked = 0
        self.decided: dict[int, int] = {}
        self.add("event.opened", origin=ORIGIN, title=HASH, policy=1)
        self.add("policy.published", version=1, sha256=HASH)
        for who, role in STAFF:
            self.add("staff.changed", who=who, role=role, act="added", by="Owner")
        if opened:
            self.move("draft", "open")

    def add(self, kind: str, **fields: Any) -> int:
        """Log a leaf; return its index."""
        self.entries.append(decode(encode(kind, "spring-2026", at(self.minute), **fields)))
        return len(self.entries) - 1

    def move(self, before: str, after: str) -> int:
        """Move the meeting on."""
        return self.add("event.state", **{"from": before, "to": after})

    def ask(self, due: int | None = None, **fields: Any) -> int:
        """Ask the next question, due fifteen minutes from now unless told otherwise."""
        self.asked += 1
        given = {"n": self.asked, "text": HASH, "anon": "name" not in fields, "src": "live"}
        given |= {"due": at(self.minute + 15 if due is None else due), "policy": 1, "flags": []}
        return self.add("question.submitted", **{**given, **fields})

    def decide(self, n: int, verdict: str, by: str = "Moderator A", **fields: Any) -> int:
        """Decide on a question, with the number and the reason that it needs."""
        seq = self.decided[n] = self.decided.get(n, 0) + 1
        given = {"n": n, "seq": seq, "sup": seq - 1 or None, "verdict": verdict, "by": by}
        given |= {"auto": by == "Rule", "late": False, "policy": 1, "expl": HASH}
        given |= {"reason": "spam"} if verdict == "filter" else {}
        return self.add("decision", **{**given, **fields})

    def review(self, n: int, seq: int, verdict: str, by: str = "Moderator B", **fields: Any) -> int:
        """Review a decision."""
        given = {"n": n, "seq": seq, "verdict": verdict, "by": by, "policy": 1, "expl": HASH}
        given |= {"reason": "spam"} if verdict == "filter" else {}
        return self.add("review", **{**given, **fields})

    def count(self, *counts: int, start: int = 1, **fields: Any) -> int:
        """Count the votes for questions from ``start`` on."""
        return self.add(
            "vote.snapshot",
            **{"from": start, "to": start + len(counts) - 1, "counts": list(counts)},
            votes=sum(counts),
            root=HASH,
            **fields,
        )

    def close(self, **totals: int) -> int:
        """Log totals, which are 0 unless given."""
        names = "submitted published filtered merged withdrawn undecided answered decisions"
        zeros = dict.fromkeys([*names.split(), "appeals", "reviews", "votes"], 0)
        return self.add("event.closed", **{**zeros, **totals})

    def story(self, **terms: Any) -> Story:
        """Tell the log's story, under these terms instead of the usual ones."""
        return tell(self.entries, {1: replace(TERMS, **terms)})

    def faults(self, **terms: Any) -> dict[str, str]:
        """Return what is wrong with the log, in a sentence for each topic."""
        story, found = self.story(**terms), {}
        for topic in TOPICS:
            try:
                story.faults.require_none(topic)
            except Invalid as error:
                found[topic] = error.message
        return found
