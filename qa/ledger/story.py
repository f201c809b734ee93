"""The log told as a story: what each leaf makes of the event, and of each question.

Nothing here stops at a fault. It is noted under its topic, and the story goes on as if the leaf had
said what it says, so that one reading finds all there is to find.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from qa.ledger.admission import AdmissionStory
from qa.ledger.appeals import answer_faults, appeal_faults, late_decision_faults
from qa.ledger.docket import (
    AFTER_VERDICT,
    TRANSITIONS,
    UPHOLDING,
    WITHDRAWABLE,
    Appeal,
    Docket,
    Faults,
    Topic,
    role_of,
)
from qa.ledger.entry import MAX_SNAPSHOT, Entry
from qa.ledger.groups import group_faults
from qa.ledger.policy_terms import PolicyTerms
from qa.ledger.reasons import deadline_faults, decision_faults, held_faults
from qa.ledger.second_person import hiding_faults
from qa.ledger.second_reviews import is_in_sample, review_faults

EVENT_MOVES: Final = frozenset(
    {("draft", "open"), ("open", "live"), ("open", "closed"), ("live", "closed")}
)
AFTER_CLOSE: Final = frozenset(
    {"redaction", "erasure", "appeal", "decision", "staff.changed", "event.changed"}
)
"""What may follow ``event.closed``: hiding words, appeals and the decisions on them, the staff that
these take, and who may read the report."""
CHANGED_AFTER_CLOSE: Final = frozenset(
    {"report_audience", "report_from", "report_link", "report_topics"}
)
"""Of settings, what may still change then."""

DECIDERS: Final = frozenset({"Owner", "Moderator"})
PRESENTERS: Final = frozenset({"Owner", "Moderator", "Presenter"})
OWNERS: Final = frozenset({"Owner"})
ANYBODY: Final = frozenset({"Owner", "Moderator", "Presenter", "Auditor"})

_LEGAL_STATES: Final[Mapping[str, tuple[str, ...]]] = {
    "question.submitted": ("open", "live"),
    "question.revised": ("open", "live"),
    "decision": ("open", "live"),
    "withdrawn": ("open", "live"),
    "answered": ("open", "live"),
    "appeal": ("open", "live"),
    "review": ("open", "live"),
}


class Story:
    """One event, leaf by leaf. ``hidden`` and ``replaced`` hold commitments as (leaf, field)."""

    def __init__(self, terms: Mapping[int, PolicyTerms]) -> None:
        self.faults = Faults()
        self.dockets: list[Docket] = []
        self.policies: dict[int, tuple[int, str]] = {}
        self.state = "draft"
        self.totals: Mapping[str, Any] | None = None
        self.hidden: set[tuple[int, str]] = set()
        self.replaced: set[tuple[int, str]] = set()
        self._terms = terms
        self._now = ""
        self._first_policy = 0
        self._in_force = 0
        self._staff: dict[str, bool] = {}
        self._on_stage: Docket | None = None
        self._snapshots: dict[int, int] = {}
        self.admission = AdmissionStory()
        self._acts: Mapping[str, Callable[[int, Entry], None]] = {
            "event.opened": self._opened,
            "event.state": self._moved,
            "event.closed": self._closed,
            "policy.published": self._policy,
            "question.submitted": self._submitted,
            "question.revised": self._revised,
            "decision": self._decided,
            "redaction": self._redacted,
            "erasure": self._erased,
            "appeal": self._appealed,
            "review": self._reviewed,
            "withdrawn": self._withdrawn,
            "live": self._staged,
            "answered": self._answered,
            "vote.snapshot": self._counted,
            "staff.changed": self._staffed,
        }

    def read(self, index: int, entry: Entry) -> None:
        """Take in one leaf."""
        if entry.t < self._now:
            self.faults.add("time", f"Leaf {index} is of {entry.t}, but an earlier one is later.")
        self._now = max(self._now, entry.t)
        if (entry.kind == "event.opened") != (index == 0) or entry.kind == "anchor":
            self._wrong(index, f"a leaf of the kind {entry.kind} cannot be here.")
        if self.state == "closed":
            expected = AFTER_CLOSE if self.totals else frozenset({"event.closed"})
            if entry.kind not in expected or _changes_meeting(entry):
                self._wrong(index, f"{entry.kind} cannot follow the end of the meeting.")
        elif self.state not in _LEGAL_STATES.get(entry.kind, (self.state,)):
            self._wrong(index, f"{entry.kind} before the meeting was open.")
        self._note("states", index, self.admission.read(entry, self.state))
        act = self._acts.get(entry.kind)
        if act is not None:
            act(index, entry)

    def end(self) -> None:
        """Look at what only the whole log can show."""
        if self.state == "closed" and self.totals is None:
            self.faults.add("states", "The meeting ended, but the log has no totals.")

    def count(self, status: str) -> int:
        """Return how many questions have a status."""
        return sum(docket.status == status for docket in self.dockets)

    @property
    def votes(self) -> int:
        """The votes in the latest snapshots."""
        return sum(self._snapshots.values())

    def docket(self, number: int) -> Docket | None:
        """Return a question, or None when there is none with this docket number."""
        return self.dockets[number - 1] if 1 <= number <= len(self.dockets) else None

    def _wrong(self, index: int, what: str) -> None:
        self.faults.add("states", f"Leaf {index}: {what}")

    def _find(self, index: int, entry: Entry) -> Docket | None:
        number: Any = entry.fields["n"]
        docket = self.docket(number)
        if docket is None:
            self.faults.add("dockets", f"Leaf {index} is about #{number}, which was never asked.")
        return docket

    def _known(self, index: int, who: str, roles: Iterable[str]) -> None:
        if who not in self._staff or role_of(who) not in roles:
            self._wrong(index, f"{who} is not of the staff that may do this.")

    def _opened(self, index: int, entry: Entry) -> None:
        if index == 0:
            self._first_policy = int(str(entry.fields["policy"]))

    def _moved(self, index: int, entry: Entry) -> None:
        before, after = str(entry.fields["from"]), str(entry.fields["to"])
        if before != self.state or (before, after) not in EVENT_MOVES:
            self._wrong(index, f"the meeting was {self.state} and cannot go {before} to {after}.")
        self.state = after
        if after == "closed":
            for docket in self.dockets:
                docket.open = docket.open or docket.status == "filtered"

    def _closed(self, index: int, entry: Entry) -> None:
        if self.state != "closed":
            self._wrong(index, "there are totals before the meeting ended.")
        self.totals = totals = entry.fields
        counted = {
            "submitted": len(self.dockets),
            "published": self.count("published"),
            "filtered": self.count("filtered"),
            "merged": self.count("merged"),
            "withdrawn": self.count("withdrawn"),
            "undecided": self.count("pending"),
            "answered": sum(bool(docket.answers) for docket in self.dockets),
            "decisions": sum(len(docket.decisions) for docket in self.dockets),
            "appeals": sum(len(docket.appeals) for docket in self.dockets),
            "reviews": sum(len(docket.reviews) for docket in self.dockets),
        }
        for name, count in counted.items():
            if totals[name] != count:
                self._wrong(index, f"the totals say {totals[name]} {name}; the log has {count}.")
        if totals["votes"] != self.votes:
            self.faults.add(
                "votes",
                f"At the end there were {totals['votes']} votes; the last snapshots have"
                f" {self.votes}.",
            )

    def _policy(self, index: int, entry: Entry) -> None:
        fields: Mapping[str, Any] = entry.fields
        if fields["version"] != (self._in_force + 1 if self.policies else self._first_policy):
            self.faults.add("policies", f"Leaf {index}: the policy's versions are out of order.")
        if self.policies and fields.get("by"):
            self._known(index, fields["by"], OWNERS)
        self._in_force = fields["version"]
        self.policies[self._in_force] = (index, fields["sha256"])

    def _submitted(self, index: int, entry: Entry) -> None:
        fields: Mapping[str, Any] = entry.fields
        number = len(self.dockets) + 1
        if fields["n"] != number:
            self.faults.add(
                "dockets", f"Leaf {index} has the docket number {fields['n']}, not {number}."
            )
        docket = Docket(number, index, fields["due"], "name" in fields, wordings=[index])
        self.dockets.append(docket)
        if not fields["anon"] and "name" not in fields:
            self._wrong(index, f"#{number} was asked with a name, but commits to none.")
        self._note("decisions", index, deadline_faults(entry, self._in_force, self._terms))

    def _revised(self, index: int, entry: Entry) -> None:
        docket = self._find(index, entry)
        if docket is None:
            return
        if docket.status != "pending" or docket.decisions:
            self._wrong(index, f"the words of #{docket.number} were changed after a decision.")
        if entry.fields["version"] != len(docket.wordings) + 1:
            self._wrong(index, f"the wordings of #{docket.number} are not numbered one by one.")
        self.replaced.add((docket.wordings[-1], "text"))
        docket.wordings.append(index)

    def _decided(self, index: int, entry: Entry) -> None:
        docket = self._find(index, entry)
        if docket is None:
            return
        fields: Mapping[str, Any] = entry.fields
        known = len(docket.decisions)
        self._stated(index, docket, entry)
        verdict = fields["verdict"]
        if docket.live or docket.answers:
            self._wrong(index, f"#{docket.number} was on stage or answered, so it stood.")
        step = (docket.status, verdict)
        unmerged = step == ("merged", "restore")
        upheld = docket.appeal is not None and step in UPHOLDING
        if not unmerged and not upheld and step not in TRANSITIONS:
            self._wrong(index, f"{verdict} does not apply to #{docket.number}: {docket.status}.")
        if docket.status == "published" and docket.merged:
            self._wrong(index, f"others are merged into #{docket.number}, so it stood.")
        before = docket.status
        restored = self._leave_group(docket)
        docket.status = AFTER_VERDICT.get(verdict, before)
        if verdict == "merge":
            self._merge(index, docket, restored if before == "merged" else before, fields["into"])
        elif unmerged:
            docket.status = restored
        if self.state == "closed":
            self._note("states", index, late_decision_faults(entry, docket.status, upheld=upheld))
        if docket.appeal is not None:
            docket.appeal.outcome = "upheld" if upheld else "overturned"
        held = bool(fields.get("held"))
        faults = held_faults(entry, self._terms, was_open=docket.open)
        self._note("decisions", index, faults)
        docket.open = docket.open or (docket.status != "pending" and not held)
        docket.decisions.append(index)
        docket.last = entry
        self._draw(docket, entry)
        if known == 0:
            docket.decided_at, docket.late = entry.t, fields["late"]

    def _stated(self, index: int, docket: Docket, entry: Entry) -> None:
        """Look at what a decision says, and at who made it."""
        known, by = len(docket.decisions), str(entry.fields["by"])
        faults = decision_faults(entry, known, docket.due, self._in_force, self._terms)
        self._note("decisions", index, faults)
        self._note("decisions", index, answer_faults(entry, docket, self._terms))
        if by != "Rule":
            self._known(index, by, DECIDERS)

    def _draw(self, docket: Docket, entry: Entry) -> None:
        """Note who decided, and whether the lot for second reviews fell on the decision."""
        fields: Mapping[str, Any] = entry.fields
        docket.deciders.add(fields["by"])
        if is_in_sample(entry, self._terms):
            docket.sampled[fields["seq"]] = fields["verdict"]

    def _appealed(self, index: int, entry: Entry) -> None:
        docket = self._find(index, entry)
        if docket is None:
            return
        self._note("decisions", index, appeal_faults(entry, docket, self._terms))
        fields: Mapping[str, Any] = entry.fields
        docket.appeals.append(Appeal(fields["seq"], fields["due"]))

    def _reviewed(self, index: int, entry: Entry) -> None:
        docket = self._find(index, entry)
        if docket is None:
            return
        fields: Mapping[str, Any] = entry.fields
        self._note("decisions", index, review_faults(entry, docket, self._in_force, self._terms))
        self._known(index, fields["by"], DECIDERS)
        if docket.status == "withdrawn":
            self._wrong(index, f"#{docket.number} was reviewed after it was withdrawn.")
        docket.reviews[fields["seq"]] = fields["verdict"]
        docket.review_leaves[fields["seq"]] = index

    def _withdrawn(self, index: int, entry: Entry) -> None:
        docket = self._find(index, entry)
        if docket is None:
            return
        if docket.live or docket.status not in WITHDRAWABLE:
            self._wrong(index, f"#{docket.number} could not be withdrawn.")
        self._leave_group(docket)
        for number in sorted(docket.merged):
            released = self.dockets[number - 1]
            released.status = self._leave_group(released)
            _void(released)
        _void(docket)
        docket.status = "withdrawn"

    def _merge(self, index: int, docket: Docket, before: str, into: int) -> None:
        target = self.docket(into)
        if target is None or target is docket or target.status != "published":
            self._wrong(index, f"#{docket.number} is merged into #{into}, which was not published.")
            return
        docket.into, docket.before_merge = into, before
        target.merged.add(docket.number)

    def _leave_group(self, docket: Docket) -> str:
        """Take a question out of the group it is merged into; return its status before that."""
        target = self.docket(docket.into)
        if target is not None:
            target.merged.discard(docket.number)
        docket.into = 0
        return docket.before_merge

    def _staged(self, index: int, entry: Entry) -> None:
        docket = self._find(index, entry)
        if docket is None:
            return
        on: Any = entry.fields["on"]
        self._known(index, str(entry.fields["by"]), PRESENTERS)
        free = self._on_stage is (None if on else docket)
        if self.state != "live" or docket.status != "published" or not free:
            self._wrong(index, f"#{docket.number} could not go {'on' if on else 'off'} stage.")
        docket.live = on
        self._on_stage = docket if on else None

    def _answered(self, index: int, entry: Entry) -> None:
        docket = self._find(index, entry)
        if docket is None:
            return
        self._known(index, str(entry.fields["by"]), PRESENTERS)
        if docket.status != "published":
            self._wrong(index, f"#{docket.number} was answered while {docket.status}.")
        written = entry.fields["mode"] == "written"
        if written != ("answer" in entry.fields):
            self._wrong(index, "a written answer, and no other, commits to its words.")
        docket.answers.append(index)
        if self._on_stage is docket:
            docket.live, self._on_stage = False, None

    def _redacted(self, index: int, entry: Entry) -> None:
        docket = self._find(index, entry)
        if docket is None:
            return
        fields: Mapping[str, Any] = entry.fields
        self._known(index, fields["by"], DECIDERS)
        self._known(index, fields["second"], DECIDERS)
        self._note("states", index, hiding_faults(entry, self._in_force, self._terms))
        what, seq = fields["what"], fields.get("seq", 0)
        covered = docket.leaves_of(what, seq)
        if not covered:
            self._wrong(index, f"#{docket.number} has no such {what} to redact.")
        self.hidden.update(covered)
        if "shown" in fields:
            docket.shown.setdefault((what, seq), []).append(index)

    def _erased(self, index: int, entry: Entry) -> None:
        docket = self._find(index, entry)
        if docket is None:
            return
        fields: Mapping[str, Any] = entry.fields
        if fields["by"] != "Author":
            self._known(index, fields["by"], ANYBODY)
        for what in fields["what"]:
            covered = docket.leaves_of(what, 0)
            if not covered:
                self._wrong(index, f"#{docket.number} has no {what} to erase.")
            self.hidden.update(covered)

    def _counted(self, index: int, entry: Entry) -> None:
        fields: Mapping[str, Any] = entry.fields
        start, stop = fields["from"], fields["to"]
        last = min(start + MAX_SNAPSHOT - 1, len(self.dockets))
        if (start - 1) % MAX_SNAPSHOT or stop != last:
            self.faults.add(
                "votes",
                f"Leaf {index} counts votes for #{start} to #{stop}; the log has"
                f" {len(self.dockets)} questions by then.",
            )
        self._snapshots[start] = fields["votes"]
        self._note("votes", index, group_faults(fields, self.dockets))

    def _staffed(self, index: int, entry: Entry) -> None:
        fields: Mapping[str, Any] = entry.fields
        who, by = fields["who"], fields["by"]
        if self._staff or who != by:
            self._known(index, by, OWNERS)
        if role_of(who).lower() != fields["role"]:
            self._wrong(index, f"{who} is not what a member of this role is called.")
        if fields["act"] == "added":
            if who in self._staff:
                self._wrong(index, f"the name {who} was given a second time.")
            self._staff[who] = True
        else:
            if not self._staff.get(who):
                self._wrong(index, f"{who} was removed without having been there.")
            self._staff[who] = False

    def _note(self, topic: Topic, index: int, faults: Iterable[str]) -> None:
        for fault in faults:
            self.faults.add(topic, f"Leaf {index}: {fault}")


def _void(docket: Docket) -> None:
    """End an appeal that has nothing left to decide on."""
    if docket.appeal is not None:
        docket.appeal.outcome = "void"


def tell(entries: Sequence[Entry], terms: Mapping[int, PolicyTerms]) -> Story:
    """Return the story of a whole log."""
    story = Story(terms)
    for index, entry in enumerate(entries):
        story.read(index, entry)
    story.end()
    return story


def _changes_meeting(entry: Entry) -> bool:
    """Say whether settings of the meeting changed, and not only those of its report."""
    fields: Mapping[str, Any] = entry.fields
    return entry.kind == "event.changed" and not CHANGED_AFTER_CLOSE.issuperset(fields["fields"])
