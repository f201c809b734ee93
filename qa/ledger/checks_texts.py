"""The check of the words: each opens its commitment, and each that is missing is accounted for."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from qa.errors import Invalid
from qa.ledger.bundle import Opening
from qa.ledger.entry import Entry, opens
from qa.ledger.record import Record
from qa.ledger.story import Story

Place = tuple[int, str]
"""Where a commitment stands: the index of its leaf, and the field that it commits to."""

COMMITTED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "event.opened": (("title", "title"),),
    "event.changed": (("title", "title"),),
    "question.submitted": (("text", "text"), ("name", "name")),
    "question.revised": (("text", "text"),),
    "decision": (("expl", "explanation"),),
    "review": (("expl", "explanation"),),
    "redaction": (("expl", "explanation"), ("shown", "redacted")),
    "answered": (("answer", "answer"),),
}
"""By kind of leaf: its fields that are commitments, each with the field that it commits to."""


def check_texts(record: Record) -> str:
    """Check every opening, and every commitment without one.

    1. Each opening belongs to a commitment, and opens it.
    2. What the log says is redacted or erased is not opened, nor what no decision opened.
    3. Whatever else is not opened was reworded by its author.
    4. A question that was declined was told why in words, and the title is the event's.
    """
    slug, story, entries = record.bundle.about.slug, record.story, record.entries
    commitments = dict(commitments_of(entries))
    opened: dict[Place, str] = {}
    # 1.
    for opening in record.bundle.openings:
        check_opening(commitments, slug, opening)
        opened[opening.leaf, opening.field] = opening.text
    # 2. and 3.
    closed = [place for place in commitments if place not in opened]
    for place in commitments:
        index, field = place
        private = place in story.hidden or _undecided(story, entries[index], field)
        if private and place in opened:
            raise Invalid(f"The {field} of leaf {index} is not public by the log, but given here.")
        if not private and place not in opened and place not in story.replaced:
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


def check_opening(commitments: Mapping[Place, str], slug: str, opening: Opening) -> None:
    """Check that an opening opens its commitment.

    Raises:
        Invalid: it does not, or there is no such commitment.
    """
    commitment = commitments.get((opening.leaf, opening.field))
    if commitment is None:
        raise Invalid(f"Leaf {opening.leaf} commits to no {opening.field}, but one is given.")
    if not opens(commitment, opening.salt, opening.field, slug, opening.text):
        raise Invalid(f"The {opening.field} of leaf {opening.leaf} is not the logged one.")


def commitments_of(entries: list[Entry]) -> Iterator[tuple[Place, str]]:
    """Yield where each commitment stands, and the commitment."""
    for index, entry in enumerate(entries):
        for name, field in COMMITTED.get(entry.kind, ()):
            commitment: Any = entry.fields.get(name)
            if commitment is not None:
                yield (index, field), commitment


def _undecided(story: Story, entry: Entry, field: str) -> bool:
    """Say whether these are the words or the name of a question that no decision has opened.

    What a redaction left of them is as closed as they were.
    """
    about = entry.fields["what"] if field == "redacted" else field
    if about not in ("text", "name"):
        return False
    number: Any = entry.fields["n"]
    docket = story.docket(number)
    return docket is not None and not docket.open


def _check_words(record: Record, opened: Mapping[Place, str]) -> None:
    title = None
    for index, entry in enumerate(record.entries):
        title = opened.get((index, "title"), title)
        declines = entry.kind in ("decision", "review") and entry.fields["verdict"] == "filter"
        if declines and not opened.get((index, "explanation"), "hidden").strip():
            raise Invalid(f"Leaf {index} declines #{entry.fields['n']} without a word of why.")
    if title != record.bundle.about.title:
        raise Invalid("The bundle has another title than the event.")
