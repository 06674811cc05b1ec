"""Archiving a client account: its data stay, nothing is fetched for it, nobody sees it; and bringing it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.clients.holding import row_of
from api.errors import NotFoundError
from api.schedules.models import ReportScheduleRow
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import ClientAccountRow, now
from api.workspaces.records import Workspace


@dataclass(frozen=True)
class Archived:
    """An archived client account."""

    id: str
    slug: str
    name: str
    archived_at: datetime


def archive(metadata: MetadataDatabase, workspace_id: str, client_id: str) -> None:
    """Archive a client account; one that is archived stays so."""
    with metadata.write() as session:
        row = row_of(session.get(ClientAccountRow, client_id), workspace_id)
        row.archived_at = row.archived_at or now()


def bring_back(metadata: MetadataDatabase, workspace_id: str, client_id: str) -> None:
    """Make an archived client account what it was; its connections go on where they stood."""
    with metadata.write() as session:
        row_of(session.get(ClientAccountRow, client_id), workspace_id).archived_at = None
        # Its mails go on with the next date from now, also where no server ran to let the ones between pass.
        schedules = update(ReportScheduleRow).where(ReportScheduleRow.client_account_id == client_id)
        session.execute(schedules.values(next_run_at=None))


def archived_of(session: Session, workspace_id: str) -> Sequence[Archived]:
    """Return the archived client accounts of a workspace, by name."""
    query = select(ClientAccountRow).where(
        ClientAccountRow.workspace_id == workspace_id, ClientAccountRow.archived_at.is_not(None)
    )
    rows = session.scalars(query.order_by(ClientAccountRow.name))
    return [Archived(row.id, row.slug, row.name, row.archived_at) for row in rows if row.archived_at is not None]


def id_of(metadata: MetadataDatabase, workspace: Workspace, slug: str) -> str:
    """Return the id of a client account by its slug, archived or not."""
    query = select(ClientAccountRow.id).where(
        ClientAccountRow.workspace_id == workspace.id, ClientAccountRow.slug == slug
    )
    with metadata.read() as session:
        found = session.scalar(query)
    if found is None:
        raise NotFoundError(f"There is no client account '{slug[:60]}' in workspace '{workspace.slug}'.")
    return found
