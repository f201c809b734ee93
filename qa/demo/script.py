"""The demo's meeting as data: ``meeting.toml`` read into values, checked as it is read.

The file explains its own format at its top.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MINUTE_MS = 60_000
MEETING = Path(__file__).with_name("meeting.toml")
AUTHOR = "author"

_STEP = re.compile(
    r"(?P<when>[+@]\d+(?:\.\d+)?) (?P<who>\w+) (?P<act>\w+)"
    r"(?: #(?P<into>\d+))?(?: (?P<reason>[a-z_]+))?"
    r"(?: \"(?P<hidden>[^\"]+)\")?(?:: (?P<words>.+))?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Person:
    """A member of staff; ``key`` is what steps call them."""

    key: str
    name: str
    role: str


@dataclass(frozen=True)
class Step:
    """What somebody did to a question, so many milliseconds before now."""

    ago_ms: int
    who: str
    act: str
    reason: str | None
    words: str
    into: int | None
    hidden: str | None


@dataclass(frozen=True)
class Ask:
    """One submission. ``sent_ago_ms`` is set for those that came by e-mail in advance."""

    ago_ms: int
    sent_ago_ms: int | None
    text: str
    name: str | None
    language: str | None
    votes: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Wave:
    """By this time a question had this share of the support that it has now."""

    ago_ms: int
    share: float


@dataclass(frozen=True)
class ReviewRound:
    """Second reviews by one person: ``count`` of them, of which ``differs`` would have shown it."""

    ago_ms: int
    who: str
    count: int
    differs: int


@dataclass(frozen=True)
class DecidingRule:
    """The rule of the default policy that decides by itself in this meeting."""

    rule: str
    reason: str
    explanation: str


@dataclass(frozen=True)
class Script:
    """The whole meeting. Questions are in the order in which they were asked."""

    slug: str
    title: str
    join_code: str
    created_ago_ms: int
    opened_ago_ms: int
    live_ago_ms: int
    planned_ms: int
    introduction: str
    second_review_percent: int
    deciding: DecidingRule
    refused_ago_ms: int
    refused: Mapping[str, int]
    staff: tuple[Person, ...]
    waves: tuple[Wave, ...]
    reviews: tuple[ReviewRound, ...]
    asks: tuple[Ask, ...]


def load_script(path: Path = MEETING) -> Script:
    """Read a meeting from a TOML file.

    Raises:
        ValueError: a step is not of its form, or happens before its question or after now.
    """
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    refused = dict(document["refused"])
    return Script(
        slug=document["slug"],
        title=document["title"],
        join_code=document["join_code"],
        created_ago_ms=_to_ms(document["created_ago"]),
        opened_ago_ms=_to_ms(document["opened_ago"]),
        live_ago_ms=_to_ms(document["live_ago"]),
        planned_ms=_to_ms(document["minutes_planned"]),
        introduction=document["policy"]["introduction"],
        second_review_percent=document["policy"]["second_review_percent"],
        deciding=DecidingRule(**document["policy"]["deciding"]),
        refused_ago_ms=_to_ms(refused.pop("ago")),
        refused=refused,
        staff=tuple(Person(**person) for person in document["staff"]),
        waves=tuple(Wave(_to_ms(wave["ago"]), wave["share"]) for wave in document["waves"]),
        reviews=tuple(
            ReviewRound(_to_ms(each["ago"]), each["who"], each["count"], each["differs"])
            for each in document["reviews"]
        ),
        asks=tuple(_read_ask(ask) for ask in document["question"]),
    )


def _read_ask(ask: Mapping[str, Any]) -> Ask:
    ago_ms = _to_ms(ask["ago"])
    return Ask(
        ago_ms=ago_ms,
        sent_ago_ms=_to_ms(ask["sent_ago"]) if "sent_ago" in ask else None,
        text=ask["text"],
        name=ask.get("name"),
        language=ask.get("language", "en"),
        votes=ask.get("votes", 0),
        steps=tuple(_read_step(step, ago_ms) for step in ask.get("steps", ())),
    )


def _read_step(written: str, asked_ago_ms: int) -> Step:
    found = _STEP.fullmatch(written)
    if found is None:
        raise ValueError(f"this is not a step: {written}")
    minutes_ms = _to_ms(float(found["when"][1:]))
    ago_ms = minutes_ms if found["when"][0] == "@" else asked_ago_ms - minutes_ms
    if not 0 <= ago_ms <= asked_ago_ms:
        raise ValueError(f"this happens before its question was asked, or after now: {written}")
    return Step(
        ago_ms,
        found["who"],
        found["act"],
        found["reason"],
        found["words"] or "",
        int(found["into"]) if found["into"] else None,
        found["hidden"],
    )


def _to_ms(minutes: float) -> int:
    return round(minutes * MINUTE_MS)
