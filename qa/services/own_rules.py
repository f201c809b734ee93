"""An organisation's own rules: Python packages beside this one, asked about each submission.

A package offers a rule as an entry point of the group ``fair_hearing.rules``: a function that takes
the text and the name (None for an anonymous question) and returns a sentence about what it saw, or
None. A policy names the rule and the version of its package, and that version is what is asked: the
policy's hash is in the log, so each flag and each decision says by its rule which code it came
from. docs/operations.md has an example.

A rule that fails, answers something else than a sentence, is not installed in that version, or
takes longer than ``PATIENCE_S`` loses no question: the desk is told that it did not look, and it
decides nothing. It runs in a thread of its own, before the question takes its turn with the
writer. A rule that never ends keeps its thread; when all ``THREADS`` are stuck, every rule takes
too long until a restart, and each question waits ``PATIENCE_S`` for each.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

import structlog
from gevent import Timeout
from gevent.threadpool import ThreadPool

from qa.domain.policy import Policy
from qa.domain.rule_kind import Answers, Sighting
from qa.domain.text import TextLimit, clean
from qa.errors import BadInput

GROUP: Final = "fair_hearing.rules"
PATIENCE_S: Final = 0.5
THREADS: Final = 4
SENTENCE: Final = TextLimit("answer", "The answer of a rule", 300, 2_400, 1)

log = structlog.get_logger("qa.services")

Look = Callable[[str, str | None], object]


def require_installed(policy: Policy) -> None:
    """Refuse a policy with a rule that is not installed in its version. Raises: BadInput."""
    for place, rule in enumerate(policy.rules):
        if rule.kind != "own":
            continue
        name, version = _asked_for(rule.params)
        there = _installed().get(name)
        if there is None:
            known = ", ".join(sorted(_installed())) or "none"
            raise BadInput(
                f"No rule {name} is installed on this server; there is {known}.",
                field=f"rules[{place}].params.rule",
            )
        if _version(there) != version:
            raise BadInput(
                f"Version {_version(there)} of {name} is installed, not {version}.",
                field=f"rules[{place}].params.version",
            )


def ask(policy: Policy, text: str, name: str | None) -> Answers:
    """Return what the policy's own rules say of a submission; in the event loop, not the writer."""
    wanted = {_asked_for(rule.params) for rule in policy.rules if rule.kind == "own"}
    return {each: _ask(*each, text, name) for each in sorted(wanted)}


def _asked_for(params: Mapping[str, Any]) -> tuple[str, str]:
    return params["rule"], params["version"]


def _ask(rule: str, version: str, text: str, name: str | None) -> Sighting | None:
    there = _installed().get(rule)
    if there is None or _version(there) != version:
        return _failed(rule, version, "is not installed")
    try:
        with Timeout(PATIENCE_S):
            answer = _pool().spawn(_look, there, text, name).get()
    except Timeout:
        return _failed(rule, version, "took too long")
    except Exception as error:  # noqa: BLE001 - whatever a rule does, the question goes on
        log.warning("own_rule_failed", rule=rule, version=version, error=type(error).__name__)
        return _failed(rule, version, "failed")
    return None if answer is None else Sighting(f"{rule}, version {version}, says: {answer}")


def _look(there: EntryPoint, text: str, name: str | None) -> str | None:
    look: Look = there.load()
    answer = look(text, name)
    if answer is None:
        return None
    if not isinstance(answer, str):
        raise TypeError("a rule answers with a sentence or None")
    return clean(answer, SENTENCE)


def _failed(rule: str, version: str, why: str) -> Sighting:
    return Sighting(f"{rule}, version {version}, {why}, so it did not look at this.", failed=True)


def _version(there: EntryPoint) -> str:
    return there.dist.version if there.dist is not None else ""


@cache
def _installed() -> Mapping[str, EntryPoint]:
    return {each.name: each for each in entry_points(group=GROUP)}


@cache
def _pool() -> ThreadPool:
    return ThreadPool(THREADS)
