"""HTTP as a browser speaks it: cookies of its own, a CSRF token, connections that are kept.

A connection is lent to one request at a time and may carry another browser's request next: what
makes a browser is its cookies. So thousands of browsers need a few dozen connections only.
"""

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import gevent

from qa.errors import QaError

T = TypeVar("T")

TIMEOUT_S: Final = 120.0
MOST_WAITS: Final = 100
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class ServerGone(QaError):
    """The server cannot be reached, or answers what no Fair Hearing server would."""

    code = "server_gone"


class NotHere(QaError):
    """The address is not one on this machine."""

    code = "not_here"


class Refused(Exception):
    """The server said no. ``error`` is what it said: code, message and details."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(error.get("message", ""))
        self.code = str(error.get("code", "unknown"))
        self.message = str(error.get("message", ""))
        self.details = dict(error)


@dataclass(frozen=True)
class Reply:
    """An answer whose status is not one of an error."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Return the body's value. Raises: ServerGone."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise ServerGone("The server answered something that is not JSON.") from error


@dataclass
class Browser:
    """What a browser remembers."""

    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    @property
    def cookie_header(self) -> str:
        """Return the cookies as a request carries them."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


class Wire:
    """Connections to one server on this machine.

    ``waits`` counts by code how often the server asked for patience and got it.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK:
            raise NotHere(
                "A replay plays on this machine only: give an address such as "
                "http://localhost:8010. Elsewhere its crowd would be an attack."
            )
        self.host, self.port = str(parts.hostname), parts.port or 80
        self.origin = f"http://{parts.netloc}"
        self.waits: dict[str, int] = {}
        self._idle: list[http.client.HTTPConnection] = []

    def get(self, browser: Browser, path: str) -> Reply:
        """Read. Raises: Refused, ServerGone."""
        return self.patiently(lambda: self._request(browser, "GET", path, None))

    def post(self, browser: Browser, path: str, body: Mapping[str, Any]) -> Reply:
        """Change something. Raises: Refused, ServerGone."""
        data = json.dumps(body).encode()
        return self.patiently(lambda: self._request(browser, "POST", path, data))

    def patiently(self, act: Callable[[], T]) -> T:
        """Do something, and do it again as long as the server says when to.

        Raises:
            Refused: the server said no, and not merely "not yet".
        """
        for _ in range(MOST_WAITS):
            try:
                return act()
            except Refused as refused:
                wait_s = refused.details.get("retry_after_s")
                if not isinstance(wait_s, int):
                    raise
                self.waits[refused.code] = self.waits.get(refused.code, 0) + 1
                gevent.sleep(wait_s)
        return act()

    def close(self) -> None:
        """Let go of every connection."""
        while self._idle:
            self._idle.pop().close()

    def _request(self, browser: Browser, method: str, path: str, data: bytes | None) -> Reply:
        headers = {"Origin": self.origin, "Cookie": browser.cookie_header}
        if data is not None:
            headers |= {"Content-Type": "application/json", "X-CSRF-Token": browser.csrf}
        status, received, body = self._exchange(method, path, data, headers)
        for line in received.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                browser.cookies[name] = morsel.value
        if status >= 400:
            raise Refused(_error(status, body))
        return Reply(status, body)

    def _exchange(
        self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send and receive; an idle connection that the server has closed is replaced once.

        Everything that is sent may be sent twice: questions carry a client key, votes and joins
        change nothing the second time, and a decision's ``seq`` refuses it.
        """
        connection = self._idle.pop() if self._idle else None
        try:
            if connection is not None:
                try:
                    return self._send(connection, method, path, data, headers)
                except (http.client.HTTPException, OSError):
                    connection.close()
            connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_S)
            return self._send(connection, method, path, data, headers)
        except (http.client.HTTPException, OSError) as error:
            raise ServerGone(f"{self.origin} does not answer: {error}") from error

    def _send(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        data: bytes | None,
        headers: Mapping[str, str],
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection.request(method, path, data, dict(headers))
        answer = connection.getresponse()
        body = answer.read()
        self._idle.append(connection)
        return answer.status, answer.headers, body


def _error(status: int, body: bytes) -> Mapping[str, Any]:
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        error = None
    if isinstance(error, dict):
        return error
    return {"code": f"http_{status}", "message": f"The server answered with status {status}."}
