"""All queries on connections and their runs."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from api.workspaces.models import ClientAccountRow, ConnectionRow, SyncRunRow, now
from api.workspaces.records import Connection, ConnectionState, Run


class ConnectionQueries:
    """Queries inside one session. A connection is found through its workspace, never without."""

    _session: Session

    def connections(self, workspace_id: str) -> list[Connection]:
        """Return the connections of a workspace, by name."""
        query = select(ConnectionRow).where(ConnectionRow.workspace_id == workspace_id).order_by(ConnectionRow.name)
        return [_connection(row) for row in self._session.scalars(query)]

    def connection(self, workspace_id: str, connection_id: str) -> Connection | None:
        """Return one connection."""
        query = select(ConnectionRow).where(ConnectionRow.workspace_id == workspace_id)
        row = self._session.scalar(query.where(ConnectionRow.id == connection_id))
        return None if row is None else _connection(row)

    def connections_of_grant(self, workspace_id: str, grant_id: str) -> list[Connection]:
        """Return the connections that a sign-in serves, by name."""
        query = select(ConnectionRow).where(
            ConnectionRow.workspace_id == workspace_id, ConnectionRow.grant_id == grant_id
        )
        return [_connection(row) for row in self._session.scalars(query.order_by(ConnectionRow.name))]

    def due_connections(self, moment: datetime) -> list[tuple[str, Connection]]:
        """Return the connections of all workspaces that are to run by now, with their workspaces' ids, longest due
        first."""
        query = (
            select(ConnectionRow)
            .where(ConnectionRow.paused.is_(False), ConnectionRow.next_run_at <= moment, _of_nobody_archived())
            .order_by(ConnectionRow.next_run_at)
        )
        return [(row.workspace_id, _connection(row)) for row in self._session.scalars(query)]

    def undated_connections(self) -> list[tuple[str, Connection]]:
        """Return the connections of all workspaces that have no date to run at, with their workspaces' ids."""
        query = select(ConnectionRow).where(
            ConnectionRow.paused.is_(False), ConnectionRow.next_run_at.is_(None), _of_nobody_archived()
        )
        return [(row.workspace_id, _connection(row)) for row in self._session.scalars(query)]

    def put_connection(self, workspace_id: str, name: str, source: str, config: dict[str, object]) -> Connection:
        """Create a connection, or renew its source and configuration."""
        query = select(ConnectionRow).where(ConnectionRow.workspace_id == workspace_id, ConnectionRow.name == name)
        row = self._session.scalar(query)
        if row is None:
            row = ConnectionRow(workspace_id=workspace_id, name=name, source=source, config=config)
            self._session.add(row)
        else:
            row.source, row.config = source, config
        self._session.flush()
        return _connection(row)

    def add_connection(self, workspace_id: str, values: Mapping[str, object]) -> Connection:
        """Create a connection from its columns."""
        row = ConnectionRow(workspace_id=workspace_id, **values)
        self._session.add(row)
        self._session.flush()
        return _connection(row)

    def change_connection(self, workspace_id: str, connection_id: str, values: Mapping[str, object]) -> None:
        """Change columns of a connection."""
        self._session.execute(
            update(ConnectionRow)
            .where(ConnectionRow.workspace_id == workspace_id, ConnectionRow.id == connection_id)
            .values(dict(values))
        )

    def remove_connection(self, workspace_id: str, connection_id: str) -> None:
        """Forget a connection and its runs."""
        self._session.execute(
            delete(ConnectionRow).where(ConnectionRow.workspace_id == workspace_id, ConnectionRow.id == connection_id)
        )

    def set_state(
        self,
        connection_id: str,
        state: ConnectionState,
        *,
        code: str | None = None,
        reason: str | None = None,
        next_step: str | None = None,
    ) -> None:
        """Note how a connection stands, why, and what a person can do."""
        self._session.execute(
            update(ConnectionRow)
            .where(ConnectionRow.id == connection_id)
            .values(state=state.value, state_code=code, reason=reason, next_step=next_step)
        )

    # Runs

    def last_runs(self, workspace_id: str) -> dict[str, Run]:
        """Return the newest run of each connection of a workspace, by the connection's id."""
        mine = select(ConnectionRow.id).where(ConnectionRow.workspace_id == workspace_id)
        newest = (
            select(SyncRunRow.connection_id, func.max(SyncRunRow.started_at).label("started_at"))
            .where(SyncRunRow.connection_id.in_(mine))
            .group_by(SyncRunRow.connection_id)
            .subquery()
        )
        query = select(SyncRunRow).join(
            newest,
            (SyncRunRow.connection_id == newest.c.connection_id) & (SyncRunRow.started_at == newest.c.started_at),
        )
        return {row.connection_id: _run(row) for row in self._session.scalars(query)}

    def runs(self, workspace_id: str, connection_id: str, most: int = 50) -> list[Run]:
        """Return the runs of a connection, newest first."""
        query = (
            select(SyncRunRow)
            .join(ConnectionRow, ConnectionRow.id == SyncRunRow.connection_id)
            .where(ConnectionRow.workspace_id == workspace_id, ConnectionRow.id == connection_id)
        )
        return [_run(row) for row in self._session.scalars(query.order_by(SyncRunRow.started_at.desc()).limit(most))]

    def run(self, workspace_id: str, run_id: str) -> Run | None:
        """Return one run."""
        row = self._session.scalar(
            select(SyncRunRow)
            .join(ConnectionRow, ConnectionRow.id == SyncRunRow.connection_id)
            .where(ConnectionRow.workspace_id == workspace_id, SyncRunRow.id == run_id)
        )
        return None if row is None else _run(row)

    def queue_run(self, connection_id: str) -> str:
        """Note that a sync is asked for, and return the id of its run; that of one under way, if there is one."""
        active = select(SyncRunRow.id).where(
            SyncRunRow.connection_id == connection_id, SyncRunRow.state.in_(("queued", "running"))
        )
        found = self._session.scalar(active.order_by(SyncRunRow.started_at.desc()).limit(1))
        if found is not None:
            return found
        row = SyncRunRow(connection_id=connection_id, state="queued")
        self._session.add(row)
        self._session.flush()
        return row.id

    def start_run(self, connection_id: str) -> str:
        """Note that a sync begins, and return the id of its run: of the one that was asked for, if there is one.

        A connection has one sync at a time, so what still counts as running was left behind by a process that died.
        """
        mine = SyncRunRow.connection_id == connection_id
        self._session.execute(
            update(SyncRunRow)
            .where(mine, SyncRunRow.state == "running")
            .values(
                state="failed",
                finished_at=now(),
                error="The program was stopped in the middle; what was loaded stays.",
                error_code="interrupted",
            )
        )
        row = self._session.scalar(
            select(SyncRunRow).where(mine, SyncRunRow.state == "queued").order_by(SyncRunRow.started_at).limit(1)
        )
        if row is None:
            row = SyncRunRow(connection_id=connection_id)
            self._session.add(row)
        else:
            row.state, row.started_at = "running", now()
        self._session.flush()
        return row.id

    def note_run(self, run_id: str, values: Mapping[str, object]) -> None:
        """Note figures of a run that goes on."""
        self._session.execute(update(SyncRunRow).where(SyncRunRow.id == run_id).values(dict(values)))

    def finish_run(
        self,
        run_id: str,
        report: dict[str, object] | None,
        error: str | None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        """Note how a sync ended; `values` are other columns of the run."""
        state = "failed" if error else "done"
        self._session.execute(
            update(SyncRunRow)
            .where(SyncRunRow.id == run_id)
            .values(state=state, finished_at=now(), report=report, error=error, **(values or {}))
        )


def _of_nobody_archived() -> ColumnElement[bool]:
    """Return the condition that a connection's client account is not archived."""
    archived = select(ClientAccountRow.id).where(ClientAccountRow.archived_at.is_not(None))
    return ConnectionRow.client_account_id.is_(None) | ConnectionRow.client_account_id.not_in(archived)


def _connection(row: ConnectionRow) -> Connection:
    return Connection(
        id=row.id,
        name=row.name,
        source=row.source,
        config=row.config,
        client_account_id=row.client_account_id,
        grant_id=row.grant_id,
        account_id=row.account_id,
        account_name=row.account_name,
        state=ConnectionState(row.state),
        state_code=row.state_code,
        reason=row.reason,
        next_step=row.next_step,
        paused=row.paused,
        schedule=row.schedule,
        next_run_at=row.next_run_at,
        created_at=row.created_at,
        owner_id=row.owner_id,
    )


_RUN = (
    "id",
    "connection_id",
    "state",
    "started_at",
    "finished_at",
    "error",
    "error_code",
    "advice",
    "rows_new",
    "rows_changed",
    "rows_total",
    "requests",
    "wasted",
    "waited_seconds",
    "data_through",
    "report",
)


def _run(row: SyncRunRow) -> Run:
    return Run(**{name: getattr(row, name) for name in _RUN})
