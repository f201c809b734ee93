"""Before a server signs anything: is the database at least as new as what was signed before?

A restored older backup would sign other contents under numbers that were given out already, which
is a fork that every saved checkpoint proves (as happened to the TrustAsia log in 2021).
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.errors import LogDamaged
from qa.ledger.checkpoint import Checkpoint, open_checkpoint
from qa.ledger.note import Verifier
from qa.services.context import Context
from qa.store import log
from qa.store.models import Log

WHAT_TO_DO = (
    "Nothing was signed. Restore the newest copy of the database, or, if it is lost for good, say"
    " so in public, move the saved checkpoint aside, and start again: everybody who saw it can"
    " prove that the log lost entries."
)


def check_saved_heads(ctx: Context) -> None:
    """Compare every log with the newest checkpoint that this deployment saved of it.

    1. The saved checkpoint is signed by the log's key.
    2. It is not ahead of the log.
    3. Its root is that of the log when it had the saved size.

    Raises:
        LogDamaged: the log has lost or changed entries since it was signed.
        Malformed, Unverified, Invalid: a saved file is not a checkpoint of its log.
    """
    with ctx.db.read() as session:
        for head in session.scalars(select(Log).order_by(Log.id)):
            note = ctx.checkpoints.saved(head.origin)
            if note is not None:
                # 1.
                key = Verifier.parse(ctx.keyring.signer(head.origin).vkey)
                require_descendant(session, head, open_checkpoint(note, key))


def require_descendant(session: Session, head: Log, earlier: Checkpoint) -> None:
    """Check that a log still holds everything that an earlier checkpoint covers (steps 2 and 3).

    Raises:
        LogDamaged: it does not.
    """
    # 2.
    if earlier.tree_size > head.tree_size:
        raise LogDamaged(
            f"The log {head.origin} was signed with {earlier.tree_size} entries, and the database"
            f" has {head.tree_size}. {WHAT_TO_DO}"
        )
    # 3.
    if log.root_at(session, head, earlier.tree_size) != earlier.root_hash:
        raise LogDamaged(
            f"The first {earlier.tree_size} entries of the log {head.origin} are not those that"
            f" were signed. {WHAT_TO_DO}"
        )
