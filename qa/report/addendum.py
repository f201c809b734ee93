"""Making an addendum: one pure function of the log at the close, and of the same log later."""

from typing import Final

from qa.ledger.after_close import Change, changed_figures, changed_rows
from qa.ledger.numbers import count_facts
from qa.ledger.spelling import encode_base64
from qa.ledger.words import words_of
from qa.report.addendum_value import Addendum, ChangedRow, Difference, State
from qa.report.late import late_leaves
from qa.report.source import Labels, Source, read_labels, read_meeting

_LABELS: Final = {
    "published": "Shown",
    "filtered": "Filtered out",
    "published_unanswered": "Shown and not answered",
    "corrections": "Decisions that replace an earlier one",
    "by_decider": "Decisions by",
    "by_reason": "Filtered for",
    "by_rule": "Declined by the rule",
    "by_flag": "Flagged by the rule",
    "by_language": "Asked in",
    "by_refusal": "Turned away as",
    "redacted": "Questions with words hidden for a legal reason",
    "erased": "Questions with words erased",
    "answer": "Written answer",
    "text": "Words of the question",
    "name": "Name of who asked",
    "explanation": "Words of the reason",
}


def make_addendum(at_close: Source, now: Source) -> Addendum:
    """Return the addendum. Both are sources of one event; ``at_close`` is the beginning of ``now``.

    The same sources give the same addendum, to the last byte.
    """
    before, after = _state(at_close), _state(now)
    labels = read_labels(now.policies)
    changes = changed_rows(at_close.facts, now.facts)
    late = late_leaves(now, labels, since=before.tree_size)
    hidden = sorted({leaf.n for leaf in late if leaf.n and leaf.kind in ("redaction", "erasure")})
    return Addendum(
        meeting=read_meeting(now),
        origin=now.head.origin,
        vkey=now.vkey,
        at_close=before,
        now=after,
        leaves=late,
        figures=tuple(
            _difference(each, labels)
            for each in changed_figures(before.numbers.as_dict(), after.numbers.as_dict())
        ),
        rows=tuple(
            ChangedRow(
                n,
                tuple(leaf.leaf_index for leaf in late if leaf.n == n),
                tuple(_difference(each, labels) for each in found),
            )
            for n, found in changes.items()
        ),
        hidden=tuple(hidden),
        old_report=_old_report(before, bool(hidden)),
        how_to_check=_how_to_check(now),
    )


def _state(source: Source) -> State:
    head = source.head
    return State(
        tree_size=head.tree_size,
        root_hash=encode_base64(head.root_hash),
        words=words_of(head),
        checkpoint=source.checkpoint,
        as_of=source.as_of,
        numbers=count_facts(source.facts, source.entries, source.story.admission),
    )


def _difference(change: Change, labels: Labels) -> Difference:
    name, old, new = change
    return Difference(name, _label(name, labels), old, new)


def _label(name: str, labels: Labels) -> str:
    first, _, rest = name.partition(".")
    head = _LABELS.get(first, first.replace("_", " ").capitalize())
    if first == "by_reason":
        return f"{head} “{labels.latest(rest)[0]}”"
    return f"{head} {rest.replace('.', ': ').replace('_', ' ')}".strip()


def _old_report(at_close: State, hidden: bool) -> tuple[str, ...]:
    size = f"{at_close.tree_size:,}"
    if not hidden:
        return (f"The report at the close, of {size} entries, is still served, byte for byte.",)
    return (
        (
            f"The report at the close, of {size} entries, is still served, with every figure that"
            " is counted from the log."
        ),
        (
            "Words that were hidden since are gone from it too: that is what hiding them means."
            " Their rows say so. Topics are sorted anew from the words that are left, so a topic,"
            " and a comparison by topic, may be another than at the close."
        ),
        (
            "A copy of it that somebody saved before verifies as it did: entries never change."
            " Whoever has one holds words that somebody had hidden."
        ),
    )


def _how_to_check(now: Source) -> tuple[str, ...]:
    return (
        "Download the bundle of this meeting, and this addendum as JSON.",
        f"`python -m qa verify bundle.zip --vkey '{now.vkey}' --report addendum.json`",
        (
            "It counts both sides again from the entries alone, and fails if a change is missing"
            " or made up. The report at the close is checked in the same way."
        ),
    )
