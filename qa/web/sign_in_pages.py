"""The pages on which staff sign in, and say how they want to; the provider's way back to them.

Where somebody wanted to go is carried along as ``next``, and only to pages of our own.
"""

import re
from typing import Final

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from qa.errors import SignedOut
from qa.services import account_ways, passwords, provider_accounts
from qa.services.context import Context
from qa.services.openid import Subject
from qa.web import auth, openid

AFTER_SIGN_IN: Final = "/staff"
OWN_PAGE: Final = re.compile(r"/(?:staff|trend|new|account|e/[a-z0-9-]{1,60}(?:/[a-z]{1,20})?)")
"""Pages that somebody can be on the way to. Everything else leads to their events."""

STAFF: Final = "staff"
CONNECT: Final = "connect"


def safe_next(wanted: str) -> str:
    """Return the page to show after signing in: the wanted one, if it is one of ours."""
    return wanted if OWN_PAGE.fullmatch(wanted) else AFTER_SIGN_IN


def add_sign_in_pages(app: Flask, ctx: Context) -> None:
    """Serve the pages around signing in."""
    pages = Blueprint("sign_in_pages", __name__)

    @pages.get("/sign-in")
    def ways() -> str:
        """Show the ways that this server has."""
        wanted = safe_next(request.args.get("next", ""))
        return render_template(
            "sign_in_ways.html",
            page="sign_in_ways",
            next=wanted,
            passwords=ctx.config.passwords,
            provider=openid.is_configured(ctx),
        )

    @pages.get("/sign-in/oidc")
    def to_provider() -> Response:
        """Send the browser to the provider."""
        answer = make_response(redirect(AFTER_SIGN_IN, 303))
        wanted = safe_next(request.args.get("next", ""))
        answer.location = openid.start(ctx, answer, STAFF, about=wanted)
        return answer

    @pages.get("/account")
    def account() -> str:
        """Show somebody how they sign in, and let them change it."""
        person = auth.require_account(ctx, request.cookies)
        return render_template(
            "account.html",
            page="account",
            name=person.name,
            ways=account_ways.read_ways(ctx, person),
            min_characters=passwords.MIN_CHARACTERS,
        )

    @pages.after_request
    def keep_nothing(answer: Response) -> Response:
        answer.headers["Cache-Control"] = "no-store"
        return answer

    app.register_blueprint(pages)


@openid.when_back(STAFF)
def signed_in_there(ctx: Context, subject: Subject, about: str) -> Response:
    """Sign the browser in as the account that whoever came back is connected with."""
    secret = provider_accounts.sign_in(ctx, subject)
    answer = make_response(redirect(safe_next(about), 303))
    auth.sign_in(ctx, answer, secret)
    return answer


@openid.when_back(CONNECT)
def connected_there(ctx: Context, subject: Subject, about: str) -> Response:
    """Connect whoever came back with the account that sent them, if it is still signed in here."""
    person = auth.require_account(ctx, request.cookies)
    if str(person.account_id) != about:
        raise SignedOut("Somebody else has signed in here meanwhile. Begin again.")
    provider_accounts.connect(ctx, person.account_id, subject)
    return make_response(redirect("/account", 303))
