"""Takes a client account out of metadata: what hangs by it goes with it, and lists that name it lose its id."""

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

import api.alerts.models
import api.brands.models
import api.schedules.models
import api.workspaces.linking_models
import api.writing.models  # noqa: F401  # a receipt counts the rows of every table, so all must be known
from api.frozen.models import FrozenPeriodRow
from api.jobs.records import JobState
from api.notices.models import NoticeRow
from api.people.models import AccessGrantRow, InvitationRow
from api.shares.models import ShareRow
from api.workspaces.models import Base, ClientAccountRow, JobRow, WorkspaceRow
from warehouse import ClientAccount

_CLIENT = "client_account_id"


@dataclass
class _Counted:
    """Rows that went or were changed, by table."""

    rows: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, count: int) -> None:
        if count:
            self.rows[table] = self.rows.get(table, 0) + count


def forget_in_metadata(
    session: Session, workspace_id: str, client: ClientAccount, connections: frozenset[str]
) -> dict[str, int]:
    """Delete a client account and what names it, inside a transaction; return how many rows, by table.

    `connections` are the ids of those that were removed with it.
    """
    counted = _Counted()
    for table in Base.metadata.sorted_tables:
        if _CLIENT in table.columns and table.name not in {"connection", "deletion_receipt"}:
            mine = select(func.count()).select_from(table).where(table.columns[_CLIENT] == client.id)
            counted.add(f"{table.name}", session.scalar(mine) or 0)
    _leave_lists(session, workspace_id, client, counted)
    _drop_texts(session, workspace_id, client, connections, counted)
    workspace = session.get_one(WorkspaceRow, workspace_id)
    workspace.business_hours = [one for one in workspace.business_hours if not _is_of(one, client.slug)]
    # What refers to the row goes with it.
    session.execute(
        delete(ClientAccountRow).where(ClientAccountRow.workspace_id == workspace_id, ClientAccountRow.id == client.id)
    )
    counted.add("client_account", 1)
    return dict(sorted(counted.rows.items()))


def _leave_lists(session: Session, workspace_id: str, client: ClientAccount, counted: _Counted) -> None:
    """Take the id out of links, grants and invitations; one that was for this client account alone is deleted."""
    for share in session.scalars(select(ShareRow).where(ShareRow.workspace_id == workspace_id)):
        if share.clients is not None and client.id in share.clients:
            counted.add("share", 1)
            share.clients = [one for one in share.clients if one != client.id]
            if not share.clients:
                session.delete(share)
    for grant in session.scalars(select(AccessGrantRow).where(AccessGrantRow.workspace_id == workspace_id)):
        if client.id in grant.clients:
            counted.add("access_grant", 1)
            grant.clients = [one for one in grant.clients if one != client.id]
            if not grant.clients and not grant.every_client:
                session.delete(grant)
    for invitation in session.scalars(select(InvitationRow).where(InvitationRow.workspace_id == workspace_id)):
        if any(client.id in _listed(one) for one in invitation.grants):
            counted.add("invitation", 1)
            invitation.grants = [
                {**one, "clients": [name for name in _listed(one) if name != client.id]} for one in invitation.grants
            ]


def _drop_texts(
    session: Session, workspace_id: str, client: ClientAccount, connections: frozenset[str], counted: _Counted
) -> None:
    """Delete what tells of the client account by name: jobs that are over, notices, closed months of all together."""
    names = tuple(name.lower() for name in {client.id, client.slug, client.name})
    over = select(JobRow).where(JobRow.workspace_id == workspace_id, JobRow.state.in_((JobState.DONE, JobState.FAILED)))
    about = (*names, *connections)
    for job in session.scalars(over):
        told = orjson.dumps([job.arguments, job.result, job.error, job.progress]).decode().lower()
        if any(_quoted(name) in told or name in str((job.error or {}).get("message", "")).lower() for name in about):
            counted.add("job", 1)
            session.delete(job)
    for notice in session.scalars(select(NoticeRow).where(NoticeRow.workspace_id == workspace_id)):
        if notice.subject in {client.id, *connections} or client.name.lower() in notice.evidence.lower():
            counted.add("notice", 1)
            session.delete(notice)
    # A closed month of all client accounts together may list each by name.
    query = select(FrozenPeriodRow).where(
        FrozenPeriodRow.workspace_id == workspace_id, FrozenPeriodRow.client_account_id.is_(None)
    )
    for month in session.scalars(query):
        told = _text(month.answers)
        if any(_quoted(name) in told for name in names):
            counted.add("frozen_period", 1)
            session.delete(month)


def _is_of(schedule: object, slug: str) -> bool:
    return isinstance(schedule, dict) and schedule.get("client") == slug


def _listed(grant: Mapping[str, object]) -> list[str]:
    clients = grant.get("clients")
    return [str(one) for one in clients] if isinstance(clients, list) else []


def _quoted(name: str) -> str:
    """Return a name as it stands in JSON."""
    return orjson.dumps(name).decode()


def _text(packed: bytes) -> str:
    try:
        return gzip.decompress(packed).decode().lower()
    except (OSError, zlib.error):
        return packed.decode(errors="replace").lower()
