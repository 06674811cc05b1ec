"""From an access token to the person for whom it stands."""

from datetime import timedelta

from sqlalchemy import select, update

from api.looker_oauth.errors import AccessEndedError
from api.looker_oauth.models import AuthorisationRow, ConnectorRow, TokenRow
from api.looker_oauth.records import ACCESS_PREFIX, AUDIENCE, SCOPE, Holder
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import now
from api.workspaces.service import digest

__all__ = ["ACCESS_PREFIX", "access_ended", "holder_of"]

_TOUCH_EVERY = timedelta(minutes=5)


def holder_of(database: MetadataDatabase, token: str) -> Holder:
    """Return for whom an access token stands, or raise AccessEndedError."""
    moment = now()
    found = (
        select(TokenRow.workspace_id, AuthorisationRow)
        .join(AuthorisationRow, AuthorisationRow.id == TokenRow.authorisation_id)
        .join(ConnectorRow, ConnectorRow.id == AuthorisationRow.connector_id)
        .where(
            TokenRow.digest == digest(token),
            TokenRow.kind == "access",
            TokenRow.audience == AUDIENCE,
            TokenRow.scope == SCOPE,
            TokenRow.expires_at > moment,
            TokenRow.revoked_at.is_(None),
            # Looked at each time: a code that is replayed ends the consent before its tokens are written.
            AuthorisationRow.revoked_at.is_(None),
            AuthorisationRow.workspace_id == TokenRow.workspace_id,
            ConnectorRow.revoked_at.is_(None),
        )
    )
    with database.read() as session:
        row = session.execute(found).first()
    if row is None:
        raise access_ended()
    workspace_id, family = row
    if family.last_used_at is None or moment - family.last_used_at > _TOUCH_EVERY:
        with database.write() as session:
            touched = update(AuthorisationRow).where(AuthorisationRow.id == family.id)
            session.execute(touched.values(last_used_at=moment))
    return Holder(family.id, family.person_id, workspace_id)


def access_ended() -> AccessEndedError:
    """Return the one refusal, whatever the reason: nobody learns whether a token ever counted."""
    return AccessEndedError(
        "Your access to this data has ended. Sign in again: edit the data source, choose to edit the connection, and "
        "authorise it."
    )
