"""Before a server signs anything: is the database at least as new as what was signed before?

A restored older backup would sign other contents under numbers that were given out already, which
is a fork that every saved checkpoint proves (as happened to the TrustAsia log in 2021). What was
signed before is known from the checkpoints saved beside the keys, from the cosignatures kept there,
and from the witnesses, which remember it even if this machine has lost everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import gevent
import structlog
from gevent.pool import Pool
from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.errors import LogDamaged, QaError
from qa.ledger.checkpoint import Checkpoint, open_checkpoint
from qa.ledger.merkle import EMPTY_ROOT
from qa.ledger.witness_policy import KnownWitness
from qa.services.context import Context
from qa.services.witness_client import ask_for_size
from qa.store import log as log_store
from qa.store.models.logs import Log

WHAT_TO_DO: Final = (
    "Nothing was signed. Restore the newest copy of the database, or, if it is lost for good, say"
    " so in public, move the saved checkpoint aside, and start again: everybody who saw it can"
    " prove that the log lost entries."
)
WHAT_TO_DO_ABOUT_A_WITNESS: Final = (
    "Nothing was signed. Restore the newest copy of the database, or, if it is lost for good, say"
    " so in public, take the witness out of the file that QA_WITNESS_POLICY names, and start again:"
    " it will rightly never cosign this log again, and can prove that the log lost entries."
)
ASKING_S: Final = 20.0
"""How long a start waits for all witnesses together."""

AT_ONCE: Final = 8

log = structlog.get_logger("qa.witness")


@dataclass(frozen=True)
class Witnessed:
    """How many entries of a log a witness says that it has cosigned."""

    witness: str
    origin: str
    size: int


def check_signed_heads(ctx: Context) -> None:
    """Compare every log with all that is known to have been signed of it.

    1. Each checkpoint that is saved or kept here is signed by the log's key.
    2. None is ahead of the log.
    3. Its root is that of the log when it had this size.
    4. No witness that answers has cosigned more entries than there are. One that does not answer
       stops nothing: the others, and what is kept here, have been looked at.

    The logs are read last, because other workers may be serving: what was signed before is then in
    the database that is read.

    Raises:
        LogDamaged: the log has lost or changed entries since it was signed, or a saved file is not
            a checkpoint of it.
    """
    with ctx.db.read() as session:
        origins = list(session.scalars(select(Log.origin).order_by(Log.id)))
    # 1.
    signed = [found for origin in origins for found in _signed(ctx, origin)]
    witnessed = _ask_witnesses(ctx, origins)
    with ctx.db.read() as session:
        heads = {head.origin: head for head in session.scalars(select(Log))}
        for earlier in signed:
            # 2. and 3.
            require_descendant(session, heads[earlier.origin], earlier)
        for found in witnessed:
            # 4.
            _require_no_less(heads[found.origin], found)


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
    if log_store.root_at(session, head, earlier.tree_size) != earlier.root_hash:
        raise LogDamaged(
            f"The first {earlier.tree_size} entries of the log {head.origin} are not those that"
            f" were signed. {WHAT_TO_DO}"
        )


def _require_no_less(head: Log, found: Witnessed) -> None:
    if found.size > head.tree_size:
        raise LogDamaged(
            f"The witness {found.witness} has cosigned {found.size} entries of the log"
            f" {head.origin}, and the database has {head.tree_size}. {WHAT_TO_DO_ABOUT_A_WITNESS}"
        )


def _signed(ctx: Context, origin: str) -> Iterator[Checkpoint]:
    """Give every checkpoint of a log that is kept beside the keys."""
    key = ctx.keyring.signer(origin).verifier
    saved = ctx.checkpoints.saved(origin)
    for note in ([saved] if saved else []) + ctx.cosigned.notes(origin):
        try:
            yield open_checkpoint(note, key)
        except QaError as error:
            raise LogDamaged(
                f"A file beside the keys is not a checkpoint of the log {origin}, as it should be:"
                f" {error.message} {WHAT_TO_DO}"
            ) from error


def _ask_witnesses(ctx: Context, origins: list[str]) -> list[Witnessed]:
    """Return what the witnesses say. One that is silent about a log is asked about no other."""
    found: list[Witnessed] = []
    silent: set[str] = set()

    def ask(witness: KnownWitness, origin: str) -> None:
        name = witness.verifier.name
        if name in silent:
            return
        empty = ctx.checkpoints.sign(Checkpoint(origin, 0, EMPTY_ROOT))
        try:
            size = ask_for_size(witness.url, empty)
        except QaError as error:
            silent.add(name)
            log.warning("witness_not_asked_at_start", witness=name, reason=error.message)
        else:
            found.extend([Witnessed(name, origin, size)] if size else [])

    pool = Pool(AT_ONCE)
    with gevent.Timeout(ASKING_S, exception=False):
        for witness in ctx.cosigned.witnesses:
            for origin in origins if witness.url else ():
                pool.spawn(ask, witness, origin)
        pool.join()
    pool.kill()
    return found
