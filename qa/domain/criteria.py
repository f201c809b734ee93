"""The two lists that make a policy, reason codes and automatic rules, and their lint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from qa.domain.document import (
    join,
    read_identifier,
    read_list,
    read_number,
    read_object,
    read_text,
)
from qa.domain.rule_kind import Check, Kind, ListOf
from qa.domain.rules import KINDS
from qa.domain.text import EXPLANATION, clean_language
from qa.domain.words import is_one_word
from qa.errors import BadInput

MAX_MIN_EXPLANATION: Final = 60
"""Every automatic explanation is longer than this, so that a rule can always give its reasons."""

_DECISION_GROUNDS: Final = (
    "DECISION_GROUND_ILLEGAL_CONTENT",
    "DECISION_GROUND_INCOMPATIBLE_CONTENT",
)
_CATEGORY_PREFIX: Final = "STATEMENT_CATEGORY_"


@dataclass(frozen=True)
class DsaField:
    """Where a reason goes in a statement of reasons of the EU's DSA transparency database."""

    decision_ground: str
    category: str


@dataclass(frozen=True)
class ReasonCode:
    """One criterion for declining a question, with an explanation that can be sent unchanged."""

    code: str
    label: str
    meaning: str
    template: str
    min_explanation: int
    dsa: DsaField


@dataclass(frozen=True)
class Rule:
    """One automatic check. ``decides`` is the reason code with which it may decline by itself."""

    id: str
    kind: str
    explanation: str
    decides: str | None
    params: Mapping[str, Any]
    check: Check = field(compare=False, repr=False)


def read_reason_codes(value: object) -> tuple[ReasonCode, ...]:
    """Return the reason codes; there is at least one. Raises: BadInput."""
    items = read_list(value, "reason_codes", 1, 50)
    reasons = tuple(
        _read_reason(item, f"reason_codes[{index}]") for index, item in enumerate(items)
    )
    _refuse_repeats([reason.code for reason in reasons], "reason_codes", "code")
    return reasons


def _read_reason(value: object, path: str) -> ReasonCode:
    found = read_object(
        value,
        path,
        required=("code", "label", "meaning", "template", "dsa"),
        optional=("min_explanation",),
    )
    minimum = read_number(
        found.get("min_explanation", 1), join(path, "min_explanation"), 1, MAX_MIN_EXPLANATION
    )
    return ReasonCode(
        code=read_identifier(found["code"], join(path, "code")),
        label=read_text(found["label"], join(path, "label"), 60),
        meaning=read_text(found["meaning"], join(path, "meaning"), 300),
        template=read_text(
            found["template"], join(path, "template"), EXPLANATION.max_graphemes, minimum
        ),
        min_explanation=minimum,
        dsa=_read_dsa(found["dsa"], join(path, "dsa")),
    )


def _read_dsa(value: object, path: str) -> DsaField:
    found = read_object(value, path, required=("decision_ground", "category"))
    if found["decision_ground"] not in _DECISION_GROUNDS:
        raise BadInput(
            f"{path}.decision_ground must be {' or '.join(_DECISION_GROUNDS)}.",
            field=join(path, "decision_ground"),
        )
    category = read_text(found["category"], join(path, "category"), 100)
    if not category.startswith(_CATEGORY_PREFIX):
        raise BadInput(
            f"{path}.category must be a category of the DSA transparency database, which begins"
            f" with {_CATEGORY_PREFIX}.",
            field=join(path, "category"),
        )
    return DsaField(found["decision_ground"], category)


def read_rules(value: object, codes: set[str]) -> tuple[Rule, ...]:
    """Return the rules, which may decide only with one of ``codes``. Raises: BadInput."""
    items = read_list(value, "rules", 0, 50)
    rules = tuple(_read_rule(item, f"rules[{index}]", codes) for index, item in enumerate(items))
    _refuse_repeats([rule.id for rule in rules], "rules", "id")
    floods = [index for index, rule in enumerate(rules) if rule.kind == "flood"]
    for index in floods[1:]:
        raise BadInput("There is one rule of the kind flood at most.", field=f"rules[{index}].kind")
    return rules


