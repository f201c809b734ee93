"""The audit report of an event, read in one transaction at one tree size."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.errors import BadInput, EventNotClosed
from qa.garbage import all_kept
from qa.ledger import entry
from qa.ledger.after_close import close_size
from qa.ledger.bundle import PolicyDocument
from qa.ledger.checkpoint import Checkpoint
from qa.report.addendum import make_addendum
from qa.report.addendum_value import Addendum
from qa.report.make import make_report
from qa.report.source import Source
from qa.report.value import Report
from qa.services.reading import Reading
from qa.services.topics import Wanted, find_topics
from qa.store import log
from qa.store.models.events import Event, PolicyVersion
from qa.store.openings import read_openings
from qa.store.queries.events import find_event
from qa.store.topic_changes import read_changes


def build_report(
    ctx: Reading, slug: str, *, tree_size: int | None = None, topics: Wanted = "wait"
) -> Report:
    """Return the report of an event as it is now, or as it was at an earlier tree size.

    Words that were hidden since then are not in it; everything else is as it was. Working out
    topics takes seconds: see ``find_topics``.

    Raises:
        UnknownEvent: no event has this slug.
        BadInput: the log never had this size, or was not begun yet.
    """
    with all_kept(), ctx.db.read() as session:
        source = read_source(ctx, session, slug, tree_size)
    found = find_topics(source, topics)
    with all_kept():
        return make_report(source, found)


def build_addendum(ctx: Reading, slug: str, *, tree_size: int | None = None) -> Addendum:
    """Return what was logged after a meeting's close and what it changed, as of now or of a size.

    Raises:
        UnknownEvent: no event has this slug.
        EventNotClosed: the log had not come to the meeting's close at this size.
        BadInput: the log never had this size, or was not begun yet.
    """
    with all_kept(), ctx.db.read() as session:
        now = read_source(ctx, session, slug, tree_size)
        closed_at = close_size(now.entries)
        if closed_at is None:
            raise EventNotClosed("This meeting is not over, so there is no addendum to its report.")
        return make_addendum(read_source(ctx, session, slug, closed_at), now)


def read_source(ctx: Reading, session: Session, slug: str, tree_size: int | None) -> Source:
    """Return what a report is made from. Raises: UnknownEvent, BadInput."""
    event = find_event(session, slug)
    head = log.require_log(session, event.id)
    size = head.tree_size if tree_size is None else tree_size
    if not 1 <= size <= head.tree_size:
        raise BadInput(
            f"The record has sizes from 1 to {head.tree_size:,}, and not {size:,}.",
            field="tree_size",
        )
    root = head.root_hash if size == head.tree_size else log.root_at(session, head, size)
    checkpoint = Checkpoint(head.origin, size, root)
    entries = [entry.decode(leaf) for leaf in log.read_leaves(session, head.id, 0, size)]
    published = {each.fields["version"] for each in entries if each.kind == "policy.published"}
    return Source(
        slug=event.slug,
        vkey=ctx.keyring.signer(head.origin).vkey,
        head=checkpoint,
        checkpoint=ctx.checkpoints.sign(checkpoint),
        entries=entries,
        texts={
            (found.leaf_index, found.field): found.text
            for found in read_openings(session, event)
            if found.leaf_index < size
        },
        policies=[each for each in _policies(session, event) if each.version in published],
        topic_changes=read_changes(session, event, below=size),
    )


def _policies(session: Session, event: Event) -> list[PolicyDocument]:
    wanted = select(PolicyVersion).where(PolicyVersion.event_id == event.id)
    found = [PolicyDocument(each.version, each.document) for each in session.scalars(wanted)]
    return sorted(found, key=lambda policy: policy.version)
