"""Reading appeals: how the last one on each question stands, what can be appealed, and the sums."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa.clock import full_minute
from qa.domain.appeal_terms import AppealTerms
from qa.domain.question import Status
from qa.store.models.decisions import Appeal, AppealCall, Decision
from qa.store.models.events import Event
from qa.store.models.questions import Question

MINUTE_MS = 60_000


@dataclass(frozen=True)
class AppealBook:
    """An event's appeals: the last on each question by its id, and requests by decision."""

    now_ms: int
    terms: Mapping[int, AppealTerms]
    last: Mapping[int, Appeal]
    calls: Mapping[tuple[int, int], int]

    @classmethod
    def read(
        cls, session: Session, event: Event, now_ms: int, terms: Mapping[int, AppealTerms]
    ) -> Self:
        """Return the book of an event; ``terms`` are those of each version of its policy."""
        counted = session.execute(
            select(AppealCall.question_id, AppealCall.seq, func.count())
            .join(Question, Question.id == AppealCall.question_id)
            .where(Question.event_id == event.id)
            .group_by(AppealCall.question_id, AppealCall.seq)
        )
        return cls(
            now_ms=now_ms,
            terms=terms,
            last={appeal.question_id: appeal for appeal in _appeals(session, event)},
            calls={(question_id, seq): count for question_id, seq, count in counted},
        )

    def fields(self, question: Question, decision: Decision | None) -> dict[str, Any]:
        """Return what a question's view says of appeals."""
        appeal = self.last.get(question.id)
        return {
            "appeal": None if appeal is None else self._view(appeal),
            "appealable": self._appealable(question, decision, appeal),
        }

    def _view(self, appeal: Appeal) -> dict[str, Any]:
        return {
            "seq": appeal.seq,
            "by": appeal.asked_by,
            "at": appeal.asked_at,
            "due_at": appeal.due_at,
            "outcome": appeal.outcome,
            "overdue": _is_late(appeal, self.now_ms),
        }

    def _appealable(
        self, question: Question, decision: Decision | None, appeal: Appeal | None
    ) -> dict[str, int] | None:
        if decision is None or question.status not in (Status.FILTERED, Status.MERGED):
            return None
        terms = self.terms[decision.policy_version]
        taken = decision.appeal is not None or (appeal is not None and appeal.seq == decision.seq)
        if taken or not terms.window_minutes:
            return None
        return {
            "seq": decision.seq,
            "until": full_minute(decision.decided_at) + (terms.window_minutes + 1) * MINUTE_MS,
            "calls": self.calls.get((question.id, decision.seq), 0),
            "needed": terms.supporters,
        }


def appeal_figures(session: Session, event: Event, now_ms: int) -> dict[str, int]:
    """Count an event's appeals by how they ended.

    ``void`` had nothing left to decide on, ``waiting`` nobody has decided on, and ``late`` were
    decided late or are overdue now.
    """
    appeals = _appeals(session, event)
    ended = Counter(appeal.outcome for appeal in appeals)
    return {
        "filed": len(appeals),
        "upheld": ended["upheld"],
        "overturned": ended["overturned"],
        "void": ended["void"],
        "waiting": ended[None],
        "late": sum(_is_late(appeal, now_ms) for appeal in appeals),
    }


def _appeals(session: Session, event: Event) -> list[Appeal]:
    return list(
        session.scalars(
            select(Appeal)
            .join(Question, Question.id == Appeal.question_id)
            .where(Question.event_id == event.id)
            .order_by(Appeal.seq)
        )
    )


def _is_late(appeal: Appeal, now_ms: int) -> bool:
    return appeal.late or (appeal.outcome is None and appeal.due_at < now_ms)
