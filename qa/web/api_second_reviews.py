"""Routes of second reviews: decisions drawn by lot that somebody else decides again, blind."""

from qa import errors
from qa.services import second_reviews
from qa.web.answers.questions import QuestionAnswer
from qa.web.answers.second_reviews import WaitingReviews
from qa.web.routes import Answer, Caller, Who, route
from qa.web.schemas.second_reviews import SecondReviewBody

EVENT = "/api/events/<slug>"


@route("GET", f"{EVENT}/second-reviews", who=Who.STAFF, answers={200: WaitingReviews})
def read_second_reviews(caller: Caller, slug: str) -> Answer:
    """Read the questions that you can review, without anything of what was decided on them."""
    return second_reviews.list_waiting(caller.ctx, slug, caller.actor)


@route(
    "POST",
    f"{EVENT}/questions/<int:n>/second-review",
    who=Who.STAFF,
    body=SecondReviewBody,
    answers={200: QuestionAnswer},
    raises=(
        errors.EventNotOpen,
        errors.EventClosed,
        errors.IllegalTransition,
        errors.StaleVersion,
    ),
)
def review_decision(caller: Caller, slug: str, n: int, body: SecondReviewBody) -> Answer:
    """Say what you would have decided; the answer shows what somebody else did. Never twice."""
    return second_reviews.review_decision(caller.ctx, slug, caller.actor, n, **body.model_dump())
