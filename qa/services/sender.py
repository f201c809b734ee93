"""Sending what is in the outbox, in the background: nobody who acts waits for a receiver."""

from collections.abc import Callable
from typing import Final

import gevent
import structlog
from sqlalchemy.orm import Session

from qa.services import author_mail, webhooks
from qa.services.context import Context
from qa.services.webhook_client import NotDelivered
from qa.store import outbox
from qa.store.outbox import Due

EVERY_S: Final = 1.0

log = structlog.get_logger("qa.sender")


def keep_sending(ctx: Context) -> None:
    """Send what is due, for ever."""
    while True:
        try:
            while send_due(ctx):
                pass
        except Exception as error:  # the next round tries again
            log.exception("sending_failed", exc_info=error)
        gevent.sleep(EVERY_S)


def send_due(ctx: Context) -> int:
    """Send the oldest notice that is due for each receiver; return how many there were."""
    now_ms = ctx.clock()
    with ctx.db.read() as session:
        if not outbox.is_due(session, now_ms):
            return 0
    taken = ctx.db.write(lambda session: outbox.take_due(session, now_ms))
    gevent.joinall([gevent.spawn(_try, ctx, due) for due in taken])
    return len(taken)


def _try(ctx: Context, due: Due) -> None:
    """Send one notice, and keep how that ended. Whatever goes wrong goes no further."""
    send = webhooks.send if due.webhook_id is not None else author_mail.send
    try:
        send(ctx, due)
    except NotDelivered as error:
        _settle(ctx, due, "given_up" if due.last else "retrying", error.message)
    except Exception as error:  # a fault of ours, which must not end the loop
        log.exception("sending_failed", exc_info=error)
        _settle(ctx, due, "given_up" if due.last else "retrying", "Something broke on our side.")
    else:
        _settle(ctx, due, "delivered", "")


def _settle(ctx: Context, due: Due, outcome: str, detail: str) -> None:
    to = "webhook" if due.webhook_id is not None else "author"
    if outcome != "delivered":
        log.warning("notice_not_sent", to=to, outcome=outcome, reason=detail)
    ctx.db.write(_noting(due, ctx.clock(), outcome, detail))


def _noting(due: Due, now_ms: int, outcome: str, detail: str) -> Callable[[Session], None]:
    def command(session: Session) -> None:
        outbox.note_outcome(session, due, now_ms, outcome, detail)
        if outcome != "retrying":
            outbox.take_out(session, due.id)

    return command
