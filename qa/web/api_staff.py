"""Routes for staff: the desk, decisions, the stage, the team, imports."""

from flask import Response, jsonify, request
from flask_wtf.csrf import generate_csrf

from qa import errors
from qa.services import (
    boards,
    decisions,
    events,
    identity,
    imports,
    presenting,
    staff,
    staff_links,
)
from qa.web import auth
from qa.web.answers.account import Account
from qa.web.answers.base import Nothing
from qa.web.answers.boards import Desk
from qa.web.answers.questions import QuestionAnswer
from qa.web.answers.staff import DecidedTogether, Imported, Link, NewMember, Settings
from qa.web.board_cache import encode, send
from qa.web.routes import Answer, Caller, Who, route
from qa.web.schemas.base import DryRunQuery, EmptyBody, SinceQuery
from qa.web.schemas.staff import AnsweredBody, DecisionBody, DecisionsBody, StaffBody, SwitchBody

EVENT = "/api/events/<slug>"
QUESTION = f"{EVENT}/questions/<int:n>"
NOT_TAKING = (errors.EventNotOpen, errors.EventClosed)


@route("GET", f"{EVENT}/desk", who=Who.STAFF, query=SinceQuery, answers={200: Desk})
def read_desk(caller: Caller, slug: str, query: SinceQuery) -> Answer:
    """Read the board as staff see it, or what changed on it after a revision. Has an ETag."""
    board = boards.desk_board(caller.ctx, slug, caller.actor, query.since)
    return send(encode(board))


@route(
    "POST",
    f"{QUESTION}/decision",
    who=Who.STAFF,
    body=DecisionBody,
    answers={200: QuestionAnswer},
    raises=(*NOT_TAKING, errors.IllegalTransition, errors.StaleVersion),
)
def decide(caller: Caller, slug: str, n: int, body: DecisionBody) -> Answer:
    """Publish, filter or put back a question, with a reason. Of two at once, one gets 409."""
    return decisions.decide(caller.ctx, slug, caller.actor, n, **body.model_dump())


@route(
    "POST",
    f"{EVENT}/decisions",
    who=Who.STAFF,
    body=DecisionsBody,
    answers={200: DecidedTogether},
    raises=NOT_TAKING,
)
def decide_together(caller: Caller, slug: str, body: DecisionsBody) -> Answer:
    """Decide the same on several questions, each with its own leaf; names each that is refused."""
    seen = {each.n: each.seq for each in body.questions}
    said = body.model_dump(exclude={"questions"})
    return decisions.decide_together(caller.ctx, slug, caller.actor, seen, **said)


@route(
    "POST",
    f"{QUESTION}/live",
    who=Who.STAFF,
    body=SwitchBody,
    answers={200: QuestionAnswer},
    raises=(*NOT_TAKING, errors.IllegalTransition),
)
def set_live(caller: Caller, slug: str, n: int, body: SwitchBody) -> Answer:
    """Put a question on the stage, or take it off."""
    return presenting.set_live(caller.ctx, slug, caller.actor, n, body.on)


@route(
    "POST",
    f"{QUESTION}/answered",
    who=Who.STAFF,
    body=AnsweredBody,
    answers={200: QuestionAnswer},
    raises=(*NOT_TAKING, errors.IllegalTransition),
)
def mark_answered(caller: Caller, slug: str, n: int, body: AnsweredBody) -> Answer:
    """Say that a question was answered, aloud or in writing."""
    ctx, actor = caller.ctx, caller.actor
    return presenting.mark_answered(ctx, slug, actor, n, mode=body.mode, answer=body.answer)


@route(
    "POST",
    f"{QUESTION}/next",
    who=Who.STAFF,
    body=SwitchBody,
    answers={200: QuestionAnswer},
    raises=(*NOT_TAKING, errors.IllegalTransition),
)
def set_next(caller: Caller, slug: str, n: int, body: SwitchBody) -> Answer:
    """Line a question up to be answered next, or take it out of the line."""
    return presenting.set_next(caller.ctx, slug, caller.actor, n, body.on)


@route("GET", f"{EVENT}/settings", who=Who.STAFF, answers={200: Settings})
def read_settings(caller: Caller, slug: str) -> Answer:
    """Read what the owner manages."""
    return events.settings(caller.ctx, slug, caller.actor)


@route(
    "POST",
    f"{EVENT}/staff",
    who=Who.STAFF,
    body=StaffBody,
    answers={201: NewMember},
)
def add_staff(caller: Caller, slug: str, body: StaffBody) -> Answer:
    """Give somebody a role; the answer holds their one-time sign-in link."""
    return staff.add_staff(caller.ctx, slug, caller.actor, body.name, body.role), 201


@route(
    "DELETE",
    f"{EVENT}/staff/<int:staff_id>",
    who=Who.STAFF,
    answers={200: Nothing},
    raises=(errors.IllegalTransition,),
)
def remove_staff(caller: Caller, slug: str, staff_id: int, body: EmptyBody) -> Answer:  # noqa: ARG001
    """Take somebody's role away; their open pages are cut off at once."""
    staff.remove_staff(caller.ctx, slug, caller.actor, staff_id)
    return {}


@route(
    "POST",
    f"{EVENT}/staff/<int:staff_id>/link",
    who=Who.STAFF,
    answers={200: Link},
)
def renew_link(caller: Caller, slug: str, staff_id: int, body: EmptyBody) -> Answer:  # noqa: ARG001
    """Make a fresh one-time sign-in link for somebody whose account is of this meeting alone."""
    return staff_links.renew_link(caller.ctx, slug, caller.actor, staff_id)


@route(
    "POST",
    f"{EVENT}/import",
    who=Who.STAFF,
    body_type="text/csv",
    query=DryRunQuery,
    answers={200: Imported},
    raises=(*NOT_TAKING, errors.BadInput),
)
def import_questions(caller: Caller, slug: str, query: DryRunQuery) -> Answer:
    """Import questions sent in advance from a CSV file: all of them or, if a row is bad, none."""
    if request.mimetype != "text/csv":
        raise errors.BadInput("Send the file as text/csv.")
    data, dry_run = request.get_data(cache=False), query.dry_run == "true"
    return imports.import_questions(caller.ctx, slug, caller.actor, data, dry_run=dry_run)


@route("GET", "/api/me", answers={200: Account})
def read_account(caller: Caller) -> Answer:
    """Who is signed in, their meetings, and the CSRF token for whatever they change."""
    person = auth.account(caller.ctx, request.cookies)
    return {
        "signed_in": person is not None,
        "name": person.name if person else None,
        "events": identity.my_events(caller.ctx, person.account_id) if person else [],
        "may_create_events": person is not None and person.may_create_events,
        "csrf": generate_csrf(),
    }


@route("POST", "/api/sign-out", answers={200: Nothing})
def sign_out(caller: Caller, body: EmptyBody) -> Answer:  # noqa: ARG001
    """End the staff session."""
    answer: Response = jsonify({})
    secret = auth.staff_secret(caller.ctx.config, request.cookies)
    if secret is not None:
        identity.sign_out(caller.ctx, secret)
    auth.forget_staff(caller.ctx.config, answer)
    return answer
