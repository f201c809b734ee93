"""People who try to tell which session wrote which anonymous question, and how they are judged.

An attacker is given everything in ``Loot``, which includes, for every session, each secret of its
cookie and everything derived from it. It names a session for each question, or none where it has
nothing to go by. Authors were drawn independently and uniformly, so whatever does not depend on the
author is right with probability 1/S on each question, whatever the attacker does; the number of
right answers is then binomial. ``judge`` gives the exact chance of at least as many.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, lgamma, log, log1p
from typing import Any

Guesses = dict[int, int]
"""A session for each docket number that the attacker dares to say something about."""

Row = Mapping[str, Any]


@dataclass
class Loot:
    """What the adversary has. Sessions are numbered from 0, questions from 1."""

    traces: list[list[bytes]]
    """Of each session: its secrets, what is derived from them, its socket; in every spelling."""
    voters: list[bytes]
    """Of each session: the pseudonym it votes under."""
    questions: dict[int, Row]
    """By docket number: every column of a question and its words, and where the row is on disk."""
    votes: list[tuple[int, bytes, int]]
    """Docket number, voter and place on disk, in the order of the disk."""
    leaves: dict[int, bytes]
    lines: list[bytes] = field(default_factory=list)
    """What the server logged, in its order."""
    heard: list[bytes] = field(default_factory=list)
    """Every notice that any socket of the meeting received, in order."""
    export: bytes = b""
    redis: list[tuple[bytes, bytes]] = field(default_factory=list)
    known: Guesses = field(default_factory=dict)
    """Authors that the adversary has learnt otherwise: every second question's."""

    def asked(self) -> list[int]:
        """Return the questions whose authors the adversary does not know."""
        return [n for n in sorted(self.questions) if n not in self.known]


@dataclass(frozen=True)
class Verdict:
    """How one attacker did."""

    attacker: str
    guesses: int
    right: int
    p_value: float


def judge(attacker: str, guesses: Guesses, authors: Mapping[int, int], sessions: int) -> Verdict:
    """Return how likely chance alone is to be right at least as often."""
    right = sum(authors[n] == guess for n, guess in guesses.items())
    return Verdict(attacker, len(guesses), right, binomial_tail(right, len(guesses), 1 / sessions))


def binomial_tail(right: int, tries: int, chance: float) -> float:
    """Return the exact probability of at least ``right`` of ``tries``, each with ``chance``."""
    if right <= 0:
        return 1.0
    terms = [
        lgamma(tries + 1)
        - lgamma(k + 1)
        - lgamma(tries - k + 1)
        + k * log(chance)
        + (tries - k) * log1p(-chance)
        for k in range(right, tries + 1)
    ]
    return min(1.0, sum(map(exp, terms)))


def attack(loot: Loot) -> Iterator[tuple[str, Guesses]]:
    """Try everything."""
    for each in ATTACKERS:
        yield each.__name__, each(loot)
    yield from learn_columns(loot)


def find_traces_beside_it(loot: Loot) -> Guesses:
    """Look for a session's secrets in the question's row and its leaf."""
    found: Guesses = {}
    for n in loot.asked():
        row = b"\n".join(map(as_bytes, loot.questions[n].values())) + loot.leaves[n]
        found |= _only(n, _sessions_in(loot, row))
    return found


def find_traces_in_the_order_of_logs(loot: Loot) -> Guesses:
    """Take the lines that name a session, and the notices, as they come, for the questions."""
    found: Guesses = {}
    for stream in (loot.lines, loot.heard):
        named = [who for line in stream for who in _sessions_in(loot, line)]
        found |= {n: named[k] for k, n in enumerate(sorted(loot.questions)) if k < len(named)}
    return {n: who for n, who in found.items() if n not in loot.known}


def find_traces_in_the_export(loot: Loot) -> Guesses:
    """Take the session that is named nearest to the question's words in what is exported."""
    found: Guesses = {}
    for n in loot.asked():
        at = loot.export.find(as_bytes(loot.questions[n]["text"]))
        if at >= 0:
            found |= _only(n, _sessions_in(loot, loot.export[max(0, at - 2_000) : at + 2_000]))
    return found


def take_the_first_supporter(loot: Loot) -> Guesses:
    """Say that whoever voted first, by the order on disk, asked."""
    first: dict[int, bytes] = {}
    for n, voter, _place in loot.votes:
        first.setdefault(n, voter)
    return _by_voter(loot, first)


