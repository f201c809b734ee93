"""A recorded meeting put on the record by the services alone, in seconds: no doors, no people.

Questions of one hour are submitted together, and decided on together by two moderators in turn.
Votes are written in one go, as many sets of words and people as the source has.
"""

from itertools import groupby

from sqlalchemy import insert, update

from qa.domain.question import Verdict
from qa.domain.text import clean_question
from qa.errors import QaError
from qa.replay.criteria import replay_policy, replay_title
from qa.replay.outcome import NO_REASON_KEPT, REASON
from qa.replay.recording import Comment, Recording
from qa.replay.schedule import make_schedule
from qa.services import identity, snapshots
from qa.services.context import Context
from qa.services.decisions import Statement, record_decision
from qa.services.docket import Submission, add_questions
from qa.services.unit import Unit, perform
from qa.store.models.questions import Question, Vote
from tests.conftest import TurnableClock
from tests.services.meeting import SLUG, Meeting, hold_meeting

HOUR_MS = 3_600_000


def load_recording(ctx: Context, clock: TurnableClock, recording: Recording) -> dict[int, int]:
    """Hold the meeting and close it; return docket numbers by comment."""
    comments = [each for each in recording.comments if _is_within_limits(each)]
    clock.now_ms = comments[0].at_ms - comments[0].at_ms % HOUR_MS
    title = replay_title(recording.title)
    meeting = hold_meeting(ctx, "open", title=title, policy=replay_policy())
    docket: dict[int, int] = {}
    for hour, group in groupby(comments, key=lambda each: each.at_ms // HOUR_MS):
        clock.now_ms = hour * HOUR_MS
        _submit_and_decide(meeting, list(group), docket)
    _vote(ctx, recording, docket)
    snapshots.log_snapshots(ctx, [SLUG])
    meeting.move("live", "closed")
    return docket


def _is_within_limits(comment: Comment) -> bool:
    try:
        return bool(clean_question(comment.text))
    except QaError:
        return False


def _submit_and_decide(meeting: Meeting, comments: list[Comment], docket: dict[int, int]) -> None:
    def body(unit: Unit) -> None:
        receipts = add_questions(
            unit,
            [
                Submission(
                    clean_question(each.text), None, None, f"key {each.comment_id}", None, "live"
                )
                for each in comments
            ],
        )
        for comment, receipt in zip(comments, receipts, strict=True):
            docket[comment.comment_id] = receipt.n
            if comment.moderated:
                moderator = (meeting.moderator, meeting.other_moderator)[comment.comment_id % 2]
                published = comment.moderated == 1
                statement = Statement(
                    Verdict.PUBLISH if published else Verdict.FILTER,
                    None if published else REASON,
                    "" if published else NO_REASON_KEPT,
                    str(moderator.pseudonym),
                    moderator.staff_id,
                )
                record_decision(unit, unit.question(receipt.n), statement)

    perform(meeting.ctx, SLUG, body)


def _vote(ctx: Context, recording: Recording, docket: dict[int, int]) -> None:
    decided = {each.comment_id for each in recording.comments if each.moderated}
    supporters = {
        docket[comment_id]: sorted(people)
        for comment_id, people in make_schedule(recording).supporters.items()
        if comment_id in docket and comment_id in decided and people
    }
    voters = {
        person: identity.participant(SLUG, person).voter
        for people in supporters.values()
        for person in people
    }

    def body(unit: Unit) -> None:
        rows = []
        for n, people in supporters.items():
            question = unit.question(n)
            rows += [{"question_id": question.id, "voter": voters[person]} for person in people]
            unit.session.execute(
                update(Question).where(Question.id == question.id).values(votes=len(people))
            )
        unit.session.execute(insert(Vote), rows)

    perform(ctx, SLUG, body)
