"""A meeting for tests, reached through the doors only."""

import hashlib
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from flask import Flask

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.services import identity
from qa.services.context import Context
from tests.web.browser import Browser

AUTHOR_KEY = "5e" * 32
AUTHOR_TAG = hashlib.sha256(bytes.fromhex(AUTHOR_KEY)).hexdigest()
_serial = count(1)


def question(text: str = "Why was the office closed?", **changes: Any) -> dict[str, Any]:
    """Return the body of a new question, with a client key of its own."""
    return {
        "text": text,
        "anonymous": True,
        "client_key": f"{next(_serial):022d}",
        "author_tag": AUTHOR_TAG,
        **changes,
    }


@dataclass
class Meeting:
    """An open event and whoever is in it."""

    app: Flask
    ctx: Context
    owner: Browser
    slug: str = "all-hands"
    code: str = "HELLO2"
    _staff: dict[str, Browser] = field(default_factory=dict)

    @property
    def api(self) -> str:
        return f"/api/events/{self.slug}"

    def stranger(self) -> Browser:
        return Browser(self.app)

    def participant(self) -> Browser:
        browser = self.stranger()
        assert browser.post("/api/join", {"code": self.code}).status_code == 200
        return browser

    def staff(self, role: str) -> Browser:
        if role == "owner":
            return self.owner
        if role not in self._staff:
            added = self.owner.post(f"{self.api}/staff", {"name": f"A {role}", "role": role})
            self._staff[role] = self.stranger()
            self._staff[role].sign_in(added.json["link"])
        return self._staff[role]

    def anyone(self, role: str) -> Browser:
        makers = {"public": self.stranger, "participant": self.participant}
        return makers[role]() if role in makers else self.staff(role)

    def ask(self, text: str = "Why was the office closed?", **changes: Any) -> int:
        answer = self.participant().post(f"{self.api}/questions", question(text, **changes))
        assert answer.status_code == 201, answer.text
        return int(answer.json["n"])

    def decide(self, n: int, verdict: str = "publish", seq: int = 0) -> dict[str, Any]:
        body = {"verdict": verdict, "seq": seq}
        if verdict == "filter":
            body |= {"reason": "off_topic", "explanation": "Outside the subject of this meeting."}
        answer = self.owner.post(f"{self.api}/questions/{n}/decision", body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json["question"])

    def move(self, state: str) -> None:
        assert self.owner.post(f"{self.api}/state", {"state": state}).status_code == 200


def open_meeting(app: Flask, ctx: Context) -> Meeting:
    """Create an event as its owner does, and open it for questions."""
    account = identity.create_account(ctx, "Olga Owner", may_create_events=True)
    owner = Browser(app)
    owner.sign_in(identity.create_link(ctx, account))
    meeting = Meeting(app, ctx, owner)
    policy = {**DEFAULT_POLICY_DOCUMENT, "second_review_percent": 100}
    draft = {"title": "All hands", "join_code": meeting.code, "policy": policy}
    made = owner.post("/api/events", draft)
    assert made.status_code == 201, made.text
    meeting.move("open")
    return meeting


def assert_can_only_read(meeting: Meeting, person: Browser, code: str) -> None:
    """Check that somebody with the code alone is led to the board, and may read it and no more."""
    assert person.post("/api/join", {"code": meeting.code}).json["url"] == f"/e/{meeting.slug}"
    assert person.get(f"/j/{meeting.code}").status_code == 303
    refused = person.post(f"{meeting.api}/join")
    assert (refused.status_code, refused.json["error"]["code"]) == (403, code)
    asked = person.post(f"{meeting.api}/questions", question())
    assert (asked.status_code, asked.json["error"]["code"]) == (401, "not_joined")
    assert person.get(f"{meeting.api}/board").status_code == 200
