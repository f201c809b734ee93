"""Answers about the policy: its versions, and a draft that was tried."""

from typing import Any

from qa.web.answers.base import Answer, Docket, Hex, Time


class PolicyVersion(Answer):
    """One version of the policy."""

    version: int
    published_at: Time
    sha256: Hex


class Policy(PolicyVersion):
    """One version of the policy, and the list of all."""

    document: dict[str, Any]
    in_force: int
    versions: list[PolicyVersion]


class PastQuestion(Answer):
    """A past question in which a rule saw something."""

    slug: str
    title: str
    n: Docket
    text: str
    explanation: str


class RuleTrial(Answer):
    """What one rule would have flagged; the first 50 are listed."""

    rule: str
    kind: str
    decides: str | None
    flagged: int
    examples: list[PastQuestion]


class PolicyTrial(Answer):
    """A draft in its complete form, as document and as YAML, tried on past questions."""

    document: dict[str, Any]
    text: str
    questions: int
    rules: list[RuleTrial]
