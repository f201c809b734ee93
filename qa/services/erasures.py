"""Erasure: a person's right. Words and salts are deleted; the number, the votes and the log stay.

The author asks with the author key, an owner on behalf of somebody who asked. Unlike a redaction it
needs no second person: it is owed to one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa.clock import full_minute
from qa.domain.question import require_right
from qa.domain.redaction import ON_REQUEST, ErasureBasis, What
from qa.domain.similarity import normalise
from qa.errors import BadInput, IllegalTransition, NoRight
from qa.services.context import Actor, Context
from qa.services.hiding import Target, leave_no_copy, quotes, remove_words
from qa.services.identity import same_secret
from qa.services.unit import Unit, perform
from qa.store import outbox
from qa.store.log import Fields, LeafDraft
from qa.store.models.events import Event
from qa.store.models.hiding import HidingAct, RedactionProposal
from qa.store.models.notices import AuthorAddress
from qa.store.models.questions import Question, QuestionText
from qa.store.queries.events import find_event
from qa.store.queries.questions import find_question, question_views, viewer

AUTHOR = "Author"
ERASABLE = (What.NAME, What.TEXT)


@dataclass(frozen=True)
class Place:
    """Somewhere that the words are: whether an erasure reaches it, and what happens there."""

    place: str
    outcome: str
    sentence: str


@dataclass(frozen=True)
class _Order:
    """What is to be erased, for whom, on what basis; ``check`` refuses who may not."""

    what: Sequence[What]
    by: str
    basis: ErasureBasis
    check: Callable[[Question], None] = lambda question: None


def erase_as_author(
    ctx: Context,
    slug: str,
    docket_number: int,
    *,
    author_key: str,
    what: Sequence[str],
    dry_run: bool,
) -> dict[str, Any]:
    """Erase one's own words, also after the close; a dry run only says where they are.

    Raises:
        NoRight: the key is not the author's.
        BadInput: ``what`` is not ``text``, ``name`` or both.
        IllegalTransition: nothing of them is left.
    """
    wanted, key = _check_what(what), bytes.fromhex(author_key)

    def check(question: Question) -> None:
        if not same_secret(question.author_tag, key):
            raise NoRight("Only the author can do this, from the browser that asked the question.")

    order = _Order(wanted, AUTHOR, ErasureBasis.AUTHOR, check)
    return _erase(ctx, slug, docket_number, order, dry_run=dry_run)


def erase_on_request(
    ctx: Context,
    slug: str,
    actor: Actor,
    docket_number: int,
    *,
    what: Sequence[str],
    basis: str,
    dry_run: bool,
) -> dict[str, Any]:
    """Erase words for somebody who has a right to that; a dry run only says where they are.

    Raises:
        NoRight: the actor is no owner.
        BadInput: ``what`` or the basis is not one.
        IllegalTransition: nothing of them is left.
    """
    require_right(actor.role, "erase")
    if basis not in ON_REQUEST:
        raise BadInput(f"The basis must be one of: {', '.join(ON_REQUEST)}.", field="basis")
    order = _Order(_check_what(what), str(actor.pseudonym), ErasureBasis(basis))
    return _erase(ctx, slug, docket_number, order, dry_run=dry_run)


def _erase(
    ctx: Context, slug: str, docket_number: int, order: _Order, *, dry_run: bool
) -> dict[str, Any]:
    def body(unit: Unit) -> dict[str, Any]:
        question = unit.question(docket_number)
        order.check(question)
        places = find_places(unit.session, unit.event, question, order.what)
        _log_and_remove(unit, question, order)
        return _answer(unit.session, unit.event, question, places, unit.now_ms)

    if not dry_run:
        return {"dry_run": False, **perform(ctx, slug, body)}
    with ctx.db.read() as session:
        event = find_event(session, slug)
        question = find_question(session, event, docket_number)
        order.check(question)
        places = find_places(session, event, question, order.what)
        return {"dry_run": True, **_answer(session, event, question, places, ctx.clock())}


def _log_and_remove(unit: Unit, question: Question, order: _Order) -> None:
    what = [str(each) for each in order.what]
    fields: Fields = {
        "n": question.docket_number,
        "what": what,
        "by": order.by,
        "basis": str(order.basis),
    }
    (leaf,) = unit.log(LeafDraft("erasure", fields))
    act = HidingAct(
        question_id=question.id,
        leaf_index=leaf.leaf_index,
        kind="erasure",
        what=what,
        spans=0,
        basis=order.basis,
        done_by=order.by,
        # The author's acts are kept to the minute, here as everywhere.
        done_at=full_minute(unit.now_ms),
    )
    unit.session.add(act)
    targets = [Target(each) for each in order.what]
    for target in targets:
        remove_words(unit.session, question, target, leaf.leaf_index, None)
    outbox.forget_address(unit.session, question)
    leave_no_copy(unit, *targets)
    unit.touch(question)


def find_places(
    session: Session, event: Event, question: Question, what: Sequence[What]
) -> list[Place]:
    """Return every place that words of a question may be in, and what an erasure does there.

    Raises:
        IllegalTransition: there are no such words any more, or there never was a name.
    """
    versions = _versions(session, question) if What.TEXT in what else []
    name = question.name if What.NAME in what else None
    if What.NAME in what and name is None:
        raise IllegalTransition("There is no name to erase here.")
    if What.TEXT in what and not versions:
        raise IllegalTransition("The words are gone already.")
    words = [*versions, *([name] if name is not None else [])]
    return [
        *_erased_places(session, question, len(versions), name is not None),
        *_emptied_places(session),
        *_staying_places(session, event, question, words),
        *_unreachable_places(question),
    ]


def _erased_places(session: Session, question: Question, versions: int, named: bool) -> list[Place]:
    found = []
    if versions:
        kept = "the text" if versions == 1 else f"all {versions} versions of the text"
        found.append(
            Place(
                "question_text",
                "erased",
                f"Database: {kept}, with what opens it in the log.",
            )
        )
    if named:
        found.append(Place("name", "erased", "Database: the name, with what opens it in the log."))
    if versions and question.flags:
        found.append(Place("flags", "erased", "Database: what the rules pointed at in the text."))
    proposals = session.scalar(
        select(func.count())
        .select_from(RedactionProposal)
        .where(RedactionProposal.question_id == question.id)
    )
    if proposals:
        found.append(Place("proposals", "erased", "Database: a redaction that is proposed."))
    if session.get(AuthorAddress, question.id) is not None:
        sealed = "Database: the e-mail address that the author left, which is sealed there."
        found.append(Place("address", "erased", sealed))
    shown = "Open pages: board, desk, stage and record, which are told at once."
    bundle = "What is handed out from now on: the board, openings, bundle and history."
    return [*found, Place("pages", "erased", shown), Place("payloads", "erased", bundle)]


def _emptied_places(session: Session) -> list[Place]:
    engine = session.get_bind().dialect.name
    memory = "This server's memory of boards and similar questions; on other servers of this event"
    places = [Place("caches", "erased", f"{memory} within a minute.")]
    if engine == "sqlite":
        files = "The database's files, which are overwritten."
        return [*places, Place("files", "erased", files)]
    log = "The database's own log (WAL), until the database recycles it, and its replicas."
    return [
        *places,
        Place("files", "erased", "The database's tables, which are written anew."),
        Place("wal", "out_of_reach", log),
    ]


def _staying_places(
    session: Session, event: Event, question: Question, words: Sequence[str]
) -> list[Place]:
    found = []
    quoting = quotes(session, question, words)
    if quoting:
        told = (
            f"What staff wrote repeats some of it: {', '.join(quoting)}. A redaction can hide that."
        )
        found.append(Place("quotes", "stays", told))
    alike = _same_words(session, event, question, words)
    if alike:
        numbers = ", ".join(f"#{n}" for n in alike)
        told = f"Other questions with the same words, which are their authors': {numbers}."
        found.append(Place("other_questions", "stays", told))
    record = "The record: the number, times, decisions, reasons and votes, without the words."
    return [*found, Place("record", "stays", record)]


def _unreachable_places(question: Question) -> list[Place]:
    receipt = (
        "The author's receipt, in the browser that asked: it stays valid until it is forgotten."
    )
    found = [Place("receipts", "out_of_reach", receipt)] if question.author_tag else []
    return [
        *found,
        Place("exports", "out_of_reach", "Bundles, files and pictures that somebody has saved."),
        Place("backups", "out_of_reach", "Backups of the database, until they are deleted."),
    ]


def _versions(session: Session, question: Question) -> list[str]:
    rows = session.scalars(select(QuestionText.text).where(QuestionText.question_id == question.id))
    return [text for text in rows if text is not None]


def _same_words(
    session: Session, event: Event, question: Question, words: Sequence[str]
) -> list[int]:
    wanted = {normalise(each) for each in words}
    rows = session.execute(
        select(Question.docket_number, QuestionText.text)
        .join(QuestionText, QuestionText.question_id == Question.id)
        .where(Question.event_id == event.id, Question.id != question.id, Question.text_open)
    )
    return sorted({n for n, text in rows if text is not None and normalise(text) in wanted})


def _check_what(what: Sequence[str]) -> list[What]:
    if not what or not set(what) <= set(ERASABLE):
        raise BadInput("Erase text, name, or both.", field="what")
    return sorted({What(each) for each in what})


def _answer(
    session: Session, event: Event, question: Question, places: Sequence[Place], now_ms: int
) -> dict[str, Any]:
    who = viewer(session, event, now_ms)
    shown = question_views(session, who, only=[question.docket_number])[0]
    return {"places": [vars(place) for place in places], "question": shown}
