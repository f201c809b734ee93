"""Routes that let people check the log: what opens its commitments, and proofs of its leaves."""

from flask import Response

from qa import errors
from qa.exports.bundle import make_bundle
from qa.services import proofs
from qa.web.answers.log import Openings
from qa.web.routes import Answer, Caller, route
from qa.web.schemas.base import SinceQuery

EVENT = "/api/events/<slug>"


@route("GET", f"{EVENT}/openings", query=SinceQuery, answers={200: Openings})
def read_openings(caller: Caller, slug: str, query: SinceQuery) -> Answer:
    """Read every salt and text that is public, from a leaf on."""
    return proofs.openings(caller.ctx, slug, query.since)


@route(
    "GET",
    f"{EVENT}/proofs/<int:leaf_index>",
    answers={200: None},
    answer_type="text/plain",
    raises=(errors.UnknownLeaf,),
)
def read_proof(caller: Caller, slug: str, leaf_index: int) -> Answer:
    """Read the proof that a leaf is in the log, as c2sp.org/tlog-proof."""
    answer = Response(proofs.leaf_proof(caller.ctx, slug, leaf_index), mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@route("GET", f"{EVENT}/bundle.zip", answers={200: None}, answer_type="application/zip")
def read_bundle(caller: Caller, slug: str) -> Answer:
    """Read everything that is public of an event as one file, to be verified offline."""
    answer = Response(make_bundle(caller.ctx, slug), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
