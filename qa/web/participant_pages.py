"""The way into an event for those who sign in: to the OpenID provider, and back to the board."""

from flask import Blueprint, Flask, Response, make_response, redirect

from qa.errors import UnknownEvent
from qa.services import provider_participants
from qa.services.context import Context
from qa.services.openid import Subject
from qa.web import auth, openid
from qa.web.routes import SLUG


def add_participant_pages(app: Flask, ctx: Context) -> None:
    """Serve the way to the provider."""
    pages = Blueprint("participant_pages", __name__)

    @pages.get("/e/<slug>/sign-in")
    def to_provider(slug: str) -> Response:
        """Send the browser to the provider, if the event lets in who comes back."""
        if not SLUG.fullmatch(slug):
            raise UnknownEvent("There is no meeting at this address.")
        provider_participants.require_way_in(ctx, slug)
        answer = make_response(redirect(f"/e/{slug}", 303))
        answer.location = openid.start(ctx, answer, openid.TAKE_PART, about=slug)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    app.register_blueprint(pages)


@openid.when_back(openid.TAKE_PART)
def came_back(ctx: Context, subject: Subject, about: str) -> Response:
    """Let whoever came back take part in the event that they set out from."""
    secret = provider_participants.let_in(ctx, about, subject)
    answer = make_response(redirect(f"/e/{about}", 303))
    auth.keep_participant(ctx, about, secret, answer)
    return answer
