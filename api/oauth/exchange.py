"""Requests to a vendor's token endpoint, in its own manner, and what its answers mean.

Authlib makes and checks the requests; tokens are never renewed by its client on its own, but only under the lease of
`access.py`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx2
import orjson
from authlib.common.urls import add_params_to_qs, url_decode  # type: ignore[import-untyped]
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]
from authlib.oauth2.auth import encode_client_secret_basic  # type: ignore[import-untyped]

from api.errors import OAuthSetupError
from api.oauth.records import Authority, Tokens
from connectors import (
    JsonValue,
    RateLimitedError,
    SourceDownError,
    StopError,
    TokenRevokedError,
    guarded_transport,
    retry_after,
)

TIMEOUT = 20.0  # seconds; shorter than the lease under which tokens are renewed
_REFUSED = frozenset({"invalid_grant", "bad_refresh_token", "invalid_refresh_token", "token_revoked"})
_GONE = _REFUSED | {"invalid_token"}  # what was to be revoked has ended already
_NOT_US = frozenset(
    {"invalid_client", "unauthorized_client", "bad_client_id", "bad_client_secret", "redirect_uri_mismatch"}
)


def authorize_address(authority: Authority, redirect_uri: str, state: str, verifier: str) -> str:
    """Return the address at which a person consents; PKCE by S256 where the vendor has it."""
    auth = authority.auth
    scope = {auth.scope_parameter: auth.scope_separator.join(auth.scopes)} if auth.scopes else {}
    client = AsyncOAuth2Client(authority.client.client_id, code_challenge_method="S256")
    address, _ = client.create_authorization_url(
        authority.authorize_address,
        state=state,
        code_verifier=verifier if auth.pkce else None,
        redirect_uri=redirect_uri,
        **{"scope": None, **scope, **auth.authorize_extra},
    )
    return str(address).replace("client_id=", f"{auth.client_id_parameter}=", 1)


async def exchange_code(authority: Authority, code: str, redirect_uri: str, verifier: str) -> Tokens:
    """Return the tokens for the code that a redirect has brought."""
    auth = authority.auth
    pkce = {"code_verifier": verifier} if auth.pkce else {}
    tokens = await _ask(authority, "authorization_code", {"code": code, "redirect_uri": redirect_uri, **pkce})
    if auth.exchange_grant:
        wanted = {auth.exchange_grant: tokens.values["access_token"]}
        tokens = await _ask(authority, auth.exchange_grant, wanted)
    return tokens


async def refresh(authority: Authority, refresh_token: str) -> Tokens:
    """Return new tokens for a refresh token, which is kept where the vendor hands out no new one."""
    tokens = await _ask(authority, "refresh_token", {"refresh_token": refresh_token})
    return Tokens({"refresh_token": refresh_token, **tokens.values}, tokens.expires_at, tokens.refresh_expires_at)


async def revoke(authority: Authority, token: str, kind: str) -> None:
    """Take a token back; `kind` is `refresh_token` or `access_token`. Raises a SourceError if that did not work."""
    label = authority.label
    try:
        async with _client(authority, authority.auth.revoke_body) as client:
            answer = await client.revoke_token(authority.revoke_address, token=token, token_type_hint=kind)
    except httpx2.HTTPError as error:
        raise SourceDownError(f"{label} cannot be reached to revoke a sign-in: {type(error).__name__}.") from error
    if answer.status_code < 300:
        return
    document = _document(label, answer)
    if str(document.get("error", "")).lower() not in _GONE:
        raise StopError(f"{label} answered {answer.status_code} to revoking a sign-in.")


async def post_assertion(label: str, address: str, grant_type: str, assertion: str) -> Tokens:
    """Return the token that a signed statement brings (RFC 7523); nothing else says who we are."""
    answers: list[httpx2.Response] = []
    client = AsyncOAuth2Client(transport=guarded_transport(), timeout=TIMEOUT, token_endpoint_auth_method="none")  # noqa: S106
    client.register_client_auth_method(("none", lambda _client, _method, uri, headers, body: (uri, headers, body)))
    await _fetch(client, label, address, grant_type, {"assertion": assertion}, answers)
    return _tokens(label, answers[0], ())


async def _ask(authority: Authority, grant_type: str, parameters: Mapping[str, str]) -> Tokens:
    answers: list[httpx2.Response] = []
    client = _client(authority, authority.auth.token_body)
    await _fetch(client, authority.label, authority.token_address, grant_type, parameters, answers)
    return _tokens(authority.label, answers[0], authority.auth.keep_from_token)


def _client(authority: Authority, body: str) -> AsyncOAuth2Client:
    client = AsyncOAuth2Client(
        authority.client.client_id,
        authority.client.client_secret,
        token_endpoint_auth_method="vendor",  # noqa: S106
        revocation_endpoint_auth_method="vendor",
        transport=guarded_transport(),
        timeout=TIMEOUT,
    )
    client.register_client_auth_method(("vendor", _Manner(authority, body)))
    return client


async def _fetch(
    client: AsyncOAuth2Client,
    label: str,
    address: str,
    grant_type: str,
    parameters: Mapping[str, str],
    answers: list[httpx2.Response],
) -> None:
    """Ask the token endpoint, and keep its answer: what it means is told from the answer itself."""

    def keep(response: httpx2.Response) -> httpx2.Response:
        answers.append(response)
        return response

    client.register_compliance_hook("access_token_response", keep)
    try:
        async with client:
            await client.fetch_token(address, grant_type=grant_type, **parameters)
    except httpx2.HTTPError as error:
        if not answers:  # authlib raises for a 5xx as well, after the answer was kept
            raise SourceDownError(f"{label} cannot be reached to sign in: {type(error).__name__}.") from error
    except (OAuthError, ValueError):
        pass


class _Manner:
    """How a vendor wants the client's id and secret, and the body, in a token request."""

    def __init__(self, authority: Authority, body: str) -> None:
        self._auth = authority.auth
        self._body = body
        self._client = authority.client

    def __call__(
        self, client: AsyncOAuth2Client, method: str, uri: str, headers: dict[str, str], body: bytes
    ) -> tuple[str, dict[str, str], bytes]:
        """Rewrite a request that authlib has made in the standard's manner."""
        auth = self._auth
        fields = dict(url_decode(body.decode()))
        if "code" in fields:
            fields[auth.code_parameter] = fields.pop("code")
        if auth.client_auth == "basic":
            uri, headers, _ = encode_client_secret_basic(client, method, uri, headers, body)
        else:
            fields[auth.client_id_parameter] = self._client.client_id
            fields[auth.client_secret_parameter] = self._client.client_secret
        headers["Accept"] = "application/json"
        if self._body == "json":
            headers["Content-Type"] = "application/json"
            return uri, headers, orjson.dumps(fields)
        return uri, headers, add_params_to_qs("", list(fields.items())).encode()


