"""The pages: shells that scripts fill, and the public record, which needs no script at all."""

import re
from typing import Any

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request
from markupsafe import Markup

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.domain.policy_fields import PARAM_LABELS, PLAIN_FIELDS
from qa.domain.question import require_right
from qa.domain.rules import KINDS
from qa.errors import BadLink, NoRight, UnknownEvent, UnknownQuestion
from qa.exports.report_plots import share
from qa.exports.trend_plots import people_let_in, plot_trend
from qa.services import (
    anonymity,
    boards,
    events,
    identity,
    policies,
    provider_participants,
    publication,
    standing,
    witnesses,
)
from qa.services.context import Context
from qa.web import auth
from qa.web.joins import count_join
from qa.web.report_desk import desk, standing_of, trend_of
from qa.web.routes import MAX_NUMBER, SLUG
from qa.web.schemas.checking import check
from qa.web.schemas.policy import PolicyQuery
from qa.web.schemas.record import RecordQuery
from qa.web.schemas.report import SizeQuery

FORM = {"fields": PLAIN_FIELDS, "kinds": KINDS, "labels": PARAM_LABELS}
FILTERS = ("verdict", "reason", "by", "rule")
TOKEN = re.compile(r"[0-9a-f]{64}")


def add_pages(app: Flask, ctx: Context) -> None:
    """Serve every page."""
    pages = Blueprint("pages", __name__)
    _add_doors(pages, ctx)
    _add_event_pages(pages, ctx)
    _add_report_pages(pages, ctx)
    _add_staff_pages(pages, ctx)

    @pages.after_request
    def keep_nothing(answer: Response) -> Response:
        answer.headers["Cache-Control"] = "no-store"
        return answer

    app.register_blueprint(pages)


def _add_doors(pages: Blueprint, ctx: Context) -> None:
    @pages.get("/")
    def join() -> str:
        """Ask for the code on the screen."""
        return render_template("join.html", page="join")

    @pages.get("/j/<code>")
    def join_by_link(code: str) -> Response:
        """Join with the code in the link and go to the board."""
        count_join()
        event, admits = identity.join_by_code(ctx, code)
        slug = str(event["slug"])
        answer = make_response(redirect(f"/e/{slug}", 303))
        if admits:
            auth.join(ctx, request.cookies, slug, answer)
        return answer

    @pages.get("/s/<token>")
    def sign_in(token: str) -> str:
        """Show a button, so that a link preview does not use the link up."""
        return render_template("sign_in.html", page="sign_in", token=_token(token))

    @pages.post("/s/<token>")
    def redeem(token: str) -> Response:
        """Use the link up and sign the browser in."""
        secret = identity.redeem_link(ctx, _token(token))
        answer = make_response(redirect("/staff", 303))
        auth.sign_in(ctx, answer, secret)
        return answer


def _add_event_pages(pages: Blueprint, ctx: Context) -> None:
    @pages.get("/e/<slug>")
    def board(slug: str) -> str:
        """Show the public board."""
        values = _event_page(ctx, "board", slug)
        return render_template(
            "board.html",
            **values,
            sends_mail=ctx.config.mail is not None,
            anonymity=anonymity.statement(ctx, slug),
        )

    @pages.get("/e/<slug>/ticket")
    def ticket(slug: str) -> str:
        """Show a button, so that a link preview does not use the ticket up."""
        return render_template("ticket.html", **_event_page(ctx, "ticket", slug))

    @pages.get("/e/<slug>/stage")
    def stage(slug: str) -> str:
        """Show the projector's page."""
        return render_template("stage.html", **_event_page(ctx, "stage", slug))

    @pages.get("/e/<slug>/policy")
    def policy(slug: str) -> str:
        """Show the criteria."""
        values = _event_page(ctx, "policy", slug)
        version = check(PolicyQuery, request.args.to_dict()).version
        return render_template(
            "policy.html", **values, policy=policies.get_policy(ctx, slug, version)
        )

    @pages.get("/e/<slug>/record")
    def record(slug: str) -> str:
        """Show every question in order of docket number, or those that a filter leaves."""
        filters = {name: request.args.get(name) or None for name in FILTERS}
        values = _event_page(ctx, "record", slug)
        page = check(RecordQuery, request.args.to_dict()).page
        values |= boards.record(ctx, slug, filters, page)
        values |= {"embargo": standing.embargo(ctx, slug)}
        return render_template("record.html", **values, witnessed=witnesses.status(ctx, slug))

    @pages.get("/e/<slug>/record/<int:n>")
    def history(slug: str, n: int) -> str:
        """Show everything that was logged about one question."""
        values = _event_page(ctx, "history", slug)
        if not 1 <= n <= MAX_NUMBER:
            raise UnknownQuestion("This meeting has no question with that number.")
        return render_template(
            "history.html",
            **{**values, **boards.question_history(ctx, slug, n)},
            record_page=(n - 1) // boards.RECORD_ROWS + 1,
        )


