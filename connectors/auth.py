"""How a source wants to be signed in to: what a person gives, and the headers that every request then carries."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias


@dataclass(frozen=True)
class Secret:
    """One value that a person pastes; `help` says where the vendor shows it."""

    name: str
    label: str
    help: str = ""


@dataclass(frozen=True)
class ApiKey:
    """Values that a person copies from the vendor's settings, sent as one header.

    `value` is a format string over the secrets' names. With `basic` it is what HTTP Basic encodes.
    """

    secrets: tuple[Secret, ...]
    value: str = "Bearer {key}"
    header: str = "Authorization"
    basic: bool = False
    kind: str = "api_key"

    def headers(self, credentials: Mapping[str, str]) -> dict[str, str]:
        """Return what every request carries."""
        value = self.value.format_map({name: text.strip() for name, text in credentials.items()})
        if self.basic:
            value = f"Basic {base64.b64encode(value.encode()).decode()}"
        return {self.header: value}


@dataclass(frozen=True)
class OAuth2:
    """The authorisation code flow. Addresses may name settings of the connection, such as {subdomain}.

    `refreshes` says that access tokens end and a refresh token renews them; `rotates` that each renewal brings a new
    refresh token and ends the old one. Without `refreshes` a token lasts until it is revoked.
    """

    provider: str  # BELVEDERE_OAUTH_<PROVIDER>_CLIENT_ID and _CLIENT_SECRET
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...] = ()
    scope_separator: str = " "
    scope_parameter: str = "scope"
    pkce: bool = True
    refreshes: bool = True
    rotates: bool = False
    client_auth: str = "body"  # or "basic": where the client's id and secret travel in token requests
    token_body: str = "form"  # noqa: S105  or "json"
    client_id_parameter: str = "client_id"
    client_secret_parameter: str = "client_secret"  # noqa: S105
    code_parameter: str = "code"  # what the redirect and the token request call the code
    exchange_grant: str = (
        ""  # exchanges the short-lived token of the code for one that lasts, as fb_exchange_token does
    )
    authorize_extra: Mapping[str, str] = field(default_factory=dict)
    keep_from_redirect: tuple[str, ...] = ()  # values of the redirect that requests need later, such as realmId
    keep_from_token: tuple[str, ...] = ()  # values of the token answer that requests need later, such as instance_url
    revoke_url: str = ""  # takes a token back (RFC 7009)
    revoke_body: str = "form"  # or "json"
    revokes_person: bool = False  # it ends all that the person has consented to, other tokens as well
    header: str = "Authorization"
    value: str = "Bearer {access_token}"
    kind: str = "oauth2"

    def headers(self, credentials: Mapping[str, str]) -> dict[str, str]:
        """Return what every request carries."""
        return {self.header: self.value.format(**credentials)}


@dataclass(frozen=True)
class ServiceAccount:
    """A key file of Google: its JSON text is the credential `key`, and signed grants bring access tokens."""

    scopes: tuple[str, ...]
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105
    kind: str = "service_account"

    def headers(self, credentials: Mapping[str, str]) -> dict[str, str]:
        """Return what every request carries."""
        return {"Authorization": f"Bearer {credentials['access_token']}"}


@dataclass(frozen=True)
class NoAuth:
    """Nothing to sign in to."""

    kind: str = "none"

    def headers(self, credentials: Mapping[str, str]) -> dict[str, str]:
        """Return what every request carries: nothing."""
        del credentials
        return {}


Auth: TypeAlias = ApiKey | OAuth2 | ServiceAccount | NoAuth


class Credentials(Protocol):
    """Hands out the values that requests are signed with."""

    async def current(self, stale: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Return the credentials; `stale` are those that the vendor has just refused, to be renewed if they can be.

        Raises TokenRevokedError where only a person can help.
        """
        ...


@dataclass(frozen=True)
class FixedCredentials:
    """Credentials that never change, such as an API key."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    async def current(self, stale: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Return the values, also when they were refused."""
        del stale
        return self.values
