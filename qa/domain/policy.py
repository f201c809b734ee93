"""An event's published criteria: reason codes, automatic rules, and how long a decision may take.

The document (JSON, published and logged by its hash) and the frozen ``Policy`` are two forms of one
thing; ``Policy.from_document`` is the lint, and ``as_document`` gives back its complete form:

    introduction      text that people read first
    deadline_minutes  how long a question may wait before it is marked overdue
    appeal_window_minutes    for how long a decline or a merge can be appealed, 0 for not at all
    appeal_deadline_minutes  how long an appeal may wait before it is marked overdue
    appeal_supporters        how many supporters can appeal together, 0 for the author only
    second_review_percent    of how many in 100 decisions somebody else looks at, 0 for none
    deciders          who may decide: owner, moderator or both
    filtered_words    when the words of a filtered question are public: at_once or at_close
    second_person_redaction  who hides words: somebody_else confirms, or one_is_owner too
    second_person_appeal     who decides on an appeal: somebody_else, or an_owner who is that
    reason_codes      code, label, meaning, template, min_explanation,
                      dsa {decision_ground, category}
    rules             id, kind, explanation, decides (null or {"reason": code}), params
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from qa.domain.appeal_terms import APPEAL_FIELDS, AppealTerms, read_appeal_terms
from qa.domain.criteria import DsaField, ReasonCode, Rule, read_reason_codes, read_rules
from qa.domain.default_policy import DEFAULT_POLICY_DOCUMENT
from qa.domain.document import read_number, read_object, read_text
from qa.domain.marked import Marked, read_marked, refusal_at
from qa.domain.question import Verdict
from qa.domain.rule_kind import NOBODY_ASKED, Answers, Sighting, Span, Submission
from qa.domain.screening_terms import SCREENING_FIELDS, ScreeningTerms, read_screening_terms
from qa.domain.second_person import SECOND_PERSON_FIELDS, SecondPersonTerms, read_second_person
from qa.domain.text import clean_explanation
from qa.errors import BadInput

__all__ = [
    "DEFAULT_POLICY_DOCUMENT",
    "AutoDecision",
    "DsaField",
    "Flag",
    "Policy",
    "ReasonCode",
    "Rule",
    "Screening",
    "policy_sha256",
    "screen",
]

MAX_DEADLINE_MINUTES: Final = 7 * 24 * 60


@dataclass(frozen=True)
class Flag:
    """What one rule saw in a submission. ``span`` counts code points in the text."""

    rule: str
    explanation: str
    span: Span | None = None


@dataclass(frozen=True)
class AutoDecision:
    """A decline by a rule that the policy allows to decide."""

    rule: str
    verdict: Verdict
    reason: str
    explanation: str


@dataclass(frozen=True)
class Screening:
    """What the rules say about one submission: flags for people, and at most one decision."""

    flags: tuple[Flag, ...]
    decision: AutoDecision | None


@dataclass(frozen=True)
class Policy:
    """A policy that passed its lint."""

    introduction: str
    deadline_minutes: int
    reason_codes: tuple[ReasonCode, ...]
    rules: tuple[Rule, ...]
    appeals: AppealTerms = field(default_factory=AppealTerms)
    second_review_percent: int = 0
    screening: ScreeningTerms = field(default_factory=ScreeningTerms)
    second_person: SecondPersonTerms = field(default_factory=SecondPersonTerms)

    @classmethod
    def from_document(cls, document: object) -> Self:
        """Return the policy that a document describes.

        Raises:
            BadInput: the document is not a policy; ``field`` is the path of what is wrong.
        """
        found = read_object(
            document,
            "",
            required=("introduction", "deadline_minutes", "reason_codes", "rules"),
            optional=(
                *(*APPEAL_FIELDS, "second_review_percent"),
                *(*SCREENING_FIELDS, *SECOND_PERSON_FIELDS),
            ),
        )
        screening = read_screening_terms(found)
        reason_codes = read_reason_codes(found["reason_codes"])
        return cls(
            introduction=read_text(found["introduction"], "introduction", 2_000),
            deadline_minutes=read_number(
                found["deadline_minutes"], "deadline_minutes", 1, MAX_DEADLINE_MINUTES
            ),
            reason_codes=reason_codes,
            rules=read_rules(found["rules"], {reason.code for reason in reason_codes}),
            appeals=read_appeal_terms(found),
            second_review_percent=read_number(
                found.get("second_review_percent", 0), "second_review_percent", 0, 100
            ),
            screening=screening,
            second_person=read_second_person(found, screening.deciders),
        )

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the policy that a text in YAML or JSON describes.

        Raises:
            BadInput: the text is neither, or no policy; the sentence and ``details`` have the line.
        """
        marked = read_marked(text)
        try:
            return cls.from_document(marked.value)
        except BadInput as error:
            raise _at_its_line(error, marked) from error

    def as_document(self) -> dict[str, Any]:
        """Return the document in its complete form, ready for JSON."""
        return {
            "introduction": self.introduction,
            "deadline_minutes": self.deadline_minutes,
            **self.appeals.as_fields(),
            "second_review_percent": self.second_review_percent,
            **self.screening.as_fields(),
            **self.second_person.as_fields(),
            "reason_codes": [asdict(reason) for reason in self.reason_codes],
            "rules": [
                {
                    "id": rule.id,
                    "kind": rule.kind,
                    "explanation": rule.explanation,
                    "decides": None if rule.decides is None else {"reason": rule.decides},
                    "params": deepcopy(dict(rule.params)),
                }
                for rule in self.rules
            ],
        }

    def reason(self, code: object) -> ReasonCode:
        """Return a reason by its code. Raises: BadInput when the policy has no such code."""
        for reason in self.reason_codes:
            if reason.code == code:
                return reason
        raise BadInput(
            "A declined question needs one of the policy's reason codes: "
            + ", ".join(reason.code for reason in self.reason_codes)
            + ".",
            field="reason",
        )

    def check_decline(self, code: object, explanation: object) -> tuple[ReasonCode, str]:
        """Return the reason and the clean explanation of a decline.

        Raises:
            BadInput: the code is not in the policy, or the explanation too short or too long.
        """
        reason = self.reason(code)
        return reason, clean_explanation(explanation, reason.min_explanation)


