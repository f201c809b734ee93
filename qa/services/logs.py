"""Reading the logs, as anybody may: the signed checkpoint and the tiles of c2sp.org/tlog-tiles."""

from sqlalchemy.orm import Session

from qa.ledger.checkpoint import Checkpoint
from qa.ledger.tiles import Tile, encode_bundle, parse_tile_path, tile_width
from qa.services.context import Context
from qa.store import log
from qa.store.cosigned import Kept
from qa.store.models.events import Event
from qa.store.models.logs import Log
from qa.store.queries.events import find_event

REGISTRY = "registry"


_LOG = "/log/"


def new_origin(ctx: Context, slug: str, registry: Log | None = None) -> str:
    """Return the origin of a log that begins now.

    A deployment is called by the address at which its registry began, whatever it has by now: that
    the registry opened an event is checked by their names.
    """
    deployment = deployment_of(registry.origin) if registry else ctx.config.origin
    return f"{deployment}{_LOG}{slug}"


def origin_of(session: Session, event: Event) -> str:
    """Return the origin of an event's log, also its key's name.

    It is as the first leaf says, whatever address the deployment has by now.
    """
    return log.require_log(session, event.id).origin


def deployment_of(origin: str) -> str:
    """Return the deployment in which a log began; its promises bear that name."""
    return origin.rpartition(_LOG)[0]


def head_of(log: Log) -> Checkpoint:
    """Return the head of a log as a value."""
    return Checkpoint(log.origin, log.tree_size, log.root_hash)


def sign_head(ctx: Context, head: Checkpoint) -> Kept:
    """Return a head that is durable, signed by its log, with what witnesses cosigned of it."""
    key = ctx.keyring.signer(head.origin).verifier
    return ctx.cosigned.on(key, head, ctx.checkpoints.sign(head))


def newest_head(ctx: Context, slug: str) -> Kept:
    """Return the signed head of a log, whoever has cosigned it so far. Raises: UnknownEvent."""
    with ctx.db.read() as session:
        head = head_of(find_head(session, slug))
    return sign_head(ctx, head)


def checkpoint(ctx: Context, slug: str) -> str:
    """Return the newest signed checkpoint of a log that a client with our policy accepts.

    Without a policy that is the head. With one it may be an older checkpoint, until the witnesses
    have seen the head; before they have seen any, it is the head all the same.

    Raises:
        UnknownEvent: there is no such log.
    """
    with ctx.db.read() as session:
        head = head_of(find_head(session, slug))
    return best_checkpoint(ctx, head).note


def best_checkpoint(ctx: Context, head: Checkpoint, least_size: int = 0) -> Kept:
    """Return the newest checkpoint that the policy accepts and that is so large, or the head."""
    newest = sign_head(ctx, head)
    if ctx.cosigned.accepts(newest):
        return newest
    accepted = ctx.cosigned.by_quorum(ctx.keyring.signer(head.origin).verifier)
    if accepted and least_size <= accepted.checkpoint.tree_size <= head.tree_size:
        return accepted
    return newest


def log_vkey(ctx: Context, slug: str) -> str:
    """Return the verifier key of a log. Raises: UnknownEvent."""
    with ctx.db.read() as session:
        return ctx.keyring.signer(find_head(session, slug).origin).vkey


def find_tile(ctx: Context, slug: str, path: str) -> tuple[Tile, bytes] | None:
    """Return a tile by its path, or None when the log has not grown that far.

    Raises:
        UnknownEvent: there is no such log.
        Malformed: the path is not one of a tile.
    """
    wanted = parse_tile_path(path)
    with ctx.db.read() as session:
        head = find_head(session, slug)
        if tile_width(wanted.level, wanted.index, head.tree_size) < wanted.width:
            return None
        start = wanted.index * 256
        stop = start + wanted.width
        if wanted.level is None:
            return wanted, encode_bundle(log.read_leaves(session, head.id, start, stop))
        hashes = log.read_level(session, head.id, wanted.level * 8, start, stop)
        return wanted, b"".join(hashes)


def find_head(session: Session, slug: str) -> Log:
    """Return the head of an event's log, or of the registry's. Raises: UnknownEvent."""
    event_id = None if slug == REGISTRY else find_event(session, slug).id
    return log.require_log(session, event_id)
