"""Quotas, counted in memory or in Redis and never in the database.

A count per participant says how often somebody asked, not what: kept in the database, two backups
taken around a submission would tell who wrote it.
"""

from limits import (
    RateLimitItem,
    RateLimitItemPerMinute,
    RateLimitItemPerSecond,
    RateLimitItemPerYear,
)

from qa.config import Limits
from qa.errors import RateLimited
from qa.services.windows import Who, open_windows

NOBODY = b""


class Quotas:
    """How often one participant, and one event as a whole, may do something."""

    def __init__(self, limits: Limits, redis_url: str | None, secret: bytes) -> None:
        self._windows = open_windows(redis_url, secret)
        self._question_minute = RateLimitItemPerMinute(limits.questions_per_minute)
        self._question_event = RateLimitItemPerYear(limits.questions_per_event)
        self._event_second = RateLimitItemPerSecond(limits.event_questions_per_second)
        self._vote_minute = RateLimitItemPerMinute(limits.votes_per_minute)

    def take_question(self, slug: str, voter: bytes) -> None:
        """Count one submission.

        Raises:
            RateLimited: the participant or the whole event has no submission left.
        """
        person = (slug, voter)
        self._check(self._question_event, person, "questions in this meeting", wait_s=None)
        self._check(self._question_minute, person, "questions a minute", wait_s=60)
        if not self._windows.hit(self._event_second, "event", (slug, NOBODY)):
            raise RateLimited(
                "Many people are asking at this moment. Try again in 2 seconds.",
                details={"retry_after_s": 2},
            )
        self._windows.hit(self._question_event, "question", person)
        self._windows.hit(self._question_minute, "question", person)

    def note_flood(self, slug: str, voter: bytes, questions: int, minutes: int) -> bool:
        """Count a submission; say whether, before it, anybody had sent more than ``questions``.

        That stays so for ``minutes``, for everybody: whose it was that began it cannot be told from
        the answers, not even to the one who did.
        """
        flooding = RateLimitItemPerMinute(1, minutes)
        seen = not self._windows.test(flooding, "flooding", (slug, NOBODY))
        if not self._windows.hit(
            RateLimitItemPerMinute(questions, minutes), "flood", (slug, voter)
        ):
            self._windows.hit(flooding, "flooding", (slug, NOBODY))
        return seen

    def take_vote(self, slug: str, voter: bytes) -> None:
        """Count one vote given or taken back.

        Raises:
            RateLimited: the participant has no vote left in this minute.
        """
        if not self._windows.hit_often(self._vote_minute, "vote", (slug, voter)):
            raise _refusal(self._vote_minute.amount, "votes a minute", 60)

    def _check(self, item: RateLimitItem, person: Who, what: str, wait_s: int | None) -> None:
        if not self._windows.test(item, "question", person):
            raise _refusal(item.amount, what, wait_s)


def _refusal(amount: int, what: str, wait_s: int | None) -> RateLimited:
    if wait_s is None:
        return RateLimited(f"You have used all your {amount} {what}.")
    return RateLimited(
        f"The limit is {amount} {what}. Try again in a minute.", details={"retry_after_s": wait_s}
    )
