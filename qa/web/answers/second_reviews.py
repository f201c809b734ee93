"""Answers about second reviews: what waits for one."""

from qa.web.answers.base import Answer, Docket


class WaitingReview(Answer):
    """A question to decide for a second time, without anything of the first decision."""

    n: Docket
    seq: int
    text: str
    name: str | None
    anonymous: bool
    language: str | None


class WaitingReviews(Answer):
    """What you can review: nothing that you have decided on yourself."""

    reviews: list[WaitingReview]
