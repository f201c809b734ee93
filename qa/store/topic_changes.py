"""What the auditor has changed about the topics of a report, as stored."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa.report.topic_edits import TopicChange
from qa.store.models.events import Event, TopicEdit


def read_changes(session: Session, event: Event, below: int | None = None) -> list[TopicChange]:
    """Return the changes in the order of their leaves: all, or those before leaf ``below``."""
    wanted = select(TopicEdit).where(TopicEdit.event_id == event.id).order_by(TopicEdit.leaf_index)
    return [
        TopicChange(
            row.leaf_index,
            row.edited_by,
            row.act,  # type: ignore[arg-type]
            row.docket_number,
            row.into_number,
            row.label,
        )
        for row in session.scalars(wanted)
        if below is None or row.leaf_index < below
    ]


def count_changes(session: Session, event: Event) -> int:
    """Return how many changes there are."""
    wanted = select(func.count()).where(TopicEdit.event_id == event.id)
    return session.scalar(wanted) or 0
