"""Routes of one's own account: signing in with a password, and the ways to sign in."""

import io

import segno
from flask import Response, jsonify, request

from qa import errors
from qa.domain import totp
from qa.services import account_ways, one_time_codes, passwords, provider_accounts
from qa.services.identity import SignedIn
from qa.web import auth, openid
from qa.web.answers.account import Address, CodeSecret, Ways
from qa.web.answers.base import Nothing
from qa.web.routes import Answer, Caller, Who, route
from qa.web.schemas.account import CodeBody, PasswordBody, SignInBody
from qa.web.schemas.base import EmptyBody
from qa.web.sign_in_pages import CONNECT, safe_next

ACCOUNT = "/api/account"
TRIES = (errors.WrongPassword, errors.RateLimited)


@route(
    "POST",
    "/api/sign-in",
    body=SignInBody,
    answers={200: Address},
    raises=(*TRIES, errors.NoRight, errors.Busy),
)
def sign_in(caller: Caller, body: SignInBody) -> Answer:
    """Sign in as staff, with a password and, if the account has an app, its code."""
    ctx = caller.ctx
    secret = passwords.sign_in(ctx, body.name, body.password, body.code, _from())
    answer = _kept_by_nobody({"address": safe_next(body.next)})
    auth.sign_in(ctx, answer, secret)
    return answer


@route("GET", ACCOUNT, who=Who.ACCOUNT, answers={200: Ways})
def read_ways(caller: Caller) -> Answer:
    """How one signs in oneself."""
    return account_ways.read_ways(caller.ctx, _person(caller))


@route(
    "PUT",
    f"{ACCOUNT}/password",
    who=Who.ACCOUNT,
    body=PasswordBody,
    answers={200: Nothing},
    raises=(*TRIES, errors.NoRight),
)
def set_password(caller: Caller, body: PasswordBody) -> Answer:
    """Set one's own password and sign-in name; other sessions of the account end."""
    ctx, person = caller.ctx, _person(caller)
    session_secret = auth.staff_secret(ctx.config, request.cookies) or ""
    given = body.model_dump()
    passwords.set_password(ctx, person, session_secret, **given, address=_from())
    return {}


@route(
    "POST",
    f"{ACCOUNT}/code",
    who=Who.ACCOUNT,
    answers={201: CodeSecret},
    raises=(errors.IllegalTransition,),
)
def begin_code(caller: Caller, body: EmptyBody) -> Answer:  # noqa: ARG001
    """Make a secret for an authenticator app; codes are asked for once one confirms it."""
    secret = one_time_codes.begin(caller.ctx, _person(caller))
    return {"secret": totp.spell(secret)}, 201


@route(
    "GET",
    f"{ACCOUNT}/code.svg",
    who=Who.ACCOUNT,
    answers={200: None},
    answer_type="image/svg+xml",
    raises=(errors.IllegalTransition,),
)
def draw_code(caller: Caller) -> Answer:
    """The secret that waits for its first code, as a QR code for the app."""
    ctx, person = caller.ctx, _person(caller)
    secret = one_time_codes.unconfirmed(ctx, person.account_id)
    if secret is None:
        raise errors.IllegalTransition("Begin to set up the app first.")
    uri = totp.enrolment_uri(secret, person.name, f"Fair Hearing {ctx.config.origin}")
    drawing = io.BytesIO()
    segno.make(uri, error="m", micro=False).save(
        drawing, kind="svg", xmldecl=False, border=2, light="#fff", dark="#000", omitsize=True
    )
    answer = Response(drawing.getvalue(), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@route(
    "POST",
    f"{ACCOUNT}/code/confirm",
    who=Who.ACCOUNT,
    body=CodeBody,
    answers={200: Nothing},
    raises=(*TRIES, errors.IllegalTransition),
)
def confirm_code(caller: Caller, body: CodeBody) -> Answer:
    """Ask for the app's codes from now on."""
    one_time_codes.confirm(caller.ctx, _person(caller), body.code, _from())
    return {}


@route(
    "POST",
    f"{ACCOUNT}/code/remove",
    who=Who.ACCOUNT,
    body=CodeBody,
    answers={200: Nothing},
    raises=TRIES,
)
def remove_code(caller: Caller, body: CodeBody) -> Answer:
    """Ask for no codes any more. Needs one, unless a one-time link began the session."""
    one_time_codes.remove(caller.ctx, _person(caller), body.code, _from())
    return {}


@route(
    "POST",
    f"{ACCOUNT}/provider",
    who=Who.ACCOUNT,
    answers={200: Address},
    raises=(errors.ProviderAway, errors.RateLimited, errors.NoRight),
)
def connect_provider(caller: Caller, body: EmptyBody) -> Answer:  # noqa: ARG001
    """Begin to connect one's account with the OpenID provider: the answer says where to go."""
    if not openid.is_configured(caller.ctx):
        raise errors.NoRight("This server has no sign-in service.")
    answer = _kept_by_nobody({})
    address = openid.start(caller.ctx, answer, CONNECT, about=str(caller.account_id))
    answer.set_data(jsonify({"address": address}).get_data())
    return answer


@route("DELETE", f"{ACCOUNT}/provider", who=Who.ACCOUNT, answers={200: Nothing})
def disconnect_provider(caller: Caller, body: EmptyBody) -> Answer:  # noqa: ARG001
    """Sign in at the OpenID provider no more."""
    provider_accounts.disconnect(caller.ctx, caller.account_id)
    return {}


def _person(caller: Caller) -> SignedIn:
    return auth.require_account(caller.ctx, request.cookies)


def _from() -> str:
    return request.remote_addr or ""


def _kept_by_nobody(body: dict[str, str]) -> Response:
    answer: Response = jsonify(body)
    answer.headers["Cache-Control"] = "no-store"
    return answer
