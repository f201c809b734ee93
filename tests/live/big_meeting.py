"""A meeting of thousands of questions, put on the record by the services in a few transactions."""

import random
from pathlib import Path
from typing import Final

from sqlalchemy import insert, update

from qa.config import load_config
from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.domain.question import Verdict
from qa.services import identity, snapshots
from qa.services.context import build_context
from qa.services.decisions import Statement, record_decision
from qa.services.docket import Submission, add_questions
from qa.services.unit import Unit, perform
from qa.store.models.questions import Question, Vote
from tests.conftest import TurnableClock
from tests.services.meeting import SLUG, Meeting, hold_meeting

AT_ONCE: Final = 250
VOTERS: Final = 200
REASONS: Final = ("off_topic", "answered_elsewhere", "individual_case", "spam", "confidential")
SUBJECTS: Final = (
    *("canteen menu", "parking garage", "parental leave", "travel budget", "office closure"),
    *("salary bands", "remote work", "security badge", "promotion round", "customer data"),
    *("supplier audit", "travel policy", "training budget", "night shift", "product launch"),
)
ASKED: Final = (
    "When will the {} be decided on, and who in leadership looks after it until then?",
    "Why was the {} changed without asking the people whom it is about in team {}?",
    "Could the {} be explained once more, with numbers for each of the last {} years?",
    "What does the {} cost us in a year, compared with the other {} sites?",
)


def hold_big_meeting(data_dir: Path, database_url: str, questions: int) -> None:
    """Hold and close a meeting: most questions shown, a quarter filtered, a few never decided."""
    config = load_config({"QA_DATA_DIR": str(data_dir), "QA_DATABASE_URL": database_url})
    clock = TurnableClock()
    ctx = build_context(config, clock=clock)
    policy = {**DEFAULT_POLICY_DOCUMENT, "rules": []}
    meeting = hold_meeting(ctx, "open", policy=policy, title="A very large town hall")
    chance = random.Random(5000)
    for first in range(1, questions + 1, AT_ONCE):
        clock.turn(minutes=3)
        numbers = range(first, min(first + AT_ONCE, questions + 1))
        perform(ctx, SLUG, lambda unit, numbers=numbers: _ask(unit, numbers, chance))
        clock.turn(minutes=2)
        perform(ctx, SLUG, lambda unit, numbers=numbers: _decide(unit, meeting, numbers, chance))
    perform(ctx, SLUG, lambda unit: _vote(unit, questions, chance))
    snapshots.log_snapshots(ctx, [SLUG])
    meeting.move("live", "closed")
    ctx.db.close()


def _ask(unit: Unit, numbers: range, chance: random.Random) -> None:
    add_questions(
        unit,
        [
            Submission(
                f"{chance.choice(ASKED).format(chance.choice(SUBJECTS), n % 9 + 2)} ({n})",
                f"Person {n % 97}" if n % 3 == 0 else None,
                "en",
                f"key {n}",
                None,
                "live",
            )
            for n in numbers
        ],
    )


def _decide(unit: Unit, meeting: Meeting, numbers: range, chance: random.Random) -> None:
    for n in numbers:
        fate = chance.random()
        if fate > 0.96:
            continue
        moderator = meeting.moderator if n % 2 else meeting.other_moderator
        filtered = fate < 0.25
        statement = Statement(
            Verdict.FILTER if filtered else Verdict.PUBLISH,
            chance.choice(REASONS) if filtered else None,
            f"Not for this meeting: see note {n % 40} of the week." if filtered else "",
            str(moderator.pseudonym),
            moderator.staff_id,
        )
        record_decision(unit, unit.question(n), statement)


def _vote(unit: Unit, questions: int, chance: random.Random) -> None:
    voters = [identity.participant(SLUG, f"voter {at}").voter for at in range(VOTERS)]
    rows = []
    for n in range(1, questions + 1, 2):
        question = unit.question(n)
        given = chance.sample(voters, int(chance.random() ** 4 * VOTERS))
        rows += [{"question_id": question.id, "voter": voter} for voter in given]
        unit.session.execute(
            update(Question).where(Question.id == question.id).values(votes=len(given))
        )
    unit.session.execute(insert(Vote), rows)
