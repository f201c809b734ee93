"""What the leaves after the close say, each in a sentence."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from qa.ledger.entry import Entry
from qa.report.source import Labels, Source
from qa.report.topic_edits import describe
from qa.report.value import LateLeaf

BASES: Final = {
    "personal_data": "personal data",
    "harassment": "harassment",
    "unlawful": "unlawful content",
}
_WHAT: Final = {
    "text": "text",
    "name": "name",
    "explanation": "reason",
    "answer": "answer",
    "review": "second review",
}
_SETTINGS: Final = {
    "report_audience": "who may read the report",
    "report_from": "from when everyone may read the report",
    "report_link": "the share link of the report",
    "report_topics": "the topics of the report",
}
_DECIDED: Final = {
    "publish": "published",
    "filter": "filtered",
    "merge": "merged",
    "restore": "put back",
}


def late_leaves(source: Source, labels: Labels, *, since: int) -> tuple[LateLeaf, ...]:
    """Return the leaves from the one with the index ``since`` on."""
    edits = {each.leaf_index: describe(each) for each in source.topic_changes}
    late = enumerate(source.entries[since:], start=since)
    return tuple(
        LateLeaf(
            index, entry.t, entry.kind, number_of(entry), edits.get(index) or _what(entry, labels)
        )
        for index, entry in late
    )


def number_of(entry: Entry) -> int | None:
    """Return the docket number that a leaf is about."""
    number = entry.fields.get("n")
    return number if isinstance(number, int) else None


def _what(entry: Entry, labels: Labels) -> str:
    describe = _DESCRIBE.get(entry.kind)
    if describe is not None:
        return describe(entry.fields, labels)
    return f"{entry.kind.replace('.', ' ').replace('_', ' ').capitalize()}."


def _redaction(fields: Mapping[str, Any], _labels: Labels) -> str:
    part = "A part of the" if "shown" in fields else "The"
    basis = BASES.get(fields["basis"], fields["basis"])
    return (
        f"{part} {_WHAT[fields['what']]} of #{fields['n']} was hidden by {fields['by']} and"
        f" {fields['second']}, because of {basis}."
    )


def _erasure(fields: Mapping[str, Any], _labels: Labels) -> str:
    words = " and ".join(sorted(fields["what"], reverse=True))
    were = "were" if len(fields["what"]) > 1 else "was"
    by = "its author" if fields["by"] == "Author" else f"{fields['by']}, on request"
    return f"The {words} of #{fields['n']} {were} erased by {by}."


def _appeal(fields: Mapping[str, Any], _labels: Labels) -> str:
    who = "Its author" if fields["by"] == "Author" else "Supporters"
    return f"{who} appealed against decision {fields['seq']} on #{fields['n']}."


def _decision(fields: Mapping[str, Any], labels: Labels) -> str:
    reason = labels.label(fields["policy"], fields.get("reason"))
    why = f", for “{reason}”" if reason else ""
    on = " on the appeal" if "appeal" in fields else ""
    return f"{fields['by']} decided{on}: #{fields['n']} is {_DECIDED[fields['verdict']]}{why}."


def _staff(fields: Mapping[str, Any], _labels: Labels) -> str:
    return f"{fields['who']} was {fields['act']} by {fields['by']}."


def _changed(fields: Mapping[str, Any], _labels: Labels) -> str:
    return f"Changed: {', '.join(_SETTINGS.get(name, name) for name in fields['fields'])}."


_DESCRIBE: Final[Mapping[str, Callable[[Mapping[str, Any], Labels], str]]] = {
    "redaction": _redaction,
    "erasure": _erasure,
    "appeal": _appeal,
    "decision": _decision,
    "staff.changed": _staff,
    "event.changed": _changed,
}
