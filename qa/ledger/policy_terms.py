"""What a policy binds decisions to: its reason codes, the rules that may decide, the deadline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import Malformed
from qa.ledger.bundle import PolicyDocument
from qa.ledger.forms import POSITIVE, WHOLE, Form, choice, list_of, word

_NAME = word("a short name", r"[a-z][a-z0-9_]{0,39}")
_DECIDES = Form(
    "null or an object with a reason",
    lambda value: value is None or (isinstance(value, dict) and _NAME.admits(value.get("reason"))),
)
_LATER = (
    "appeal_window_minutes",
    "appeal_deadline_minutes",
    "appeal_supporters",
    "second_review_percent",
)
DECIDERS = frozenset({"owner", "moderator"})
_ROLES = list_of(choice(*sorted(DECIDERS)), len(DECIDERS), distinct=True)
_FILTERED = choice("at_once", "at_close")
_REDACTION = choice("somebody_else", "one_is_owner")
_APPEAL = choice("somebody_else", "an_owner")


@dataclass(frozen=True)
class PolicyTerms:
    """The binding part of one version. ``deciding`` has, by rule, the reason it may decline with.

    ``rules`` are all rules, those included that only flag. A version that says nothing of appeals
    or second reviews has none. ``deciders`` are roles. ``held_back``: the words of what is filtered
    are closed until the meeting closes. ``owner_hides``: an owner is one of the two who hide words,
    and ``owner_decides_appeals``: nobody else decides on an appeal; a version that says nothing of
    either asks for two people only.
    """

    reasons: frozenset[str]
    rules: frozenset[str]
    deciding: Mapping[str, str]
    deadline_minutes: int
    appeal_window_minutes: int = 0
    appeal_deadline_minutes: int = 0
    appeal_supporters: int = 0
    second_review_percent: int = 0
    deciders: frozenset[str] = DECIDERS
    held_back: bool = False
    owner_hides: bool = False
    owner_decides_appeals: bool = False


def read_terms(policies: Sequence[PolicyDocument]) -> dict[int, PolicyTerms]:
    """Return the terms of every version whose document can be read; the others are missing."""
    terms: dict[int, PolicyTerms] = {}
    for policy in policies:
        try:
            terms[policy.version] = terms_of(policy.document)
        except Malformed:
            continue
    return terms


def terms_of(document: Mapping[str, Any]) -> PolicyTerms:
    """Return the terms that a document sets.

    Raises:
        Malformed: the document lacks what decisions are held to.
    """
    rules = {
        _field(rule, "id", _NAME): _field(rule, "decides", _DECIDES)
        for rule in _objects(document.get("rules"))
    }
    return PolicyTerms(
        reasons=frozenset(
            _field(reason, "code", _NAME) for reason in _objects(document.get("reason_codes"))
        ),
        rules=frozenset(rules),
        deciding={rule: decides["reason"] for rule, decides in rules.items() if decides},
        deadline_minutes=_field(document, "deadline_minutes", POSITIVE),
        **{name: _field({name: 0, **document}, name, WHOLE) for name in _LATER},
        deciders=frozenset(
            _field({"deciders": sorted(DECIDERS), **document}, "deciders", _ROLES),
        ),
        held_back=_choice(document, "filtered_words", _FILTERED, "at_once") == "at_close",
        owner_hides=_second(document, "redaction", _REDACTION) == "one_is_owner",
        owner_decides_appeals=_second(document, "appeal", _APPEAL) == "an_owner",
    )


def _objects(value: object) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Malformed("The policy lists its reasons and rules as objects.")
    return value


def _second(document: Mapping[str, Any], what: str, form: Form) -> Any:
    return _choice(document, f"second_person_{what}", form, "somebody_else")


def _choice(document: Mapping[str, Any], name: str, form: Form, silent: str) -> Any:
    """Return a choice that a document which says nothing of it leaves ``silent``."""
    return _field({name: silent, **document}, name, form)


def _field(found: Mapping[str, Any], name: str, form: Form) -> Any:
    value = found.get(name)
    if not form.admits(value):
        raise Malformed(f"In the policy, {name} must be {form.name}.")
    return value
