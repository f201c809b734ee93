"""The client of an OpenID provider, against a real one over HTTP that may lie."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from qa.config import OpenIdSettings, load_config
from qa.errors import BadReturn, ConfigError, ProviderAway
from qa.services.openid import Journey, Provider, Subject, new_journey, pseudonym
from tests.openid_provider import CLIENT_SECRET, OpenIdProvider, running_provider

BACK = "http://localhost:8010/oidc/callback"
NOW_S = 1_795_000_020


@pytest.fixture(scope="module")
def served() -> Iterator[OpenIdProvider]:
    with running_provider(lambda: NOW_S, BACK) as provider:
        yield provider


@pytest.fixture
def provider(served: OpenIdProvider) -> Iterator[OpenIdProvider]:
    signer = served.signer
    yield served
    served.signer, served.user = signer, "olga"
    for changed in (served.claims, served.header, served.published):
        changed.clear()


def journey() -> Journey:
    return new_journey(lambda size: time.monotonic_ns().to_bytes(size, "big"))


def go_and_come_back(
    client: Provider, provider: OpenIdProvider, going: Journey, now_s: float = NOW_S, **changes: Any
) -> Subject:
    back = urlsplit(provider.visit(client.address(going, BACK)))
    query = {**dict(parse_qsl(back.query)), **changes}
    return client.finish(going, BACK, query, now_s)


def test_whoever_comes_back_is_who_the_provider_says(provider: OpenIdProvider) -> None:
    client = Provider(provider.settings)
    assert go_and_come_back(client, provider, journey()) == Subject(provider.issuer, "sub-of-olga")
    provider.user = "mo"
    assert go_and_come_back(client, provider, journey()).subject == "sub-of-mo"


def test_what_leaves_in_the_address_is_no_secret_of_ours(provider: OpenIdProvider) -> None:
    going = journey()
    address = Provider(provider.settings).address(going, BACK)
    asked = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
    assert (asked["scope"], asked["code_challenge_method"]) == ("openid", "S256")
    assert (asked["state"], asked["nonce"]) == (going.state, going.nonce)
    assert going.verifier not in address
    assert CLIENT_SECRET not in address


def test_what_is_published_is_asked_for_once_and_new_keys_when_they_are_needed(
    provider: OpenIdProvider,
) -> None:
    client = Provider(provider.settings)
    provider.asked.clear()
    for _ in range(2):
        go_and_come_back(client, provider, journey())
    assert sum("openid-configuration" in path for path in provider.asked) == 1
    assert provider.asked.count("/keys") == 1
    provider.signer = RSAKey.generate_key(2048, auto_kid=True)
    go_and_come_back(client, provider, journey())
    assert provider.asked.count("/keys") == 2


@pytest.mark.parametrize(
    "changes", [{"state": "x"}, {"state": ""}, {"state": "ü"}, {"iss": "https://evil.example"}]
)
def test_an_answer_to_another_question_is_refused_before_the_code_is_used(
    provider: OpenIdProvider, changes: dict[str, str]
) -> None:
    client = Provider(provider.settings)
    provider.asked.clear()
    with pytest.raises(BadReturn):
        go_and_come_back(client, provider, journey(), **changes)
    assert "/token" not in provider.asked


def test_a_provider_that_promises_to_name_itself_has_to(provider: OpenIdProvider) -> None:
    client, going = Provider(provider.settings), journey()
    client.address(going, BACK)
    with pytest.raises(BadReturn, match="not from"):
        client.finish(going, BACK, {"state": going.state, "code": "x"}, NOW_S)


def test_a_code_works_once_and_with_its_own_verifier_only(provider: OpenIdProvider) -> None:
    client, mine, theirs = Provider(provider.settings), journey(), journey()
    stolen = dict(parse_qsl(urlsplit(provider.visit(client.address(theirs, BACK))).query))
    with pytest.raises(BadReturn, match="did not accept"):
        client.finish(mine, BACK, {**stolen, "state": mine.state}, NOW_S)
    client.finish(theirs, BACK, stolen, NOW_S)
    with pytest.raises(BadReturn, match="did not accept"):
        client.finish(theirs, BACK, stolen, NOW_S)


def test_who_cancels_is_nobody(provider: OpenIdProvider) -> None:
    provider.user = None
    with pytest.raises(BadReturn, match="cancelled"):
        go_and_come_back(Provider(provider.settings), provider, journey())


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "of another journey"},
        {"iss": "https://evil.example"},
        {"aud": ["another client"]},
        {"aud": ["fair-hearing", "another client"]},
        {"aud": ["fair-hearing", "another client"], "azp": "another client"},
        {"exp": NOW_S - 61},
        {"iat": NOW_S + 3600},
        {"nbf": NOW_S + 3600},
        {"sub": ""},
        {"sub": 5},
        {"sub": "x" * 256},
        {"at_hash": "of another token"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    provider: OpenIdProvider, lie: dict[str, Any]
) -> None:
    provider.claims.update(lie)
    with pytest.raises(BadReturn):
        go_and_come_back(Provider(provider.settings), provider, journey())


def test_a_token_that_the_provider_did_not_sign_is_refused(provider: OpenIdProvider) -> None:
    client = Provider(provider.settings)
    go_and_come_back(client, provider, journey())
    kid = provider.signer.kid
    provider.signer = RSAKey.generate_key(2048, {"kid": kid})
    with pytest.raises(BadReturn):
        go_and_come_back(client, provider, journey())


@pytest.mark.parametrize("alg", ["none", "HS256", "RS512"])
def test_only_signatures_that_nobody_else_can_make_count(
    provider: OpenIdProvider, alg: str
) -> None:
    client = Provider(provider.settings)
    go_and_come_back(client, provider, journey())
    with pytest.raises(BadReturn):
        client._subject(None, {"id_token": forged(provider, alg)}, "n", NOW_S)


def forged(provider: OpenIdProvider, alg: str) -> str:
    """Return a token that is right in everything but how it is signed."""
    header = {"alg": alg, "kid": provider.signer.kid}
    claims = {"iss": provider.issuer, "aud": "fair-hearing", "sub": "sub-of-olga", "nonce": "n"}
    claims |= {"iat": NOW_S, "exp": NOW_S + 60}
    if alg == "RS512":
        return jwt.encode(header, claims, provider.signer, algorithms=[alg])
    signed = ".".join(urlsafe_b64encode(json.dumps(part)) for part in (header, claims))
    public_key = provider.signer.as_pem(private=False)
    tag = hmac.digest(public_key, signed.encode(), "sha256") if alg == "HS256" else b""
    return f"{signed}.{urlsafe_b64encode(tag)}"


def urlsafe_b64encode(data: str | bytes) -> str:
    raw = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "published",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_a_provider_that_describes_another_one_is_not_used(
    provider: OpenIdProvider, published: dict[str, Any]
) -> None:
    provider.published.update(published)
    with pytest.raises(ProviderAway):
        Provider(provider.settings).address(journey(), BACK)


def test_a_provider_that_is_away_is_said_to_be(provider: OpenIdProvider) -> None:
    gone = OpenIdSettings("http://127.0.0.1:9", "fair-hearing", None)
    wrong = OpenIdSettings(f"{provider.issuer}/nowhere", "fair-hearing", None)
    for settings in (gone, wrong):
        with pytest.raises(ProviderAway) as raised:
            Provider(settings).address(journey(), BACK)
        assert raised.value.details == {"retry_after_s": 60}


def test_one_person_is_known_differently_for_everything_they_do() -> None:
    ada, secret = Subject("https://id.example", "ada"), b"s" * 32
    names = {
        pseudonym(ada, secret, "one"),
        pseudonym(ada, secret, "two"),
        pseudonym(ada, b"t" * 32, "one"),
        pseudonym(Subject("https://id.example", "bob"), secret, "one"),
        pseudonym(Subject("https://other.example", "ada"), secret, "one"),
    }
    assert len(names) == 5
    assert pseudonym(ada, secret, "one") in names


@pytest.mark.parametrize(
    ("environ", "field"),
    [
        ({"QA_OIDC_CLIENT_ID": "x"}, "QA_OIDC_ISSUER"),
        ({"QA_OIDC_ISSUER": "http://id.example", "QA_OIDC_CLIENT_ID": "x"}, "QA_OIDC_ISSUER"),
        ({"QA_OIDC_ISSUER": "id.example", "QA_OIDC_CLIENT_ID": "x"}, "QA_OIDC_ISSUER"),
        ({"QA_OIDC_ISSUER": "https://id.example"}, "QA_OIDC_CLIENT_ID"),
    ],
)
def test_a_setting_that_would_not_be_safe_stops_the_start(
    environ: dict[str, str], field: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        load_config(environ)
    assert raised.value.field == field


def test_the_secret_of_the_client_is_not_in_what_is_printed_of_the_settings() -> None:
    environ = {"QA_OIDC_ISSUER": "https://id.example", "QA_OIDC_CLIENT_ID": "x"}
    config = load_config({**environ, "QA_OIDC_CLIENT_SECRET": CLIENT_SECRET})
    assert config.openid is not None
    assert config.openid.client_secret == CLIENT_SECRET
    assert CLIENT_SECRET not in repr(config)
