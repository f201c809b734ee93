"""What people asked about: clusters with their counts, as the report shows them."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from qa.ledger.facts import DECIDED, QuestionFacts
from qa.report.clustering import FEWEST_TEXTS, Cluster
from qa.report.rows import words_of
from qa.report.source import Source
from qa.report.topic_value import Topic, Topics

LABEL_TERMS: Final = 3
EXAMPLE_CELLS: Final = 44
NOTE: Final = (
    "Made from the words of the questions alone, without a person. Labels are words that set a"
    " topic apart from the others; the questions in its middle say more. A question can be in the"
    " wrong one."
)
TOO_FEW: Final = f"There are fewer than {FEWEST_TEXTS} public questions, too few to find topics in."
UNRELATED: Final = "The questions have too few words in common to find topics in."
NOT_INSTALLED: Final = (
    "Topics are missing: this server lacks the optional extra “topics” (scikit-learn)."
)
ON_THEIR_WAY: Final = "Topics are being worked out. Load this page again in a moment."
FAILED: Final = "Topics are missing: they could not be worked out on this server."


def public_words(source: Source) -> dict[int, str]:
    """Return the words that are public, by docket number."""
    found = ((each.n, words_of(source, each)[0]) for each in source.facts)
    return {n: text for n, text in found if text is not None}


def make_topics(
    clusters: Sequence[Cluster], facts: Sequence[QuestionFacts], words: Mapping[int, str]
) -> Topics:
    """Return topics with their counts. ``words`` are those that were sorted, by docket number."""
    public = sorted(words)
    if not clusters:
        return no_topics("too_few", UNRELATED, public)
    topics = tuple(
        _topic(at, each, [facts[n - 1] for n in each.questions], words)
        for at, each in enumerate(clusters, start=1)
    )
    sorted_in = {n for each in clusters for n in each.questions}
    unsorted = tuple(n for n in public if n not in sorted_in)
    return Topics("ready", NOTE, topics, unsorted, ())


def no_topics(status: str, note: str, public: Sequence[int] = ()) -> Topics:
    """Return that there are no topics, and why."""
    return Topics(status, note, (), tuple(public), ())  # type: ignore[arg-type]


def _topic(
    number: int, cluster: Cluster, facts: Sequence[QuestionFacts], words: Mapping[int, str]
) -> Topic:
    label = cluster.terms[:LABEL_TERMS]
    first = min(
        cluster.representatives,
        key=lambda n: (-min(_terms_in(words[n], label), 2), len(words[n]), n),
    )
    others = (n for n in cluster.representatives if n != first)
    return Topic(
        id=number,
        label=" · ".join(label),
        example=shorten(words[first]),
        edited=False,
        terms=cluster.terms,
        representatives=(first, *others),
        questions=cluster.questions,
        decided=sum(each.outcome in DECIDED for each in facts),
        filtered=sum(each.outcome == "filtered" for each in facts),
        votes=sum(each.votes for each in facts),
    )


def _terms_in(text: str, terms: Sequence[str]) -> int:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return sum(term.casefold() in folded for term in terms)


def shorten(text: str, cells: int = EXAMPLE_CELLS) -> str:
    """Return the first words of a text, about so many cells wide; a wide sign takes two."""
    line = " ".join(text.split())
    room, end = cells, 0
    while end < len(line) and room > 0:
        room -= 2 if unicodedata.east_asian_width(line[end]) in "WF" else 1
        end += 1
    if end == len(line):
        return line
    head, space, _ = line[:end].rpartition(" ")
    return f"{(head if space else line[:end]).rstrip(',.;:')}…"
