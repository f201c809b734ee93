"""Before signing: a restored older database is noticed, and so is one that was changed."""

from collections.abc import Callable

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from qa.config import Config
from qa.errors import LogDamaged
from qa.services import logs
from qa.services.context import Context
from qa.services.startup import check_signed_heads
from qa.store.models.logs import Log, LogLeaf, LogNode
from tests.services.meeting import SLUG, hold_meeting


def test_a_healthy_deployment_starts(ctx: Context) -> None:
    check_signed_heads(ctx)
    meeting = hold_meeting(ctx, "open")
    for _ in range(5):
        meeting.ask()
        check_signed_heads(ctx)


def test_a_database_ahead_of_the_saved_checkpoint_is_fine(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    origin = logs.new_origin(ctx, SLUG)
    meeting.ask()
    older = ctx.checkpoints.saved(origin)
    meeting.ask()
    (saved,) = [path for path in _saved_files(ctx) if path.name.endswith(SLUG)]
    saved.write_text(older or "")
    check_signed_heads(ctx)


def _saved_files(ctx: Context) -> list:
    return list((ctx.config.data_dir / "checkpoints").iterdir())


def _lose_the_last_entry(session: Session) -> None:
    log = session.query(Log).filter(Log.event_id.is_not(None)).one()
    last = log.tree_size - 1
    session.query(LogLeaf).filter_by(log_id=log.id, leaf_index=last).delete()
    log.tree_size = last


def _change_an_old_hash(session: Session) -> None:
    session.execute(
        update(LogNode).where(LogNode.level == 3, LogNode.position == 0).values(hash=bytes(32))
    )


@pytest.mark.parametrize("spoil", [_lose_the_last_entry, _change_an_old_hash])
def test_a_log_that_lost_or_changed_entries_is_not_signed_again(
    config: Config,
    make_context: Callable[[Config], Context],
    spoil: Callable[[Session], None],
) -> None:
    ctx = make_context(config)
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    ctx.db.write(spoil)
    with pytest.raises(LogDamaged) as refused:
        check_signed_heads(ctx)
    assert "Nothing was signed" in refused.value.message


def test_a_saved_checkpoint_that_is_not_one_stops_the_start(
    config: Config, make_context: Callable[[Config], Context]
) -> None:
    ctx = make_context(config)
    hold_meeting(ctx, "open")
    for path in _saved_files(ctx):
        path.write_text("not a checkpoint")
    with pytest.raises(LogDamaged) as refused:
        check_signed_heads(ctx)
    assert "not a checkpoint of the log" in refused.value.message
    assert "Nothing was signed" in refused.value.message
