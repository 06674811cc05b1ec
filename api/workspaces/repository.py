"""All queries on workspaces, client accounts, keys and viewer sessions, with those on connections and runs."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, true, update
from sqlalchemy.orm import Session

from api.workspaces.connection_queries import ConnectionQueries
from api.workspaces.models import (
    ApiKeyClientRow,
    ApiKeyRow,
    ClientAccountRow,
    ViewerSessionRow,
    WorkspaceRow,
    now,
)
from api.workspaces.records import ApiKey, Workspace
from schemas import Showing
from warehouse import ClientAccount, parse_hours


class Repository(ConnectionQueries):
    """Queries inside one session. Everything below a workspace is found through its id, never without."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # Workspaces

    def workspaces(self) -> list[Workspace]:
        """Return all workspaces, by slug."""
        return [_workspace(row) for row in self._session.scalars(select(WorkspaceRow).order_by(WorkspaceRow.slug))]

    def workspace(self, slug: str) -> Workspace | None:
        """Return one workspace."""
        row = self._session.scalar(select(WorkspaceRow).where(WorkspaceRow.slug == slug))
        return None if row is None else _workspace(row)

    def workspace_by_id(self, workspace_id: str) -> Workspace:
        """Return a workspace that is known to exist."""
        return _workspace(self._session.get_one(WorkspaceRow, workspace_id))

    def add_workspace(self, slug: str, name: str, timezone: str, currency: str) -> Workspace:
        """Create a workspace."""
        row = WorkspaceRow(slug=slug, name=name, timezone=timezone, currency=currency)
        self._session.add(row)
        self._session.flush()
        return _workspace(row)

    def change_workspace(self, workspace_id: str, values: Mapping[str, object]) -> Workspace:
        """Change settings of a workspace that is known to exist."""
        row = self._session.get_one(WorkspaceRow, workspace_id)
        for name, value in values.items():
            setattr(row, name, value)
        self._session.flush()
        return _workspace(row)

    # Client accounts

    def client_accounts(self, workspace_id: str, *, archived: bool = False) -> list[ClientAccount]:
        """Return the client accounts of a workspace, by name; with `archived` also those that nobody sees now."""
        query = select(ClientAccountRow).where(ClientAccountRow.workspace_id == workspace_id)
        if not archived:
            query = query.where(ClientAccountRow.archived_at.is_(None))
        return [_client(row) for row in self._session.scalars(query.order_by(ClientAccountRow.name))]

    def client_account(self, workspace_id: str, name: str, *, archived: bool = False) -> ClientAccount | None:
        """Return the client account with this slug, or with this name in any case; an archived one only if asked."""
        row = self._session.scalar(
            select(ClientAccountRow)
            .where(ClientAccountRow.workspace_id == workspace_id)
            .where(or_(ClientAccountRow.slug == name, func.lower(ClientAccountRow.name) == name.lower()))
            .where(true() if archived else ClientAccountRow.archived_at.is_(None))
            .order_by(ClientAccountRow.slug != name)
            .limit(1)
        )
        return None if row is None else _client(row)

    def add_client_account(self, workspace_id: str, client: ClientAccount) -> None:
        """Create a client account."""
        values = {name: getattr(client, name) for name in _CLIENT_COLUMNS}
        self._session.add(ClientAccountRow(workspace_id=workspace_id, **values))
        self._session.flush()

    def change_client_account(self, workspace_id: str, client_id: str, values: Mapping[str, object]) -> None:
        """Change settings of a client account."""
        if not values:
            return
        self._session.execute(
            update(ClientAccountRow)
            .where(ClientAccountRow.workspace_id == workspace_id)
            .where(ClientAccountRow.id == client_id)
            .values(dict(values))
        )

    def remove_client_account(self, workspace_id: str, client_id: str) -> None:
        """Remove a client account."""
        self._session.execute(
            delete(ClientAccountRow)
            .where(ClientAccountRow.workspace_id == workspace_id)
            .where(ClientAccountRow.id == client_id)
        )

    # Keys

    def add_key(
        self,
        workspace_id: str,
        name: str,
        digest: str,
        hint: str,
        clients: list[str] | None,
        *,
        admin: bool = False,
        made_by: str | None = None,
    ) -> str:
        """Store a key, narrowed to the client accounts with these ids, and return its id."""
        row = ApiKeyRow(
            workspace_id=workspace_id,
            name=name,
            digest=digest,
            hint=hint,
            every_client=clients is None,
            admin=admin and clients is None,
            made_by=made_by,
        )
        self._session.add(row)
        self._session.flush()
        for client_id in clients or ():
            self._session.add(ApiKeyClientRow(api_key_id=row.id, client_account_id=client_id))
        return row.id

    def keys(self, workspace_id: str) -> list[ApiKey]:
        """Return the keys of a workspace, newest first."""
        query = select(ApiKeyRow).where(ApiKeyRow.workspace_id == workspace_id)
        rows = self._session.scalars(query.order_by(ApiKeyRow.created_at.desc())).all()
        narrowed: dict[str, list[str]] = {}
        pairs = (
            select(ApiKeyClientRow.api_key_id, ClientAccountRow.slug)
            .join(ClientAccountRow, ClientAccountRow.id == ApiKeyClientRow.client_account_id)
            .where(ClientAccountRow.workspace_id == workspace_id)
            .order_by(ClientAccountRow.slug)
        )
        for key_id, slug in self._session.execute(pairs):
            narrowed.setdefault(key_id, []).append(slug)
        return [_key(row, narrowed.get(row.id, [])) for row in rows]

    def revoke_keys(self, workspace_id: str, name: str) -> int:
        """Revoke the keys with this name or id, and return how many there were."""
        done = self._session.execute(
            update(ApiKeyRow)
            .where(ApiKeyRow.workspace_id == workspace_id, ApiKeyRow.revoked_at.is_(None))
            .where(or_(ApiKeyRow.name == name, ApiKeyRow.id == name))
            .values(revoked_at=now())
            .returning(ApiKeyRow.id)
        )
        return len(done.all())

    def working_key(self, digest: str) -> ApiKeyRow | None:
        """Return the key with this digest unless it is revoked."""
        query = select(ApiKeyRow).where(ApiKeyRow.digest == digest, ApiKeyRow.revoked_at.is_(None))
        return self._session.scalar(query)

    def working_key_by_id(self, key_id: str) -> ApiKeyRow | None:
        """Return the key with this id unless it is revoked."""
        return self._session.scalar(select(ApiKeyRow).where(ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None)))

    def clients_of_key(self, key: ApiKeyRow) -> list[ClientAccount]:
        """Return the client accounts that a key may read."""
        query = select(ClientAccountRow).where(ClientAccountRow.workspace_id == key.workspace_id)
        query = query.where(ClientAccountRow.archived_at.is_(None))
        if not key.every_client:
            query = query.join(ApiKeyClientRow, ApiKeyClientRow.client_account_id == ClientAccountRow.id)
            query = query.where(ApiKeyClientRow.api_key_id == key.id)
        return [_client(row) for row in self._session.scalars(query.order_by(ClientAccountRow.name))]

    def touch_key(self, key_id: str, moment: datetime) -> None:
        """Note that a key was used."""
        self._session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(last_used_at=moment))

    # Viewer sessions

    def add_session(self, key_id: str, digest: str, lifetime: timedelta) -> None:
        """Store a viewer session of a key, and drop those that have run out."""
        self._session.execute(delete(ViewerSessionRow).where(ViewerSessionRow.expires_at < now()))
        self._session.add(ViewerSessionRow(api_key_id=key_id, digest=digest, expires_at=now() + lifetime))

    def key_of_session(self, digest: str) -> ApiKeyRow | None:
        """Return the working key behind a viewer session."""
        return self._session.scalar(
            select(ApiKeyRow)
            .join(ViewerSessionRow, ViewerSessionRow.api_key_id == ApiKeyRow.id)
            .where(ViewerSessionRow.digest == digest, ViewerSessionRow.expires_at > now())
            .where(ApiKeyRow.revoked_at.is_(None))
        )

    def remove_session(self, digest: str) -> None:
        """Forget a viewer session."""
        self._session.execute(delete(ViewerSessionRow).where(ViewerSessionRow.digest == digest))


