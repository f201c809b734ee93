"""What lets people check the log for themselves: openings, inclusion proofs."""

from typing import Any

from qa.errors import UnknownLeaf
from qa.ledger.proof import LogProof
from qa.services.context import Context
from qa.services.logs import best_checkpoint, find_head, head_of
from qa.store import log
from qa.store.openings import read_openings
from qa.store.queries.events import find_event


def openings(ctx: Context, slug: str, since: int = 0) -> dict[str, Any]:
    """Return what opens the commitments in an event's log from the leaf ``since`` on.

    Raises:
        UnknownEvent: no event has this slug.
    """
    with ctx.db.read() as session:
        event = find_event(session, slug)
        return {
            "tree_size": find_head(session, slug).tree_size,
            "openings": [found.as_dict() for found in read_openings(session, event, since)],
        }


def leaf_proof(ctx: Context, slug: str, leaf_index: int) -> str:
    """Return the tlog-proof of a leaf, from O(log n) hashes.

    It is under the newest checkpoint that the witnesses of the policy cosigned, once that covers
    the leaf, so that it can be checked offline against the policy; before, under the head.

    Raises:
        UnknownEvent: there is no such log.
        UnknownLeaf: the log has no leaf with this index.
    """
    with ctx.db.read() as session:
        head = find_head(session, slug)
        if not 0 <= leaf_index < head.tree_size:
            raise UnknownLeaf(f"The log has no entry {leaf_index} yet.")
        found = best_checkpoint(ctx, head_of(head), leaf_index + 1)
        size = found.checkpoint.tree_size
        hashes = log.prove_inclusion(session, head, leaf_index, size)
    return LogProof(leaf_index, tuple(hashes), found.note).text()
