"""The table of questions: every docket number with its verdicts, reasons and words."""

from collections.abc import Mapping
from typing import Any

from qa.ledger.facts import DecisionFact, QuestionFacts, RedactionFact
from qa.report.row_value import DecisionRow, QuestionRow, RedactionRow, TextState
from qa.report.source import Labels, Source


def make_rows(
    source: Source, labels: Labels, topic_of: Mapping[int, int]
) -> tuple[QuestionRow, ...]:
    """Return a row for every docket number, in order. ``topic_of`` gives topics' ids."""
    return tuple(_row(source, labels, each, topic_of.get(each.n)) for each in source.facts)


def words_of(source: Source, facts: QuestionFacts) -> tuple[str | None, TextState]:
    """Return a question's words as far as they are public, and why they are not."""
    if "text" in facts.erased:
        return None, "erased"
    hidden = [each for each in facts.redactions if each.what == "text"]
    if hidden:
        left = source.text(hidden[-1].leaf_index, "redacted") if hidden[-1].shown else None
        return left, "redacted" if left is None else "redacted_in_part"
    if not facts.open:
        return None, "held_back" if facts.decisions else "undecided"
    text = source.text(facts.text_leaf, "text")
    return text, "hidden_since" if text is None else "shown"


def name_of(source: Source, facts: QuestionFacts) -> str | None:
    """Return the name a question was asked under, as far as it is public."""
    if not facts.open or facts.anonymous or "name" in facts.erased:
        return None
    hidden = [each for each in facts.redactions if each.what == "name"]
    if hidden:
        return source.text(hidden[-1].leaf_index, "redacted") if hidden[-1].shown else None
    return source.text(facts.leaf_index, "name")


def explanation_of(source: Source, facts: QuestionFacts, decision: DecisionFact) -> str | None:
    """Return the words of a decision, or what a redaction left of them."""
    hidden = [
        each for each in facts.redactions if each.what == "explanation" and each.seq == decision.seq
    ]
    if hidden:
        return source.text(hidden[-1].leaf_index, "redacted") if hidden[-1].shown else None
    return source.text(decision.leaf_index, "explanation")


def _row(source: Source, labels: Labels, facts: QuestionFacts, topic: int | None) -> QuestionRow:
    text, text_state = words_of(source, facts)
    decisions = tuple(_decision(source, labels, facts, each) for each in facts.decisions)
    standing = facts.effective
    stands = decisions[facts.decisions.index(standing)] if standing is not None else None
    fields: dict[str, Any] = {
        name: getattr(stands, name) if stands else None
        for name in ("reason", "reason_label", "explanation", "rule")
    }
    return QuestionRow(
        n=facts.n,
        text=text,
        text_state=text_state,
        name=name_of(source, facts),
        anonymous=facts.anonymous,
        language=facts.language,
        source=_any(facts.source),
        submitted_at=facts.submitted_at,
        due_at=facts.due_at,
        outcome=_any(facts.outcome),
        **fields,
        decided_by=stands.by if stands else None,
        automated=stands.automated if stands else False,
        first_decided_at=facts.decisions[0].at if facts.decisions else None,
        wait_minutes=facts.wait_minutes,
        late=facts.late,
        overdue=facts.overdue,
        decisions=decisions,
        merged_into=stands.into if stands and facts.outcome == "merged" else None,
        answered_at=facts.answered_at,
        answered_how=_any(facts.answered_how),
        called=facts.called,
        votes=facts.votes,
        supporters=facts.supporters,
        merged=facts.merged,
        flags=facts.flags,
        wordings=facts.wordings,
        redactions=tuple(_redaction(each) for each in facts.redactions),
        topic=topic,
        leaf_index=facts.leaf_index,
    )


def _decision(
    source: Source, labels: Labels, facts: QuestionFacts, fact: DecisionFact
) -> DecisionRow:
    return DecisionRow(
        seq=fact.seq,
        at=fact.at,
        verdict=_any(fact.verdict),
        reason=fact.reason,
        reason_label=labels.label(fact.policy, fact.reason),
        explanation=explanation_of(source, facts, fact),
        by=fact.by,
        rule=fact.rule,
        automated=fact.automated,
        policy=fact.policy,
        into=fact.into,
        leaf_index=fact.leaf_index,
    )


def _redaction(fact: RedactionFact) -> RedactionRow:
    return RedactionRow(
        at=fact.at,
        what=_any(fact.what),
        basis=fact.basis,
        by=fact.by,
        second=fact.second,
        leaf_index=fact.leaf_index,
    )


def _any(value: str | None) -> Any:
    """Return a value of a closed set, which the leaf's form has held to it."""
    return value
