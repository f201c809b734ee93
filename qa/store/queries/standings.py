"""How questions stand, and the decision by which they do."""

from dataclasses import dataclass

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, aliased

from qa.ledger.facts import DECIDED
from qa.store.models.decisions import Decision
from qa.store.models.events import Event
from qa.store.models.questions import Question

_made = aliased(Decision)
STANDING_DECISION = and_(
    Decision.question_id == Question.id,
    Decision.seq
    == func.coalesce(
        select(func.max(_made.seq))
        .where(
            _made.question_id == Question.id,
            _made.verdict == case(DECIDED, value=Question.status),
        )
        .correlate(Question)
        .scalar_subquery(),
        Question.decision_count,
    ),
)
"""The last decision with the verdict that makes the status; for other statuses the last one.

Later ones may have merged the question and taken it out again, or what it was merged into was
withdrawn: then the earlier decision, with its reason, stands (``qa.ledger.facts``).
"""


@dataclass(frozen=True)
class Standing:
    """What lists of questions are chosen by: how one stands, and by which decision if any."""

    n: int
    status: str
    verdict: str | None
    reason: str | None
    by: str | None
    rule: str | None
    policy_version: int | None


def standings(session: Session, event: Event) -> list[Standing]:
    """Return how every question of an event stands, in order of the docket."""
    rows = session.execute(
        select(
            Question.docket_number,
            Question.status,
            Decision.verdict,
            Decision.reason,
            Decision.decided_by,
            Decision.rule,
            Decision.policy_version,
        )
        .outerjoin(Decision, STANDING_DECISION)
        .where(Question.event_id == event.id)
        .order_by(Question.docket_number)
    )
    return [Standing(*row) for row in rows]
