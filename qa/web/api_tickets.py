"""Routes about one-use tickets: make them, and join with one."""

from flask import request

from qa import errors
from qa.services import boards, tickets
from qa.web import auth
from qa.web.answers.events import Joined
from qa.web.answers.tickets import Issued
from qa.web.api_events import EVENT
from qa.web.joins import count_join
from qa.web.routes import Answer, Caller, Who, route
from qa.web.schemas.base import DryRunQuery
from qa.web.schemas.tickets import TicketBody


@route(
    "POST",
    f"{EVENT}/ticket",
    body=TicketBody,
    answers={200: Joined},
    raises=(errors.BadTicket, errors.EventNotOpen, errors.EventClosed, errors.RateLimited),
)
def use_ticket(caller: Caller, slug: str, body: TicketBody) -> Answer:
    """Join with a ticket, which uses it up, unless this browser has joined already."""
    count_join()
    if auth.participant(caller.ctx, request.cookies, slug) is not None:
        return auth.joined(caller.ctx, boards.address(caller.ctx, slug))
    return auth.joined(caller.ctx, tickets.use_ticket(caller.ctx, slug, body.ticket))


@route(
    "POST",
    f"{EVENT}/tickets",
    who=Who.STAFF,
    body_type="text/csv",
    query=DryRunQuery,
    answers={200: Issued},
    raises=(errors.EventClosed, errors.BadInput),
)
def issue_tickets(caller: Caller, slug: str, query: DryRunQuery) -> Answer:
    """Make a ticket for each recipient in a CSV file: for all of them or, if a row is bad, none."""
    if request.mimetype != "text/csv":
        raise errors.BadInput("Send the file as text/csv.")
    data, dry_run = request.get_data(cache=False), query.dry_run == "true"
    return tickets.issue_tickets(caller.ctx, slug, caller.actor, data, dry_run=dry_run)
