"""The logs as files that any web server can serve (https://c2sp.org/tlog-tiles).

Below the folder, every file has the path that it has on this server: ``log/<slug>/checkpoint`` and
``head``, ``log/<slug>/tile/…``, and for an event ``api/events/<slug>/bundle.zip``. A tile never
changes, so one that is there is never written again, and exporting again costs what is new.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from qa.errors import LogDamaged, QaError
from qa.exports.bundle import make_bundle
from qa.ledger.checkpoint import Checkpoint, open_checkpoint
from qa.ledger.note import Verifier
from qa.ledger.tiles import Tile, tiles_of
from qa.services import logs
from qa.services.context import Context
from qa.services.startup import require_descendant
from qa.store.models.events import Event

CHECKPOINT, HEAD = "checkpoint", "head"


def export_log(ctx: Context, folder: Path, slug: str) -> tuple[int, int]:
    """Write one log, an event's or the registry's; return its size and how many tiles are new.

    1. What was exported before is a beginning of the log, or nothing is touched.
    2. Every tile of the checkpoints comes before the checkpoint that needs it, and the bundle
       comes last: whoever reads while this is written finds a whole log, the old one or the new.

    Raises:
        UnknownEvent: there is no such log.
        LogDamaged: the folder holds another log, or more of it than there is.
    """
    target = folder / "log" / slug
    # 1.
    _require_same_log(ctx, slug, target)
    bundle = None if slug == logs.REGISTRY else make_bundle(ctx, slug)
    checkpoint, head = logs.checkpoint(ctx, slug), logs.newest_head(ctx, slug)
    key = Verifier.parse(logs.log_vkey(ctx, slug))
    sizes = {open_checkpoint(checkpoint, key).tree_size, head.checkpoint.tree_size}
    # 2.
    written = sum(_write_tile(ctx, slug, target, tile) for tile in _tiles_of_all(sizes))
    _write(target / HEAD, head.note.encode())
    _write(target / CHECKPOINT, checkpoint.encode())
    if bundle is not None:
        _write(folder / "api" / "events" / slug / "bundle.zip", bundle)
    return head.checkpoint.tree_size, written


def exportable(ctx: Context) -> list[str]:
    """Return the slug of every log there is, the registry's last."""
    with ctx.db.read() as session:
        slugs = list(session.scalars(select(Event.slug).order_by(Event.id)))
    return [*slugs, logs.REGISTRY] if slugs else []


def _tiles_of_all(sizes: set[int]) -> Iterator[Tile]:
    for size in sorted(sizes):
        yield from tiles_of(size)


def _require_same_log(ctx: Context, slug: str, target: Path) -> None:
    with ctx.db.read() as session:
        log = logs.find_head(session, slug)
        key = ctx.keyring.signer(log.origin).verifier
        for path in (target / CHECKPOINT, target / HEAD):
            if path.exists():
                require_descendant(session, log, _open(path, key))


def _open(path: Path, key: Verifier) -> Checkpoint:
    try:
        return open_checkpoint(path.read_bytes(), key)
    except QaError as error:
        raise LogDamaged(f"{path} is not of this log: export into another folder.") from error


def _write_tile(ctx: Context, slug: str, target: Path, tile: Tile) -> bool:
    """Write a tile unless it is there; say whether it was not."""
    path = target / tile.path
    if path.exists():
        return False
    found = logs.find_tile(ctx, slug, tile.path)
    if found is None:
        raise AssertionError("a log has every tile of its heads")
    _write(path, found[1])
    return True


def _write(path: Path, data: bytes) -> None:
    """Put a file in its place whole: a tile cut short by a crash would stay so for ever."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
