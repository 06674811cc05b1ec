"""What signing in to a vendor is made of: our registration there, its addresses, tokens, and the stored grant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connectors import JsonValue, OAuth2, vendor_address


class GrantState(StrEnum):
    """Whether a sign-in still opens anything."""

    WORKING = "working"
    NEEDS_SIGN_IN = "needs_sign_in"


@dataclass(frozen=True)
class RegisteredClient:
    """Our registration at a vendor."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Authority:
    """Where a sign-in happens: the vendor's way, our registration, and the settings that its addresses name."""

    auth: OAuth2
    vendor: str  # as in Vendor.name, by which its addresses may be replaced
    label: str
    client: RegisteredClient
    settings: Mapping[str, JsonValue]

    @property
    def authorize_address(self) -> str:
        """Return where the person is sent."""
        return self._address(self.auth.authorize_url)

    @property
    def token_address(self) -> str:
        """Return where codes and refresh tokens are exchanged."""
        return self._address(self.auth.token_url)

    @property
    def revoke_address(self) -> str:
        """Return where tokens are taken back."""
        return self._address(self.auth.revoke_url)

    def _address(self, template: str) -> str:
        return vendor_address(self.vendor, template.format(**self.settings))


@dataclass(frozen=True)
class Tokens:
    """What a vendor has handed out. `values` sign requests and renew; without `expires_at` the end is not told."""

    values: Mapping[str, str] = field(repr=False)
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None  # after which only a person can sign in again


@dataclass(frozen=True)
class Grant:
    """A sign-in as it is stored. `secret` is encrypted; `version` counts the renewals."""

    id: str
    workspace_id: str
    source: str
    auth_kind: str
    subject: str | None
    settings: Mapping[str, JsonValue]
    secret: str = field(repr=False)
    version: int
    expires_at: datetime | None
    refresh_expires_at: datetime | None
    state: GrantState
    reason: str | None
    created_at: datetime
    updated_at: datetime  # when its tokens were handed out
