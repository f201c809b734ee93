"""A real OpenID provider for tests: Authlib's own server side, behind a real HTTP port.

It signs in whoever ``user`` names, at once and without a page. Tests make it lie through ``claims``
(changes to the next ID tokens), ``header``, ``signer`` and ``published`` (changes to its metadata).
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, jsonify, request
from joserfc.jwk import KeySet, OKPKey, RSAKey
from werkzeug.serving import make_server

from qa.config import OpenIdSettings

CLIENT_ID = "fair-hearing"
CLIENT_SECRET = "a-secret-that-is-only-in-the-environment"


@dataclass
class Client:
    """The one client that is registered."""

    redirect_uri: str
    id_token_signed_response_alg: str = "RS256"

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(each for each in scope.split() if each == "openid")

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code:
    """An authorization code that was given out."""

    redirect_uri: str
    user: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return "openid"

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class OpenIdProvider:
    """A running provider, and what tests turn on it."""

    now_s: Any
    client: Client
    user: str | None = "olga"
    issuer: str = ""
    signer: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    others: list[Any] = field(
        default_factory=lambda: [OKPKey.generate_key("Ed25519", auto_kid=True)]
    )
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    published: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The path of every request, in order."""

    @property
    def settings(self) -> OpenIdSettings:
        return OpenIdSettings(self.issuer, CLIENT_ID, CLIENT_SECRET)

    def visit(self, address: str) -> str:
        """Follow the way of a browser to the sign-in page; return where it is sent back to."""
        answer = requests.get(address, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def app(self) -> Flask:
        app = Flask("provider")
        server = AuthorizationServer(app, query_client=self._query, save_token=_save_nothing)
        server.register_grant(_grant(self), [_OpenId(self), CodeChallenge(required=True)])
        server.register_extension(_Issuer(self))
        app.before_request(lambda: self.asked.append(request.path))

        @app.get("/.well-known/openid-configuration")
        def configuration() -> Any:
            base = self.issuer
            return {
                "issuer": base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "authorization_response_iss_parameter_supported": True,
                **self.published,
            }

        @app.get("/keys")
        def keys() -> Any:
            published = KeySet([*self.others, self.signer])
            return jsonify(published.as_dict(private=False))

        @app.get("/authorize")
        def authorize() -> Any:
            try:
                grant = server.get_consent_grant(end_user=self.user)
            except OAuth2Error as error:
                return jsonify(dict(error.get_body())), 400
            return server.create_authorization_response(grant_user=self.user, grant=grant)

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()

        return app

    def _query(self, client_id: str) -> Client | None:
        return self.client if client_id == CLIENT_ID else None


def _save_nothing(token: Any, request: Any) -> None:
    """An access token is of no use here."""


def _grant(provider: OpenIdProvider) -> type[grants.AuthorizationCodeGrant]:
    class Grant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        def save_authorization_code(self, code: str, request: Any) -> None:
            data = request.payload.data
            provider.codes[code] = Code(
                request.payload.redirect_uri,
                request.user,
                data.get("nonce"),
                data.get("code_challenge"),
                data.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            for code, kept in list(provider.codes.items()):
                if kept is authorization_code:
                    del provider.codes[code]

        def authenticate_user(self, authorization_code: Code) -> str:
            return authorization_code.user

    return Grant


class _OpenId(OpenIDCode):  # type: ignore[misc]
    def __init__(self, provider: OpenIdProvider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return any(code.nonce == nonce for code in self.provider.codes.values())

    def resolve_client_private_key(self, client: Client) -> RSAKey:
        return self.provider.signer

    def get_encode_header(self, client: Client) -> dict[str, Any]:
        return {"alg": "RS256", "kid": self.provider.signer.kid, **self.provider.header}

    def get_client_algorithm(self, client: Client) -> str:
        return str(self.provider.header.get("alg", "RS256"))

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        now_s = self.provider.now_s()
        return {"iss": self.provider.issuer, "iat": now_s, "exp": now_s + 300}

    def generate_user_info(self, user: str, scope: str) -> UserInfo:
        return UserInfo({"sub": f"sub-of-{user}", **self.provider.claims})


class _Issuer(IssuerParameter):  # type: ignore[misc]
    def __init__(self, provider: OpenIdProvider) -> None:
        self.provider = provider

    def get_issuer(self) -> str:
        return self.provider.issuer


@contextmanager
def running_provider(now_s: Any, redirect_uri: str) -> Iterator[OpenIdProvider]:
    """Give a provider that listens on a port of this machine until the block ends."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # its server side refuses plain http otherwise
    provider = OpenIdProvider(now_s, Client(redirect_uri))
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
