"""Routes of what is sent: the owner's webhooks, and the address that an author leaves."""

from qa import errors
from qa.services import author_mail, webhooks
from qa.web.answers.notices import KeptAddress, NewWebhook, Webhooks
from qa.web.routes import Answer, Caller, Who, route
from qa.web.schemas.base import EmptyBody
from qa.web.schemas.notices import AddressBody, WebhookBody

EVENT = "/api/events/<slug>"


@route("GET", f"{EVENT}/webhooks", who=Who.STAFF, answers={200: Webhooks})
def read_webhooks(caller: Caller, slug: str) -> Answer:
    """Read where a meeting's public notices are sent, and how the last try for each ended."""
    return webhooks.read_webhooks(caller.ctx, slug, caller.actor)


@route(
    "POST",
    f"{EVENT}/webhooks",
    who=Who.STAFF,
    body=WebhookBody,
    answers={201: NewWebhook},
)
def add_webhook(caller: Caller, slug: str, body: WebhookBody) -> Answer:
    """Add a webhook. Its signing secret is shown only now. No leaf: only what is public is sent."""
    made = webhooks.add_webhook(caller.ctx, slug, caller.actor, **body.model_dump())
    return made, 201


@route(
    "DELETE",
    f"{EVENT}/webhooks/<int:webhook_id>",
    who=Who.STAFF,
    answers={200: Webhooks},
)
def remove_webhook(
    caller: Caller,
    slug: str,
    webhook_id: int,
    body: EmptyBody,  # noqa: ARG001
) -> Answer:
    """Remove a webhook, and whatever it was still to be told."""
    return webhooks.remove_webhook(caller.ctx, slug, caller.actor, webhook_id)


@route(
    "PUT",
    f"{EVENT}/questions/<int:n>/address",
    body=AddressBody,
    answers={200: KeptAddress},
    raises=(
        errors.NoMail,
        errors.NoRight,
        errors.IllegalTransition,
        errors.EventNotOpen,
        errors.EventClosed,
    ),
)
def keep_address(caller: Caller, slug: str, n: int, body: AddressBody) -> Answer:
    """Keep the address that the author of a named question wants to be told at, or forget it."""
    return author_mail.keep_address(caller.ctx, slug, n, **body.model_dump())
