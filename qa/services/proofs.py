"""What lets people check the log for themselves: openings, inclusion proofs."""

from typing import Any

from qa.errors import UnknownLeaf
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.proof import LogProof
from qa.services.context import Context
from qa.services.logs import find_head
from qa.store import log, queries
from qa.store.openings import read_openings


def openings(ctx: Context, slug: str, since: int = 0) -> dict[str, Any]:
    """Return what opens the commitments in an event's log from the leaf ``since`` on.

    Raises:
        UnknownEvent: no event has this slug.
    """
    with ctx.db.read() as session:
        event = queries.find_event(session, slug)
        return {
            "tree_size": find_head(session, slug).tree_size,
            "openings": [found.as_dict() for found in read_openings(session, event, since)],
        }


def leaf_proof(ctx: Context, slug: str, leaf_index: int) -> str:
    """Return the tlog-proof of a leaf under the log's newest checkpoint, from O(log n) hashes.

    Raises:
        UnknownEvent: there is no such log.
        UnknownLeaf: the log has no leaf with this index.
    """
    with ctx.db.read() as session:
        head = find_head(session, slug)
        if not 0 <= leaf_index < head.tree_size:
            raise UnknownLeaf(f"The log has no entry {leaf_index} yet.")
        hashes = log.prove_inclusion(session, head, leaf_index)
        checkpoint = Checkpoint(head.origin, head.tree_size, head.root_hash)
    return LogProof(leaf_index, tuple(hashes), ctx.checkpoints.sign(checkpoint)).text()
