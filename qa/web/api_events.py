"""Routes about meetings: join, read, create, change."""

import io
from typing import Any

import segno
from flask import Response, request
from flask_wtf.csrf import generate_csrf

from qa import errors
from qa.exports.calendar_file import MEDIA_TYPE, calendar_file
from qa.services import anonymity, boards, events, identity, votes
from qa.web import auth
from qa.web.answers.events import Anonymity, Event, Joined, Left, Me
from qa.web.joins import count_join
from qa.web.routes import Answer, Caller, Who, route
from qa.web.schemas.base import EmptyBody
from qa.web.schemas.events import EventChangesBody, JoinBody, NewEventBody, StateBody

EVENT = "/api/events/<slug>"


@route(
    "POST",
    "/api/join",
    body=JoinBody,
    answers={200: Joined},
    raises=(errors.WrongCode, errors.EventNotOpen, errors.RateLimited),
)
def join_by_code(caller: Caller, body: JoinBody) -> Answer:
    """Join a meeting with the code on the screen; sets the participant cookie.

    Where taking part needs a ticket or a sign-in, it leads to the board and no cookie is set.
    """
    count_join()
    event, admits = identity.join_by_code(caller.ctx, body.code)
    return auth.joined(caller.ctx, event, admits=admits)


@route(
    "POST",
    f"{EVENT}/join",
    answers={200: Joined},
    raises=(errors.EventNotOpen, errors.TicketNeeded, errors.SignInNeeded, errors.RateLimited),
)
def join_by_link(caller: Caller, slug: str, body: EmptyBody) -> Answer:  # noqa: ARG001
    """Join the meeting at this address; sets the participant cookie."""
    count_join()
    return auth.joined(caller.ctx, identity.join_by_link(caller.ctx, slug))


@route("POST", f"{EVENT}/leave", answers={200: Left})
def leave(caller: Caller, slug: str, body: EmptyBody) -> Answer:  # noqa: ARG001
    """Leave the meeting in this browser: takes the participant cookie away.

    What was asked and voted stays. A ticket that was used lets nobody in again.
    """
    return auth.left(caller.ctx.config, slug)


@route("GET", f"{EVENT}/me", answers={200: Me})
def read_me(caller: Caller, slug: str) -> Answer:
    """Who this browser is in the meeting, and the CSRF token for whatever it changes."""
    ctx = caller.ctx
    person = auth.account(ctx, request.cookies)
    staff = identity.staff_actor(ctx, slug, person.account_id) if person else None
    joined = auth.participant(ctx, request.cookies, slug)
    return {
        "joined": joined is not None,
        "csrf": generate_csrf(),
        "role": staff.role if staff else None,
        "pseudonym": staff.pseudonym if staff else None,
        "votes": votes.my_votes(ctx, slug, joined.voter) if joined and joined.voter else [],
    }


@route("GET", EVENT, answers={200: Event})
def read_event(caller: Caller, slug: str) -> Answer:
    """Read a meeting, its counts and its limits."""
    return boards.get_event(caller.ctx, slug)


@route("GET", f"{EVENT}/anonymity", answers={200: Anonymity})
def read_anonymity(caller: Caller, slug: str) -> Answer:
    """Read what is and is not protected when somebody asks, under the settings in force."""
    return anonymity.statement(caller.ctx, slug)


@route(
    "POST",
    "/api/events",
    who=Who.ACCOUNT,
    body=NewEventBody,
    answers={201: Event},
    raises=(errors.NoRight, errors.SlugTaken),
)
def create_event(caller: Caller, body: NewEventBody) -> Answer:
    """Create a meeting as a draft; the account becomes its owner."""
    draft = events.EventDraft(**body.model_dump())
    return events.create_event(caller.ctx, caller.account_id, draft)["event"], 201


@route(
    "PATCH",
    EVENT,
    who=Who.STAFF,
    body=EventChangesBody,
    answers={200: Event},
    raises=(errors.EventClosed,),
)
def change_event(caller: Caller, slug: str, body: EventChangesBody) -> Answer:
    """Change a meeting's title, schedule, or who may ask how."""
    changes = body.model_dump(exclude_unset=True)
    event: dict[str, Any] = events.change_event(caller.ctx, slug, caller.actor, changes)["event"]
    return event


@route(
    "POST",
    f"{EVENT}/state",
    who=Who.STAFF,
    body=StateBody,
    answers={200: Event},
    raises=(errors.IllegalTransition,),
)
def move_event(caller: Caller, slug: str, body: StateBody) -> Answer:
    """Open, start or close a meeting."""
    event: dict[str, Any] = events.move_event(caller.ctx, slug, caller.actor, body.state)["event"]
    return event


@route("GET", f"{EVENT}/qr.svg", answers={200: None}, answer_type="image/svg+xml")
def read_qr(caller: Caller, slug: str) -> Answer:
    """The join address as a QR code."""
    url = boards.get_event(caller.ctx, slug)["join_url"]
    drawing = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        drawing, kind="svg", xmldecl=False, border=2, light="#fff", dark="#000", omitsize=True
    )
    return Response(drawing.getvalue(), mimetype="image/svg+xml")


@route(
    "GET",
    f"{EVENT}/event.ics",
    answers={200: None},
    answer_type=MEDIA_TYPE,
    raises=(errors.NotScheduled,),
)
def read_calendar(caller: Caller, slug: str) -> Answer:
    """Read a meeting's time as an iCalendar file (RFC 5545)."""
    answer = Response(calendar_file(boards.get_event(caller.ctx, slug)), mimetype=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
