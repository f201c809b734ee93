"""What people are shown: boards, the record, one question's history, and the policy in force."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.domain.question import require_right
from qa.services import history, logs, second_reviews
from qa.services.context import Actor, Context
from qa.store.appeal_book import appeal_figures
from qa.store.models.events import Event
from qa.store.queries import tallies
from qa.store.queries.events import admission_view, event_view, find_event
from qa.store.queries.hiding import proposal_views
from qa.store.queries.questions import find_question, question_views, viewer
from qa.store.queries.standings import Standing, standings

FILTERS = ("verdict", "reason", "by", "rule")
RECORD_ROWS: Final = 1_000
"""Questions on one page of the record."""


def get_event(ctx: Context, slug: str) -> dict[str, Any]:
    """Return what anybody may know of an event. Raises: UnknownEvent."""
    with ctx.db.read() as session:
        return event_of(ctx, session, find_event(session, slug))


def address(ctx: Context, slug: str) -> dict[str, object]:
    """Return an event's slug and title. Raises: UnknownEvent."""
    with ctx.db.read() as session:
        return {"slug": slug, "title": find_event(session, slug).title}


def event_of(ctx: Context, session: Session, event: Event) -> dict[str, Any]:
    """Return an event's view with what the deployment adds: limits, origin and verifier key."""
    limits, origin = ctx.config.limits, logs.origin_of(session, event)
    return {
        **event_view(session, event, ctx.clock()),
        "now": ctx.clock(),
        "join_code": event.join_code,
        "join_url": join_url(ctx, event),
        "limits": {
            "questions_per_minute": limits.questions_per_minute,
            "questions_per_event": limits.questions_per_event,
            "votes_per_minute": limits.votes_per_minute,
        },
        "origin": origin,
        "vkey": ctx.keyring.signer(origin).vkey,
    }


def join_url(ctx: Context, event: Event) -> str:
    """Return the address that the join QR code holds."""
    return f"{ctx.config.public_url}/j/{event.join_code}"


def public_board(ctx: Context, slug: str, since: int = 0) -> dict[str, Any]:
    """Return what changed in an event after revision ``since``, as anybody may see it."""
    return _board(ctx, slug, since, staff=False)


