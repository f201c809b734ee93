"""Which names the server answers to, and whom it believes about where a request came from.

Any other host, and any other origin, is refused.
"""

from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from qa.config import Config

_ANY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, not bound to
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def trusted_hosts(config: Config) -> list[str]:
    """Return the host names, without ports, that a request may be addressed to."""
    public = urlsplit(config.public_url).hostname or ""
    names = dict.fromkeys((public, *_bound_names(config)))
    return [f"[{name}]" if ":" in name else name for name in names]


def allowed_origins(config: Config) -> list[str]:
    """Return the origins whose pages may change anything or open a socket."""
    parts = urlsplit(config.public_url)
    origins = [f"{parts.scheme}://{parts.netloc}"]
    for name in _bound_names(config):
        host = f"[{name}]" if ":" in name else name
        origins.append(f"http://{host}" + ("" if config.port == 80 else f":{config.port}"))
    return list(dict.fromkeys(origins))


def believe_proxies(app: Flask, config: Config) -> None:
    """Count joins by the address that our own proxies name, and believe nothing else of theirs.

    Without a proxy the header is anybody's to write, so it is not looked at.
    """
    if config.trusted_proxies:
        proxied = ProxyFix(app.wsgi_app, x_for=config.trusted_proxies, x_proto=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]


def _bound_names(config: Config) -> list[str]:
    bound = [] if config.host in _ANY_ADDRESS else [config.host]
    return [*_LOOPBACK, *bound]
