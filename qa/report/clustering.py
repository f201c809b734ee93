"""Sorting questions by what they are about: non-negative matrix factorisation of TF-IDF.

Words of the meeting's title say nothing of one question in it, and count for nothing here. A topic
is named after the words that set it apart from the others: class-based TF-IDF.

This is the only module that needs the optional extra ``topics`` (scikit-learn). Run as a program
(``python -m qa.report.clustering``) it reads title and texts by docket number as JSON and writes
clusters as JSON, so that a server can have it done without standing still. Everything random has a
fixed seed, and one thread adds in one order.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from math import fsum, log, sqrt
from typing import Any, Final
from warnings import catch_warnings, simplefilter

from qa.report.words_in import name_terms, words_in

FEWEST_TEXTS: Final = 20
MOST_TOPICS: Final = 16
SMALLEST_TOPIC: Final = 3
NEAR: Final = 0.1
"""Cosine between a question and its topic below which it is in none."""

TERMS: Final = 5
RANKED: Final = 30
REPRESENTATIVES: Final = 3
ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)


@dataclass(frozen=True)
class Cluster:
    """Questions about the same thing: docket numbers ascending, and those in the middle."""

    terms: tuple[str, ...]
    representatives: tuple[int, ...]
    questions: tuple[int, ...]


def is_installed() -> bool:
    """Say whether this Python has what clustering takes."""
    return find_spec("sklearn") is not None


def cluster(texts: Mapping[int, str], title: str = "") -> list[Cluster]:
    """Return clusters of questions, largest first; there are at least ``FEWEST_TEXTS`` texts.

    Questions that resemble no others are in none. Takes about a second for 1,000 questions.
    """
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    numbers = sorted(texts)
    known = set(words_in(title))
    words = {n: [word for word in words_in(texts[n]) if word not in known] for n in numbers}
    vectorizer = TfidfVectorizer(
        analyzer=lambda n: words[n], min_df=2, max_df=0.4, sublinear_tf=True
    )
    try:
        matrix = vectorizer.fit_transform(numbers)
    except ValueError:  # no word occurs twice
        return []
    count = min(MOST_TOPICS, max(3, round(sqrt(len(numbers) / 4))), min(matrix.shape) - 1)
    if count < 2:
        return []
    model = NMF(n_components=count, init="nndsvd", random_state=0, max_iter=400, tol=1e-3)
    with catch_warnings():
        simplefilter("ignore")  # topics are good enough before the last digits stand still
        model.fit(matrix)
    # Cosine to each topic's terms, to so many digits that no two machines differ.
    nearness = (matrix @ normalize(model.components_).T).round(6)
    groups = _sort_in(numbers, nearness)
    kept = set(vectorizer.vocabulary_)
    topics = [[(near, kept.intersection(words[n])) for near, n in group] for group in groups]
    terms = telling_terms(topics)
    found = [_cluster(texts, named, group) for named, group in zip(terms, groups, strict=True)]
    return sorted(found, key=lambda each: (-len(each.questions), each.questions))


def _sort_in(numbers: Sequence[int], nearness: Any) -> list[list[tuple[float, int]]]:
    """Return each topic's questions with their nearness to it."""
    members: dict[int, list[tuple[float, int]]] = {}
    for n, row in zip(numbers, nearness, strict=True):
        topic = int(row.argmax())
        if row[topic] >= NEAR:
            members.setdefault(topic, []).append((float(row[topic]), n))
    return [near for near in members.values() if len(near) >= SMALLEST_TOPIC]


def telling_terms(topics: Sequence[Sequence[tuple[float, set[str]]]]) -> list[list[str]]:
    """Return the words of each topic, most telling first.

    A topic is given as its questions' nearness and words. A question counts by its nearness, so
    that words of the topic's edge do not name it. A word tells much that has a large share of the
    topic and little of the others: its share, times log(1 + all that a topic holds on average /
    what all topics hold of this word).
    """
    shares = [_shares(questions) for questions in topics]
    everywhere: Counter[str] = Counter()
    for share in shares:
        everywhere.update(share)
    held = sum(everywhere.values()) / max(len(topics), 1)
    scores = [
        {word: round(part * log(1 + held / everywhere[word]), 6) for word, part in share.items()}
        for share in shares
    ]
    return [sorted(score, key=lambda word: (-score[word], word))[:RANKED] for score in scores]


def _shares(questions: Sequence[tuple[float, set[str]]]) -> dict[str, float]:
    """Return the share of a topic that each word has which is in more than one of its questions."""
    weights: dict[str, list[float]] = {}
    for near, words in questions:
        for word in words:
            weights.setdefault(word, []).append(near)
    whole = fsum(near for near, _ in questions)
    return {word: fsum(each) / whole for word, each in weights.items() if len(each) > 1}


def _cluster(
    texts: Mapping[int, str], terms: Sequence[str], near: Sequence[tuple[float, int]]
) -> Cluster:
    middle = sorted(near, key=lambda item: (-item[0], item[1]))[:REPRESENTATIVES]
    questions = tuple(sorted(n for _near, n in near))
    return Cluster(
        terms=name_terms(terms, [texts[n] for n in questions], TERMS),
        representatives=tuple(n for _near, n in middle),
        questions=questions,
    )


def main() -> None:
    """Read texts, write clusters."""
    os.nice(10)  # a meeting that is going on comes first
    given = json.load(sys.stdin)
    texts = {int(n): text for n, text in given["texts"].items()}
    json.dump([asdict(each) for each in cluster(texts, given["title"])], sys.stdout)


if __name__ == "__main__":
    main()
