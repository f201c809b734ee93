"""What the auditor changes about the topics of a report; each change is noted on it."""

from typing import Any, Final

from qa.domain.question import EventState, require_right
from qa.domain.text import clean_name
from qa.errors import BadInput, EventNotOpen
from qa.report.topic_edits import describe
from qa.services.context import Actor, Context
from qa.services.unit import Unit, perform
from qa.store.log import LeafDraft
from qa.store.models.events import TopicEdit
from qa.store.topic_changes import read_changes

ACTS: Final = ("name", "move", "join")


def edit_topics(
    ctx: Context,
    slug: str,
    actor: Actor,
    *,
    act: str,
    n: int,
    into: int | None = None,
    label: str | None = None,
) -> dict[str, Any]:
    """Name the topic of a question, move a question, or join two topics; return all changes.

    ``n`` and ``into`` are docket numbers that stand for the topics they are in; ``move`` without
    ``into`` takes a question out of its topic. Adds one leaf, ``event.changed`` with the field
    ``report_topics``, also after the close: from that size of the log on, reports have the change.

    Raises:
        NoRight: the actor may not edit topics.
        BadInput: there is no such act, or it lacks its label or its other question.
        UnknownQuestion: the event has no such docket number.
        EventNotOpen: the event is a draft.
    """
    require_right(actor.role, "edit_topics")
    name = _check(act, into, label)

    def body(unit: Unit) -> dict[str, Any]:
        if unit.event.state == EventState.DRAFT:
            raise EventNotOpen("This meeting is not open yet, so it has no topics.")
        for number in (n, into):
            if number is not None:
                unit.question(number)
        (leaf,) = unit.log(LeafDraft("event.changed", {"fields": ["report_topics"]}))
        unit.session.add(
            TopicEdit(
                event_id=unit.event.id,
                leaf_index=leaf.leaf_index,
                edited_by=str(actor.pseudonym),
                act=act,
                docket_number=n,
                into_number=into,
                label=name,
            )
        )
        unit.touch()
        changes = read_changes(unit.session, unit.event)
        return {"edits": [{"by": each.by, "what": describe(each)} for each in changes]}

    return perform(ctx, slug, body)


def _check(act: str, into: int | None, label: str | None) -> str | None:
    if act not in ACTS:
        raise BadInput(f"The act must be one of: {', '.join(ACTS)}.", field="act")
    if act == "name":
        if label is None:
            raise BadInput("A topic needs a name.", field="label")
        return clean_name(label)
    if act == "join" and into is None:
        raise BadInput("Say which topic to join it to, by a question in it.", field="into")
    return None
