"""What a kind of automatic rule is made of: what it looks at, what it says, and its parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Span = tuple[int, int]
"""Start and end in the text, in Unicode code points."""


@dataclass(frozen=True)
class Sighting:
    """What a rule saw, in one sentence, and where in the text if it is in one place.

    ``failed`` says that it could not look: such a sighting is for people and decides nothing.
    """

    explanation: str
    span: Span | None = None
    failed: bool = False


Answers = Mapping[tuple[str, str], Sighting | None]
"""What an organisation's own rules said of one submission, by name and version."""

NOBODY_ASKED: Answers = MappingProxyType({})


@dataclass(frozen=True)
class Submission:
    """What a rule may look at: the words, the name if one was given, and what was asked before.

    ``seen`` has the event's other questions as ``similarity.normalise`` spells them. ``flooding``
    says that somebody asks very much at this time; never that it is this author.
    """

    text: str
    name: str | None
    seen: Sequence[str]
    flooding: bool = False
    own: Answers = field(default_factory=dict)


Check = Callable[[Submission], Sighting | None]


@dataclass(frozen=True)
class Number:
    """A parameter that is a whole number."""

    default: int
    lowest: int
    highest: int


@dataclass(frozen=True)
class ListOf:
    """A parameter that is a list of short texts, each of which ``admits`` takes."""

    what: str
    admits: Callable[[str], bool]
    most: int = 2_000


@dataclass(frozen=True)
class ShortText:
    """A parameter that is a short text, which ``admits`` takes."""

    what: str
    admits: Callable[[str], bool]


@dataclass(frozen=True)
class Kind:
    """One kind of rule. ``build`` makes the check from parameters that passed the policy's lint."""

    build: Callable[[Mapping[str, Any]], Check]
    numbers: Mapping[str, Number] = field(default_factory=dict)
    takes_words: bool = False
    lists: Mapping[str, ListOf] = field(default_factory=dict)
    texts: Mapping[str, ShortText] = field(default_factory=dict)
    may_decide: bool = True
