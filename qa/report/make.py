"""Making a report: one pure function of a log, of what is public beside it, and of topics."""

from qa.ledger.bundle import PolicyDocument
from qa.ledger.numbers import Numbers, count_facts
from qa.ledger.policy_terms import read_terms
from qa.ledger.spelling import encode_base64
from qa.ledger.words import words_of
from qa.report.charts import make_flow, make_timeline, make_waits
from qa.report.disparity import compare_groups, what_stands_out
from qa.report.late import late_leaves
from qa.report.reasons import compare_explanations, make_reasons
from qa.report.rows import make_rows
from qa.report.source import Labels, Source, read_labels, read_meeting
from qa.report.summary import LIMITS, how_to_check, summarise
from qa.report.support import by_outcome, compare_order, most_supported
from qa.report.topic_value import Topics
from qa.report.value import LateLeaf, LegalGround, PolicyRow, Proof, Rates, Report


def make_report(source: Source, topics: Topics) -> Report:
    """Return the report. The same source and topics give the same report, to the last byte."""
    labels = read_labels(source.policies)
    meeting = read_meeting(source)
    facts = source.facts
    numbers = count_facts(facts, source.entries, source.story.admission)
    rates = make_rates(numbers)
    topic_of = {n: topic.id for topic in topics.topics for n in topic.questions}
    rows = make_rows(source, labels, topic_of)
    reasons = make_reasons(numbers, labels, rows)
    explanations = compare_explanations(rows)
    filtered = most_supported(each for each in facts if each.outcome == "filtered")
    unanswered = most_supported(
        each for each in facts if each.outcome == "published" and not each.answered_at
    )
    support = by_outcome(facts)
    order = compare_order(facts)
    proof = _proof(source)
    disparity = compare_groups(facts, topics, proof.root_hash)
    return Report(
        meeting=meeting,
        proof=proof,
        summary=summarise(
            meeting=meeting,
            numbers=numbers,
            reasons=reasons,
            explanations=explanations,
            support=support,
            order=order,
            uneven=what_stands_out(disparity),
        ),
        numbers=numbers,
        rates=rates,
        reasons=reasons,
        explanations=explanations,
        most_supported_filtered=filtered,
        most_supported_unanswered=unanswered,
        order=order,
        disparity=disparity,
        topics=topics,
        flow=make_flow(facts),
        timeline=make_timeline(facts, source.as_of),
        waits=make_waits(facts),
        support=support,
        questions=rows,
        policies=_policies(source),
        late_changes=_late_changes(source, labels),
        limits=LIMITS,
    )


def _proof(source: Source) -> Proof:
    head = source.head
    return Proof(
        origin=head.origin,
        vkey=source.vkey,
        tree_size=head.tree_size,
        root_hash=encode_base64(head.root_hash),
        words=words_of(head),
        checkpoint=source.checkpoint,
        as_of=source.as_of,
        how_to_check=how_to_check(head.origin, source.vkey),
    )


def make_rates(numbers: Numbers) -> Rates:
    """Return the shares of a meeting's counts."""
    decided = numbers.published + numbers.filtered + numbers.merged
    return Rates(
        filtered=share(numbers.filtered, decided),
        answered=share(numbers.answered, numbers.published),
        automated=share(numbers.automated, decided),
        automated_of_filtered=share(numbers.automated_filtered, numbers.filtered),
        late=share(numbers.waiting.late, numbers.waiting.decided),
        never_decided=share(numbers.never_decided, numbers.submitted),
        anonymous=share(numbers.anonymous, numbers.submitted),
    )


def share(part: int, whole: int) -> float | None:
    """Return a share to four decimals, or None of nothing."""
    return round(part / whole, 4) if whole else None


def _policies(source: Source) -> tuple[PolicyRow, ...]:
    terms = read_terms(source.policies)
    grounds = {policy.version: _legal_grounds(policy) for policy in source.policies}
    return tuple(
        PolicyRow(
            version=version,
            published_at=source.entries[leaf_index].t,
            sha256=sha256,
            deadline_minutes=terms[version].deadline_minutes if version in terms else None,
            legal_grounds=grounds.get(version, ()),
        )
        for version, (leaf_index, sha256) in sorted(source.story.policies.items())
    )


def _legal_grounds(policy: PolicyDocument) -> tuple[LegalGround, ...]:
    reasons = [each for each in policy.document.get("reason_codes", []) if "dsa" in each]
    return tuple(
        LegalGround(each["code"], each["dsa"]["decision_ground"], each["dsa"]["category"])
        for each in reasons
    )


def _late_changes(source: Source, labels: Labels) -> tuple[LateLeaf, ...]:
    closed = [at for at, entry in enumerate(source.entries) if entry.kind == "event.closed"]
    return late_leaves(source, labels, since=closed[0] + 1) if closed else ()
