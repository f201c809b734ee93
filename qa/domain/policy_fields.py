"""The plain fields of a policy as its form shows them, in order.

A field of the document that is a number, a text or a choice needs one line here to be in the form.
Reasons and rules have rows of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from qa.domain.appeal_terms import MAX_MINUTES, MAX_SUPPORTERS
from qa.domain.screening_terms import AT_CLOSE, AT_ONCE
from qa.domain.second_person import AN_OWNER, ONE_IS_OWNER, SOMEBODY_ELSE


@dataclass(frozen=True)
class PlainField:
    """One field: ``several`` are any of ``choices``, ``choice`` is one of them."""

    name: str
    label: str
    hint: str
    type: Literal["text", "number", "choice", "several"]
    unit: str = ""
    lowest: int = 0
    highest: int = 0
    choices: tuple[tuple[str, str], ...] = ()


PLAIN_FIELDS: Final = (
    PlainField(
        "introduction",
        "Introduction",
        "What people read first, at most 2,000 characters.",
        "text",
    ),
    PlainField(
        "deadline_minutes",
        "A decision is overdue after",
        "Everybody sees which decisions are overdue.",
        "number",
        unit="minutes",
        lowest=1,
        highest=7 * 24 * 60,
    ),
    PlainField(
        "deciders",
        "Who decides on questions",
        "Whoever decides has to give a reason to decline, and can put a decision right.",
        "several",
        choices=(("owner", "Owners"), ("moderator", "Moderators")),
    ),
    PlainField(
        "filtered_words",
        "When everybody can read what was filtered out",
        "Number, reason and explanation are public at once in any case, and so is this choice.",
        "choice",
        choices=((AT_ONCE, "At once"), (AT_CLOSE, "When the meeting closes")),
    ),
    PlainField(
        "appeal_window_minutes",
        "A decision can be appealed for",
        "0 for no appeals.",
        "number",
        unit="minutes",
        highest=MAX_MINUTES,
    ),
    PlainField(
        "appeal_deadline_minutes",
        "An appeal is overdue after",
        "0 if there are no appeals.",
        "number",
        unit="minutes",
        highest=MAX_MINUTES,
    ),
    PlainField(
        "appeal_supporters",
        "So many supporters can appeal together",
        "0 if only the author can.",
        "number",
        unit="supporters",
        highest=MAX_SUPPORTERS,
    ),
    PlainField(
        "second_person_appeal",
        "Who decides on an appeal",
        "Never whoever made the decision that the appeal is against.",
        "choice",
        choices=(
            (SOMEBODY_ELSE, "Anybody else who decides"),
            (AN_OWNER, "Another person, an owner"),
        ),
    ),
    PlainField(
        "second_person_redaction",
        "Who hides words that must not stay public",
        "It always takes two people: one proposes it, another one confirms it.",
        "choice",
        choices=(
            (SOMEBODY_ELSE, "Any two owners or moderators"),
            (ONE_IS_OWNER, "Two people, one of them an owner"),
        ),
    ),
    PlainField(
        "second_review_percent",
        "Somebody else looks again at so many of 100 decisions",
        "Drawn by lot, and without being shown the first verdict. 0 for none.",
        "number",
        unit="of 100",
        highest=100,
    ),
)

PARAM_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "rule": "The installed rule, by its name",
        "version": "The version of it that is installed",
        "likeness_percent": "Alike by at least (percent)",
        "min_characters": "In texts of at least so many characters",
        "min_letters": "In texts of at least so many letters",
        "capitals_percent": "Capitals among the letters (percent)",
        "shortest": "Shorter than so many characters",
        "longest": "Longer than so many characters",
        "names": "Names. The list is published with the policy",
        "regions": "Countries whose numbers are known without +, by two capital letters such as DE",
        "questions": "More than so many questions from one browser",
        "minutes": "within so many minutes",
        "characters": "The same character so many times in a row",
        "words": "The same word so many times in a row",
    }
)
"""What the form calls the parameters of rules."""
