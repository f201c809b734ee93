"""What a sent notice says: read when it is sent, from its leaf and from what everybody may see.

Nothing else is looked at, so a notice can hold no pending text, and none that was hidden since its
leaf was logged. Its id is that of its leaf, the same for every try.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.clock import from_minute
from qa.ledger import entry
from qa.ledger.entry import Entry
from qa.services.context import Context
from qa.services.notice_forms import Notice
from qa.store import log
from qa.store.models.decisions import Decision
from qa.store.models.events import Event
from qa.store.models.logs import Log
from qa.store.queries.events import find_event
from qa.store.queries.questions import Viewer, decision_view, find_question, question_views, viewer

_STATES: Final = {
    "open": ("event.opened", "{title}: open for questions", ""),
    "live": ("event.started", "{title}: the meeting has started", ""),
    "closed": ("event.closed", "{title}: closed, and its record is final", "/record"),
}
_VERDICTS: Final = {
    "publish": ("question.published", "is on the board"),
    "filter": ("question.filtered", "is filtered out"),
    "merge": ("question.merged", "is merged into another one"),
    "restore": ("question.restored", "waits for a decision again"),
}


@dataclass(frozen=True)
class _Said:
    """A notice without what every one has: ``place`` is where on the event's pages it leads."""

    kind: str
    said: str
    words: str
    place: str
    data: Mapping[str, Any]


def read_notice(ctx: Context, session: Session, slug: str, leaf_index: int) -> Notice:
    """Return the notice of a leaf of a kind that is told. Raises: UnknownEvent."""
    event = find_event(session, slug)
    head = session.scalars(select(Log).where(Log.event_id == event.id)).one()
    (data,) = log.read_leaves(session, head.id, leaf_index, leaf_index + 1)
    leaf = entry.decode(data)
    if leaf.kind == "event.state":
        said = _of_event(event, leaf)
    else:
        said = _of_question(session, viewer(session, event, ctx.clock()), leaf)
    page = f"{ctx.config.public_url}/e/{event.slug}"
    about = {"slug": event.slug, "title": event.title, "state": event.state, "url": page}
    return Notice(
        id=f"msg_{event.slug}_{leaf_index}",
        kind=said.kind,
        at_ms=from_minute(leaf.t),
        said=said.said,
        words=said.words,
        link=page + said.place,
        data={"event": about, "leaf_index": leaf_index, **said.data},
    )


def _of_event(event: Event, leaf: Entry) -> _Said:
    kind, said, place = _STATES[str(leaf.fields["to"])]
    return _Said(kind, said.format(title=event.title), "", place, {})


def _of_question(session: Session, who: Viewer, leaf: Entry) -> _Said:
    n = int(str(leaf.fields["n"]))
    (question,) = question_views(session, who, only=[n])
    data: dict[str, Any] = {"question": question}
    kind, happened, words = "question.answered", "is answered", [question["text"]]
    if leaf.kind == "decision":
        kind, happened = _VERDICTS[str(leaf.fields["verdict"])]
        data["decision"] = _decision(session, who, n, leaf)
        words += [data["decision"]["reason_label"], data["decision"]["explanation"]]
    shown = "\n\n".join(each for each in words if each)
    return _Said(kind, f"{who.event.title}: #{n} {happened}", shown, f"/record/{n}", data)


def _decision(session: Session, who: Viewer, n: int, leaf: Entry) -> dict[str, Any]:
    question = find_question(session, who.event, n)
    decision = session.get_one(Decision, (question.id, leaf.fields["seq"]))
    return decision_view(decision, who.labels)
