"""The Socket.IO door: who may connect, and what a connected page may send.

Handlers are registered on the Socket.IO server itself: Flask's request context would make each
acknowledgement several times slower, and nothing here needs it.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import gevent
import structlog
from flask import Flask
from flask_socketio import SocketIO
from pydantic import BaseModel
from socketio.exceptions import ConnectionRefusedError as Refused
from werkzeug.http import parse_cookie

from qa.config import Fanout
from qa.domain.question import require_right
from qa.errors import NotJoined, QaError, SignedOut
from qa.live.attention import open_attention
from qa.live.bus import Bus, Signal
from qa.live.fanout import DirectRooms, DirectSocketIO
from qa.live.packets import MALFORMED, StrictPacket
from qa.live.rooms import desk_room, is_shared, public_room
from qa.live.websocket import WebSocket
from qa.services import boards, identity, proofs, questions, votes
from qa.services.context import Actor, Context
from qa.web import auth
from qa.web.errors import INTERNAL
from qa.web.hosts import allowed_origins
from qa.web.schemas.checking import check
from qa.web.schemas.questions import QuestionBody
from qa.web.schemas.sockets import ClaimBody, ConnectBody, LookBody, VoteBody

M = TypeVar("M", bound=BaseModel)
Ack = dict[str, Any]

SWEEP_S: Final = 0.5
"""How often staff sockets are checked again: a role lost on another worker is noticed by this."""

log = structlog.get_logger("qa.live")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is behind a socket, as the cookies said when it connected."""

    slug: str
    participant: Actor | None
    staff: Actor | None = None
    staff_secret: str | None = None

    @property
    def account_id(self) -> int | None:
        """The account of a member of staff, None at the public board."""
        return self.staff.account_id if self.staff else None