def _add_report_pages(pages: Blueprint, ctx: Context) -> None:
    @pages.get("/e/<slug>/report")
    def report(slug: str) -> Response | str:
        """Show the audit report, as of now or of the tree size that ``?size=`` names."""
        values = _event_page(ctx, "report", slug)
        found = standing_of(ctx, slug)
        if "key" in request.args:
            answer = make_response(redirect(f"/e/{slug}/report", 303))
            auth.keep_report_key(ctx, slug, request.args["key"], answer)
            return answer
        size = check(SizeQuery, request.args.to_dict()).size
        body = Markup(desk().get(found, slug, "page", size).decode())  # noqa: S704 - ours
        return render_template("report.html", **values, body=body, standing=found, size=size)

    @pages.get("/e/<slug>/addendum")
    def addendum(slug: str) -> str:
        """Show what was logged after the close, and what it changed."""
        values = _event_page(ctx, "addendum", slug)
        found = standing_of(ctx, slug)
        size = check(SizeQuery, request.args.to_dict()).size
        body = Markup(desk().get(found, slug, "addendum", size).decode())  # noqa: S704 - ours
        return render_template("addendum.html", **values, body=body)


def _add_staff_pages(pages: Blueprint, ctx: Context) -> None:
    @pages.get("/staff")
    def staff() -> str:
        """Show my events."""
        return render_template("staff.html", page="staff")

    @pages.get("/trend")
    def trend() -> str:
        """Show the same numbers over all meetings."""
        auth.require_account(ctx, request.cookies)
        found = trend_of(ctx)
        return render_template(
            "trend.html",
            page="trend",
            trend=found,
            lines=plot_trend(found),
            share=share,
            people=people_let_in,
        )

    @pages.get("/new")
    def new() -> str:
        """Show the form for a new event."""
        if not auth.require_account(ctx, request.cookies).may_create_events:
            raise NoRight("Your account may not create events.")
        return render_template(
            "new.html",
            page="new",
            policy=DEFAULT_POLICY_DOCUMENT,
            provider=provider_participants.offered_at(ctx),
        )

    @pages.get("/e/<slug>/policy/edit")
    def edit_policy(slug: str) -> str:
        """Show the form for a new version of the policy."""
        values = _event_page(ctx, "policy", slug)
        require_right(auth.require_staff(ctx, request.cookies, slug).role, "manage")
        found = policies.get_policy(ctx, slug)
        return render_template("policy_edit.html", **values, **FORM, policy=found)

    @pages.get("/e/<slug>/desk")
    def desk(slug: str) -> str:
        """Show the moderators' desk."""
        values = _event_page(ctx, "desk", slug)
        require_right(auth.require_staff(ctx, request.cookies, slug).role, "read_desk")
        return render_template("desk.html", **values, policy=policies.get_policy(ctx, slug))

    @pages.get("/e/<slug>/settings")
    def settings(slug: str) -> str:
        """Show what the owner manages."""
        values = _event_page(ctx, "settings", slug)
        actor = auth.require_staff(ctx, request.cookies, slug)
        return render_template(
            "settings.html",
            **values,
            settings=events.settings(ctx, slug, actor),
            provider=provider_participants.offered_at(ctx),
            publication=publication.read_publication(ctx, slug, actor),
        )


def _event_page(ctx: Context, page: str, slug: str) -> dict[str, Any]:
    """Return what every page of an event shows: the event, and the reader's role in it."""
    if not SLUG.fullmatch(slug):
        raise UnknownEvent("There is no meeting at this address.")
    event = boards.get_event(ctx, slug)
    person = auth.account(ctx, request.cookies)
    staff = identity.staff_actor(ctx, slug, person.account_id) if person else None
    return {
        "page": page,
        "slug": slug,
        "event": event,
        "role": staff.role if staff else None,
        "witness_vkeys": [known.verifier.vkey for known in ctx.cosigned.witnesses],
    }


def _token(token: str) -> str:
    if not TOKEN.fullmatch(token):
        raise BadLink("This is not a sign-in link. Ask the owner for a new one.")
    return token
