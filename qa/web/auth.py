"""Who is asking: two cookies, and what keeps other sites from using them.

A participant's cookie holds a random secret, signed for one event. A staff cookie holds the secret
of a session whose hash is in the database. Neither leads anywhere from the other.
"""

import re
from collections.abc import Mapping

from flask import Flask, Response, jsonify, request
from flask_wtf import CSRFProtect
from itsdangerous import BadSignature, Signer

from qa.config import Config
from qa.errors import CrossSite, NoRight, NotJoined, SignedOut
from qa.services import identity
from qa.services.context import Actor, Context
from qa.services.identity import SignedIn
from qa.web.hosts import allowed_origins

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SECRET_HEX = re.compile(r"[0-9a-f]{64}")
DAY_S = 24 * 60 * 60
PARTICIPANT_DAYS = 90

Cookies = Mapping[str, str]


def participant(ctx: Context, cookies: Cookies, slug: str) -> Actor | None:
    """Return the participant behind a browser's cookies, or None when it has not joined."""
    secret = _participant_secret(ctx, cookies, slug)
    return None if secret is None else identity.participant(slug, secret)


def require_participant(ctx: Context, cookies: Cookies, slug: str) -> Actor:
    """Return the participant. Raises: NotJoined."""
    actor = participant(ctx, cookies, slug)
    if actor is None:
        raise NotJoined("Join the meeting with its code first.")
    return actor


def account(ctx: Context, cookies: Cookies) -> SignedIn | None:
    """Return whoever is signed in, or None."""
    secret = staff_secret(ctx.config, cookies)
    return None if secret is None else identity.signed_in(ctx, secret)


def require_account(ctx: Context, cookies: Cookies) -> SignedIn:
    """Return whoever is signed in. Raises: SignedOut."""
    person = account(ctx, cookies)
    if person is None:
        raise SignedOut("Your session is over. Sign in again.")
    return person


def require_staff(ctx: Context, cookies: Cookies, slug: str) -> Actor:
    """Return the staff member. Raises: SignedOut, NoRight, UnknownEvent."""
    person = require_account(ctx, cookies)
    actor = identity.staff_actor(ctx, slug, person.account_id)
    if actor is None:
        raise NoRight("You have no role in this meeting.")
    return actor


def join(ctx: Context, cookies: Cookies, slug: str, answer: Response) -> None:
    """Make the browser a participant of the event, unless it is one already."""
    if participant(ctx, cookies, slug) is not None:
        return
    keep_participant(ctx, slug, identity.new_participant(ctx), answer)


def keep_participant(ctx: Context, slug: str, secret: str, answer: Response) -> None:
    """Make the browser the participant of an event whose secret this is."""
    signed = _signer(ctx, slug).sign(secret).decode("ascii")
    _set_cookie(
        ctx.config, answer, participant_cookie(ctx.config, slug), signed, PARTICIPANT_DAYS * DAY_S
    )


def joined(ctx: Context, event: Mapping[str, object], *, admits: bool = True) -> Response:
    """Return the answer to a browser that joins; ``admits`` is whether it may take part now."""
    slug = str(event["slug"])
    answer = jsonify({**event, "url": f"/e/{slug}"})
    answer.headers["Cache-Control"] = "no-store"
    if admits:
        join(ctx, request.cookies, slug, answer)
    return answer


def left(config: Config, slug: str) -> Response:
    """Return the answer after which nothing in a browser knows who took part in an event there."""
    answer = jsonify({"left": True})
    answer.headers["Cache-Control"] = "no-store"
    _forget(config, answer, participant_cookie(config, slug))
    _forget(config, answer, report_cookie(config, slug))
    return answer


def sign_in(ctx: Context, answer: Response, secret: str) -> None:
    """Give the browser a new staff session, and end the one that it came with, if any."""
    earlier = staff_secret(ctx.config, request.cookies)
    if earlier is not None:
        identity.sign_out(ctx, earlier)
    max_age_s = ctx.config.limits.staff_session_hours * 60 * 60
    _set_cookie(ctx.config, answer, staff_cookie(ctx.config), secret, max_age_s)


