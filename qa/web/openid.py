"""To the OpenID provider and back: one door for everybody who signs in there, whatever for.

A provider only sends people back to addresses that were registered with it, so there is one:
``/oidc/callback``. What a journey was for is in a signed cookie of the browser, together with its
secrets, for ten minutes and one return. To use it for something new:

* say what happens with those who come back, once, when the module is loaded::

    @when_back(TAKE_PART)
    def came_back(ctx: Context, subject: Subject, about: str) -> Response: ...

* send somebody away, from a view: ``start(ctx, answer, TAKE_PART, about=slug)`` puts the cookie on
  ``answer`` and returns the address to go to. A page that is opened redirects there with 303; for
  a POST answer the address as JSON and let the page's script go there, because the pages' own
  content security policy allows no form to end on another site.

``is_configured(ctx)`` says whether there is a provider. A handler stores ``openid.pseudonym(…)``
and never the subject itself. Requests are counted with the joins of their address.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, g, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.exceptions import NotFound

from qa.errors import BadReturn
from qa.services.context import Context
from qa.services.openid import Journey, Provider, Subject, new_journey
from qa.web import auth
from qa.web.joins import count_join

CALLBACK: Final = "/oidc/callback"
AWAY_S: Final = 600
"""How long somebody may take at the provider."""

TAKE_PART: Final = "take part"
"""The one purpose that is about an event: what is refused then leads back to its board."""

_EXTENSION: Final = "fair-hearing-openid"

Handler = Callable[[Context, Subject, str], Response]
_HANDLERS: dict[str, Handler] = {}


def when_back(purpose: str) -> Callable[[Handler], Handler]:
    """Let a function answer those who come back from a journey with this purpose."""

    def add(handler: Handler) -> Handler:
        _HANDLERS[purpose] = handler
        return handler

    return add


def is_configured(ctx: Context) -> bool:
    """Say whether people can be sent to a provider at all."""
    return ctx.config.openid is not None


def start(ctx: Context, answer: Response, purpose: str, about: str = "") -> str:
    """Remember a journey in the browser and return the address that it leads to.

    Raises:
        NotFound: no provider is configured.
        ProviderAway: the provider does not answer, or not like one.
        RateLimited: too many do this from one address.
    """
    count_join()
    journey = new_journey(ctx.random_bytes)
    address = _provider().address(journey, ctx.config.public_url + CALLBACK)
    kept = {**asdict(journey), "purpose": purpose, "about": about, "at": ctx.clock()}
    auth.keep_journey(ctx.config, answer, str(_signer(ctx).dumps(kept)), AWAY_S)
    return address


def add_openid(app: Flask, ctx: Context) -> None:
    """Serve the one address that a provider sends people back to."""
    settings = ctx.config.openid
    app.extensions[_EXTENSION] = None if settings is None else Provider(settings)
    pages = Blueprint("openid", __name__)

    @pages.get(CALLBACK)
    def come_back() -> Response:
        """Find out who came back, and do what they were sent away for."""
        count_join()
        kept = _remembered(ctx)
        if kept["purpose"] == TAKE_PART:
            g.slug = kept["about"]
        journey = Journey(kept["state"], kept["nonce"], kept["verifier"])
        redirect_uri = ctx.config.public_url + CALLBACK
        query = request.args.to_dict()
        subject = _provider().finish(journey, redirect_uri, query, ctx.clock() / 1000)
        return _HANDLERS[kept["purpose"]](ctx, subject, kept["about"])

    @pages.after_request
    def forget(answer: Response) -> Response:
        auth.forget_journey(ctx.config, answer)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    app.register_blueprint(pages)


def _remembered(ctx: Context) -> dict[str, Any]:
    """Return what the browser brings back of its journey. Raises: BadReturn."""
    try:
        kept: dict[str, Any] = _signer(ctx).loads(auth.journey(ctx.config, request.cookies))
    except BadData:
        raise BadReturn("This sign-in was not begun in this browser. Begin it again.") from None
    if not 0 <= ctx.clock() - kept["at"] <= AWAY_S * 1000:
        raise BadReturn("This sign-in took more than ten minutes. Begin it again.")
    return kept


def _provider() -> Provider:
    provider: Provider | None = current_app.extensions[_EXTENSION]
    if provider is None:
        raise NotFound
    return provider


def _signer(ctx: Context) -> URLSafeSerializer:
    return URLSafeSerializer(ctx.keyring.secret("openid journey"), salt="journey")
