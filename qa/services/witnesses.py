"""Witnesses: every log's newest head is put before those of the policy, and what they cosign kept.

One worker at a time asks, in the background and after the commit, so nobody who writes waits for a
witness. Heads that come while it asks are one head by the time that it asks again.
"""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, Final

import gevent
import structlog
from sqlalchemy import select

from qa.errors import QaError
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.checks_log import FUTURE_S
from qa.ledger.cosignature import open_cosigned
from qa.ledger.note import Verifier
from qa.ledger.witness_policy import KnownWitness
from qa.services import logs
from qa.services.context import Context
from qa.services.witness_client import (
    WitnessAhead,
    WitnessRefuses,
    WitnessUnreachable,
    ask_for_cosignature,
)
from qa.store import log as log_store
from qa.store.cosigned import Kept
from qa.store.models.logs import Log
from qa.turns import give_way

EVERY_S: Final = 1.0
"""How long heads are collected before the newest of them is submitted."""

TURN_S: Final = 0.5
"""How long a worker waits for another one that is asking; what it meant to ask is asked later."""

log = structlog.get_logger("qa.witness")


def keep_submitting(ctx: Context) -> None:
    """Submit what has grown, for ever; at first that may be any log."""
    with ctx.db.read() as session:
        ctx.cosigned.grown.update(session.scalars(select(Log.origin)))
    while ctx.cosigned.witnesses:
        try:
            submit_grown(ctx)
        except Exception as error:  # the next round tries again
            log.exception("witnessing_failed", exc_info=error)
        gevent.sleep(EVERY_S)


def submit_grown(ctx: Context) -> None:
    """Submit the head of every log that has grown, or that a witness is to be asked about again."""
    now_s = monotonic()
    due = ctx.cosigned.grown | {at for at, when_s in ctx.patience.later.items() if when_s <= now_s}
    ctx.cosigned.grown -= due  # before the heads are read, so that no growth is missed
    for origin in sorted(due):
        ctx.patience.later.pop(origin, None)
        with ctx.cosigned.turn(TURN_S) as ours:
            wait_s = submit_head(ctx, _newest(ctx, origin)) if ours else EVERY_S
        if wait_s:
            ctx.patience.later[origin] = monotonic() + wait_s
        give_way()  # at a start there may be thousands, and none of them waits for anything


def submit_head(ctx: Context, head: Checkpoint) -> float:
    """Ask every witness that has not cosigned this head; return after how many seconds to go on.

    0 means that there is nobody left to ask. It has to be this worker's turn: a witness that was
    asked about a larger head meanwhile would never cosign this one.
    """
    key = ctx.keyring.signer(head.origin).verifier

    def open_to(witness: KnownWitness) -> bool:
        kept = ctx.cosigned.by_witness(key, witness)
        return bool(witness.url) and (kept is None or kept.checkpoint != head)

    def wait_s(witness: KnownWitness) -> float:
        return ctx.patience.wait_s(witness, head.origin)

    missing = [witness for witness in ctx.cosigned.witnesses if open_to(witness)]
    asked = [gevent.spawn(_ask, ctx, each, key, head) for each in missing if not wait_s(each)]
    gevent.joinall(asked)
    return min((max(wait_s(each), EVERY_S) for each in missing if open_to(each)), default=0.0)


def status(ctx: Context, slug: str) -> dict[str, Any]:
    """Return who has cosigned how much of a log, and how long ago. Raises: UnknownEvent."""
    with ctx.db.read() as session:
        head = logs.head_of(logs.find_head(session, slug))
    key = ctx.keyring.signer(head.origin).verifier
    return {
        "size": head.tree_size,
        "witnesses": [_seen(ctx, key, head, witness) for witness in ctx.cosigned.witnesses],
    }


def _seen(ctx: Context, key: Verifier, head: Checkpoint, witness: KnownWitness) -> dict[str, Any]:
    kept = ctx.cosigned.by_witness(key, witness)
    size = kept.checkpoint.tree_size if kept else 0
    at = kept.times_s[witness.name] * 1000 if kept else None
    return {
        "name": witness.verifier.name,
        "vkey": witness.verifier.vkey,
        "size": size,
        "missing": head.tree_size - size,
        "at": at,
        "age_ms": max(0, ctx.clock() - at) if at is not None else None,
    }


def _ask(ctx: Context, witness: KnownWitness, key: Verifier, head: Checkpoint) -> None:
    """Ask one witness, and keep what it cosigns. Whatever goes wrong is noted, and goes no further.

    1. It is asked to go on from what it cosigned last.
    2. Its signature is verified before it is kept.
    """
    note = ctx.checkpoints.sign(head)
    kept = ctx.cosigned.by_witness(key, witness)
    known_size = min(kept.checkpoint.tree_size, head.tree_size) if kept else 0
    said = {"witness": witness.verifier.name, "origin": head.origin, "size": head.tree_size}
    try:
        # 1.
        lines = ask_for_cosignature(
            witness.url, head.tree_size, note, known_size, _proof_from(ctx, head)
        )
        # 2.
        cosigned = _verify(ctx, lines, note, key, witness)
    except WitnessUnreachable as error:
        ctx.patience.silent(witness)
        log.warning("witness_unreachable", reason=error.message, **said)
    except (WitnessRefuses, WitnessAhead) as error:
        ctx.patience.answered(witness)
        ctx.patience.refused(witness, head.origin)
        log.warning("witness_refuses", reason=error.message, **said)
    except Exception as error:  # a fault of ours, which must not end the loop
        ctx.patience.silent(witness)
        log.exception("witnessing_failed", exc_info=error, **said)
    else:
        ctx.patience.answered(witness)
        ctx.cosigned.keep(key, witness, cosigned, note)


def _proof_from(ctx: Context, head: Checkpoint) -> Callable[[int], Sequence[bytes]]:
    def prove(old_size: int) -> Sequence[bytes]:
        with ctx.db.read() as session:
            found = session.execute(select(Log).where(Log.origin == head.origin)).scalar_one()
            return log_store.prove_consistency(session, found, old_size, head.tree_size)

    return prove


def _verify(
    ctx: Context, lines: Sequence[str], note: str, key: Verifier, witness: KnownWitness
) -> Kept:
    """Return the head with the witness's own line; lines of keys that are not known are ignored.

    Raises:
        WitnessUnreachable: there is no such line, or it is wrong, or from the future.
    """
    latest_s = ctx.clock() // 1000 + FUTURE_S
    for line in lines:
        try:
            checkpoint, times_s = open_cosigned(note + line, key, {witness.name: witness.verifier})
        except QaError as error:
            raise WitnessUnreachable("Its cosignature is wrong.") from error
        if times_s and times_s[witness.name] > latest_s:
            raise WitnessUnreachable("Its clock is ahead of ours.")
        if times_s:
            return Kept(checkpoint, note + line, times_s)
    raise WitnessUnreachable("It did not cosign with the key in the policy.")


def _newest(ctx: Context, origin: str) -> Checkpoint:
    with ctx.db.read() as session:
        return logs.head_of(session.execute(select(Log).where(Log.origin == origin)).scalar_one())
