"""The bundle of an event, for whoever wants to check its record without this server.

It is read in one transaction, so it shows the record at one tree size. The registry's log is cut
off after its last leaf about this event: a meeting that is over has one bundle for ever, however
many others follow it, as long as its log and the cosignatures on it stay the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.ledger import entry
from qa.ledger.bundle import About, Bundle, Opening, PolicyDocument, encode_members
from qa.ledger.bundle_zip import write_zip
from qa.ledger.checkpoint import Checkpoint
from qa.services import logs
from qa.services.context import Context
from qa.services.witnesses import submit_head
from qa.store import log
from qa.store.models.events import Event, PolicyVersion
from qa.store.models.logs import Log
from qa.store.openings import read_openings
from qa.store.queries.events import find_event

TURN_S: Final = 3.0
"""How long a bundle waits for its turn to ask the witnesses; later it is made without them."""


def make_bundle(ctx: Context, slug: str) -> bytes:
    """Return the bundle of an event as a zip archive. Raises: UnknownEvent."""
    return write_zip(encode_members(read_bundle(ctx, slug)))


def read_bundle(ctx: Context, slug: str) -> Bundle:
    """Return the bundle of an event as a value. Raises: UnknownEvent.

    Where there are witnesses, they are asked about exactly the head that was read: it is our turn
    to ask from before it is read, so that they cannot have seen a larger one by then.
    """
    if not ctx.cosigned.witnesses:
        return _read(ctx, slug)[0]
    with ctx.cosigned.turn(TURN_S) as ours:
        bundle, head = _read(ctx, slug)
        if ours:
            submit_head(ctx, head)
    return replace(bundle, checkpoint=logs.sign_head(ctx, head).note.encode())


def _read(ctx: Context, slug: str) -> tuple[Bundle, Checkpoint]:
    with ctx.db.read() as session:
        event = find_event(session, slug)
        head, registry = logs.find_head(session, slug), logs.find_head(session, logs.REGISTRY)
        leaves = _leaves(session, head)
        anchors = _up_to_last_about(slug, _leaves(session, registry))
        root = log.root_at(session, registry, len(anchors))
        bundle = Bundle(
            about=_describe(ctx, event, leaves, head.origin, registry.origin),
            checkpoint=_sign(ctx, head.origin, head.tree_size, head.root_hash),
            leaves=leaves,
            openings=[
                Opening(found.leaf_index, found.field, found.salt, found.text)
                for found in read_openings(session, event)
            ],
            policies=_policies(session, event),
            registry_checkpoint=_sign(ctx, registry.origin, len(anchors), root),
            registry_leaves=anchors,
        )
        return bundle, logs.head_of(head)


def _describe(
    ctx: Context, event: Event, leaves: Sequence[bytes], origin: str, registry: str
) -> About:
    return About(
        slug=event.slug,
        origin=origin,
        vkey=ctx.keyring.signer(origin).vkey,
        promise_vkey=ctx.keyring.promise_signer(logs.deployment_of(origin)).vkey,
        registry_vkey=ctx.keyring.signer(registry).vkey,
        size=len(leaves),
        title=event.title,
        made_at=entry.decode(leaves[-1]).t,
    )


def _leaves(session: Session, head: Log) -> list[bytes]:
    return log.read_leaves(session, head.id, 0, head.tree_size)


def _up_to_last_about(slug: str, leaves: list[bytes]) -> list[bytes]:
    """Return the registry's leaves up to the last one about an event; each has at least one."""
    last = max(at for at, leaf in enumerate(leaves) if entry.decode(leaf).ev == slug)
    return leaves[: last + 1]


def _sign(ctx: Context, origin: str, tree_size: int, root_hash: bytes) -> bytes:
    """Return the signed checkpoint of what a log durably is, or was at a smaller size."""
    return ctx.checkpoints.sign(Checkpoint(origin, tree_size, root_hash)).encode()


def _policies(session: Session, event: Event) -> list[PolicyDocument]:
    wanted = select(PolicyVersion).where(PolicyVersion.event_id == event.id)
    return [PolicyDocument(found.version, found.document) for found in session.scalars(wanted)]
