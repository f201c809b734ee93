"""Routes that hide words: redactions, which two members of staff decide, and erasures."""

from qa import errors
from qa.services import erasures, redactions
from qa.web.answers.hiding import Erasure, RedactionAnswer
from qa.web.routes import Answer, Caller, Who, route
from qa.web.schemas.base import EmptyBody
from qa.web.schemas.hiding import EraseBody, EraseOnRequestBody, RedactionBody

QUESTION = "/api/events/<slug>/questions/<int:n>"
PROPOSAL = f"{QUESTION}/redactions/<int:proposal_id>"


@route(
    "POST",
    f"{QUESTION}/redactions",
    who=Who.STAFF,
    body=RedactionBody,
    answers={201: RedactionAnswer},
    raises=(errors.IllegalTransition, errors.StaleVersion),
)
def propose_redaction(caller: Caller, slug: str, n: int, body: RedactionBody) -> Answer:
    """Propose to hide words. Nothing is hidden, and nothing logged, before somebody confirms."""
    draft = redactions.Draft(**body.model_dump())
    return redactions.propose_redaction(caller.ctx, slug, caller.actor, n, draft), 201


@route(
    "POST",
    f"{PROPOSAL}/confirm",
    who=Who.STAFF,
    answers={200: RedactionAnswer},
    raises=(errors.IllegalTransition, errors.StaleVersion),
)
def confirm_redaction(
    caller: Caller,
    slug: str,
    n: int,
    proposal_id: int,
    body: EmptyBody,  # noqa: ARG001
) -> Answer:
    """Hide words that somebody else proposed to hide: they are deleted, and that is logged."""
    return redactions.confirm_redaction(caller.ctx, slug, caller.actor, n, proposal_id)


@route(
    "POST",
    f"{PROPOSAL}/reject",
    who=Who.STAFF,
    answers={200: RedactionAnswer},
    raises=(errors.StaleVersion,),
)
def reject_redaction(
    caller: Caller,
    slug: str,
    n: int,
    proposal_id: int,
    body: EmptyBody,  # noqa: ARG001
) -> Answer:
    """Drop a proposal, somebody else's or one's own. Not logged: nothing was hidden."""
    return redactions.reject_redaction(caller.ctx, slug, caller.actor, n, proposal_id)


@route(
    "POST",
    f"{QUESTION}/erase",
    body=EraseBody,
    answers={200: Erasure},
    raises=(errors.NoRight, errors.IllegalTransition),
)
def erase_as_author(caller: Caller, slug: str, n: int, body: EraseBody) -> Answer:
    """Erase one's own words; the author key proves who wrote them. A dry run lists the places."""
    return erasures.erase_as_author(caller.ctx, slug, n, **body.model_dump())


@route(
    "POST",
    f"{QUESTION}/erase-on-request",
    who=Who.STAFF,
    body=EraseOnRequestBody,
    answers={200: Erasure},
    raises=(errors.IllegalTransition,),
)
def erase_on_request(caller: Caller, slug: str, n: int, body: EraseOnRequestBody) -> Answer:
    """Erase words for a person who asked for it. A dry run lists the places."""
    return erasures.erase_on_request(caller.ctx, slug, caller.actor, n, **body.model_dump())
