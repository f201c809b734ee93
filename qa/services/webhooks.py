"""Webhooks: where the owner of an event wants to be told of what is public, and how that went.

None of this adds a leaf: nothing on the record changes, and only what it shows is sent.
"""

import json
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from qa.domain.question import require_right
from qa.errors import BadInput, UnknownWebhook
from qa.services import told
from qa.services.context import Actor, Context
from qa.services.notice_forms import encode, headers, make_secret
from qa.services.unit import Unit, perform
from qa.services.webhook_client import check_url, post
from qa.store.models.events import Event
from qa.store.models.notices import Outgoing, Webhook
from qa.store.outbox import DECISIONS, MEETING, Due
from qa.store.queries.events import find_event
from qa.store.sealed import NONCE_BYTES, NOTICES, seal, unseal

KINDS: Final = ("standard", "slack", "teams")
SCOPES: Final = (MEETING, DECISIONS)
MOST: Final = 5
"""Webhooks of one event."""

SECRET_BYTES: Final = 32
PURPOSE: Final = "webhook"


def read_webhooks(ctx: Context, slug: str, actor: Actor) -> dict[str, Any]:
    """Return an event's webhooks with how the last try for each ended. Raises: NoRight."""
    require_right(actor.role, "manage")
    with ctx.db.read() as session:
        return _webhooks(ctx, session, find_event(session, slug))


def add_webhook(
    ctx: Context, slug: str, actor: Actor, *, kind: str, scope: str, url: str
) -> dict[str, Any]:
    """Add a webhook; ``secret``, which signs what a standard one is sent, is shown only now.

    Raises:
        NoRight: the actor does not manage the event.
        BadInput: kind, scope or address is not one that is taken, or there are too many.
    """
    require_right(actor.role, "manage")
    _one_of(KINDS, kind, "kind")
    _one_of(SCOPES, scope, "scope")
    check_url(url, ctx.config.webhook_hosts)
    secret = make_secret(ctx.random_bytes(SECRET_BYTES))
    opened = json.dumps({"url": url, "secret": secret}).encode()
    key, nonce = ctx.keyring.secret(NOTICES), ctx.random_bytes(NONCE_BYTES)
    sealed = seal(key, PURPOSE, opened, nonce)

    def body(unit: Unit) -> dict[str, Any]:
        here = Webhook.event_id == unit.event.id
        count = unit.session.scalar(select(func.count()).select_from(Webhook).where(here)) or 0
        if count >= MOST:
            raise BadInput(f"An event has at most {MOST} of them. Remove one first.", field="url")
        unit.session.add(Webhook(event_id=unit.event.id, kind=kind, scope=scope, sealed=sealed))
        unit.session.flush()
        shown = secret if kind == "standard" else None
        return {**_webhooks(ctx, unit.session, unit.event), "secret": shown}

    return perform(ctx, slug, body)


def remove_webhook(ctx: Context, slug: str, actor: Actor, webhook_id: int) -> dict[str, Any]:
    """Remove a webhook, and whatever it was still to be told.

    Raises:
        NoRight: the actor does not manage the event.
        UnknownWebhook: the event has none with this number.
    """
    require_right(actor.role, "manage")

    def body(unit: Unit) -> dict[str, Any]:
        webhook = unit.session.get(Webhook, webhook_id)
        if webhook is None or webhook.event_id != unit.event.id:
            raise UnknownWebhook("This meeting has no such webhook.")
        unit.session.execute(delete(Outgoing).where(Outgoing.webhook_id == webhook_id))
        unit.session.delete(webhook)
        unit.session.flush()
        return _webhooks(ctx, unit.session, unit.event)

    return perform(ctx, slug, body)


def send(ctx: Context, due: Due) -> None:
    """Send one notice to its webhook. Raises: NotDelivered."""
    with ctx.db.read() as session:
        webhook = session.get(Webhook, due.webhook_id)
        if webhook is None:
            return  # removed meanwhile
        kind, opened = webhook.kind, _open(ctx, webhook)
        notice = told.read_notice(ctx, session, due.slug, due.leaf_index)
    body = encode(notice, kind)
    signed = headers(notice, kind, opened["secret"], body, ctx.clock())
    post(opened["url"], body, signed, ctx.config.webhook_hosts)


def _open(ctx: Context, webhook: Webhook) -> dict[str, str]:
    key = ctx.keyring.secret(NOTICES)
    opened: dict[str, str] = json.loads(unseal(key, PURPOSE, webhook.sealed))
    return opened


def _one_of(known: tuple[str, ...], value: str, field: str) -> None:
    if value not in known:
        raise BadInput(f"The {field} must be one of: {', '.join(known)}.", field=field)


def _webhooks(ctx: Context, session: Session, event: Event) -> dict[str, Any]:
    rows = session.execute(
        select(Webhook, func.count(Outgoing.id))
        .outerjoin(Outgoing, Outgoing.webhook_id == Webhook.id)
        .where(Webhook.event_id == event.id)
        .group_by(Webhook.id)
        .order_by(Webhook.id)
    )
    return {
        "webhooks": [
            {
                "id": webhook.id,
                "kind": webhook.kind,
                "scope": webhook.scope,
                # The rest of the address is a secret of Slack's or Teams'.
                "host": urlsplit(_open(ctx, webhook)["url"]).netloc,
                "waiting": waiting,
                "last_at": webhook.last_at,
                "last_outcome": webhook.last_outcome,
                "last_detail": webhook.last_detail,
            }
            for webhook, waiting in rows
        ]
    }
