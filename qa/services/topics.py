"""Working out topics beside the server: in a process of its own, once for each set of words.

Clustering takes seconds of CPU that would stall every open page, so a child process does it, at low
priority. What it found is kept by the words it was found in: the same tree size has the same ones.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Final, Literal

import gevent
from gevent.lock import BoundedSemaphore

import qa
from qa.report import topics
from qa.report.clustering import FEWEST_TEXTS, ONE_THREAD, Cluster, is_installed
from qa.report.source import Source, read_meeting
from qa.report.topic_edits import edit_topics
from qa.report.topic_value import Topics

Wanted = Literal["wait", "if_known", "none"]

LONGEST_S: Final = 120
KEPT: Final = 32
_ROOT: Final = Path(qa.__file__).parent.parent
_kept: OrderedDict[bytes, list[Cluster] | None] = OrderedDict()
_one_at_a_time: Final = BoundedSemaphore(1)


def find_topics(source: Source, wanted: Wanted) -> Topics:
    """Return the topics of a report, or why there are none.

    ``wait``: worked out now, unless they are known. ``if_known``: worked out in the background, to
    be there the next time. ``none``: not at all.
    """
    words = topics.public_words(source)
    public = sorted(words)
    if not is_installed():
        return topics.no_topics("not_installed", topics.NOT_INSTALLED, public)
    if len(words) < FEWEST_TEXTS:
        return topics.no_topics("too_few", topics.TOO_FEW, public)
    task = json.dumps({"title": read_meeting(source).title, "texts": words}, sort_keys=True)
    key = hashlib.sha256(task.encode()).digest()
    if wanted == "wait":
        _work_out(key, task)
    elif key not in _kept:
        if wanted == "if_known":
            gevent.spawn(_work_out, key, task)
        return topics.no_topics("not_computed", topics.ON_THEIR_WAY, public)
    found = _kept.get(key)
    if found is None:
        return topics.no_topics("not_computed", topics.FAILED, public)
    made = topics.make_topics(found, source.facts, words)
    times = [entry.t for entry in source.entries]
    return edit_topics(made, source.topic_changes, times, source.facts)


def _work_out(key: bytes, task: str) -> None:
    """Keep the clusters of a task, or None where the child failed. One child at a time."""
    with _one_at_a_time:
        if key in _kept:
            return
        _kept[key] = _run(task)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


def _run(task: str) -> list[Cluster] | None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "qa.report.clustering"],
            cwd=_ROOT,
            env={**os.environ, **ONE_THREAD},
            input=task,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=LONGEST_S,
            check=True,
        )
        return [
            Cluster(*(tuple(each[name]) for name in ("terms", "representatives", "questions")))
            for each in json.loads(done.stdout)
        ]
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
