"""Reading the logs, as anybody may: the signed checkpoint and the tiles of c2sp.org/tlog-tiles."""

from sqlalchemy.orm import Session

from qa.errors import UnknownEvent
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.tiles import Tile, encode_bundle, parse_tile_path, tile_width
from qa.services.context import Context
from qa.store import log, queries
from qa.store.models import Log

REGISTRY = "registry"


def origin_of(ctx: Context, slug: str) -> str:
    """Return the origin of an event's log, or of the registry's: also its key's name."""
    return f"{ctx.config.origin}/log/{slug}"


def checkpoint(ctx: Context, slug: str) -> str:
    """Return the signed checkpoint of a log's head. Raises: UnknownEvent."""
    with ctx.db.read() as session:
        head = find_head(session, slug)
        return ctx.checkpoints.sign(Checkpoint(head.origin, head.tree_size, head.root_hash))


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
    event_id = None if slug == REGISTRY else queries.find_event(session, slug).id
    head = log.find_log(session, event_id)
    if head is None:
        raise UnknownEvent("There is no log at this address.")
    return head