def public_some(ctx: Context, slug: str, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Return the questions with these docket numbers, as anybody may see them."""
    with ctx.db.read() as session:
        event = find_event(session, slug)
        who = viewer(session, event, ctx.clock())
        return question_views(session, who, only=numbers)


def board_notice(ctx: Context, slug: str, since: int, *, staff: bool) -> dict[str, Any]:
    """Return a board for pages that are told of every vote: with the votes of what changed only."""
    return _board(ctx, slug, since, staff=staff, whole_tally=False)


def desk_board(ctx: Context, slug: str, actor: Actor, since: int = 0) -> dict[str, Any]:
    """Return what changed after revision ``since``, as staff see it. Raises: NoRight."""
    require_right(actor.role, "read_desk")
    return desk_view(ctx, slug, since)


def desk_view(ctx: Context, slug: str, since: int) -> dict[str, Any]:
    """Return the staff's board, for a reader whose right has been checked."""
    return _board(ctx, slug, since, staff=True)


def _board(
    ctx: Context, slug: str, since: int, *, staff: bool, whole_tally: bool = True
) -> dict[str, Any]:
    with ctx.db.read() as session:
        event = find_event(session, slug)
        who = viewer(session, event, ctx.clock(), staff=staff)
        questions = question_views(session, who, since=since)
        only = None if whole_tally else [question["n"] for question in questions]
        return {
            "since": since,
            "revision": event.revision,
            "event": event_of(ctx, session, event),
            "questions": questions,
            "tally": tallies.tally(session, event, only),
            "support": tallies.supporters(session, event, only),
            **(_for_staff(session, event) if staff else {}),
        }


def _for_staff(session: Session, event: Event) -> dict[str, Any]:
    return {
        "proposals": proposal_views(session, event),
        "reviews_waiting": second_reviews.count_waiting(session, event),
    }


def tally(ctx: Context, slug: str, only: Collection[int] | None = None) -> dict[str, Any]:
    """Return the votes of every public question, or of ``only`` some, and the event's revision.

    ``support`` has the people behind each group of merged questions, ``admission`` how many people
    have come in by now.
    """
    with ctx.db.read() as session:
        event = find_event(session, slug)
        return {
            "revision": event.revision,
            "tally": tallies.tally(session, event, only),
            "support": tallies.supporters(session, event, only),
            "admission": admission_view(event),
        }


def revision(ctx: Context, slug: str) -> int:
    """Return how many changes an event has had. Raises: UnknownEvent."""
    with ctx.db.read() as session:
        return find_event(session, slug).revision


def question_history(ctx: Context, slug: str, docket_number: int) -> dict[str, Any]:
    """Return one question and everything the log says of it, oldest first.

    Raises:
        UnknownEvent, UnknownQuestion: there is no such event or docket number.
    """
    with ctx.db.read() as session:
        event = find_event(session, slug)
        question = find_question(session, event, docket_number)
        who = viewer(session, event, ctx.clock())
        return {
            "event": event_of(ctx, session, event),
            "question": question_views(session, who, only=[docket_number])[0],
            "history": history.of_question(session, event, question, who.labels),
        }


def record(
    ctx: Context, slug: str, filters: Mapping[str, str | None], page: int = 1
) -> dict[str, Any]:
    """Return the public record: every docket number in order, or those that ``filters`` keep.

    ``filters`` may name a verdict (or ``none``, for no decision yet), a reason, who decided
    (``by``) and a rule. A page has 1,000 of them; past the last page is the last page.
    """
    with ctx.db.read() as session:
        event = find_event(session, slug)
        who = viewer(session, event, ctx.clock())
        docket = standings(session, event)
        chosen = {name: filters.get(name) or None for name in FILTERS}
        kept = [each.n for each in docket if _keeps(each, chosen)]
        pages = max(1, -(-len(kept) // RECORD_ROWS))
        page = min(page, pages)
        only = kept[(page - 1) * RECORD_ROWS : page * RECORD_ROWS]
        return {
            "event": event_of(ctx, session, event),
            "rows": question_views(session, who, only=only),
            "filters": chosen,
            "options": _options(docket, who.labels),
            "appeals": appeal_figures(session, event, who.now_ms),
            "total": len(docket),
            "shown": len(kept),
            "record_page": page,
            "pages": pages,
        }


def _keeps(standing: Standing, chosen: Mapping[str, str | None]) -> bool:
    facets = _facets(standing)
    return all(value is None or facets[name] == value for name, value in chosen.items())


def _facets(standing: Standing) -> dict[str, str | None]:
    """Return the value that each filter compares; a restored question has no verdict any more."""
    return {
        "verdict": standing.verdict or "none",
        "reason": standing.reason,
        "by": standing.by,
        "rule": standing.rule,
    }


def _options(
    standings: Sequence[Standing], labels: Mapping[tuple[int, str], str]
) -> dict[str, list[dict[str, Any]]]:
    counts = {name: Counter[str]() for name in FILTERS}
    said: dict[str, str] = {}
    for each in standings:
        for name, value in _facets(each).items():
            if value is not None:
                counts[name][value] += 1
        if each.reason is not None and each.policy_version is not None:
            said[each.reason] = labels.get((each.policy_version, each.reason), each.reason)
    return {
        name: [
            {"value": value, "label": said.get(value, value), "count": count}
            for value, count in sorted(counts[name].items())
        ]
        for name in FILTERS
    }


def known_slugs(ctx: Context) -> list[str]:
    """Return every event's slug, oldest first."""
    with ctx.db.read() as session:
        return list(session.scalars(select(Event.slug).order_by(Event.id)))