def _at_its_line(error: BadInput, marked: Marked) -> BadInput:
    return refusal_at(marked.line_of(error.field or ""), error.message, error.field)


def policy_sha256(document: Mapping[str, Any]) -> str:
    """Return the hash of a document as it is logged: over JSON with sorted keys and no spaces."""
    canonical = json.dumps(
        document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def screen(
    policy: Policy,
    text: str,
    name: str | None,
    seen: Sequence[str],
    *,
    flooding: bool = False,
    own: Answers = NOBODY_ASKED,
) -> Screening:
    """Return what the policy's rules say about a submission.

    ``seen`` holds the event's other questions as ``similarity.normalise`` spells them, ``flooding``
    says that somebody asks very much at this time, and ``own`` what an organisation's own rules
    answered. The first rule in the policy's order that saw something and may decide gives the
    decision. About 4 ms against 20,000 earlier questions.
    """
    submission = Submission(text, name, seen, flooding=flooding, own=own)
    sightings = [(rule, rule.check(submission)) for rule in policy.rules]
    hits = [(rule, sighting) for rule, sighting in sightings if sighting is not None]
    if any(rule.kind == "exact_duplicate" for rule, _ in hits):
        hits = [(rule, sighting) for rule, sighting in hits if rule.kind != "near_duplicate"]
    return Screening(
        flags=tuple(Flag(rule.id, saw.explanation, saw.span) for rule, saw in hits),
        decision=next(
            (
                _decline(rule, rule.decides, saw)
                for rule, saw in hits
                if rule.decides and not saw.failed
            ),
            None,
        ),
    )


def _decline(rule: Rule, reason: str, saw: Sighting) -> AutoDecision:
    explanation = f'The rule "{rule.id}" decided this without a person. {saw.explanation}'
    return AutoDecision(rule.id, Verdict.FILTER, reason, explanation)
