"""What happens once a minute: the log catches up with what is not logged one by one."""

from collections.abc import Callable
from typing import Final

import gevent
import structlog

from qa.services import author_mail, boards, hiding, refusals, registry, snapshots
from qa.services.context import Context

EVERY_S: Final = 60.0

log = structlog.get_logger("qa.live")


def tick(ctx: Context) -> None:
    """Log vote snapshots and refusals, anchor every log, forget texts; each by itself."""
    jobs: tuple[tuple[str, Callable[[], object]], ...] = (
        ("snapshots", lambda: snapshots.log_snapshots(ctx, boards.known_slugs(ctx))),
        ("refusals", lambda: refusals.log_refusals(ctx)),
        ("anchors", lambda: registry.anchor_logs(ctx)),
        ("addresses", lambda: author_mail.forget_closed(ctx)),
        # Another worker may have hidden words meanwhile.
        ("texts", lambda: hiding.forget_texts(ctx)),
    )
    for name, job in jobs:
        try:
            job()
        except Exception as error:  # the next tick tries again
            log.exception("tick_failed", job=name, exc_info=error)


def keep_ticking(ctx: Context) -> None:
    """Tick for ever."""
    while True:
        gevent.sleep(EVERY_S)
        tick(ctx)
