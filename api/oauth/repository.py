"""All queries on grants, registrations at vendors and sign-ins under way."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import CursorResult, Update, delete, or_, select, update
from sqlalchemy.orm import Session

from api.oauth.records import Grant, GrantState, Tokens
from api.workspaces.linking_models import OAuthClientRow, OAuthStateRow
from api.workspaces.models import ConnectionRow, CredentialGrantRow, now
from api.workspaces.secrets import Sealed
from connectors import JsonValue

LEASE = timedelta(seconds=30)  # longer than an exchange with the vendor may take


class OAuthRepository:
    """Queries inside one session. A grant is found through its workspace, never without."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # Grants

    def grant(self, workspace_id: str, grant_id: str) -> Grant | None:
        """Return one grant."""
        query = select(CredentialGrantRow).where(CredentialGrantRow.workspace_id == workspace_id)
        row = self._session.scalar(query.where(CredentialGrantRow.id == grant_id))
        return None if row is None else _grant(row)

    def grants(self, workspace_id: str) -> list[Grant]:
        """Return the grants of a workspace, oldest first."""
        query = select(CredentialGrantRow).where(CredentialGrantRow.workspace_id == workspace_id)
        return [_grant(row) for row in self._session.scalars(query.order_by(CredentialGrantRow.created_at))]

    def sign_in_ends(self, workspace_id: str) -> dict[str, datetime]:
        """Return when each sign-in ends for good, by the grant's id, where the vendor has told it."""
        query = select(CredentialGrantRow.id, CredentialGrantRow.refresh_expires_at).where(
            CredentialGrantRow.workspace_id == workspace_id, CredentialGrantRow.refresh_expires_at.is_not(None)
        )
        return {grant_id: ends for grant_id, ends in self._session.execute(query) if ends is not None}

    def accounts_of_grants(self, sources: Sequence[str]) -> set[str | None]:
        """Return the accounts that the sign-ins of some sources read, in all workspaces; None for one yet to choose."""
        query = (
            select(ConnectionRow.account_id)
            .select_from(CredentialGrantRow)
            .outerjoin(ConnectionRow, ConnectionRow.grant_id == CredentialGrantRow.id)
            .where(CredentialGrantRow.source.in_(sources), CredentialGrantRow.auth_kind == "oauth2")
        )
        return set(self._session.scalars(query))

    def add_grant(
        self, workspace_id: str, grant_id: str, columns: Mapping[str, object], sealed: Sealed, tokens: Tokens
    ) -> None:
        """Store a new grant."""
        self._session.add(
            CredentialGrantRow(
                id=grant_id,
                workspace_id=workspace_id,
                secret=sealed.text,
                key_id=sealed.key_id,
                expires_at=tokens.expires_at,
                refresh_expires_at=tokens.refresh_expires_at,
                **columns,
            )
        )
        self._session.flush()

    def remove_grant(self, workspace_id: str, grant_id: str) -> None:
        """Forget a grant that no connection uses."""
        self._session.execute(
            delete(CredentialGrantRow).where(
                CredentialGrantRow.workspace_id == workspace_id, CredentialGrantRow.id == grant_id
            )
        )

    def take_lease(self, grant_id: str, version: int, holder: str) -> bool:
        """Become the one who renews this version of a grant; false if somebody else is at it or has done it."""
        moment = now()
        return self._did(
            update(CredentialGrantRow)
            .where(CredentialGrantRow.id == grant_id, CredentialGrantRow.version == version)
            .where(or_(CredentialGrantRow.lease_until.is_(None), CredentialGrantRow.lease_until < moment))
            .values(lease=holder, lease_until=moment + LEASE)
        )

    def drop_lease(self, grant_id: str, holder: str) -> None:
        """Let others renew."""
        self._session.execute(
            update(CredentialGrantRow)
            .where(CredentialGrantRow.id == grant_id, CredentialGrantRow.lease == holder)
            .values(lease=None, lease_until=None)
        )

    def store_tokens(self, grant_id: str, version: int, sealed: Sealed, tokens: Tokens) -> bool:
        """Replace the tokens of this version of a grant; false if somebody else has replaced them.

        The lease is not asked for: if it ran out, what the vendor has handed out last is still the best there is.
        """
        return self._did(
            update(CredentialGrantRow)
            .where(CredentialGrantRow.id == grant_id, CredentialGrantRow.version == version)
            .values(
                secret=sealed.text,
                key_id=sealed.key_id,
                expires_at=tokens.expires_at,
                refresh_expires_at=tokens.refresh_expires_at,
                version=version + 1,
                lease=None,
                lease_until=None,
                state=GrantState.WORKING.value,
                reason=None,
                updated_at=now(),
            )
        )

    def mark_refused(self, grant_id: str, version: int, reason: str) -> bool:
        """Note that the vendor does not know this version of a grant any more; false if it is not the newest."""
        return self._did(
            update(CredentialGrantRow)
            .where(CredentialGrantRow.id == grant_id, CredentialGrantRow.version == version)
            .values(state=GrantState.NEEDS_SIGN_IN.value, reason=reason, lease=None, lease_until=None)
        )

    # Registrations

    def client(self, workspace_id: str, provider: str) -> tuple[str, str] | None:
        """Return the id and the encrypted text of a registration."""
        row = self._session.execute(
            select(OAuthClientRow.id, OAuthClientRow.secret).where(
                OAuthClientRow.workspace_id == workspace_id, OAuthClientRow.provider == provider
            )
        ).one_or_none()
        return None if row is None else (row[0], row[1])

    def put_client(self, workspace_id: str, provider: str, row_id: str, sealed: Sealed) -> None:
        """Store a registration in the place of an earlier one."""
        self.remove_client(workspace_id, provider)
        self._session.add(
            OAuthClientRow(
                id=row_id, workspace_id=workspace_id, provider=provider, secret=sealed.text, key_id=sealed.key_id
            )
        )

    def remove_client(self, workspace_id: str, provider: str) -> None:
        """Forget a registration."""
        self._session.execute(
            delete(OAuthClientRow).where(
                OAuthClientRow.workspace_id == workspace_id, OAuthClientRow.provider == provider
            )
        )

    # Sign-ins under way

    def add_state(self, row: OAuthStateRow) -> None:
        """Store a sign-in that begins, and drop those that have run out."""
        self._session.execute(delete(OAuthStateRow).where(OAuthStateRow.expires_at < now()))
        self._session.add(row)

    def take_state(self, digest: str, provider: str, holder: str, moment: datetime) -> OAuthStateRow | None:
        """Return a sign-in that the same browser brings back, once."""
        return self._session.scalar(
            update(OAuthStateRow)
            .where(OAuthStateRow.digest == digest, OAuthStateRow.provider == provider, OAuthStateRow.holder == holder)
            .where(OAuthStateRow.expires_at > moment, OAuthStateRow.used_at.is_(None))
            .values(used_at=moment)
            .returning(OAuthStateRow)
        )

    def returned_state(self, row_id: str, holder: str, moment: datetime) -> OAuthStateRow | None:
        """Return a sign-in that this browser has brought back and that has not run out."""
        query = select(OAuthStateRow).where(OAuthStateRow.id == row_id, OAuthStateRow.holder == holder)
        return self._session.scalar(query.where(OAuthStateRow.used_at.is_not(None), OAuthStateRow.expires_at > moment))

    def _did(self, statement: Update) -> bool:
        result = self._session.execute(statement)
        return isinstance(result, CursorResult) and result.rowcount == 1


def _grant(row: CredentialGrantRow) -> Grant:
    return Grant(
        id=row.id,
        workspace_id=row.workspace_id,
        source=row.source,
        auth_kind=row.auth_kind,
        subject=row.subject,
        settings=cast("Mapping[str, JsonValue]", row.settings),  # It was JSON when it was stored.
        secret=row.secret,
        version=row.version,
        expires_at=row.expires_at,
        refresh_expires_at=row.refresh_expires_at,
        state=GrantState(row.state),
        reason=row.reason,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