def _read_rule(value: object, path: str, codes: set[str]) -> Rule:
    if isinstance(value, Mapping) and value.get("decides") and not value.get("id"):
        raise BadInput(
            f"{path} decides, so it must have a name: give it an id, which each of its decisions"
            " will show.",
            field=join(path, "id"),
        )
    found = read_object(
        value, path, required=("id", "kind", "explanation"), optional=("decides", "params")
    )
    kind = KINDS.get(found["kind"]) if isinstance(found["kind"], str) else None
    if kind is None:
        raise BadInput(
            f"{path}.kind is not a kind of rule; there are {', '.join(sorted(KINDS))}.",
            field=join(path, "kind"),
        )
    params = _read_params(found.get("params", {}), join(path, "params"), kind)
    return Rule(
        id=read_identifier(found["id"], join(path, "id")),
        kind=found["kind"],
        explanation=read_text(found["explanation"], join(path, "explanation"), 300),
        decides=_read_decides(found.get("decides"), join(path, "decides"), kind, codes),
        params=params,
        check=kind.build(params),
    )


def _read_decides(value: object, path: str, kind: Kind, codes: set[str]) -> str | None:
    if value is None:
        return None
    found = read_object(value, path, required=("reason",))
    if not kind.may_decide:
        raise BadInput(
            f"{path} must be null: a rule of this kind only flags, because what it sees says too"
            " little about what was meant.",
            field=path,
        )
    reason = found["reason"]
    if not isinstance(reason, str) or reason not in codes:
        raise BadInput(
            f"{path}.reason must be one of the policy's reason codes: {', '.join(sorted(codes))}.",
            field=join(path, "reason"),
        )
    return reason


def _read_params(value: object, path: str, kind: Kind) -> dict[str, Any]:
    words = ("words",) if kind.takes_words else ()
    found = read_object(
        value, path, required=(*words, *kind.texts), optional=(*kind.numbers, *kind.lists)
    )
    params: dict[str, Any] = {
        name: read_number(
            found.get(name, number.default), join(path, name), number.lowest, number.highest
        )
        for name, number in kind.numbers.items()
    }
    if kind.takes_words:
        params["words"] = _read_words(found["words"], join(path, "words"))
    for name, wanted in kind.texts.items():
        params[name] = read_text(found[name], join(path, name), 40)
        if not wanted.admits(params[name]):
            raise BadInput(f"{path}.{name} must be {wanted.what}.", field=join(path, name))
    for name, each in kind.lists.items():
        params[name] = _read_list_of(found.get(name, []), join(path, name), each)
    return params


def _read_list_of(value: object, path: str, wanted: ListOf) -> list[str]:
    items = read_list(value, path, 0, wanted.most)
    texts = [read_text(item, f"{path}[{index}]", 80) for index, item in enumerate(items)]
    for index, text in enumerate(texts):
        if not wanted.admits(text):
            raise BadInput(f"{path}[{index}] must be {wanted.what}.", field=f"{path}[{index}]")
    return texts


def _read_words(value: object, path: str) -> dict[str, list[str]]:
    if not isinstance(value, Mapping) or not 1 <= len(value) <= 50:
        raise BadInput(
            f"{path} must be an object with a list of words for each language, such as"
            ' {"en": ["word"]}.',
            field=path,
        )
    return {
        _read_language(language, path): [
            _read_word(word, f"{join(path, str(language))}[{index}]")
            for index, word in enumerate(read_list(words, join(path, str(language)), 0, 2_000))
        ]
        for language, words in value.items()
    }


def _read_language(value: object, path: str) -> str:
    try:
        language = clean_language(value)
    except BadInput as refused:
        raise BadInput(f"{path}: {refused.message}", field=path) from refused
    if language is None or language != value:
        raise BadInput(f'{path} names its languages by tags such as "en" or "de".', field=path)
    return language


def _read_word(value: object, path: str) -> str:
    word = read_text(value, path, 40)
    if not is_one_word(word):
        raise BadInput(f"{path} must be a single word, without spaces or signs.", field=path)
    return word


def _refuse_repeats(names: Sequence[str], path: str, key: str) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise BadInput(
                f"{path}[{index}].{key} is {name}, which an earlier one has already.",
                field=f"{path}[{index}].{key}",
            )
