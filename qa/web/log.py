"""The logs as static files: the read interface of https://c2sp.org/tlog-tiles.

``/log/<slug>/checkpoint``, ``/log/<slug>/tile/<L>/<N>[.p/<W>]`` and
``/log/<slug>/tile/entries/<N>[.p/<W>]``; the deployment's registry is under ``/log/registry``.
Beside them, ``/log/<slug>/head`` is for pages, which show what was logged a moment ago.
"""

from flask import Blueprint, Flask, Response
from werkzeug.exceptions import NotFound

from qa.errors import UnknownEvent
from qa.services import logs
from qa.services.context import Context
from qa.web.routes import SLUG

# A tile of one width never changes, so it can be kept for ever, whether it is full or not.
IMMUTABLE = "public, max-age=31536000, immutable"


def add_log(app: Flask, ctx: Context) -> None:
    """Serve every log."""
    log = Blueprint("log", __name__, url_prefix="/log")

    @log.get("/<slug>/checkpoint")
    def checkpoint(slug: str) -> Response:
        """Return the newest signed checkpoint that witnesses stand for, if there are any."""
        return _note(logs.checkpoint(ctx, _slug(slug)))

    @log.get("/<slug>/head")
    def head(slug: str) -> Response:
        """Return the newest signed checkpoint of all, which witnesses may not have seen yet."""
        return _note(logs.newest_head(ctx, _slug(slug)).note)

    @log.get("/<slug>/tile/<path:path>")
    def tile(slug: str, path: str) -> Response:
        """Return a tile or a bundle of entries."""
        found = logs.find_tile(ctx, _slug(slug), f"tile/{path}")
        if found is None:
            raise NotFound
        answer = Response(found[1], mimetype="application/octet-stream")
        answer.headers["Cache-Control"] = IMMUTABLE
        return answer

    app.register_blueprint(log)


def _note(note: str) -> Response:
    answer = Response(note, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _slug(slug: str) -> str:
    if not SLUG.fullmatch(slug):
        raise UnknownEvent("There is no log at this address.")
    return slug
