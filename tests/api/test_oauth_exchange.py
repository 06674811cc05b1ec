"""Vendors' own manners at the token endpoint, and what their answers mean."""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from api.errors import MalformedRequestError, OAuthSetupError
from api.oauth.exchange import authorize_address, exchange_code, refresh, revoke
from api.oauth.records import Authority, RegisteredClient, Tokens
from api.oauth.service_account import sign_in
from connectors import JsonValue, RateLimitedError, SourceDownError, SourceError, StopError, TokenRevokedError
from connectors.auth import OAuth2, ServiceAccount
from tests.connectors.fake_vendor import Asked, FakeVendor, Told

BACK = "https://data.example.org/oauth/callback/ledger"
CLIENT = RegisteredClient("id-1", "hush & more")
PLAIN = OAuth2("ledger", "https://ledger.invalid/authorize", "https://ledger.invalid/token", ("read", "more"))
TOKENS: Mapping[str, JsonValue] = {"access_token": "a-1", "refresh_token": "r-1", "expires_in": 3600}


class Endpoint(FakeVendor):
    """A token endpoint that answers what it is told to."""

    vendor = "ledger"
    spared: ClassVar[tuple[str, ...]] = ("/nothing",)

    def __init__(self, *answers: Told | Mapping[str, JsonValue]) -> None:
        super().__init__()
        self.answers = [one if isinstance(one, Told) else Told(200, dict(one)) for one in answers]

    def answer(self, asked: Asked) -> Told:
        """Give the next answer; the last one again and again."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def fields(self) -> dict[str, str]:
        """Return what the last request said."""
        last = self.asked[-1]
        return {name: values[0] for name, values in last.form.items()} or {k: str(v) for k, v in last.json.items()}


def _ask(
    monkeypatch: pytest.MonkeyPatch, auth: OAuth2, *answers: Told | Mapping[str, JsonValue]
) -> tuple[Tokens, Endpoint]:
    with Endpoint(*answers) as fake:
        monkeypatch.setenv("BELVEDERE_SOURCE_LEDGER_URL", f"{fake.address}/prefix")
        authority = Authority(auth, "ledger", "Ledger", CLIENT, {})
        return asyncio.run(exchange_code(authority, "c0de", BACK, "verifier-1")), fake


@pytest.mark.parametrize("body", ["form", "json"])
def test_a_token_is_taken_back_in_the_vendors_manner(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    auth = replace(PLAIN, revoke_url="https://ledger.invalid/revoke", revoke_body=body, client_auth="basic")
    with Endpoint(Told(200, b""), Told(400, {"error": "invalid_token"}), Told(400, {"error": "nonsense"})) as fake:
        monkeypatch.setenv("BELVEDERE_SOURCE_LEDGER_URL", f"{fake.address}/prefix")
        authority = Authority(auth, "ledger", "Ledger", CLIENT, {})
        asyncio.run(revoke(authority, "r-1", "refresh_token"))
        assert fake.asked[0].path == "/prefix/revoke"
        assert base64.b64decode(fake.asked[0].token) == b"id-1:hush & more"
        assert fake.fields == {"token": "r-1", "token_type_hint": "refresh_token"}
        assert body in fake.asked[0].headers["content-type"]
        asyncio.run(revoke(authority, "r-1", "refresh_token"))  # it has ended already: that is what was wanted
        with pytest.raises(StopError, match="Ledger answered 400 to revoking a sign-in"):
            asyncio.run(revoke(authority, "r-1", "refresh_token"))


def test_the_way_to_the_vendor_carries_what_it_wants() -> None:
    auth = replace(PLAIN, authorize_extra={"access_type": "offline"}, scope_separator=",")
    authority = Authority(auth, "ledger", "Ledger", CLIENT, {})
    parts = urlsplit(authorize_address(authority, BACK, "state-1", "verifier-1"))
    sent = {name: values[0] for name, values in parse_qs(parts.query).items()}

    assert (parts.scheme, parts.netloc, parts.path) == ("https", "ledger.invalid", "/authorize")
    assert sent.pop("code_challenge")
    assert sent == {
        "response_type": "code",
        "client_id": "id-1",
        "redirect_uri": BACK,
        "scope": "read,more",
        "state": "state-1",
        "access_type": "offline",
        "code_challenge_method": "S256",
    }
    plain = replace(PLAIN, pkce=False, client_id_parameter="app_id", scopes=())
    bare = parse_qs(urlsplit(authorize_address(Authority(plain, "l", "L", CLIENT, {}), BACK, "s", "v")).query)
    assert bare["app_id"] == ["id-1"]
    assert not {"client_id", "code_challenge", "scope"} & set(bare)


def test_a_form_with_the_secret_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, fake = _ask(monkeypatch, PLAIN, TOKENS)

    assert fake.asked[0].path == "/prefix/token"
    assert fake.fields == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": BACK,
        "code_verifier": "verifier-1",
        "client_id": "id-1",
        "client_secret": "hush & more",
    }
    assert tokens.values == {"access_token": "a-1", "refresh_token": "r-1"}
    assert tokens.expires_at is not None
    assert tokens.refresh_expires_at is None


def test_the_secret_by_http_basic(monkeypatch: pytest.MonkeyPatch) -> None:
    _, fake = _ask(monkeypatch, replace(PLAIN, client_auth="basic"), TOKENS)
    assert base64.b64decode(fake.asked[0].token).decode() == "id-1:hush & more"
    assert not {"client_id", "client_secret"} & set(fake.fields)


def test_a_json_body_with_names_of_its_own_and_a_wrapped_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    auth = replace(
        PLAIN,
        token_body="json",
        client_id_parameter="app_id",
        client_secret_parameter="secret",
        code_parameter="auth_code",
        pkce=False,
        refreshes=False,
        keep_from_token=("advertiser_ids",),
    )
    wrapped: dict[str, JsonValue] = {"code": 0, "data": {"access_token": "a-9", "advertiser_ids": ["7", "8"]}}
    tokens, fake = _ask(monkeypatch, auth, wrapped)

    assert "json" in fake.asked[0].headers["content-type"]
    assert {"app_id": "id-1", "secret": "hush & more", "auth_code": "c0de"}.items() <= fake.fields.items()
    assert tokens.values == {"access_token": "a-9", "advertiser_ids": "7,8"}


def test_a_short_token_is_exchanged_for_one_that_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    auth = replace(PLAIN, exchange_grant="fb_exchange_token", refreshes=False)
    long: dict[str, JsonValue] = {"access_token": "long", "expires_in": 5_184_000}
    tokens, fake = _ask(monkeypatch, auth, {"access_token": "short", "expires_in": 3600}, long)

    assert fake.fields["grant_type"] == "fb_exchange_token"
    assert fake.fields["fb_exchange_token"] == "short"
    assert tokens.values == {"access_token": "long"}
    assert tokens.refresh_expires_at == tokens.expires_at, "then only a person can sign in again"


def test_the_end_of_the_refresh_token_is_kept_where_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, _ = _ask(monkeypatch, PLAIN, {**TOKENS, "x_refresh_token_expires_in": 8_640_000})
    assert tokens.refresh_expires_at is not None
    assert tokens.expires_at is not None
    assert (tokens.refresh_expires_at - tokens.expires_at).days == 99


def test_no_new_refresh_token_keeps_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with Endpoint({"access_token": "a-2", "expires_in": "1800"}) as fake:
        monkeypatch.setenv("BELVEDERE_SOURCE_LEDGER_URL", fake.address)
        tokens = asyncio.run(refresh(Authority(PLAIN, "ledger", "Ledger", CLIENT, {}), "r-1"))
        assert fake.fields["grant_type"] == "refresh_token"
    assert tokens.values == {"access_token": "a-2", "refresh_token": "r-1"}


ANSWERS: tuple[tuple[Told, type[Exception]], ...] = (
    (Told(400, {"error": "invalid_grant"}), TokenRevokedError),
    (Told(400, {"status": "BAD_REFRESH_TOKEN", "message": "unknown"}), TokenRevokedError),
    (Told(400, {"error": {"type": "OAuthException", "code": 190}}), TokenRevokedError),
    (Told(401, {"error": "invalid_client"}), OAuthSetupError),
    (Told(400, {"error": "invalid_request"}), StopError),
    (Told(403, b"<html>blocked</html>"), StopError),
    (Told(200, {"code": 40001, "message": "no"}), StopError),
    (Told(200, b'{"access_token": "cut'), SourceDownError),
    (Told(500, {"error": "invalid_grant"}), SourceDownError),
    (Told(502, b"<html>"), SourceDownError),
    (Told(429, {"error": "slow"}, {"Retry-After": "7"}), RateLimitedError),
)


@pytest.mark.parametrize(("told", "kind"), ANSWERS, ids=lambda one: getattr(one, "__name__", str(one))[:60])
def test_what_an_answer_means(monkeypatch: pytest.MonkeyPatch, told: Told, kind: type[Exception]) -> None:
    with pytest.raises((SourceError, OAuthSetupError)) as caught:
        _ask(monkeypatch, PLAIN, told)
    assert type(caught.value) is kind
    assert "hush" not in str(caught.value)
    if isinstance(caught.value, RateLimitedError):
        assert caught.value.retry_after == 7


class TestServiceAccount:
    AUTH = ServiceAccount(("https://scope.invalid/a", "https://scope.invalid/b"))

    def _key(self) -> tuple[RSAKey, str]:
        key = RSAKey.generate_key(2048)
        pem = key.as_pem(private=True).decode()
        return key, json.dumps({"client_email": "robot@project.example", "private_key": pem, "private_key_id": "k1"})

    def test_it_signs_a_statement_and_gets_a_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        key, text = self._key()
        with Endpoint({"access_token": "g-1", "expires_in": 3599}) as fake:
            monkeypatch.setenv("BELVEDERE_SOURCE_GOOGLE_URL", fake.address)
            tokens = asyncio.run(sign_in("google", "Google", self.AUTH, text))
            sent = fake.fields
        assert sent["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        claims = jwt.decode(sent["assertion"], key).claims
        assert claims["iss"] == "robot@project.example"
        assert claims["aud"] == "https://oauth2.googleapis.com/token", "wherever the request is sent"
        assert claims["scope"] == "https://scope.invalid/a https://scope.invalid/b"
        assert set(sent) == {"grant_type", "assertion"}
        assert tokens.values == {"access_token": "g-1"}

    def test_a_file_that_is_no_key_is_refused(self) -> None:
        _, text = self._key()
        for spoilt in ("no json", "{}", text.replace("MII", "?")):
            with pytest.raises(MalformedRequestError, match="service account"):
                asyncio.run(sign_in("google", "Google", self.AUTH, spoilt))
