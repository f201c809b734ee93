"""The check of the words: each opens its commitment, and each that is missing is accounted for."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from qa.errors import Invalid
from qa.ledger.entry import Entry, opens
from qa.ledger.record import Record
from qa.ledger.story import Story

COMMITTED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "event.opened": (("title", "title"),),
    "event.changed": (("title", "title"),),
    "question.submitted": (("text", "text"), ("name", "name")),
    "question.revised": (("text", "text"),),
    "decision": (("expl", "explanation"),),
    "redaction": (("expl", "explanation"), ("shown", "redacted")),
    "answered": (("answer", "answer"),),
}
"""By kind of leaf: its fields that are commitments, each with the field that it commits to."""


def check_texts(record: Record) -> str:
    """Check every opening, and every commitment without one.

    1. Each opening belongs to a commitment, and opens it.
    2. What the log says is redacted or erased is not opened.
    3. Whatever else is not opened was never decided on, or was reworded by its author.
    4. A question that was declined was told why in words, and the title is the event's.
    """
    slug, story = record.bundle.about.slug, record.story
    commitments = dict(_commitments(record.entries))
    opened: dict[tuple[int, str], str] = {}
    # 1.
    for opening in record.bundle.openings:
        place = (opening.leaf, opening.field)
        commitment = commitments.get(place)
        if commitment is None:
            raise Invalid(f"Leaf {opening.leaf} commits to no {opening.field}, but one is given.")
        if not opens(commitment, opening.salt, opening.field, slug, opening.text):
            raise Invalid(f"The {opening.field} of leaf {opening.leaf} is not the logged one.")
        opened[place] = opening.text
    # 2.
    for index, field in story.hidden:
        if (index, field) in opened:
            raise Invalid(f"The {field} of leaf {index} is hidden by the log, but given here.")
    # 3.
    closed = [place for place in commitments if place not in opened]
    for index, field in closed:
        if not _explained(story, record.entries[index], index, field):
            raise Invalid(
                f"The {field} of leaf {index} is missing, and nothing in the log says why."
            )
    # 4.
    _check_words(record, opened)
    hidden = sum(place in story.hidden for place in closed)
    return (
        f"{len(opened):,} texts are the logged ones. {len(closed):,} are not shown: {hidden:,}"
        f" redacted or erased, {len(closed) - hidden:,} undecided or reworded."
    )


def _commitments(entries: list[Entry]) -> Iterator[tuple[tuple[int, str], str]]:
    for index, entry in enumerate(entries):
        for name, field in COMMITTED.get(entry.kind, ()):
            commitment: Any = entry.fields.get(name)
            if commitment is not None:
                yield (index, field), commitment


def _explained(story: Story, entry: Entry, index: int, field: str) -> bool:
    if (index, field) in story.hidden or (index, field) in story.replaced:
        return True
    number: Any = entry.fields.get("n")
    docket = story.docket(number) if field in ("text", "name") else None
    return docket is not None and not docket.decisions


def _check_words(record: Record, opened: Mapping[tuple[int, str], str]) -> None:
    title = None
    for index, entry in enumerate(record.entries):
        title = opened.get((index, "title"), title)
        declines = entry.kind == "decision" and entry.fields["verdict"] == "filter"
        if declines and not opened.get((index, "explanation"), "hidden").strip():
            raise Invalid(f"Leaf {index} declines #{entry.fields['n']} without a word of why.")
    if title != record.bundle.about.title:
        raise Invalid("The bundle has another title than the event.")
