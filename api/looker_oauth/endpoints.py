"""Revoking tokens (RFC 7009) and asking about them (RFC 7662); a connector may do so with its own alone."""

from typing import TYPE_CHECKING

from authlib.oauth2.rfc6749 import InvalidRequestError  # type: ignore[import-untyped]
from authlib.oauth2.rfc7009 import RevocationEndpoint  # type: ignore[import-untyped]
from authlib.oauth2.rfc7662 import IntrospectionEndpoint  # type: ignore[import-untyped]

from api.looker_oauth.consents import end
from api.looker_oauth.grants import AUTH_METHODS, IssuedToken, issued_token
from api.looker_oauth.records import Ending
from api.looker_oauth.request import ConnectorRequest
from api.workspaces.models import now

if TYPE_CHECKING:
    from api.looker_oauth.server import Client


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """Revokes a token; with a refresh token goes the whole consent."""

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def authenticate_token(self, request: ConnectorRequest, client: "Client") -> IssuedToken | None:
        """Return the token that was shown, if it is this connector's."""
        return _shown_token(self, request, client)

    def revoke_token(self, token: IssuedToken, request: ConnectorRequest) -> None:  # noqa: ARG002
        """Revoke it."""
        if token.row.kind == "refresh":
            end(token.family, Ending.CONNECTOR)
        elif token.row.revoked_at is None:
            token.row.revoked_at = now()


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    """Says whether a token counts, and for whom."""

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def authenticate_token(self, request: ConnectorRequest, client: "Client") -> IssuedToken | None:
        """Return the token that was shown, if it is this connector's."""
        self._asking = client
        return _shown_token(self, request, client)

    def introspect_token(self, token: IssuedToken) -> dict[str, object]:
        """Return what is known of a token that counts."""
        row, issuer = token.row, self.server.issuer
        return {
            "active": True,
            "client_id": self._asking.get_client_id(),
            "token_type": "Bearer" if row.kind == "access" else "refresh_token",
            "scope": row.scope,
            "sub": token.family.person_id,
            "workspace": row.workspace_id,
            "aud": f"{issuer}/v1/{row.audience}",
            "iss": issuer,
            "iat": int(row.issued_at.timestamp()),
            "exp": int(row.expires_at.timestamp()),
        }


def _shown_token(
    endpoint: Revocation | Introspection, request: ConnectorRequest, client: "Client"
) -> IssuedToken | None:
    """Return a token of this connector; another one's does not exist for it, and the hint of its type is not needed."""
    text = request.form.get("token")
    if not text:
        raise InvalidRequestError("Missing 'token' in request.")
    token = issued_token(endpoint.server.session, text)
    return token if token is not None and token.check_client(client) else None
