"""Sorting questions by what they are about: non-negative matrix factorisation of TF-IDF.

This is the only module that needs the optional extra ``topics`` (scikit-learn). Run as a program
(``python -m qa.report.clustering``) it reads texts by docket number as JSON and writes clusters as
JSON, so that a server can have it done without standing still. Everything random has a fixed seed,
and one thread adds in one order.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from math import sqrt
from typing import Any, Final
from warnings import catch_warnings, simplefilter

from qa.report.words_in import name_terms, words_in

FEWEST_TEXTS: Final = 20
MOST_TOPICS: Final = 16
SMALLEST_TOPIC: Final = 3
NEAR: Final = 0.1
"""Cosine between a question and its topic below which it is in none."""

TERMS: Final = 5
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


def cluster(texts: Mapping[int, str]) -> list[Cluster]:
    """Return clusters of questions, largest first; there are at least ``FEWEST_TEXTS`` texts.

    Questions that resemble no others are in none. Takes about a second for 1,000 questions.
    """
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    numbers = sorted(texts)
    words = [words_in(texts[n]) for n in numbers]
    vectorizer = TfidfVectorizer(
        analyzer=lambda at: words[at], min_df=2, max_df=0.4, sublinear_tf=True
    )
    try:
        matrix = vectorizer.fit_transform(range(len(numbers)))
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
    terms = vectorizer.get_feature_names_out()
    return _sort_in(texts, numbers, nearness, [_ranked(row, terms) for row in model.components_])


def _ranked(weights: Any, terms: Any) -> list[str]:
    order = sorted(range(len(terms)), key=lambda at: (-round(float(weights[at]), 6), terms[at]))
    return [str(terms[at]) for at in order[:30]]


def _sort_in(
    texts: Mapping[int, str],
    numbers: Sequence[int],
    nearness: Any,
    terms: Sequence[Sequence[str]],
) -> list[Cluster]:
    members: dict[int, list[tuple[float, int]]] = {}
    for n, row in zip(numbers, nearness, strict=True):
        topic = int(row.argmax())
        if row[topic] >= NEAR:
            members.setdefault(topic, []).append((float(row[topic]), n))
    found = [
        _cluster(texts, terms[topic], near)
        for topic, near in members.items()
        if len(near) >= SMALLEST_TOPIC
    ]
    return sorted(found, key=lambda each: (-len(each.questions), each.questions))


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
    texts = {int(n): text for n, text in json.load(sys.stdin).items()}
    json.dump([asdict(each) for each in cluster(texts)], sys.stdout)


if __name__ == "__main__":
    main()
