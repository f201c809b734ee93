"""What a report is made from: the beginning of one log, and what is public beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.ledger.bundle import PolicyDocument
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.entry import Entry
from qa.ledger.facts import QuestionFacts, read_facts
from qa.ledger.policy_terms import read_terms
from qa.ledger.story import Story, tell
from qa.report.topic_edits import TopicChange
from qa.report.value import Meeting

Place = tuple[int, str]
"""Where a commitment stands: the index of its leaf, and the field that it commits to."""


@dataclass(frozen=True)
class Source:
    """One event's log up to a tree size. The same leaves, texts and policies give the same report.

    ``texts`` may hold more than is public at this size: what the log keeps closed is not looked at.
    """

    slug: str
    vkey: str
    head: Checkpoint
    checkpoint: str
    entries: Sequence[Entry]
    texts: Mapping[Place, str]
    policies: Sequence[PolicyDocument]
    topic_changes: Sequence[TopicChange] = ()

    @cached_property
    def story(self) -> Story:
        """What happened, as the leaves tell it."""
        return tell(self.entries, read_terms(self.policies))

    @cached_property
    def facts(self) -> list[QuestionFacts]:
        """What the leaves say of each docket number, in order."""
        return read_facts(self.entries, self.story)

    @property
    def as_of(self) -> str:
        """The time of the last leaf; a log has at least one."""
        return self.entries[-1].t

    def text(self, leaf_index: int, field: str) -> str | None:
        """Return the words that a leaf commits to, unless they are closed or were hidden."""
        if (leaf_index, field) in self.story.hidden:
            return None
        return self.texts.get((leaf_index, field))


def read_meeting(source: Source) -> Meeting:
    """Return what the log says of the meeting itself."""
    title, opened, closed = "", None, None
    for index, entry in enumerate(source.entries):
        if entry.kind in ("event.opened", "event.changed"):
            title = source.text(index, "title") or title
        elif entry.kind == "event.state":
            opened = entry.t if entry.fields["to"] == "open" else opened
            closed = entry.t if entry.fields["to"] == "closed" else closed
    story = source.story
    newest = max(source.policies, key=lambda policy: policy.version, default=None)
    introduction = newest.document.get("introduction") if newest else None
    return Meeting(
        source.slug,
        title,
        story.state,  # type: ignore[arg-type]
        opened,
        closed,
        story.admission.how,  # type: ignore[arg-type]
        introduction if isinstance(introduction, str) else None,
    )


@dataclass(frozen=True)
class Labels:
    """What each version of the policy calls its reasons."""

    by_version: Mapping[tuple[int, str], tuple[str, str]]
    """Label and meaning by version and code."""

    def label(self, version: int, code: str | None) -> str | None:
        """Return the label that a code had in a version; the code itself where it has none."""
        if code is None:
            return None
        return self.by_version.get((version, code), (code, ""))[0]

    def latest(self, code: str) -> tuple[str, str]:
        """Return the newest label and meaning of a code."""
        versions = [version for version, known in self.by_version if known == code]
        return self.by_version[max(versions), code] if versions else (code, "")


def read_labels(policies: Sequence[PolicyDocument]) -> Labels:
    """Return the labels of every reason of every version, as far as the documents have them."""
    return Labels(
        {
            (policy.version, reason["code"]): (
                str(reason.get("label", reason["code"])),
                str(reason.get("meaning", "")),
            )
            for policy in policies
            for reason in policy.document.get("reason_codes", [])
        }
    )