def take_the_only_supporter(loot: Loot) -> Guesses:
    """Say so where there is one supporter only."""
    voters = defaultdict(list)
    for n, voter, _place in loot.votes:
        voters[n].append(voter)
    return _by_voter(loot, {n: found[0] for n, found in voters.items() if len(found) == 1})


def take_the_nearest_vote_on_disk(loot: Loot) -> Guesses:
    """Say that whoever's vote was written next to the question wrote it."""
    nearest: dict[int, bytes] = {}
    places = {n: int(row["place"]) for n, row in loot.questions.items()}
    for n, place in places.items():
        if loot.votes:
            nearest[n] = min(loot.votes, key=lambda vote: abs(vote[2] - place))[1]
    return _by_voter(loot, nearest)


def take_who_asked_most_by_redis(loot: Loot) -> Guesses:
    """Say that the session with the highest count asked everything that is left."""
    counts = Counter[int]()
    for key, value in loot.redis:
        for who in _sessions_in(loot, key):
            counts[who] += int(value) if value.isdigit() else 1
    if not counts:
        return {}
    most = counts.most_common(1)[0][0]
    return dict.fromkeys(loot.asked(), most)


def take_sessions_in_turn(loot: Loot) -> Guesses:
    """Say that people asked in the order in which they joined."""
    return {n: (n - 1) % len(loot.voters) for n in loot.asked()}


ATTACKERS: tuple[Callable[[Loot], Guesses], ...] = (
    find_traces_beside_it,
    find_traces_in_the_order_of_logs,
    find_traces_in_the_export,
    take_the_first_supporter,
    take_the_only_supporter,
    take_the_nearest_vote_on_disk,
    take_who_asked_most_by_redis,
    take_sessions_in_turn,
)


def learn_columns(loot: Loot) -> Iterator[tuple[str, Guesses]]:
    """Learn, from the questions whose authors are known, what each column says of an author.

    Each column is tried whole and in pieces: its beginning, its end, its length, and for numbers
    the rest after division by the number of sessions and the nearest number known.
    """
    columns = next(iter(loot.questions.values())).keys()
    for column in columns:
        for how, piece in PIECES.items():
            values = {n: piece(row[column], len(loot.voters)) for n, row in loot.questions.items()}
            yield f"learn {column}: {how}", _by_likeness(loot, values)
        numbers = {n: row[column] for n, row in loot.questions.items()}
        if all(isinstance(value, int) for value in numbers.values()):
            yield f"learn {column}: nearest", _by_nearness(loot, numbers)


PIECES: Mapping[str, Callable[[Any, int], Any]] = {
    "whole": lambda value, _: as_bytes(value),
    "beginning": lambda value, _: as_bytes(value)[:2],
    "end": lambda value, _: as_bytes(value)[-2:],
    "length": lambda value, _: len(as_bytes(value)),
    "rest": lambda value, sessions: value % sessions if isinstance(value, int) else None,
}


def _by_likeness(loot: Loot, values: Mapping[int, Any]) -> Guesses:
    seen: dict[Any, Counter[int]] = defaultdict(Counter)
    for n, who in loot.known.items():
        seen[values[n]][who] += 1
    return {n: seen[values[n]].most_common(1)[0][0] for n in loot.asked() if values[n] in seen}


def _by_nearness(loot: Loot, numbers: Mapping[int, int]) -> Guesses:
    return {
        n: loot.known[min(loot.known, key=lambda other: abs(numbers[other] - numbers[n]))]
        for n in loot.asked()
    }


def _by_voter(loot: Loot, voters: Mapping[int, bytes]) -> Guesses:
    numbers = {voter: who for who, voter in enumerate(loot.voters)}
    return {n: numbers[voter] for n, voter in voters.items() if n not in loot.known}


def _sessions_in(loot: Loot, found: bytes) -> list[int]:
    return [who for who, traces in enumerate(loot.traces) if any(one in found for one in traces)]


def _only(n: int, sessions: Sequence[int]) -> Guesses:
    return {n: sessions[0]} if len(sessions) == 1 else {}


def as_bytes(value: object) -> bytes:
    """Return a value as bytes to search in."""
    return value if isinstance(value, bytes) else str(value).encode()
