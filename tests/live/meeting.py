"""A meeting on a running server."""

import hashlib
import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from qa.config import load_config
from qa.services import identity
from qa.services.context import build_context
from tests.live.server import Page, Person, RawPage, Running

AUTHOR_KEY = "5e" * 32
AUTHOR_TAG = hashlib.sha256(bytes.fromhex(AUTHOR_KEY)).hexdigest()
_serial = count(1)


def question(text: str, **changes: Any) -> dict[str, Any]:
    """Return the body of a new question, with a client key of its own."""
    key = f"{next(_serial):022d}"
    body = {"text": text, "anonymous": True, "client_key": key, "author_tag": AUTHOR_TAG}
    return {**body, **changes}


@dataclass
class LiveMeeting:
    """An open event on a running server."""

    server: Running
    owner: Person
    slug: str
    code: str
    log_start: int = 0
    opened: list[Person | Page | RawPage] = field(default_factory=list)

    @property
    def api(self) -> str:
        return f"/api/events/{self.slug}"

    @property
    def logged(self) -> str:
        """What the server has logged since the meeting began."""
        return self.server.log.read_text()[self.log_start :]

    def close(self) -> None:
        """Close every page and browser of the meeting."""
        for each in reversed(self.opened):
            each.close()

    def person(self) -> Person:
        self.opened.append(person := Person(self.server.base))
        return person

    def participant(self) -> Person:
        person = self.person()
        person.send("POST", "/api/join", {"code": self.code})
        return person

    def moderator(self) -> tuple[Person, int]:
        body = {"name": "Mo", "role": "moderator"}
        added = self.owner.send("POST", f"{self.api}/staff", body)
        person = self.person()
        person.sign_in(added["link"])
        return person, added["id"]

    def page(self, person: Person, **auth: str) -> Page:
        self.opened.append(page := Page(person, {"slug": self.slug, **auth}))
        return page

    def raw(self, person: Person) -> RawPage:
        page = self.unconnected(person)
        page.send("40" + json.dumps({"slug": self.slug}))
        page.expect("40")
        return page

    def unconnected(self, person: Person) -> RawPage:
        self.opened.append(page := RawPage(person))
        return page

    def ask(self, text: str) -> int:
        answer = self.participant().send("POST", f"{self.api}/questions", question(text))
        return int(answer["n"])

    def decide(self, n: int, verdict: str = "publish", seq: int = 0) -> None:
        body = {"verdict": verdict, "seq": seq}
        if verdict != "publish":
            body["explanation"] = "For a reason."
        if verdict == "filter":
            body["reason"] = "spam"
        self.owner.send("POST", f"{self.api}/questions/{n}/decision", body)


def sign_in_owner(server: Running) -> Person:
    """Return somebody signed in who may create events."""
    context = build_context(load_config(server.environ))
    account = identity.create_account(context, "Olga Owner", may_create_events=True)
    link = identity.create_link(context, account)
    context.db.close()
    person = Person(server.base)
    person.sign_in(link)
    return person


def open_meeting(server: Running, owner: Person, slug: str, log_start: int = 0) -> LiveMeeting:
    """Create an event as its owner does, and open it for questions."""
    made = owner.send("POST", "/api/events", {"title": "All hands", "slug": slug})
    meeting = LiveMeeting(server, owner, made["slug"], made["join_code"], log_start)
    owner.send("POST", f"{meeting.api}/state", {"state": "open"})
    return meeting
