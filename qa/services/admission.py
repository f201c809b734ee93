"""Who may take part in an event: settled while it is a draft, logged, and wound up at the close."""

from qa.domain.admission import Admission
from qa.domain.question import EventState
from qa.errors import BadInput
from qa.services.context import Context
from qa.services.unit import Unit
from qa.store import arrivals, tickets
from qa.store.db import scrub_on_commit
from qa.store.log import Fields, LeafDraft
from qa.store.models.admission import Arrival, ArrivalKey, Ticket, TicketRecipient
from qa.store.models.events import Event


def check_admission(ctx: Context, name: str) -> Admission:
    """Return a way into an event by its name, if this server has it. Raises: BadInput."""
    if name not in set(Admission):
        names = " or ".join(Admission)
        raise BadInput(f"Who may take part must be one of: {names}.", field="admission")
    if name == Admission.PROVIDER and ctx.config.openid is None:
        raise BadInput(
            "This server knows no sign-in service that people could sign in at.", field="admission"
        )
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
    """Log the way in, how many tickets were sent so far, and where people sign in."""
    event = unit.event
    fields: Fields = {"how": event.admission, "size": event.electorate, "issuer": event.issuer}
    unit.log(LeafDraft("admission", fields))


def begin_admission(unit: Unit) -> None:
    """Begin anew under the way in that the event was just given; tickets sent before are void."""
    event, openid = unit.event, unit.ctx.config.openid
    by_sign_in = event.admission == Admission.PROVIDER
    tickets.delete_all(unit.session, event)
    event.electorate = 0
    event.issuer = openid.issuer if by_sign_in and openid is not None else None
    log_admission(unit)


def forget(unit: Unit) -> None:
    """Destroy what could still tell who was let in, and log that it was done.

    That is the list of recipients and what is left of tickets, or the key that sign-ins were made
    pseudonyms with.
    """
    event, session = unit.event, unit.session
    if event.admission == Admission.OPEN:
        return
    counts: Fields = {"used": event.admitted}
    if event.admission == Admission.TICKETS:
        tickets.delete_all(session, event)
        scrub_on_commit(session, Ticket, TicketRecipient)
        counts = {**counts, "size": event.electorate}
    else:
        arrivals.delete_all(session, event)
        scrub_on_commit(session, Arrival, ArrivalKey)
    unit.log(LeafDraft("admission.forgotten", counts))
