"""How the decided questions fall into groups, for each comparison of the report."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from qa.ledger.facts import DECIDED, QuestionFacts
from qa.report.comparison import Dimension
from qa.report.suppression import Cell
from qa.report.topic_value import Topic, Topics

PARTS: Final = 4
"""Time and support are split into so many parts of about equal size."""

NOT_GIVEN: Final = "not given"
EXAMPLE: Final = ", such as “"
TIMES: Final = ", asked "
"""What comes between a label's name and what explains it."""


@dataclass(frozen=True)
class Split:
    """One comparison to be made: its groups in a fixed order, or the sentence why there are none.

    ``caution`` is what a reader has to know beside the numbers.
    """

    dimension: Dimension
    title: str
    cells: tuple[Cell, ...]
    missing: str | None = None
    caution: str = ""


def split_all(facts: Sequence[QuestionFacts], topics: Topics) -> tuple[Split, ...]:
    """Return every comparison of a report, in order."""
    decided = [each for each in facts if each.outcome in DECIDED]
    return (
        _by_topic(decided, topics),
        _by_anonymity(decided),
        _by_language(decided),
        _by_moderator(facts),
        _by_time(decided),
        _by_support(decided),
    )


def _by_topic(decided: Sequence[QuestionFacts], topics: Topics) -> Split:
    if topics.status != "ready":
        return Split("topic", "Topic", (), missing=topics.note)
    topic_of = {n: str(topic.id) for topic in topics.topics for n in topic.questions}
    labels = {str(topic.id): _name(topic) for topic in topics.topics}
    return Split(
        "topic",
        "Topic",
        _cells(
            decided,
            lambda each: topic_of.get(each.n, "none"),
            [(key, labels[key]) for key in labels] + [("none", "In no topic")],
        ),
        caution="Topics were made from the words alone: a question may be in the wrong one, and"
        " sorted otherwise they can give another result.",
    )


def _name(topic: Topic) -> str:
    """Return what a reader recognises a topic by."""
    return f"{topic.label}{EXAMPLE}{topic.example}”" if topic.example else topic.label


def _by_anonymity(decided: Sequence[QuestionFacts]) -> Split:
    return Split(
        "anonymity",
        "Asked with or without a name",
        _cells(
            decided,
            lambda each: "anonymous" if each.anonymous else "named",
            [("anonymous", "Without a name"), ("named", "With a name")],
        ),
    )


def _by_language(decided: Sequence[QuestionFacts]) -> Split:
    languages = Counter(_language(each) for each in decided)
    order = sorted(languages, key=lambda key: (key == NOT_GIVEN, -languages[key], key))
    return Split(
        "language",
        "Language",
        _cells(decided, _language, [(key, key) for key in order]),
        caution="Languages are as given when a question was sent.",
    )


def _language(facts: QuestionFacts) -> str:
    """Return the language without its region or script."""
    return (facts.language or NOT_GIVEN).partition("-")[0].lower()


def _by_moderator(facts: Sequence[QuestionFacts]) -> Split:
    counts: dict[str, Counter[bool]] = {}
    for each in facts:
        if each.first is not None and not each.first.automated:
            counts.setdefault(each.first.by, Counter())[each.first.verdict == "filter"] += 1
    names = sorted(counts, key=lambda name: (len(name), name))
    return Split(
        "moderator",
        "Who decided first",
        tuple(Cell(name, name, counts[name][True], counts[name].total()) for name in names),
        caution="Moderators may have been given different questions.",
    )


def _by_time(decided: Sequence[QuestionFacts]) -> Split:
    size = -(-len(decided) // PARTS)
    parts = [decided[at : at + size] for at in range(0, len(decided), size or 1)]
    return Split(
        "time",
        "When it was asked",
        tuple(_cell(str(at), _when(part), part) for at, part in enumerate(parts, start=1)),
        caution="Each part holds about a quarter of the questions, in the order of asking.",
    )


def _when(part: Sequence[QuestionFacts]) -> str:
    """Return the stretch of docket numbers and of time that a part covers."""
    first, last = part[0], part[-1]
    start, end = (each.submitted_at[:-1].replace("T", " ") for each in (first, last))
    until = end[11:] if start[:10] == end[:10] else end
    times = start if start == end else f"{start} to {until}"
    return f"#{first.n} to #{last.n}{TIMES}{times} UTC"


def _by_support(decided: Sequence[QuestionFacts]) -> Split:
    ordered = sorted(decided, key=lambda each: each.votes)
    parts: list[list[QuestionFacts]] = []
    for _votes, found in groupby(ordered, key=lambda each: each.votes):
        if parts and len(parts[-1]) < len(decided) / PARTS:
            parts[-1] += found
        else:
            parts.append(list(found))
    return Split(
        "support",
        "Support",
        tuple(_cell(str(at), _votes_of(part), part) for at, part in enumerate(parts, start=1)),
        caution="A filtered question is harder to find, so few votes may follow from the decision.",
    )


def _votes_of(part: Sequence[QuestionFacts]) -> str:
    low, high = part[0].votes, part[-1].votes
    if low == high:
        return f"{low:,} vote{'' if low == 1 else 's'}"
    return f"{low:,} to {high:,} votes"


def _cells(
    decided: Iterable[QuestionFacts],
    key_of: Callable[[QuestionFacts], str],
    order: Iterable[tuple[str, str]],
) -> tuple[Cell, ...]:
    found: dict[str, list[QuestionFacts]] = {}
    for each in decided:
        found.setdefault(key_of(each), []).append(each)
    return tuple(_cell(key, label, found.get(key, ())) for key, label in order)


def _cell(key: str, label: str, questions: Sequence[QuestionFacts]) -> Cell:
    filtered = sum(each.outcome == "filtered" for each in questions)
    return Cell(key, label, filtered, len(questions))
