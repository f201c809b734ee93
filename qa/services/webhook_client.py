"""One POST to an address that an event's owner chose, which may be hostile.

The owner is not the operator, so the address must not become a way into the operator's network:

1. Only https; http only to hosts that the operator named in ``QA_WEBHOOK_HOSTS``.
2. The name is resolved once. Every address it has must be public, unless the host is named.
3. The connection goes to the address that was checked; TLS is for the name. No redirect is
   followed, no proxy used, and nothing of the answer but its status is read.
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import gevent

from qa.errors import BadInput, QaError

WITHIN_S: Final = 10.0
"""How long one try may take, from resolving the name to the status line."""

MAX_URL_CHARACTERS: Final = 1_000
_URL: Final = re.compile(r"https?://[\x21-\x7e]+", re.ASCII)
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotDelivered(QaError):
    """The receiver did not take a notice; the message says why, and names no address."""

    code = "not_delivered"


def check_url(url: str, allowed_hosts: frozenset[str]) -> SplitResult:
    """Return the parts of an address that may be posted to, without asking the network.

    Raises:
        BadInput: it is no https address, or holds a name, a password or a fragment.
    """
    if len(url) > MAX_URL_CHARACTERS:
        raise BadInput(f"An address has at most {MAX_URL_CHARACTERS} characters.", field="url")
    parts = _split(url)
    if parts is None or "@" in parts.netloc or parts.fragment:
        raise BadInput("Give an address such as https://hooks.example.org/…", field="url")
    if parts.scheme != "https" and parts.hostname not in allowed_hosts:
        raise BadInput("The address must begin with https://.", field="url")
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str], allowed_hosts: frozenset[str]) -> None:
    """Post a body, and return once the receiver has answered that it took it (2xx).

    Raises:
        NotDelivered: it is not to be reached, may not be reached, or did not take it.
    """
    parts = check_url(url, allowed_hosts)
    try:
        # A socket's own timeout starts anew with every byte; that of the greenlet does not.
        with gevent.Timeout(WITHIN_S, TimeoutError()):
            address = _checked_address(parts, trusted=parts.hostname in allowed_hosts)
            status = _status(parts, address, body, headers)
    except TimeoutError as error:
        raise NotDelivered(f"It did not answer within {WITHIN_S:.0f} seconds.") from error
    except ssl.SSLError as error:
        raise NotDelivered("Its certificate is not valid for its name.") from error
    except (OSError, HTTPException, ValueError) as error:
        raise NotDelivered("It cannot be reached.") from error
    if 300 <= status < 400:
        raise NotDelivered("It redirects, which is not followed. Give the address it leads to.")
    if not 200 <= status < 300:
        raise NotDelivered(f"It answered {status}.")


def is_public(address: IpAddress) -> bool:
    """Say whether an address is one on the public internet, also when it wraps another one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _split(url: str) -> SplitResult | None:
    """Return the parts of an http address with a host and a possible port, or None."""
    if not _URL.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        possible = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if possible else None


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _checked_address(parts: SplitResult, *, trusted: bool) -> str:
    """Resolve the name once, and return its first address.

    Raises:
        NotDelivered: it has none, or one that is not public and may not be reached.
    """
    try:
        found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise NotDelivered("Its name was not found.") from error
    addresses = [str(each[4][0]) for each in found]
    if not trusted and not all(is_public(ipaddress.ip_address(each)) for each in addresses):
        raise NotDelivered("Its address is not on the public internet.")
    return addresses[0]


def _status(parts: SplitResult, address: str, body: bytes, headers: Mapping[str, str]) -> int:
    kind = _PinnedTls if parts.scheme == "https" else _Pinned
    connection = kind(str(parts.hostname), _port(parts), timeout=WITHIN_S)
    connection.address = address
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, {"User-Agent": "fair-hearing", **headers})
        return connection.getresponse().status
    finally:
        connection.close()


class _Pinned(HTTPConnection):
    """A connection to the address that was checked, whatever its name resolves to by now."""

    address = ""

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _PinnedTls(HTTPSConnection):
    """The same with TLS, whose certificate has to be for the name."""

    address = ""

    def connect(self) -> None:
        plain: Any = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