def _tokens(label: str, response: httpx2.Response, keep: tuple[str, ...]) -> Tokens:
    """Return the tokens of an answer, or raise what it means."""
    document = _document(label, response)
    nested = document.get("data")
    found = nested if "access_token" not in document and isinstance(nested, dict) else document
    token = found.get("access_token") or found.get("token")
    if response.status_code >= 400 or not isinstance(token, str) or not token:
        raise _refusal(label, response, document)
    values = {"access_token": token}
    for name in ("refresh_token", *keep):
        kept = found.get(name)
        if kept not in (None, "", []):
            values[name] = ",".join(map(str, kept)) if isinstance(kept, list) else str(kept)
    moment = datetime.now(UTC)
    ends = _after(moment, found.get("expires_in"))
    last = _after(moment, found.get("refresh_token_expires_in") or found.get("x_refresh_token_expires_in"))
    return Tokens(values, ends, last if "refresh_token" in values else last or ends)


def _document(label: str, response: httpx2.Response) -> dict[str, JsonValue]:
    status = response.status_code
    if status == 429:
        wait = retry_after(dict(response.headers.items()))
        raise RateLimitedError(f"{label} asks for a pause before signing in.", retry_after=wait)
    try:
        document = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        document = None
    if status >= 500 or (document is None and status < 400):
        raise SourceDownError(f"{label} answered {status} to signing in, without a token.")
    return document if isinstance(document, dict) else {}


def _refusal(label: str, response: httpx2.Response, document: Mapping[str, JsonValue]) -> Exception:
    """Return what a refusal means; only a word that says so ends a grant."""
    error = document.get("error")
    words = {str(one).lower() for one in (error, document.get("status"), document.get("code")) if isinstance(one, str)}
    if isinstance(error, dict):  # Meta: 190 is a token that has ended
        words |= {str(error.get(name)).lower() for name in ("code", "type")}
    if words & _REFUSED or "190" in words:
        return TokenRevokedError(f"{label} does not accept the sign-in any more. Link the account again.")
    if words & _NOT_US:
        return OAuthSetupError(
            f"{label} does not accept this installation's registration. Check its client id and secret, and that the "
            "redirect address is registered there."
        )
    return StopError(f"{label} answered {response.status_code} to signing in, without a token.")


def _after(moment: datetime, seconds: JsonValue) -> datetime | None:
    try:
        number = float(str(seconds))
    except ValueError:
        return None
    return moment + timedelta(seconds=number) if 0 < number < 10 * 366 * 86_400 else None
