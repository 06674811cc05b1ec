"""What can be exchanged for tokens: a code, once; a refresh token, with thirty seconds of grace."""

import re
import secrets
from typing import TYPE_CHECKING, ClassVar

from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    AuthorizationCodeGrant,
    InvalidRequestError,
    RefreshTokenGrant,
    TokenMixin,
)
from authlib.oauth2.rfc7636 import CodeChallenge  # type: ignore[import-untyped]
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.looker_oauth.consents import end
from api.looker_oauth.models import AuthorisationRow, CodeRow, ConnectorRow, TokenRow
from api.looker_oauth.records import CODE_LIFETIME, CODE_PREFIX, GRACE, Ending
from api.looker_oauth.request import ConnectorRequest
from api.workspaces.models import now
from api.workspaces.service import digest

if TYPE_CHECKING:
    from api.looker_oauth.server import Client

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 in base64url

# Authlib's own defaults differ from grant to grant: with them sign-in works and refreshing fails an hour later.
AUTH_METHODS = ["client_secret_post", "client_secret_basic"]


class OnlyS256(CodeChallenge):  # type: ignore[misc]
    """PKCE for everybody: authlib demands it of clients without a secret only, and takes the method 'plain'."""

    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar[list[str]] = ["S256"]

    def validate_code_challenge(self, grant: "CodeGrant", redirect_uri: str | None) -> None:  # noqa: ARG002
        """Refuse a request without a challenge of this method."""
        asked = grant.request.payload.data
        if asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("'code_challenge_method' must be S256.")
        if not _CHALLENGE.fullmatch(asked.get("code_challenge", "")):
            raise InvalidRequestError("'code_challenge' must be the SHA-256 of the verifier in base64url.")


class IssuedCode:
    """A code as authlib asks about it."""

    code_challenge_method = "S256"

    def __init__(self, row: CodeRow, family: AuthorisationRow) -> None:
        self.row = row
        self.family = family
        self.code_challenge = row.challenge

    def get_redirect_uri(self) -> str:
        """Return where it was sent."""
        return self.row.redirect_uri

    def get_scope(self) -> str:
        """Return what was consented to."""
        return self.family.scope


class IssuedToken(TokenMixin):  # type: ignore[misc]
    """A token as authlib asks about it."""

    def __init__(self, row: TokenRow, family: AuthorisationRow) -> None:
        self.row = row
        self.family = family

    def check_client(self, client: "Client") -> bool:
        """Tell whether it was given to this copy of the connector."""
        return self.family.connector_id == client.row.id

    def get_scope(self) -> str:
        """Return what it may be used for."""
        return self.row.scope

    def get_expires_in(self) -> int:
        """Return its whole life in seconds."""
        return int((self.row.expires_at - self.row.issued_at).total_seconds())

    def is_expired(self) -> bool:
        """Tell whether its time is over."""
        return self.row.expires_at <= now()

    def is_revoked(self) -> bool:
        """Tell whether it, or the whole consent, was revoked, or it was exchanged and its grace is over."""
        return self.row.revoked_at is not None or self.family.revoked_at is not None or self.was_reused()

    def was_reused(self) -> bool:
        """Tell whether somebody shows it who should have its successor."""
        return self.row.used_at is not None and now() - self.row.used_at > GRACE


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """From a consent to a code to tokens."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def generate_authorization_code(self) -> str:
        """Return a new code."""
        return CODE_PREFIX + secrets.token_urlsafe(32)

    def save_authorization_code(self, code: str, request: ConnectorRequest) -> None:
        """Keep the consent, and the code that stands for it."""
        session: Session = self.server.session
        family: AuthorisationRow = request.user
        family.connector_id, family.scope = request.client.row.id, request.scope
        session.add(family)
        session.flush()
        session.add(
            CodeRow(
                authorisation_id=family.id,
                digest=digest(code),
                redirect_uri=request.payload.redirect_uri,
                challenge=request.payload.data["code_challenge"],
                expires_at=now() + CODE_LIFETIME,
            )
        )

    def query_authorization_code(self, code: str, client: "Client") -> IssuedCode | None:
        """Claim a code: of requests that come together one gets it, and one that comes again ends the consent."""
        session: Session = self.server.session
        row = session.scalar(select(CodeRow).where(CodeRow.digest == digest(code)))
        family = None if row is None else _locked(session, row.authorisation_id)
        if row is None or family is None or family.connector_id != client.row.id:
            return None
        moment = now()
        claim = update(CodeRow).where(CodeRow.id == row.id, CodeRow.used_at.is_(None)).values(used_at=moment)
        if session.execute(claim.returning(CodeRow.id)).first() is None:
            end(family, Ending.REUSED_CODE)
            return None
        return IssuedCode(row, family) if row.expires_at > moment and family.revoked_at is None else None

    def authenticate_user(self, authorization_code: IssuedCode) -> AuthorisationRow:
        """Return the consent behind a code."""
        return authorization_code.family

    def delete_authorization_code(self, authorization_code: IssuedCode) -> None:
        """Keep it, so that it is known when it comes again."""


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    """From a refresh token to the next pair of tokens."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> IssuedToken | None:
        """Return a token that still counts; one that was exchanged longer ago than the grace ends the consent."""
        token = issued_token(self.server.session, refresh_token, "refresh")
        if token is None or not token.check_client(self.request.client):
            return None
        if token.was_reused():
            end(token.family, Ending.REUSED_TOKEN)
        return None if token.is_revoked() or token.is_expired() else token

    def authenticate_user(self, refresh_token: IssuedToken) -> AuthorisationRow:
        """Return the consent behind a token."""
        return refresh_token.family

    def revoke_old_credential(self, refresh_token: IssuedToken) -> None:
        """Begin the grace of a token that was exchanged, and of its twins: charts that refreshed together have several,
        of which the connector keeps one."""
        row = refresh_token.row
        twins = TokenRow.id == row.id if row.parent_id is None else TokenRow.parent_id == row.parent_id
        spent = update(TokenRow).where(twins, TokenRow.kind == "refresh", TokenRow.used_at.is_(None))
        self.server.session.execute(spent.values(used_at=now()))


def issued_token(session: Session, text: str, kind: str | None = None) -> IssuedToken | None:
    """Return the token with this text; its consent is locked until the session ends."""
    row = session.scalar(select(TokenRow).where(TokenRow.digest == digest(text)))
    if row is None or kind not in (None, row.kind):
        return None
    family = _locked(session, row.authorisation_id)
    if family is None:
        return None
    session.refresh(row)  # as it is under the lock
    return IssuedToken(row, family)


def _locked(session: Session, authorisation_id: str) -> AuthorisationRow | None:
    """Return a consent of a connector that was not removed; requests for one consent wait for each other here."""
    return session.scalar(
        select(AuthorisationRow)
        .join(ConnectorRow, ConnectorRow.id == AuthorisationRow.connector_id)
        .where(AuthorisationRow.id == authorisation_id, ConnectorRow.revoked_at.is_(None))
        .with_for_update(of=AuthorisationRow)
        .execution_options(populate_existing=True)
    )
