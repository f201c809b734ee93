"""Routes about questions, for everybody: read, ask, vote, revise, withdraw."""

from functools import partial
from typing import Any, Final

from flask import current_app, request

from qa import errors
from qa.services import appeals, boards, votes
from qa.services import questions as service
from qa.web import auth
from qa.web.answers.base import OpenApi
from qa.web.answers.boards import Board
from qa.web.answers.questions import History, Question, Receipt, SimilarList, VoteAnswer
from qa.web.board_cache import BOARD_CACHE, BoardCache, send
from qa.web.board_pieces import Pieces
from qa.web.routes import Answer, Caller, Who, route
from qa.web.schemas.base import EmptyBody, SinceQuery
from qa.web.schemas.questions import AppealBody, QuestionBody, ReviseBody, SimilarBody, WithdrawBody

OPENAPI: Final = "fair-hearing-openapi"
"""Where the app keeps the document."""

EVENT = "/api/events/<slug>"
QUESTION = f"{EVENT}/questions/<int:n>"
NOT_TAKING = (errors.EventNotOpen, errors.EventClosed)


@route("GET", f"{EVENT}/board", query=SinceQuery, answers={200: Board})
def read_board(caller: Caller, slug: str, query: SinceQuery) -> Answer:
    """Read the public board, or what changed on it after a revision. Has an ETag."""
    ctx, since = caller.ctx, query.since
    cache: BoardCache = current_app.extensions[BOARD_CACHE]
    revision = boards.revision(ctx, slug)
    if since:
        return send(
            cache.get(slug, since, revision, partial(boards.public_board, ctx, slug, since))
        )
    read, read_some = (
        partial(boards.public_board, ctx, slug),
        partial(boards.public_some, ctx, slug),
    )
    pieces = cache.pieces(slug, lambda: Pieces(read, read_some))
    return send(cache.get(slug, 0, revision, pieces.whole))


@route("GET", QUESTION, answers={200: History})
def read_question(caller: Caller, slug: str, n: int) -> Answer:
    """Read a question and everything that was logged about it."""
    return boards.question_history(caller.ctx, slug, n)


@route(
    "POST",
    f"{EVENT}/questions",
    who=Who.PARTICIPANT,
    body=QuestionBody,
    answers={201: Receipt, 200: Receipt},
    raises=(*NOT_TAKING, errors.RateLimited, errors.DuplicateSubmission),
)
def submit_question(caller: Caller, slug: str, body: QuestionBody) -> Answer:
    """Ask a question. A retry with the same client key gets the same receipt, with status 200."""
    draft = service.QuestionDraft(**body.model_dump())
    receipt = service.submit_question(caller.ctx, slug, caller.actor, draft)
    return receipt.as_dict(), 201 if receipt.created else 200


@route(
    "POST",
    f"{EVENT}/similar",
    body=SimilarBody,
    answers={200: SimilarList},
)
def find_similar(caller: Caller, slug: str, body: SimilarBody) -> Answer:
    """Find public questions that read like a text. Nothing is stored."""
    return service.similar_questions(caller.ctx, slug, body.text)


@route(
    "PUT",
    f"{QUESTION}/vote",
    who=Who.PARTICIPANT,
    answers={200: VoteAnswer},
    raises=(*NOT_TAKING, errors.IllegalTransition, errors.RateLimited),
)
def cast_vote(caller: Caller, slug: str, n: int, body: EmptyBody) -> Answer:  # noqa: ARG001
    """Vote for a question; voting twice changes nothing."""
    return votes.cast_vote(caller.ctx, slug, caller.actor, n)


@route(
    "DELETE",
    f"{QUESTION}/vote",
    who=Who.PARTICIPANT,
    answers={200: VoteAnswer},
    raises=(*NOT_TAKING, errors.IllegalTransition, errors.RateLimited),
)
def retract_vote(caller: Caller, slug: str, n: int, body: EmptyBody) -> Answer:  # noqa: ARG001
    """Take a vote back; doing so twice changes nothing."""
    return votes.retract_vote(caller.ctx, slug, caller.actor, n)


@route(
    "POST",
    f"{QUESTION}/withdraw",
    body=WithdrawBody,
    answers={200: Question},
    raises=(*NOT_TAKING, errors.NoRight, errors.IllegalTransition),
)
def withdraw_question(caller: Caller, slug: str, n: int, body: WithdrawBody) -> Answer:
    """Withdraw a question; the author key proves who wrote it."""
    return service.withdraw_question(caller.ctx, slug, n, body.author_key)


@route(
    "POST",
    f"{QUESTION}/revise",
    body=ReviseBody,
    answers={200: Receipt},
    raises=(*NOT_TAKING, errors.NoRight, errors.IllegalTransition),
)
def revise_question(caller: Caller, slug: str, n: int, body: ReviseBody) -> Answer:
    """Change the words of a pending question; both versions are logged."""
    return service.revise_question(caller.ctx, slug, n, body.author_key, body.text).as_dict()


@route(
    "POST",
    f"{QUESTION}/appeal",
    body=AppealBody,
    answers={200: Question},
    raises=(
        *NOT_TAKING,
        errors.NoRight,
        errors.NotJoined,
        errors.StaleVersion,
        errors.IllegalTransition,
    ),
)
def appeal(caller: Caller, slug: str, n: int, body: AppealBody) -> Answer:
    """Ask that somebody else looks at a decision again, as the author or as a supporter."""
    if body.author_key is not None:
        return appeals.appeal_as_author(caller.ctx, slug, n, body.author_key, body.seq)
    actor = auth.require_participant(caller.ctx, request.cookies, slug)
    return appeals.appeal_as_supporter(caller.ctx, slug, actor, n, body.seq)


@route("GET", "/api/openapi.json", answers={200: OpenApi})
def read_openapi(caller: Caller) -> Answer:  # noqa: ARG001
    """This description of the API."""
    document: dict[str, Any] = current_app.extensions[OPENAPI]()
    return document
