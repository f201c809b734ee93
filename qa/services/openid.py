"""A client of one OpenID provider: who came back from its sign-in page, and nothing else.

It knows nothing of staff, participants, cookies or pages; ``qa.web.openid`` is the door in front of
it. The authorization code flow with PKCE (RFC 6749 section 4.1, RFC 7636, OpenID Connect Core
section 3.1), with ``state``, ``nonce`` and ``iss`` (RFC 9207) checked:

1. ``journey = new_journey(random_bytes)``: kept where only this browser can bring it back from.
2. ``provider.address(journey, redirect_uri)``: where to send the browser.
3. ``provider.finish(journey, redirect_uri, query, now_s)``: a ``Subject``, or an error.
4. ``pseudonym(subject, secret, about)``: what to store. Never store the subject itself: under
   different ``about`` one person is known by pseudonyms that nobody without ``secret`` can connect.

Only the scope ``openid`` is asked for: no name, no address. Nothing here logs.
"""

import hmac
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import gevent
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from qa.config import OpenIdSettings, is_safe_provider
from qa.errors import BadReturn, ProviderAway

WITHIN_S: Final = 10.0
"""How long all that a provider is asked for one sign-in may take."""

KNOWN_FOR_S: Final = 3600.0
"""How long a provider's addresses and keys are believed without asking again."""

LEEWAY_S: Final = 60
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384", "Ed25519", "EdDSA")
"""Signatures with a key pair only: others could be forged with what is public."""

MAX_SUBJECT: Final = 255


@dataclass(frozen=True)
class Journey:
    """What is remembered of a browser while it is at the provider. All of it is secret."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Subject:
    """Somebody as one provider knows them: ``subject`` is unique and never reused there."""

    issuer: str
    subject: str


def new_journey(random_bytes: Callable[[int], bytes]) -> Journey:
    """Return a journey with 256 random bits for each of its parts."""
    return Journey(*(random_bytes(32).hex() for _ in range(3)))


def pseudonym(subject: Subject, secret: bytes, about: str) -> bytes:
    """Return the 32 bytes that somebody is known by; ``about`` is an event's slug, say."""
    message = f"qa/v1/openid\n{about}\n{subject.issuer}\n{subject.subject}".encode()
    return hmac.digest(secret, message, "sha256")


class Provider:
    """The provider that the settings name. What it publishes is fetched when first needed."""

    def __init__(self, settings: OpenIdSettings) -> None:
        self._settings = settings
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._until_s = 0.0

    def address(self, journey: Journey, redirect_uri: str) -> str:
        """Return the address of the provider's sign-in page for a journey.

        Raises:
            ProviderAway: the provider does not answer, or not like one.
        """
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._published(session)["authorization_endpoint"],
                state=journey.state,
                nonce=journey.nonce,
                code_verifier=journey.verifier,
                redirect_uri=redirect_uri,
            )
        return str(address)

    def finish(
        self, journey: Journey, redirect_uri: str, query: Mapping[str, str], now_s: float
    ) -> Subject:
        """Return who came back with this query.

        1. The state is the one that this browser was sent away with.
        2. The answer is of our provider, and it is not a refusal.
        3. The code is exchanged for an ID token, with the verifier.
        4. The token is signed by the provider, for us, in time, and for this very journey.

        Raises:
            BadReturn: one of these does not hold.
            ProviderAway: the provider does not answer, or not like one.
        """
        if not hmac.compare_digest(query.get("state", "").encode(), journey.state.encode()):
            raise BadReturn(
                "This sign-in was not begun in this browser, or another one came later."
            )
        with self._session() as session:
            self._check_issuer(self._published(session), query)
            if "code" not in query:
                raise BadReturn("The sign-in was cancelled or refused. Nobody was signed in.")
            token = self._exchange(session, journey, redirect_uri, query["code"])
            return self._subject(session, token, journey.nonce, now_s)

    def _check_issuer(self, metadata: Mapping[str, Any], query: Mapping[str, str]) -> None:
        named = query.get("iss")
        promised = metadata.get("authorization_response_iss_parameter_supported") is True
        if (named is None and promised) or named not in (None, self._settings.issuer):
            raise BadReturn("The answer is not from the sign-in service of this server.")

    def _exchange(
        self, session: OAuth2Session, journey: Journey, redirect_uri: str, code: str
    ) -> Mapping[str, Any]:
        methods = self._metadata.get("token_endpoint_auth_methods_supported")
        if self._settings.client_secret and methods and "client_secret_basic" not in methods:
            session.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 - a method
        try:
            token: Mapping[str, Any] = session.fetch_token(
                self._metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                redirect_uri=redirect_uri,
                code_verifier=journey.verifier,
                allow_redirects=False,
            )
        except OAuthError as error:
            raise BadReturn(
                "The sign-in service did not accept this sign-in. Try again."
            ) from error
        return token

    def _subject(
        self, session: OAuth2Session, token: Mapping[str, Any], nonce: str, now_s: float
    ) -> Subject:
        try:
            decoded = self._decode(session, str(token.get("id_token", "")))
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": self._settings.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                    "sub": {"essential": True},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._settings.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(now=int(now_s), leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError) as error:
            raise BadReturn("The sign-in service's answer is not valid. Try again.") from error
        subject = str(claims["sub"])
        if not 1 <= len(subject) <= MAX_SUBJECT:
            raise BadReturn("The sign-in service's answer is not valid. Try again.")
        return Subject(self._settings.issuer, subject)

    def _decode(self, session: OAuth2Session, id_token: str) -> jwt.Token:
        """Verify a token's signature, after one look for new keys if it names an unknown one."""
        if self._keys is not None:
            try:
                return jwt.decode(id_token, self._keys, algorithms=ALGORITHMS)
            except InvalidKeyIdError:
                pass
        published = _fetch(session, str(self._metadata["jwks_uri"]))
        self._keys = KeySet.import_key_set({"keys": list(published.get("keys", ()))})
        return jwt.decode(id_token, self._keys, algorithms=ALGORITHMS)

    def _published(self, session: OAuth2Session) -> dict[str, Any]:
        """Return the provider's metadata (OpenID Connect Discovery section 4)."""
        if monotonic() >= self._until_s:
            issuer = self._settings.issuer
            found = _fetch(session, issuer.rstrip("/") + "/.well-known/openid-configuration")
            addresses = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if found.get("issuer") != issuer or not all(
                is_safe_provider(str(found.get(name))) for name in addresses
            ):
                raise ProviderAway("The sign-in service describes itself as another one.")
            self._metadata, self._keys = found, None
            self._until_s = monotonic() + KNOWN_FOR_S
        return self._metadata

    @contextmanager
    def _session(self) -> Any:
        """Give a client whose requests end in time; what fails is one error."""
        settings = self._settings
        session = OAuth2Session(
            settings.client_id,
            settings.client_secret,
            scope="openid",
            code_challenge_method="S256",
            default_timeout=WITHIN_S / 2,
        )
        try:
            with gevent.Timeout(WITHIN_S, TimeoutError()), session:
                yield session
        except (RequestException, OSError, ValueError) as error:
            raise ProviderAway(
                "The sign-in service cannot be reached. Try again in a minute.",
                details={"retry_after_s": 60},
            ) from error


def _fetch(session: OAuth2Session, address: str) -> dict[str, Any]:
    """Return the JSON object at an address; a redirect is not followed. Raises: ValueError."""
    answer = session.get(address, withhold_token=True, allow_redirects=False)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - what was received, not a type of ours
    return found
