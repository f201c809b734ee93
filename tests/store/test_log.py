"""The log in the database: heads, signed checkpoints, and damage that the check finds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from qa.config import Config
from qa.errors import LogDamaged, QaError
from qa.ledger import entry, merkle
from qa.ledger.checkpoint import open_checkpoint
from qa.ledger.note import Verifier
from qa.ledger.tiles import decode_bundle
from qa.services import logs
from qa.services.context import Context
from qa.store import log
from qa.store.db import Database
from qa.store.log import check_log
from qa.store.models.logs import Log, LogLeaf, LogNode
from tests.conftest import START_MS, TurnableClock
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, Meeting, hold_meeting


def _busy_meeting(ctx: Context) -> Meeting:
    meeting = hold_meeting(ctx, "open")
    for n in range(1, 6):
        meeting.ask()
        meeting.decide(n, "publish")
    return meeting


def test_the_checkpoint_is_signed_and_its_root_is_that_of_the_served_leaves(ctx: Context) -> None:
    _busy_meeting(ctx)
    key = Verifier.parse(logs.log_vkey(ctx, SLUG))
    found = open_checkpoint(logs.checkpoint(ctx, SLUG), key)
    assert found.origin == logs.new_origin(ctx, SLUG)
    tile = logs.find_tile(ctx, SLUG, f"tile/entries/000.p/{found.tree_size}")
    assert tile is not None
    leaves = decode_bundle(tile[1])
    assert merkle.root_from_leaves([merkle.leaf_hash(leaf) for leaf in leaves]) == found.root_hash


def test_the_checkpoint_saved_after_each_commit_is_the_newest(ctx: Context) -> None:
    meeting = _busy_meeting(ctx)
    for _ in range(3):
        meeting.ask()
        assert ctx.checkpoints.saved(logs.new_origin(ctx, SLUG)) == logs.checkpoint(ctx, SLUG)


def test_a_tile_that_the_log_has_not_reached_is_not_there(ctx: Context) -> None:
    _busy_meeting(ctx)
    size = len(leaves_of(ctx))
    assert logs.find_tile(ctx, SLUG, f"tile/0/000.p/{size}") is not None
    for path in (f"tile/0/000.p/{size + 1}", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"):
        assert logs.find_tile(ctx, SLUG, path) is None
    with pytest.raises(QaError):
        logs.find_tile(ctx, SLUG, "tile/0/0")


def test_a_clock_that_goes_back_does_not_send_the_log_back_in_time(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    clock.turn(hours=-2)
    meeting.ask()
    times = [leaf.t for leaf in leaves_of(ctx)]
    assert times == sorted(times)


def _change_a_leaf(session: Session) -> None:
    last = select(LogLeaf).where(LogLeaf.docket_number == 5).order_by(LogLeaf.leaf_index.desc())
    leaf = session.scalars(last).first()
    assert leaf is not None
    leaf.data = leaf.data.replace(b'"publish"', b'"restore"')


def _drop_the_last_leaf(session: Session) -> None:
    log = session.scalars(select(Log).where(Log.event_id.is_not(None))).one()
    session.execute(
        delete(LogLeaf).where(LogLeaf.log_id == log.id, LogLeaf.leaf_index == log.tree_size - 1)
    )


def _swap_the_head(session: Session) -> None:
    session.execute(update(Log).values(root_hash=bytes(32)))


def _spoil_a_node(session: Session) -> None:
    session.execute(update(LogNode).where(LogNode.level == 1).values(hash=bytes(32)))


def _refile_a_leaf(session: Session) -> None:
    session.execute(update(LogLeaf).where(LogLeaf.docket_number == 2).values(docket_number=1))


@pytest.mark.parametrize(
    "spoil",
    [_change_a_leaf, _drop_the_last_leaf, _swap_the_head, _spoil_a_node, _refile_a_leaf],
)
def test_the_check_finds_damage(
    config: Config,
    make_context: Callable[[Config], Context],
    spoil: Callable[[Session], None],
) -> None:
    ctx = make_context(config)
    _busy_meeting(ctx)

    def check() -> None:
        with ctx.db.read() as session:
            check_log(session, session.scalars(select(Log).where(Log.event_id.is_not(None))).one())

    check()
    ctx.db.write(spoil)
    with pytest.raises(LogDamaged):
        check()


def test_an_append_or_a_proof_costs_no_more_in_a_log_ten_times_as_long(
    tmp_path: Path, sqlite_template: Path
) -> None:
    """Counted in steps of SQLite's machine, which are the same everywhere."""
    path = tmp_path / "long.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    origin = "elsewhere.example/log/registry"
    database.write(lambda session: log.create_log(session, origin, None))

    def steps_of(work: Callable[[Session], object]) -> int:
        steps = [0]

        def count() -> None:
            steps[0] += 1

        def command(session: Session) -> None:
            raw: Any = session.connection().connection.dbapi_connection
            raw.set_progress_handler(count, 1)
            try:
                work(session)
            finally:
                raw.set_progress_handler(None, 1)

        database.write(command)
        return steps[0]

    def append(count: int) -> Callable[[Session], object]:
        drafts = [log.LeafDraft("withdrawn", {"n": 1})] * count
        return lambda session: log.append(
            session, log.lock_log(session, None), "all-hands", START_MS, drafts
        )

    def prove(session: Session) -> None:
        head = log.lock_log(session, None)
        proof = log.prove_inclusion(session, head, 77)
        (leaf,) = log.read_leaves(session, head.id, 77, 78)
        merkle.check_inclusion(merkle.leaf_hash(leaf), 77, head.tree_size, proof, head.root_hash)

    cost = {}
    for size, more in ((255, 255), (2_559, 2_304 - 1)):
        database.write(append(more))
        cost[size] = steps_of(append(1)), steps_of(prove)
    database.close()
    assert all(after < 2 * before for before, after in zip(*cost.values(), strict=True)), cost


def test_no_leaf_holds_words_names_or_keys(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open", "live")
    meeting.ask("Why was the dragonfly renamed?", name="Philippa")
    meeting.decide(1, "filter", explanation="It is in the heliotrope memo.")
    for leaf in leaves_of(ctx):
        text = entry.encode(leaf.kind, leaf.ev, leaf.t, **leaf.fields).decode()
        for word in ("dragonfly", "Philippa", "heliotrope", "Olga"):
            assert word not in text