_CLIENT_COLUMNS = (
    "id",
    "slug",
    "name",
    "industry",
    "region",
    "country",
    "timezone",
    "report_currency",
    "service_level",
    "account_owner",
)


def _workspace(row: WorkspaceRow) -> Workspace:
    return Workspace(
        id=row.id,
        slug=row.slug,
        name=row.name,
        timezone=row.timezone,
        currency=row.currency,
        fiscal_year_start_month=row.fiscal_year_start_month,
        week_start=row.week_start,
        portfolio_level=row.portfolio_level,
        cac_scope=row.cac_scope,
        cac_lag_days=row.cac_lag_days,
        tickets_per_agent_day=row.tickets_per_agent_day,
        fx_method=row.fx_method,
        business_hours=parse_hours({"schedules": row.business_hours}),
        personal_team=Showing(row.personal_team),
        personal_guests=Showing(row.personal_guests),
        personal_key=row.personal_key,
    )


def _client(row: ClientAccountRow) -> ClientAccount:
    return ClientAccount(**{name: getattr(row, name) for name in _CLIENT_COLUMNS})


def _key(row: ApiKeyRow, clients: list[str]) -> ApiKey:
    shown = None if row.every_client else tuple(clients)
    return ApiKey(row.id, row.name, row.hint, shown, row.created_at, row.last_used_at, row.revoked_at, row.admin)
