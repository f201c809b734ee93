"""Rows of people who signed in to take part: an event's key, and one tag for each of them."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from qa.store.models.admission import Arrival, ArrivalKey
from qa.store.models.events import Event


def find_key(session: Session, event: Event) -> bytes | None:
    """Return an event's key as it is sealed, None where nobody has come in yet."""
    row = session.get(ArrivalKey, event.id)
    return None if row is None else row.sealed


def add_key(session: Session, event: Event, sealed: bytes) -> None:
    """Keep an event's key."""
    session.add(ArrivalKey(event_id=event.id, sealed=sealed))
    session.flush()


def note_arrival(session: Session, event: Event, tag: bytes) -> bool:
    """Keep somebody's tag, and say whether it is new. The event is locked."""
    if session.get(Arrival, (event.id, tag)) is not None:
        return False
    session.add(Arrival(event_id=event.id, tag=tag))
    session.flush()
    return True


def delete_all(session: Session, event: Event) -> None:
    """Delete an event's key and its tags."""
    session.execute(delete(Arrival).where(Arrival.event_id == event.id))
    session.execute(delete(ArrivalKey).where(ArrivalKey.event_id == event.id))