class Sockets:
    """Every socket of this worker."""

    def __init__(
        self,
        ctx: Context,
        socketio: SocketIO,
        bus: Bus,
        expect: Callable[[str, Callable[[], int]], None],
    ) -> None:
        self._ctx = ctx
        self._server = socketio.server
        self._bus = bus
        self._expect = expect
        self._people: dict[str, Person] = {}
        self._staff: dict[str, Person] = {}
        self._attention = open_attention(ctx.config.redis_url)
        for name in ("connect", "disconnect", "ask", "vote", "unvote", "look", "claim"):
            self._server.on(name, getattr(self, name))
        self._server.on(MALFORMED, lambda _sid, refusal: refusal)

    def connect(self, sid: str, environ: Mapping[str, Any], given: object = None) -> None:
        """Let a page in: to the public room, or to the desk room of its event."""
        try:
            wanted = check(ConnectBody, given)
            cookies = parse_cookie(environ.get("HTTP_COOKIE"))
            person = self._identify(wanted, cookies)
            self._expect(wanted.slug, partial(boards.revision, self._ctx, wanted.slug))
        except QaError as error:
            raise Refused(error.code, error.as_dict()) from None
        self._people[sid] = person
        if person.staff is None:
            self._server.enter_room(sid, public_room(wanted.slug))
            return
        self._staff[sid] = person
        self._server.enter_room(sid, desk_room(wanted.slug))
        gevent.spawn(self._show_attention, wanted.slug)

    def disconnect(self, sid: str, _reason: str) -> None:
        """Forget a socket."""
        self._people.pop(sid, None)
        self._forget_staff(sid)

    def ask(self, sid: str, *given: object) -> Ack:
        """Submit a question; the acknowledgement is its receipt."""

        def act(person: Person, actor: Actor, body: QuestionBody) -> Ack:
            draft = questions.QuestionDraft(**body.model_dump())
            receipt = questions.submit_question(self._ctx, person.slug, actor, draft)
            gevent.spawn(self._prove, sid, person.slug, receipt.n, receipt.leaf_index)
            return receipt.as_dict()

        return self._acknowledge(sid, given, QuestionBody, act)

    def vote(self, sid: str, *given: object) -> Ack:
        """Vote for a question."""
        return self._acknowledge(
            sid, given, VoteBody, lambda p, a, body: votes.cast_vote(self._ctx, p.slug, a, body.n)
        )

    def unvote(self, sid: str, *given: object) -> Ack:
        """Take a vote back."""
        return self._acknowledge(
            sid,
            given,
            VoteBody,
            lambda p, a, body: votes.retract_vote(self._ctx, p.slug, a, body.n),
        )

    def look(self, sid: str, *given: object) -> Ack:
        """Tell the desk which question a page of it shows."""

        def act(person: Person, actor: Actor, body: LookBody) -> Ack:
            self._attention.look(person.slug, sid, str(actor.pseudonym), body.n)
            self._show_attention(person.slug)
            return {}

        return self._acknowledge(sid, given, LookBody, act, self._require_staff)

    def claim(self, sid: str, *given: object) -> Ack:
        """Claim a question for two minutes, or let it go; it keeps nobody from deciding."""

        def act(person: Person, actor: Actor, body: ClaimBody) -> Ack:
            require_right(actor.role, "decide")
            name = str(actor.pseudonym)
            claimed = self._attention.claim(person.slug, name, body.n, on=body.on)
            self._show_attention(person.slug)
            return {"claimed": claimed}

        return self._acknowledge(sid, given, ClaimBody, act, self._require_staff)

    def listens(self, room: str) -> bool:
        """Say whether anybody of this worker is in a room."""
        return room in self._rooms()

    def send(self, room: str, name: str, notice: Mapping[str, Any]) -> None:
        """Send a notice to everybody of this worker in a room."""
        if self.listens(room):
            self._server.emit(name, notice, to=room)

    def refetch(self) -> None:
        """Tell every page of this worker to fetch what it may have missed."""
        for room in [room for room in self._rooms() if is_shared(room)]:
            self.send(str(room), "refetch", {})

    def show_attention(self, slug: str) -> None:
        """Tell the desk pages of this worker who looks at what, and who claimed what."""
        if self.listens(desk_room(slug)):
            self.send(desk_room(slug), "presence", self._attention.state(slug))

    def cut(self, slug: str, account_id: int) -> None:
        """Disconnect a member of staff from an event; other workers notice by their sweep."""
        for sid, person in list(self._staff.items()):
            if (person.slug, person.account_id) == (slug, account_id):
                self._cut(sid)

    def sweep(self) -> None:
        """Disconnect staff whose session or role is gone. An open desk counts as activity."""
        for sid, person in list(self._staff.items()):
            if not self._still_staff(person):
                self._cut(sid)

    def keep_sweeping(self) -> None:
        """Sweep for ever."""
        while True:
            gevent.sleep(SWEEP_S)
            try:
                self.sweep()
            except Exception as error:  # the next sweep tries again
                log.exception("sweep_failed", exc_info=error)

    def _identify(self, wanted: ConnectBody, cookies: Mapping[str, str]) -> Person:
        ctx, slug = self._ctx, wanted.slug
        participant = auth.participant(ctx, cookies, slug)
        if wanted.view == "board":
            return Person(slug, participant)
        staff = auth.require_staff(ctx, cookies, slug)
        return Person(slug, participant, staff, auth.staff_secret(ctx.config, cookies))

    def _prove(self, sid: str, slug: str, docket_number: int, leaf_index: int) -> None:
        """Send the author the proof of a leaf that a signed checkpoint covers by now."""
        proof = proofs.leaf_proof(self._ctx, slug, leaf_index)
        notice = {"n": docket_number, "leaf_index": leaf_index, "proof": proof}
        self._server.emit("proof", notice, to=sid)

    def _still_staff(self, person: Person) -> bool:
        account = identity.signed_in(self._ctx, person.staff_secret or "")
        if account is None:
            return False
        return identity.staff_actor(self._ctx, person.slug, account.account_id) is not None

    def _cut(self, sid: str) -> None:
        person = self._people.pop(sid, None)
        if person is None:  # gone by itself meanwhile
            return
        self._forget_staff(sid)
        self._server.leave_room(sid, desk_room(person.slug))
        self._server.emit("role", {}, to=sid)
        self._server.disconnect(sid)

    def _require_participant(self, sid: str) -> tuple[Person, Actor]:
        person = self._people.get(sid)
        if person is None or person.participant is None:
            raise NotJoined("Join the meeting with its code first.")
        return person, person.participant

    def _require_staff(self, sid: str) -> tuple[Person, Actor]:
        person = self._people.get(sid)
        if person is None or person.staff is None:
            raise SignedOut("Sign in to do this.")
        return person, person.staff

    def _forget_staff(self, sid: str) -> None:
        person = self._staff.pop(sid, None)
        if person is not None and person.staff is not None:
            # A page that closes is heard of in the event loop itself, which may not wait for Redis.
            gevent.spawn(self._leave_desk, person.slug, sid, str(person.staff.pseudonym))

    def _leave_desk(self, slug: str, sid: str, name: str) -> None:
        self._attention.look(slug, sid, name, None)
        self._show_attention(slug)

    def _show_attention(self, slug: str) -> None:
        """Tell every desk page of an event, whichever worker it is on."""
        self.show_attention(slug)
        self._bus.tell(Signal(desks={slug}))

    def _rooms(self) -> Mapping[str | None, Any]:
        rooms: Mapping[str | None, Any] = self._server.manager.rooms.get("/", {})
        return rooms

    def _acknowledge(
        self,
        sid: str,
        given: tuple[object, ...],
        model: type[M],
        act: Callable[[Person, Actor, M], Ack],
        require: Callable[[str], tuple[Person, Actor]] | None = None,
    ) -> Ack:
        try:
            person, actor = (require or self._require_participant)(sid)
            return act(person, actor, check(model, given[0] if given else None))
        except QaError as error:
            return error.as_dict()
        except Exception as error:  # the sender gets an answer, the log gets the error
            log.exception("unhandled_error", door="socket", exc_info=error)
            return dict(INTERNAL)


def open_sockets(app: Flask, ctx: Context) -> SocketIO:
    """Put the Socket.IO server in front of the app: websockets only, from our own pages only."""
    limit = ctx.config.limits.packet_bytes
    options = {
        "async_mode": "gevent",
        "async_handlers": False,
        "transports": ["websocket"],
        "allow_upgrades": False,
        "cors_allowed_origins": allowed_origins(ctx.config),
        "serializer": StrictPacket,
        "max_http_buffer_size": limit,
        "logger": logging.getLogger("socketio"),
        "engineio_logger": logging.getLogger("engineio"),
    }
    direct = ctx.config.fanout == Fanout.DIRECT
    if direct:
        options["max_connections"] = ctx.config.limits.connections
        return DirectSocketIO(app, client_manager=DirectRooms(), **options)
    socketio = SocketIO(app, manage_session=False, **options)
    engine = socketio.server.eio
    engine._async = {  # noqa: SLF001 - engine.io has no option for its websocket class
        **engine._async,  # noqa: SLF001
        "websocket": lambda handler, _server: WebSocket(handler, limit),
    }
    return socketio
