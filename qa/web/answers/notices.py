"""Answers about what is sent: webhooks, and the address that an author leaves."""

from typing import Annotated, Literal

from pydantic import Field

from qa.web.answers.base import Answer, Time


class Webhook(Answer):
    """Where public notices are sent, and how the last try ended. ``host`` is all that is shown."""

    id: int
    kind: Literal["standard", "slack", "teams"]
    scope: Literal["meeting", "decisions"]
    host: str
    waiting: Annotated[int, Field(ge=0, description="Notices that are still to be sent.")]
    last_at: Time | None
    last_outcome: Literal["delivered", "retrying", "given_up"] | None
    last_detail: str | None


class Webhooks(Answer):
    """An event's webhooks, oldest first."""

    webhooks: list[Webhook]


class NewWebhook(Webhooks):
    """The same with a new one, and the secret that signs what it is sent, if it is signed."""

    secret: Annotated[
        str | None, Field(description="Standard Webhooks form, `whsec_…`. Shown only now.")
    ]


class KeptAddress(Answer):
    """Whether an address is kept."""

    kept: bool
