"""People who use the API beside the browsers, so that a test has to click only what it is about."""

import hashlib
import itertools
import secrets
from dataclasses import dataclass, field
from typing import Any

import requests

EXPLANATION = "This was answered in the memo of Monday."
_serial = itertools.count(1)


class Client:
    """One person's cookies at the JSON API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._csrf = str(self.get("/api/me")["csrf"])

    def get(self, path: str) -> dict[str, Any]:
        return self.send("GET", path)

    def post(self, path: str, body: object = None) -> dict[str, Any]:
        return self.send("POST", path, body or {})

    def send(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Send a request that must succeed, and return its answer; a string is sent as CSV."""
        headers = {} if method == "GET" else {"X-CSRF-Token": self._csrf}
        sent: dict[str, Any] = {"json": body}
        if isinstance(body, str):
            sent, headers = {"data": body.encode()}, {**headers, "Content-Type": "text/csv"}
        answer = self._session.request(method, self.url + path, headers=headers, timeout=30, **sent)
        assert answer.ok, answer.text
        return dict(answer.json())

    def sign_in(self, link: str) -> None:
        """Use up a one-time link."""
        answer = self._session.post(link, data={"csrf_token": self._csrf}, timeout=30)
        assert answer.ok, answer.text
        self._csrf = str(self.get("/api/me")["csrf"])

    def close(self) -> None:
        self._session.close()


@dataclass
class Meeting:
    """One event of a test's own, and what everybody else does in it."""

    owner: Client
    slug: str
    code: str
    _crowd: list[Client] = field(default_factory=list)

    @property
    def api(self) -> str:
        return f"/api/events/{self.slug}"

    @property
    def page(self) -> str:
        return f"/e/{self.slug}"

    def move(self, *states: str) -> None:
        """Move the event on, step by step."""
        for state in states:
            self.owner.post(f"{self.api}/state", {"state": state})

    def link(self, role: str, name: str = "") -> str:
        """Return a sign-in link for a new member of staff."""
        body = {"name": name or f"A {role}", "role": role}
        return str(self.owner.post(f"{self.api}/staff", body)["link"])

    def owner_link(self) -> str:
        """Return a sign-in link for the owner."""
        members = self.owner.get(f"{self.api}/settings")["staff"]
        (owner,) = [member for member in members if member["role"] == "owner"]
        return str(self.owner.post(f"{self.api}/staff/{owner['id']}/link")["link"])

    def ask(self, text: str, **changes: Any) -> int:
        """Ask as somebody in the crowd; return the docket number."""
        tag = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
        body = {"text": text, "anonymous": True, "client_key": secrets.token_hex(16)}
        body |= {"author_tag": tag, **changes}
        return int(self._person(0).post(f"{self.api}/questions", body)["n"])

    def published(self, text: str, *, votes: int = 0) -> int:
        """Ask a question, publish it and let so many people upvote it; return its number."""
        n = self.ask(text)
        self.decide(n, "publish")
        self.vote(n, votes)
        return n

    def decide(
        self, n: int, verdict: str, *, seq: int = 0, reason: str = "answered_elsewhere"
    ) -> None:
        """Decide as the owner."""
        words: dict[str, str] = {}
        if verdict == "filter":
            words = {"reason": reason, "explanation": EXPLANATION}
        elif verdict == "restore":
            words = {"explanation": "Decided by mistake."}
        body = {"verdict": verdict, "seq": seq, **words}
        self.owner.post(f"{self.api}/questions/{n}/decision", body)

    def vote(self, n: int, votes: int) -> None:
        """Let the first so many people of the crowd upvote a question."""
        for place in range(votes):
            self._person(place).send("PUT", f"{self.api}/questions/{n}/vote")

    def question(self, n: int) -> dict[str, Any]:
        """Return a question as everybody sees it now."""
        return dict(self.owner.get(f"{self.api}/questions/{n}")["question"])

    def counts(self) -> dict[str, int]:
        return dict(self.owner.get(self.api)["counts"])

    def leave(self) -> None:
        """Close everybody's connections."""
        for person in self._crowd:
            person.close()

    def _person(self, place: int) -> Client:
        while len(self._crowd) <= place:
            person = Client(self.owner.url)
            person.post("/api/join", {"code": self.code})
            self._crowd.append(person)
        return self._crowd[place]


def open_meeting(owner: Client, *states: str, **fields: Any) -> Meeting:
    """Create an event and move it through ``states``."""
    number = next(_serial)
    draft = {"title": f"All-hands number {number}", "slug": f"all-hands-{number}", **fields}
    made = owner.post("/api/events", draft)
    meeting = Meeting(owner, str(made["slug"]), str(made["join_code"]))
    meeting.move(*states)
    return meeting
