"""Settings: the environment is read once, checked, and frozen."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from qa.errors import ConfigError

DEFAULT_PORT = 8010
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PUBLIC_URL = re.compile(
    r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*",
    re.ASCII,
)
"""What becomes the beginning of every log's origin, so only what an origin may hold."""


SMTP_URL = re.compile(
    r"(?P<scheme>smtps|smtp|smtp\+plain)://(?:(?P<user>[^:@/\s]+):(?P<password>[^@/\s]+)@)?"
    r"(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?/?",
    re.ASCII,
)
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
MAIL_ADDRESS = re.compile(
    rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII
)
"""A dot-atom at a domain (RFC 5322, 3.4.1): nothing that is more than one address in a header."""


class Fanout(StrEnum):
    """How notices reach open pages: written straight to each socket, or as the libraries do it."""

    DIRECT = "direct"
    STOCK = "stock"


@dataclass(frozen=True)
class Limits:
    """Quotas and sizes. A quota of participants is counted per event and per joined browser.

    ``QA_LIMIT_<NAME>`` in the environment sets any of them: ``QA_LIMIT_VOTES_PER_MINUTE``, say.
    """

    questions_per_minute: int = 3
    questions_per_event: int = 20
    votes_per_minute: int = 30
    event_questions_per_second: int = 50
    joins_per_minute_and_address: int = 600
    body_bytes: int = 32 * 1024
    import_bytes: int = 2 * 1024 * 1024
    packet_bytes: int = 16 * 1024
    writer_queue: int = 5_000
    connections: int = 20_000
    requests: int = 1_000
    staff_idle_minutes: int = 30
    staff_session_hours: int = 12
    link_hours: int = 24


@dataclass(frozen=True)
class OpenIdSettings:
    """The OpenID provider that people sign in with, and what this server is known by there."""

    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)


@dataclass(frozen=True)
class Mail:
    """A mail server. ``scheme``: smtps is TLS from the start, smtp STARTTLS, smtp+plain neither."""

    scheme: str
    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Config:
    """Everything that a deployment can choose. ``docs/operations.md`` explains each setting."""

    data_dir: Path
    database_url: str
    redis_url: str | None
    public_url: str
    host: str
    port: int
    trusted_proxies: int
    limits: Limits
    log_level: str
    fanout: Fanout = Fanout.DIRECT
    tallies_per_second: int = 4
    metrics_token: str | None = None
    witness_policy: Path | None = None
    openid: OpenIdSettings | None = None
    mail: Mail | None = None
    webhook_hosts: frozenset[str] = frozenset()
    """Hosts that webhooks may reach over http and at private addresses."""
    passwords: bool = True

    @property
    def secure(self) -> bool:
        """Say whether people reach the server over https, so that cookies can insist on it."""
        return self.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        """Return host, port and path of the public URL: what every log's origin begins with."""
        parts = urlsplit(self.public_url)
        return parts.netloc + parts.path.rstrip("/")


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Return the configuration that the environment describes.

    Raises:
        ConfigError: a setting is not of its form; ``field`` names the variable.
    """
    env = os.environ if environ is None else environ
    data_dir = Path(env.get("QA_DATA_DIR", "var")).resolve()
    host = env.get("QA_HOST", "127.0.0.1")
    port = _whole_number(env, "QA_PORT", DEFAULT_PORT, highest=65_535)
    public_url = env.get("QA_PUBLIC_URL", f"http://localhost:{port}").rstrip("/")
    if not PUBLIC_URL.fullmatch(public_url):
        raise ConfigError(
            "QA_PUBLIC_URL must be an http or https address, such as https://questions.example.org",
            field="QA_PUBLIC_URL",
        )
    return Config(
        data_dir=data_dir,
        database_url=env.get("QA_DATABASE_URL", f"sqlite:///{data_dir / 'fair-hearing.sqlite3'}"),
        redis_url=env.get("QA_REDIS_URL") or None,
        public_url=public_url,
        host=host,
        port=port,
        trusted_proxies=_whole_number(env, "QA_TRUSTED_PROXIES", 0, lowest=0, highest=9),
        limits=_limits(env),
        log_level=env.get("QA_LOG_LEVEL", "info"),
        fanout=_fanout(env.get("QA_FANOUT", Fanout.DIRECT)),
        metrics_token=env.get("QA_METRICS_TOKEN") or None,
        tallies_per_second=_whole_number(env, "QA_TALLIES_PER_SECOND", 4, highest=10),
        witness_policy=_file(env, "QA_WITNESS_POLICY"),
        openid=_openid(env),
        mail=_mail(env),
        webhook_hosts=frozenset(env.get("QA_WEBHOOK_HOSTS", "").lower().replace(",", " ").split()),
        passwords=_switch(env, "QA_PASSWORDS", "on"),
    )


def is_safe_provider(address: str) -> bool:
    """Say whether secrets may be sent to an address: over https, or to this machine itself."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    )