def forget_staff(config: Config, answer: Response) -> None:
    """Take the staff cookie away."""
    _forget(config, answer, staff_cookie(config))


def staff_secret(config: Config, cookies: Cookies) -> str | None:
    """Return the secret of the staff cookie if it is of its form."""
    secret = cookies.get(staff_cookie(config), "")
    return secret if SECRET_HEX.fullmatch(secret) else None


def participant_cookie(config: Config, slug: str) -> str:
    """Return the name of the participant cookie of an event."""
    return f"{_prefix(config)}fh-p-{slug}"


def staff_cookie(config: Config) -> str:
    """Return the name of the staff cookie."""
    return f"{_prefix(config)}fh-staff"


def report_cookie(config: Config, slug: str) -> str:
    """Return the name of the cookie that keeps the key of a report's share link."""
    return f"{_prefix(config)}fh-report-{slug}"


def keep_report_key(ctx: Context, slug: str, key: str, answer: Response) -> None:
    """Let the browser show the key of a share link again, so that no address has to hold it."""
    _set_cookie(ctx.config, answer, report_cookie(ctx.config, slug), key, PARTICIPANT_DAYS * DAY_S)


def keep_journey(config: Config, answer: Response, value: str, max_age_s: int) -> None:
    """Let the browser bring back what is remembered while it is at the OpenID provider."""
    _set_cookie(config, answer, journey_cookie(config), value, max_age_s)


def journey(config: Config, cookies: Cookies) -> str:
    """Return what the browser brings back; it may be anything."""
    return cookies.get(journey_cookie(config), "")


def forget_journey(config: Config, answer: Response) -> None:
    """Take the cookie of a journey away: it is good for one return."""
    _forget(config, answer, journey_cookie(config))


def journey_cookie(config: Config) -> str:
    """Return the name of the cookie of a journey to the OpenID provider."""
    return f"{_prefix(config)}fh-oidc"


def refuse_other_sites(app: Flask, ctx: Context) -> None:
    """Refuse changes that another site's page asks for, and changes without a CSRF token."""
    app.config.update(
        SECRET_KEY=ctx.keyring.secret("session cookie"),
        SESSION_COOKIE_NAME=f"{_prefix(ctx.config)}fh-session",
        SESSION_COOKIE_SECURE=ctx.config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_HEADERS=["X-CSRF-Token"],
        # A page stays open for the length of a meeting; the token ends with the browser's session.
        WTF_CSRF_TIME_LIMIT=None,
        # Pages send no Referer; _check_origin looks at what the browser says instead.
        WTF_CSRF_SSL_STRICT=False,
    )
    origins = frozenset(allowed_origins(ctx.config))

    @app.before_request
    def check_origin() -> None:
        if request.method not in SAFE_METHODS:
            _check_origin(origins)

    CSRFProtect(app)


def _check_origin(origins: frozenset[str]) -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        allowed = site in ("same-origin", "none")
    else:
        # Without Referer, browsers send "null" for a form of our own; the CSRF token decides then.
        origin = request.headers.get("Origin", "null")
        allowed = origin == "null" or origin in origins
    if not allowed:
        raise CrossSite("This was asked for by a page of another site, so nothing was changed.")


def _participant_secret(ctx: Context, cookies: Cookies, slug: str) -> str | None:
    signed = cookies.get(participant_cookie(ctx.config, slug), "")
    try:
        return _signer(ctx, slug).unsign(signed).decode("ascii")
    except BadSignature:
        return None


def _signer(ctx: Context, slug: str) -> Signer:
    return Signer(ctx.keyring.secret("participant cookie"), salt=f"participant {slug}")


def _set_cookie(config: Config, answer: Response, name: str, value: str, max_age_s: int) -> None:
    answer.set_cookie(
        name, value, max_age=max_age_s, secure=config.secure, httponly=True, samesite="Lax"
    )


def _forget(config: Config, answer: Response, name: str) -> None:
    answer.delete_cookie(name, secure=config.secure, httponly=True, samesite="Lax")


def _prefix(config: Config) -> str:
    return "__Host-" if config.secure else ""
