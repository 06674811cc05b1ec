"""The switch for personal data: how a workspace shows it to its team and to guests."""

import secrets

from api.workspaces.database import MetadataDatabase
from api.workspaces.repository import Repository
from schemas import Showing


def show_personal_data(metadata: MetadataDatabase, workspace_id: str, team: Showing, guests: Showing) -> None:
    """Set how personal data is shown; the key of pseudonyms is made once, so that they never change."""
    with metadata.write() as session:
        repository = Repository(session)
        key = repository.workspace_by_id(workspace_id).personal_key or secrets.token_hex(32)
        values = {"personal_team": team.value, "personal_guests": guests.value, "personal_key": key}
        repository.change_workspace(workspace_id, values)
