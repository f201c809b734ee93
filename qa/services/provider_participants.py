"""Participants who sign in at the OpenID provider: one person is one participant, whoever asks.

What comes of a sign-in is a secret for a cookie, made of the subject with a key of this event. The
same person gets the same secret in any browser, and votes under the same pseudonym. Neither subject
nor secret is stored: what is stored is another hash of the secret, to count people once, and the
key, sealed. Both are destroyed at the close, and after that nobody can do it again. No leaf
and no notice here: either would tell who came when. The number of people is public.
"""

import hashlib

from qa.domain.admission import Admission, host_of
from qa.domain.question import EventState
from qa.errors import BadInput, EventClosed, EventNotOpen, ProviderAway
from qa.services.context import Context
from qa.services.openid import Subject, pseudonym
from qa.services.unit import Unit, perform
from qa.store import arrivals
from qa.store.models.events import Event
from qa.store.queries.events import find_event
from qa.store.sealed import NONCE_BYTES, seal, unseal

KEY_BYTES = 32
SEALED_WITH = "arrivals"
"""The name of the key, a file beside the others, that every event's own is sealed with."""


def offered_at(ctx: Context) -> str | None:
    """Return the host of the provider that people can be let in by, None where there is none."""
    openid = ctx.config.openid
    return None if openid is None else host_of(openid.issuer)


def require_way_in(ctx: Context, slug: str) -> None:
    """Refuse to send somebody to the provider for an event that would not let them in.

    Raises:
        UnknownEvent: no event has this slug.
        BadInput, EventNotOpen, EventClosed, ProviderAway: as ``let_in``.
    """
    with ctx.db.read() as session:
        _require_way_in(ctx, find_event(session, slug))


def let_in(ctx: Context, slug: str, subject: Subject) -> str:
    """Return the secret that somebody who signed in takes part with, the same every time.

    Raises:
        UnknownEvent: no event has this slug.
        BadInput: the event lets people in another way.
        EventNotOpen, EventClosed: the event lets nobody in now.
        ProviderAway: the event is for people of another provider than this server's.
    """

    def body(unit: Unit) -> str:
        _require_way_in(ctx, unit.event)
        secret = pseudonym(subject, _key(unit), f"event:{slug}").hex()
        if arrivals.note_arrival(unit.session, unit.event, _tag(slug, secret)):
            unit.event.admitted += 1
        return secret

    return perform(ctx, slug, body)


def _require_way_in(ctx: Context, event: Event) -> None:
    if event.admission != Admission.PROVIDER or event.issuer is None:
        raise BadInput("Taking part in this meeting takes no sign-in.")
    if event.state == EventState.DRAFT:
        raise EventNotOpen("This meeting is not open yet. Come back when it is.")
    if event.state == EventState.CLOSED:
        raise EventClosed("This meeting is closed. Its record can be read without a sign-in.")
    openid = ctx.config.openid
    if openid is None or openid.issuer != event.issuer:
        raise ProviderAway(
            f"This meeting is for people who sign in at {host_of(event.issuer)}, and this server"
            " does not know that service any more. Tell whoever runs the meeting."
        )


def _key(unit: Unit) -> bytes:
    """Return the event's key, made when the first person comes in. The event is locked."""
    ctx, session, event = unit.ctx, unit.session, unit.event
    sealing, purpose = ctx.keyring.secret(SEALED_WITH), f"key of event {event.id}"
    sealed = arrivals.find_key(session, event)
    if sealed is not None:
        return unseal(sealing, purpose, sealed)
    key = ctx.random_bytes(KEY_BYTES)
    arrivals.add_key(session, event, seal(sealing, purpose, key, ctx.random_bytes(NONCE_BYTES)))
    return key


def _tag(slug: str, secret: str) -> bytes:
    return hashlib.sha256(f"qa/v1/arrival\n{slug}\n{secret}".encode()).digest()