def _openid(env: Mapping[str, str]) -> OpenIdSettings | None:
    issuer, client_id = env.get("QA_OIDC_ISSUER"), env.get("QA_OIDC_CLIENT_ID")
    if not issuer and not client_id:
        return None
    if not issuer or not is_safe_provider(issuer):
        raise ConfigError(
            "QA_OIDC_ISSUER must be the https address that the provider calls itself by",
            field="QA_OIDC_ISSUER",
        )
    if not client_id:
        raise ConfigError("QA_OIDC_ISSUER needs QA_OIDC_CLIENT_ID", field="QA_OIDC_CLIENT_ID")
    return OpenIdSettings(issuer, client_id, env.get("QA_OIDC_CLIENT_SECRET") or None)


def _mail(env: Mapping[str, str]) -> Mail | None:
    url, sender = env.get("QA_SMTP_URL"), env.get("QA_MAIL_FROM", "")
    if not url:
        return None
    found = SMTP_URL.fullmatch(url)
    if found is None:
        raise ConfigError(
            "QA_SMTP_URL must be smtps://, smtp:// or smtp+plain:// with a host, such as"
            " smtps://user:password@mail.example.org",
            field="QA_SMTP_URL",
        )
    if not MAIL_ADDRESS.fullmatch(sender):
        raise ConfigError(
            "QA_MAIL_FROM must be the address that mail comes from", field="QA_MAIL_FROM"
        )
    parts = found.groupdict()
    if parts["scheme"] == "smtp+plain" and parts["user"]:
        raise ConfigError(
            "QA_SMTP_URL sends no password over smtp+plain://: use smtp:// or smtps://",
            field="QA_SMTP_URL",
        )
    port = int(parts["port"] or {"smtps": 465, "smtp": 587, "smtp+plain": 25}[parts["scheme"]])
    secrets = {each: unquote(parts[each]) for each in ("user", "password") if parts[each]}
    return Mail(parts["scheme"], parts["host"], port, sender, **secrets)


def _fanout(name: str) -> Fanout:
    if name not in list(Fanout):
        raise ConfigError("QA_FANOUT must be direct or stock", field="QA_FANOUT")
    return Fanout(name)


def _switch(env: Mapping[str, str], name: str, default: str) -> bool:
    chosen = env.get(name, default)
    if chosen not in ("on", "off"):
        raise ConfigError(f"{name} must be on or off", field=name)
    return chosen == "on"


def _limits(env: Mapping[str, str]) -> Limits:
    chosen = {
        name: _whole_number(env, f"QA_LIMIT_{name.upper()}", default)
        for name, default in vars(Limits()).items()
    }
    return Limits(**chosen)


def _file(env: Mapping[str, str], name: str) -> Path | None:
    named = env.get(name)
    return Path(named).resolve() if named else None


def _whole_number(
    env: Mapping[str, str],
    name: str,
    default: int,
    lowest: int = 1,
    highest: int = 1_000_000_000,
) -> int:
    raw = env.get(name, str(default))
    if not raw.isascii() or not raw.isdigit() or not lowest <= int(raw[:12]) <= highest:
        raise ConfigError(f"{name} must be a whole number from {lowest} to {highest}", field=name)
    return int(raw)
