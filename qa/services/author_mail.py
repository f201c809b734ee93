"""Mail to an author who left an address: what became of their question, and no words of it.

For an anonymous question no address is taken, because it would be a path from the question to a
person. That of a named one is sealed, so the database alone does not tell it; it is in no log, no
export and no page, and is deleted when the author takes it back, withdraws or erases, when the name
is hidden, or once the meeting is closed and the last mail is sent. Keeping it adds no leaf.
"""

from typing import Any, Final

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from qa.config import MAIL_ADDRESS
from qa.domain.question import EventState
from qa.errors import BadInput, IllegalTransition, NoMail
from qa.services import mail_client, told
from qa.services.authors import check_author_key, own_question
from qa.services.context import Context
from qa.services.unit import Unit, perform
from qa.services.webhook_client import NotDelivered
from qa.store import outbox
from qa.store.db import scrub_on_commit
from qa.store.models.events import Event
from qa.store.models.notices import AuthorAddress, Outgoing
from qa.store.models.questions import Question
from qa.store.outbox import Due
from qa.store.sealed import NONCE_BYTES, NOTICES, seal, unseal

MAX_CHARACTERS: Final = 254
"""RFC 5321 lets a path have 256, of which two are brackets."""

PURPOSE: Final = "address"
WHY: Final = (
    "You are told because somebody left this address with that question. The address is deleted"
    " when the meeting closes, or as soon as the author takes it back under Mine on the board."
)


def keep_address(
    ctx: Context, slug: str, docket_number: int, author_key: str, email: str | None
) -> dict[str, Any]:
    """Keep the address that an author wants to be told at, in place of an earlier one; None: none.

    Raises:
        NoMail: this server sends no mail.
        BadInput: it is no address.
        IllegalTransition: the question is anonymous, so that no address may lead from it.
        NoRight: the key is not the author's.
        EventNotOpen, EventClosed: there is nothing to be told now.
    """
    if ctx.config.mail is None:
        raise NoMail("This server sends no mail.")
    key = check_author_key(author_key)
    sealed = None if email is None else _seal(ctx, email)

    def body(unit: Unit) -> dict[str, Any]:
        question = own_question(unit, docket_number, key)
        if sealed is not None and (question.anonymous or question.name is None):
            raise IllegalTransition(
                "An address is kept with a named question only: from an anonymous one nothing may"
                " lead to you."
            )
        kept = unit.session.get(AuthorAddress, question.id)
        if sealed is None:
            outbox.forget_address(unit.session, question)
        elif kept is not None:
            kept.sealed = sealed
        else:
            unit.session.add(AuthorAddress(question_id=question.id, sealed=sealed))
        unit.session.flush()
        return {"kept": sealed is not None}

    return perform(ctx, slug, body)


def forget_closed(ctx: Context) -> None:
    """Delete the addresses of closed meetings that nothing is still to be sent to."""
    waiting = exists().where(Outgoing.address_id == AuthorAddress.question_id)
    over = (
        select(AuthorAddress.question_id)
        .join(Question, Question.id == AuthorAddress.question_id)
        .join(Event, Event.id == Question.event_id)
        .where(Event.state == EventState.CLOSED, ~waiting)
    )

    def command(session: Session) -> None:
        gone = session.scalars(over).all()
        session.execute(delete(AuthorAddress).where(AuthorAddress.question_id.in_(gone)))
        scrub_on_commit(session, AuthorAddress)

    with ctx.db.read() as session:
        if session.scalar(over.limit(1)) is None:
            return
    ctx.db.write(command)


def send(ctx: Context, due: Due) -> None:
    """Tell an author of one leaf. Raises: NotDelivered."""
    with ctx.db.read() as session:
        kept = session.get(AuthorAddress, due.address_id)
        if kept is None:
            return  # taken back meanwhile
        receiver = unseal(ctx.keyring.secret(NOTICES), PURPOSE, kept.sealed).decode()
        notice = told.read_notice(ctx, session, due.slug, due.leaf_index)
    server = ctx.config.mail
    if server is None:
        raise NotDelivered("This server sends no mail.")
    decision = notice.data.get("decision")
    reasons = [decision["reason_label"], decision["explanation"]] if decision else []
    parts = [f"{notice.said}.", *(each for each in reasons if each), notice.link, WHY]
    text = "\n\n".join(parts) + "\n"
    mail = mail_client.compose(server.sender, receiver, notice.said, text, notice.id)
    mail_client.send(server, mail)


def _seal(ctx: Context, email: str) -> bytes:
    if len(email) > MAX_CHARACTERS or not MAIL_ADDRESS.fullmatch(email):
        raise BadInput("Give one e-mail address, such as ada@example.org.", field="email")
    key, nonce = ctx.keyring.secret(NOTICES), ctx.random_bytes(NONCE_BYTES)
    return seal(key, PURPOSE, email.encode(), nonce)
