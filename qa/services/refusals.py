"""Submissions that limits turned away: counted at the door, logged in sums."""

from collections import Counter

from qa.errors import QaError, UnknownEvent
from qa.services.context import Context
from qa.services.unit import Unit, perform
from qa.store.db import on_commit
from qa.store.log import LeafDraft


def count_refusal(ctx: Context, slug: str, error: QaError) -> None:
    """Remember that a submission to this event was turned away."""
    ctx.refusals.add(slug, error.code)


def log_refusals(ctx: Context) -> None:
    """Log what was counted since the last time, for every event. Called on a cadence."""
    for slug in ctx.refusals.slugs():
        try:
            perform(ctx, slug, log_counts)
        except UnknownEvent:
            ctx.refusals.forget(slug, ctx.refusals.of(slug))


def log_counts(unit: Unit) -> None:
    """Log an event's counts, if there are any; a closed event's log takes no more."""
    slug = unit.event.slug
    # Counts are forgotten after the commit, and another act of the same commit may come first.
    logged: Counter[str] = unit.session.info.setdefault(f"refused {slug}", Counter())
    counts = dict(Counter(unit.ctx.refusals.of(slug)) - logged)
    if not counts:
        return
    if unit.event.closed_at is None:
        unit.log(LeafDraft("refused", {"counts": counts}))
    logged.update(counts)
    on_commit(unit.session, lambda: unit.ctx.refusals.forget(slug, counts))
