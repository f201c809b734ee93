"""What people do at the doors of one server: sign in, create, join, ask, decide, vote, look.

Staff and askers use the JSON API, with cookies and a CSRF token each. A voter joins as a phone does
that scans the code on the screen, then votes over the page's socket: an acknowledged socket event
costs client and server about half of what a request does.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from qa.replay.criteria import replay_policy
from qa.replay.line import Line
from qa.replay.outcome import NO_REASON_KEPT, REASON
from qa.replay.wire import Browser, Refused, ServerGone, Wire

MOST_SLUGS: Final = 100
_TOKEN = re.compile(r"/s/([0-9a-f]{64})")


class Doors:
    """One server, and after ``create`` one event in it."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.slug = ""
        self._join_code = ""

    @property
    def api(self) -> str:
        """Return the address below which the event's routes are."""
        return f"/api/events/{self.slug}"

    def sign_in(self, link: str) -> Browser:
        """Use up a one-time link and return the browser that is signed in now.

        The link's host is left aside: it is the server's public one, which may be behind a proxy.
        """
        match = _TOKEN.fullmatch(urlsplit(link.strip()).path)
        if match is None:
            raise Refused({"code": "bad_link", "message": "This is not a sign-in link."})
        browser = Browser()
        self._refresh(browser, "/api/me")
        self.wire.post(browser, f"/s/{match[1]}", {})
        if not self._refresh(browser, "/api/me")["signed_in"]:
            raise ServerGone("The server took the link but signed nobody in.")
        return browser

    def create(self, owner: Browser, title: str, name: str) -> None:
        """Create the event, under the first address made of ``name`` that is free."""
        words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50].strip("-") or "meeting"
        for number in range(1, MOST_SLUGS + 1):
            slug = f"replay-{words}" if number == 1 else f"replay-{words}-{number}"
            try:
                body = {"title": title, "slug": slug, "policy": replay_policy()}
                event = self.wire.post(owner, "/api/events", body).json()
            except Refused as refused:
                if refused.code != "slug_taken" or number == MOST_SLUGS:
                    raise
            else:
                self.slug, self._join_code = event["slug"], event["join_code"]
                return

    def add_moderator(self, owner: Browser, name: str) -> Browser:
        """Add a moderator and sign them in with their link."""
        body = {"name": name, "role": "moderator"}
        return self.sign_in(self.wire.post(owner, f"{self.api}/staff", body).json()["link"])

    def move(self, owner: Browser, state: str) -> None:
        """Move the event on."""
        self.wire.post(owner, f"{self.api}/state", {"state": state})

    def join(self) -> Browser:
        """Join the event as the join QR code does, and return the new participant's browser."""
        browser = Browser()
        self.wire.get(browser, f"/j/{self._join_code}")
        return browser

    def ask(self, asker: Browser, text: str) -> dict[str, Any]:
        """Submit a question anonymously and return its receipt."""
        if not asker.csrf:
            self._refresh(asker, f"{self.api}/me")
        body = {
            "text": text,
            "anonymous": True,
            "client_key": secrets.token_urlsafe(24),
            "author_tag": hashlib.sha256(secrets.token_bytes(32)).hexdigest(),
        }
        return dict(self.wire.post(asker, f"{self.api}/questions", body).json())

    def decide(self, moderator: Browser, docket_number: int, *, publish: bool) -> None:
        """Publish a question, or filter it with a statement that is true of the source."""
        body: dict[str, Any] = {"verdict": "publish", "seq": 0}
        if not publish:
            body = {"verdict": "filter", "reason": REASON, "explanation": NO_REASON_KEPT, "seq": 0}
        self.wire.post(moderator, f"{self.api}/questions/{docket_number}/decision", body)

    def open_line(self, browser: Browser) -> Line:
        """Open the socket of a participant's page."""
        return Line(self.wire, browser, self.slug)

    def vote(self, line: Line, docket_number: int, *, wanted: bool) -> Mapping[str, Any]:
        """Vote for a question, or take the vote back; return the acknowledgement."""
        event = "vote" if wanted else "unvote"
        return self.wire.patiently(lambda: line.call(event, {"n": docket_number}))

    def stay_signed_in(self, browser: Browser) -> None:
        """Do as a page does that is looked at, so that the session does not end."""
        self._refresh(browser, "/api/me")

    def read(self, path: str) -> bytes:
        """Return what anybody gets at an address."""
        return self.wire.get(Browser(), path).body

    def read_json(self, path: str) -> Any:
        """Return the JSON that anybody gets at an address."""
        return self.wire.get(Browser(), path).json()

    def _refresh(self, browser: Browser, path: str) -> dict[str, Any]:
        me = dict(self.wire.get(browser, path).json())
        browser.csrf = str(me["csrf"])
        return me
