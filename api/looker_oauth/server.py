"""The authorization server: authlib's rules over our tables, one object and one database session for each request."""

import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from authlib.common.urls import add_params_to_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin  # type: ignore[import-untyped]
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.looker_oauth.endpoints import Introspection, Revocation
from api.looker_oauth.grants import AUTH_METHODS, CodeGrant, OnlyS256, RefreshGrant
from api.looker_oauth.models import AuthorisationRow, CodeRow, ConnectorRow, TokenRow
from api.looker_oauth.records import (
    ACCESS_LIFETIME,
    ACCESS_PREFIX,
    AUDIENCE,
    CODE_LIFETIME,
    REFRESH_LIFETIME,
    REFRESH_PREFIX,
    SCOPE_TEXTS,
    redirect_uri_of,
)
from api.looker_oauth.request import ConnectorRequest, Reply
from api.workspaces.models import now
from api.workspaces.service import digest

_CLIENT_ID = re.compile(r"bvi_[0-9a-f]{24}")


class Client(ClientMixin):  # type: ignore[misc]
    """A registered copy of the connector as authlib asks about it."""

    def __init__(self, row: ConnectorRow) -> None:
        self.row = row

    def get_client_id(self) -> str:
        """Return its public id."""
        return self.row.client_id

    def get_default_redirect_uri(self) -> None:
        """Return nothing: each request has to name the address."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scopes that are asked for, all of them by default; None if there is no such scope."""
        asked = (scope or " ".join(SCOPE_TEXTS)).split()
        return " ".join(asked) if set(asked) <= set(SCOPE_TEXTS) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Tell whether codes may go there: to the very address of this copy, to the letter."""
        return redirect_uri == redirect_uri_of(self.row.script_id)

    def check_client_secret(self, client_secret: str) -> bool:
        """Tell whether it is the secret, or the one before while that works."""
        given = digest(client_secret)
        is_new = hmac.compare_digest(given, self.row.secret)
        is_old = hmac.compare_digest(given, self.row.old_secret or "")
        until = self.row.old_secret_until
        return is_new or (is_old and until is not None and until > now())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002
        """Tell whether it may show its secret in this way."""
        return method in AUTH_METHODS

    def check_response_type(self, response_type: str) -> bool:
        """Tell whether it may ask for this: for codes alone."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Tell whether it may exchange this for tokens."""
        return grant_type in {"authorization_code", "refresh_token"}


class Server(AuthorizationServer):  # type: ignore[misc]
    """The rules of the standards, asked for one request."""

    def __init__(self, session: Session, issuer: str) -> None:
        super().__init__(scopes_supported=list(SCOPE_TEXTS))
        self.session = session
        self.issuer = issuer
        self.register_grant(CodeGrant, [OnlyS256(required=True)])
        self.register_grant(RefreshGrant)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)
        self.register_token_generator("default", _new_tokens)

    def query_client(self, client_id: str) -> Client | None:
        """Return the copy of the connector with this id, unless it was removed."""
        if not _CLIENT_ID.fullmatch(client_id):
            return None
        found = select(ConnectorRow).where(ConnectorRow.client_id == client_id, ConnectorRow.revoked_at.is_(None))
        row = self.session.scalar(found)
        return None if row is None else Client(row)

    def save_token(self, token: Mapping[str, str], request: ConnectorRequest) -> None:
        """Keep the digests of new tokens, and forget what has been over for a day."""
        moment = now()
        spent = request.refresh_token
        family: AuthorisationRow = request.user
        family.connected_at = family.connected_at or moment
        for kind, name, until in (
            ("access", "access_token", moment + ACCESS_LIFETIME),
            ("refresh", "refresh_token", moment + REFRESH_LIFETIME),
        ):
            row = TokenRow(
                authorisation_id=family.id,
                workspace_id=family.workspace_id,
                kind=kind,
                digest=digest(token[name]),
                audience=AUDIENCE,
                scope=token["scope"],
                issued_at=moment,
                expires_at=until,
                parent_id=None if spent is None else spent.row.id,
            )
            self.session.add(row)
        self.session.flush()
        _forget(self.session, moment)

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Tell nobody: nobody listens."""

    def create_oauth2_request(self, request: ConnectorRequest) -> ConnectorRequest:
        """Return what was handed over: it is made already."""
        return request

    def handle_response(
        self, status: int, body: Mapping[str, object] | str, headers: Sequence[tuple[str, str]]
    ) -> Reply:
        """Return the answer; whatever goes through the browser says who answers (RFC 9207)."""
        given = dict(headers)
        location = given.get("Location")
        if location is not None:
            location = str(add_params_to_uri(location, [("iss", self.issuer)]))
        challenge = given.get("WWW-Authenticate")
        return Reply(
            status,
            body if isinstance(body, Mapping) else {},
            location,
            (("www-authenticate", challenge),) if challenge else (),
        )


def _new_tokens(scope: str, **_more: object) -> dict[str, object]:
    """Return new tokens of 256 random bits each; without `expires_in` the connector would never refresh."""
    return {
        "token_type": "Bearer",
        "access_token": ACCESS_PREFIX + secrets.token_urlsafe(32),
        "expires_in": int(ACCESS_LIFETIME.total_seconds()),
        "refresh_token": REFRESH_PREFIX + secrets.token_urlsafe(32),
        "scope": scope,
    }


def _forget(session: Session, moment: datetime) -> None:
    """Delete what can neither be used nor be replayed any more."""
    session.execute(delete(TokenRow).where(TokenRow.expires_at < moment - ACCESS_LIFETIME))
    session.execute(delete(CodeRow).where(CodeRow.expires_at < moment - REFRESH_LIFETIME))
    session.execute(
        delete(AuthorisationRow).where(
            AuthorisationRow.connected_at.is_(None), AuthorisationRow.created_at < moment - 60 * CODE_LIFETIME
        )
    )
