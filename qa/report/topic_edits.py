"""What the auditor changed about the topics, applied in the order in which it was logged.

A change names topics by a question in them, not by a number that another question may change. One
whose question is in no topic any more changes nothing, and is noted all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qa.ledger.facts import DECIDED, QuestionFacts
from qa.report.topic_value import Topic, TopicEdit, Topics

Act = Literal["name", "move", "join"]


@dataclass(frozen=True)
class TopicChange:
    """One change. ``into`` is a question of the topic that ``n``, or its whole topic, goes to."""

    leaf_index: int
    by: str
    act: Act
    n: int
    into: int | None
    label: str | None


def edit_topics(
    topics: Topics,
    changes: Sequence[TopicChange],
    times: Sequence[str],
    facts: Sequence[QuestionFacts],
) -> Topics:
    """Return topics as the auditor left them, each change noted. ``times`` are those of leaves."""
    found = list(topics.topics)
    for change in changes:
        found = _apply(found, change)
    found = [_recount(topic, facts) for topic in found if topic.questions]
    found.sort(key=lambda topic: (-len(topic.questions), topic.questions))
    public = {n for topic in topics.topics for n in topic.questions} | set(topics.unsorted)
    sorted_in = {n for topic in found for n in topic.questions}
    return replace(
        topics,
        topics=tuple(replace(topic, id=at) for at, topic in enumerate(found, start=1)),
        unsorted=tuple(sorted(public - sorted_in)),
        edits=tuple(TopicEdit(times[each.leaf_index], each.by, describe(each)) for each in changes),
    )


def describe(change: TopicChange) -> str:
    """Return a change as a sentence."""
    if change.act == "name":
        return f"Named the topic of #{change.n} “{change.label}”."
    if change.into is None:
        return f"Took #{change.n} out of its topic."
    if change.act == "move":
        return f"Moved #{change.n} to the topic of #{change.into}."
    return f"Joined the topic of #{change.n} to that of #{change.into}."


def _apply(topics: list[Topic], change: TopicChange) -> list[Topic]:
    source = next((topic for topic in topics if change.n in topic.questions), None)
    target = next((topic for topic in topics if change.into in topic.questions), None)
    if change.act == "name":
        label = str(change.label)
        return [
            replace(topic, label=label, example="", edited=True) if topic is source else topic
            for topic in topics
        ]
    if target is source or (change.into is not None and target is None):
        return topics
    moved = {change.n}
    if change.act == "join" and source is not None:
        moved = set(source.questions)
    return [_with(topic, moved, gains=topic is target) for topic in topics]


def _with(topic: Topic, moved: set[int], *, gains: bool) -> Topic:
    """Return a topic with questions added, or taken away where it has them."""
    before = set(topic.questions)
    after = before | moved if gains else before - moved
    if after == before:
        return topic
    return replace(topic, questions=tuple(sorted(after)), example="", edited=True)


def _recount(topic: Topic, facts: Sequence[QuestionFacts]) -> Topic:
    if not topic.edited:
        return topic
    members = [facts[n - 1] for n in topic.questions]
    kept = tuple(n for n in topic.representatives if n in topic.questions)
    return replace(
        topic,
        representatives=kept or topic.questions[:1],
        decided=sum(each.outcome in DECIDED for each in members),
        filtered=sum(each.outcome == "filtered" for each in members),
        votes=sum(each.votes for each in members),
    )
