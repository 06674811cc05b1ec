"""The queries on the metadata that /readyz and /metrics need."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from api.jobs.records import JobState
from api.workspaces.models import ConnectionRow, JobRow, SyncRunRow, WorkspaceRow


def revision(session: Session) -> str | None:
    """Return the revision that the tables are at."""
    found: str | None = session.scalar(text("select version_num from alembic_version"))
    return found


def jobs_by_state(session: Session) -> Mapping[str, int]:
    """Return how many jobs wait and run."""
    active = (JobState.QUEUED, JobState.RUNNING)
    query = select(JobRow.state, func.count()).where(JobRow.state.in_(active)).group_by(JobRow.state)
    found = {str(state): count for state, count in session.execute(query)}
    return {state.value: found.get(state.value, 0) for state in active}


def connections_by_state(session: Session) -> Mapping[str, int]:
    """Return how many connections stand how."""
    query = select(ConnectionRow.state, func.count()).group_by(ConnectionRow.state)
    return {str(state): count for state, count in session.execute(query)}


def oldest_runs(session: Session) -> Mapping[str, datetime]:
    """Return, for each workspace, since when the connection that has waited longest has had no good run.

    Paused connections are left out; one that never ran counts from when it was made.
    """
    good = (
        select(SyncRunRow.connection_id, func.max(SyncRunRow.finished_at).label("at"))
        .where(SyncRunRow.state == "done")
        .group_by(SyncRunRow.connection_id)
        .subquery()
    )
    query = (
        select(WorkspaceRow.slug, func.min(func.coalesce(good.c.at, ConnectionRow.created_at)))
        .join(ConnectionRow, ConnectionRow.workspace_id == WorkspaceRow.id)
        .outerjoin(good, good.c.connection_id == ConnectionRow.id)
        .where(ConnectionRow.paused.is_(False))
        .group_by(WorkspaceRow.slug)
    )
    return dict(session.execute(query).all())
