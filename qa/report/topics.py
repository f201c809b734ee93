"""What people asked about: clusters with their counts, as the report shows them."""

from collections.abc import Sequence
from typing import Final

from qa.ledger.facts import DECIDED, QuestionFacts
from qa.report.clustering import FEWEST_TEXTS, Cluster
from qa.report.rows import words_of
from qa.report.source import Source
from qa.report.topic_value import Topic, Topics

LABEL_TERMS: Final = 3
NOTE: Final = (
    "Made from the words of the questions alone, without a person. Labels are key terms; the"
    " questions in the middle of a topic say more. A question can be in the wrong one."
)
TOO_FEW: Final = f"There are fewer than {FEWEST_TEXTS} public questions, too few to find topics in."
UNRELATED: Final = "The questions have too few words in common to find topics in."
NOT_INSTALLED: Final = (
    "Topics are missing: this server lacks the optional extra “topics” (scikit-learn)."
)
ON_THEIR_WAY: Final = "Topics are being worked out."
FAILED: Final = "Topics are missing: they could not be worked out on this server."


def public_words(source: Source) -> dict[int, str]:
    """Return the words that are public, by docket number."""
    found = ((each.n, words_of(source, each)[0]) for each in source.facts)
    return {n: text for n, text in found if text is not None}


def make_topics(
    clusters: Sequence[Cluster], facts: Sequence[QuestionFacts], public: Sequence[int]
) -> Topics:
    """Return topics with their counts. ``public`` are the docket numbers that were sorted."""
    if not clusters:
        return no_topics("too_few", UNRELATED, public)
    topics = tuple(
        _topic(at, each, [facts[n - 1] for n in each.questions])
        for at, each in enumerate(clusters, start=1)
    )
    sorted_in = {n for each in clusters for n in each.questions}
    unsorted = tuple(n for n in public if n not in sorted_in)
    return Topics("ready", NOTE, topics, unsorted, ())


def no_topics(status: str, note: str, public: Sequence[int] = ()) -> Topics:
    """Return that there are no topics, and why."""
    return Topics(status, note, (), tuple(public), ())  # type: ignore[arg-type]


def _topic(number: int, cluster: Cluster, facts: Sequence[QuestionFacts]) -> Topic:
    return Topic(
        id=number,
        label=" · ".join(cluster.terms[:LABEL_TERMS]),
        edited=False,
        terms=cluster.terms,
        representatives=cluster.representatives,
        questions=cluster.questions,
        decided=sum(each.outcome in DECIDED for each in facts),
        filtered=sum(each.outcome == "filtered" for each in facts),
        votes=sum(each.votes for each in facts),
    )
