"""Signing in by OpenID Connect: the authorization code flow with PKCE, and the checks of what comes back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx2
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.errors import SignInFailedError
from api.people.providers import Provider
from api.telemetry import log

TIMEOUT = 10.0
_LEEWAY = 60  # seconds that clocks may differ
_SCOPE = "openid email profile"
# Signatures that only the provider can make; a shared secret or none at all is no signature of his.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_YES = (True, "true", 1, "1")


@dataclass(frozen=True)
class Attempt:
    """What only the browser that began a sign-in knows; it comes back with the code or nothing counts."""

    provider: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    after: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says somebody is. Without a verified address there is no `email`."""

    issuer: str
    subject: str
    email: str | None
    name: str


def new_attempt(provider: Provider, after: str) -> Attempt:
    """Return a sign-in that begins now."""
    return Attempt(
        provider.name, secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), after
    )


async def authorise_address(provider: Provider, attempt: Attempt, redirect_uri: str) -> str:
    """Return where at the provider a person signs in."""
    async with _client(provider) as client:
        about = await _discover(provider, client)
        address, _ = client.create_authorization_url(
            about["authorization_endpoint"],
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
            redirect_uri=redirect_uri,
            scope=_SCOPE,
        )
    return str(address)


async def identify(provider: Provider, attempt: Attempt, redirect: Mapping[str, str], redirect_uri: str) -> Identity:
    """Return who has come back, or raise SignInFailedError: every part must be ours, fresh and signed."""
    if redirect.get("error"):
        raise SignInFailedError(f"{provider.label} did not sign you in. Try again, or sign in with your password.")
    if not secrets.compare_digest(redirect.get("state", ""), attempt.state) or not redirect.get("code"):
        raise SignInFailedError("This sign-in was begun in another browser. Begin again.")
    if redirect.get("iss", provider.issuer) != provider.issuer:
        raise _refused(provider, "issuer of the redirect")
    async with _client(provider) as client:
        about = await _discover(provider, client)
        try:
            tokens = await client.fetch_token(
                about["token_endpoint"],
                grant_type="authorization_code",
                code=redirect["code"],
                redirect_uri=redirect_uri,
                code_verifier=attempt.verifier,
            )
            keys = KeySet.import_key_set(await _get(provider, client, about["jwks_uri"]))  # type: ignore[arg-type]
            token = jwt.decode(str(tokens.get("id_token", "")), keys, algorithms=_ALGORITHMS)
            _check(provider, attempt, token, str(tokens.get("access_token", "")))
        except (AuthlibBaseError, JoseError, ValueError, KeyError, httpx2.HTTPError) as error:
            raise _refused(provider, type(error).__name__) from error
    return _identity(provider, token.claims)


def _check(provider: Provider, attempt: Attempt, token: jwt.Token, access_token: str) -> None:
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
        "nonce": {"essential": True, "value": attempt.nonce},
    }
    given = {"nonce": attempt.nonce, "client_id": provider.client_id, "access_token": access_token}
    CodeIDToken(token.claims, token.header, options, given).validate(leeway=_LEEWAY)


def _identity(provider: Provider, claims: Mapping[str, object]) -> Identity:
    # Microsoft says "the domain's owner has verified it" in a claim of its own, and nothing in the usual one.
    verified = claims.get("email_verified") in _YES or claims.get("xms_edov") in _YES
    email = str(claims.get("email", "")).strip().lower()
    subject = str(claims["sub"])
    if not subject or len(subject) > 255:
        raise _refused(provider, "subject")
    return Identity(provider.issuer, subject, email if verified and email else None, str(claims.get("name", ""))[:200])


def _client(provider: Provider) -> AsyncOAuth2Client:
    return AsyncOAuth2Client(
        provider.client_id,
        provider.client_secret,
        token_endpoint_auth_method="client_secret_post",  # noqa: S106  # the name of a method
        code_challenge_method="S256",
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=False,
    )


async def _discover(provider: Provider, client: AsyncOAuth2Client) -> Mapping[str, str]:
    """Return the provider's own description; it must be that of the issuer that is set."""
    about = await _get(provider, client, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if about.get("issuer") != provider.issuer:
        raise _refused(provider, "issuer of its description")
    methods = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if isinstance(methods, list) and "client_secret_post" not in methods:
        client.token_endpoint_auth_method = "client_secret_basic"  # noqa: S105  # the name of a method
    try:
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        return {name: str(about[name]) for name in names}
    except KeyError as error:
        raise _refused(provider, f"description without {error}") from error


async def _get(provider: Provider, client: AsyncOAuth2Client, address: str) -> dict[str, object]:
    try:
        answer = await client.request("GET", address, withhold_token=True)
        answer.raise_for_status()
        found = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        log().warning("sign-in provider unreachable", provider=provider.name, problem=type(error).__name__)
        raise SignInFailedError(f"{provider.label} cannot be reached now. Try again in a minute.") from error
    if not isinstance(found, dict):
        raise _refused(provider, "answer")
    return found


def _refused(provider: Provider, what: str) -> SignInFailedError:
    log().warning("sign-in refused", provider=provider.name, problem=what)
    return SignInFailedError(f"What {provider.label} has answered does not prove who you are. Begin again.")
