"""Who may take part in an event: settled while it is a draft, logged, and wound up at the close."""

from qa.domain.admission import Admission
from qa.domain.question import EventState
from qa.errors import BadInput
from qa.services.unit import Unit
from qa.store import tickets
from qa.store.db import scrub_on_commit
from qa.store.log import LeafDraft
from qa.store.models import Event, Ticket, TicketRecipient


def check_admission(name: str) -> Admission:
    """Return a way into an event by its name. Raises: BadInput."""
    if name not in set(Admission):
        names = " or ".join(Admission)
        raise BadInput(f"Who may take part must be one of: {names}.", field="admission")
    return Admission(name)


def require_draft(event: Event) -> None:
    """Refuse another way in once somebody may have come in by the one there is.

    Raises:
        BadInput: the event is no draft any more.
    """
    if event.state != EventState.DRAFT:
        raise BadInput(
            "Who may take part is settled when the event opens, so that its numbers stay of one"
            " kind.",
            field="admission",
        )


def log_admission(unit: Unit) -> None:
    """Log the way in, and how many tickets were sent so far."""
    event = unit.event
    unit.log(LeafDraft("admission", {"how": event.admission, "size": event.electorate}))


def change_admission(unit: Unit) -> None:
    """Begin anew under the way in that the event was just given; tickets sent before are void."""
    tickets.delete_all(unit.session, unit.event)
    unit.event.electorate = 0
    log_admission(unit)


def forget(unit: Unit) -> None:
    """Destroy what is left of tickets and the list of recipients, and log that it was done."""
    event = unit.event
    if event.admission != Admission.TICKETS:
        return
    tickets.delete_all(unit.session, event)
    scrub_on_commit(unit.session, Ticket, TicketRecipient)
    counts = {"size": event.electorate, "used": event.tickets_used}
    unit.log(LeafDraft("admission.forgotten", counts))
