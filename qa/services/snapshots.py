"""Vote snapshots: counts and a root over votes, logged so that a tally cannot be rewritten later.

A vote's nullifier is SHA-256 of "qa/v1/vote", the event, the docket number and the voter in hex,
with a line feed between them. Nobody who lacks the voter's pseudonym can make or
link one, and its owner can show that it is in.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select

from qa.domain.question import EventState
from qa.ledger import merkle
from qa.ledger.entry import MAX_SNAPSHOT
from qa.services.context import Context
from qa.services.unit import Unit, perform
from qa.store.log import LeafDraft
from qa.store.models.events import Event
from qa.store.models.questions import Question, Vote
from qa.store.queries.tallies import merged_numbers


def nullifier(slug: str, docket_number: int, voter: bytes) -> bytes:
    """Return what stands for one person's vote on one question in a snapshot's root."""
    return hashlib.sha256(f"qa/v1/vote\n{slug}\n{docket_number}\n{voter.hex()}".encode()).digest()


def log_snapshots(ctx: Context, slugs: Sequence[str]) -> None:
    """Log the votes of these events where they changed since the last snapshot."""
    for slug in slugs:
        perform(ctx, slug, take_snapshot)


def take_snapshot(unit: Unit) -> None:
    """Log an event's votes, in as many leaves as its docket needs, unless nothing changed."""
    if unit.event.state == EventState.CLOSED:
        return
    # Read once: with two workers a second look would see other votes.
    voters, merged = _voters(unit), merged_numbers(unit.session, unit.event)
    starts = range(1, unit.event.last_docket + 1, MAX_SNAPSHOT)
    drafts = [_draft(unit.event, start, voters, merged) for start in starts]
    root = hashlib.sha256(repr([draft.fields for draft in drafts]).encode()).digest()
    nothing_yet = unit.event.snapshot_root is None and not any(
        draft.fields["votes"] for draft in drafts
    )
    if root != unit.event.snapshot_root and not nothing_yet:
        unit.log(*drafts)
        unit.event.snapshot_root = root


def _voters(unit: Unit) -> dict[int, list[bytes]]:
    rows = unit.session.execute(
        select(Question.docket_number, Vote.voter)
        .join(Vote, Vote.question_id == Question.id)
        .where(Question.event_id == unit.event.id)
    )
    voters: dict[int, list[bytes]] = {}
    for docket_number, voter in rows:
        voters.setdefault(docket_number, []).append(voter)
    return voters


def _draft(
    event: Event, start: int, voters: dict[int, list[bytes]], merged: dict[int, list[int]]
) -> LeafDraft:
    numbers = range(start, min(start + MAX_SNAPSHOT, event.last_docket + 1))
    counts = [len(voters.get(number, ())) for number in numbers]
    leaves = sorted(
        nullifier(event.slug, number, voter)
        for number in numbers
        for voter in voters.get(number, ())
    )
    root = merkle.root_from_leaves([merkle.leaf_hash(leaf) for leaf in leaves])
    groups = [number for number in numbers if number in merged]
    people = [
        len({voter for member in (number, *merged[number]) for voter in voters.get(member, ())})
        for number in groups
    ]
    return LeafDraft(
        "vote.snapshot",
        {
            "from": start,
            "to": numbers[-1],
            "counts": counts,
            "votes": len(leaves),
            "root": root.hex(),
            "groups": groups or None,
            "people": people or None,
        },
    )
