"""People are warned before a sign-in ends, where the vendor tells the end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.oauth.records import Tokens
from api.oauth.repository import OAuthRepository
from api.oauth.warnings import due_warning, sign_ins_ending
from api.settings import Settings
from api.workspaces.models import new_id
from api.workspaces.repository import Repository
from api.workspaces.service import find_or_create_workspace
from api.workspaces.vault import open_vault

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "warning"),
    [
        (timedelta(days=15), None),
        (timedelta(days=14), 14),
        (timedelta(days=7, hours=1), 14),
        (timedelta(days=7), 7),
        (timedelta(days=1), 1),
        (timedelta(minutes=1), 1),
        (timedelta(0), 0),
        (timedelta(days=-3), 0),
    ],
)
def test_the_warning_that_is_due(left: timedelta, warning: int | None) -> None:
    assert due_warning(NOW + left, NOW) == warning


def test_connections_are_named_the_first_to_end_first(tmp_path: Path) -> None:
    metadata = open_vault(Settings(data_dir=tmp_path))
    workspace_id = find_or_create_workspace(metadata, "main").id
    for name, days in (("Later", 10), ("Sooner", 1), ("Far", 60), ("Untold", None)):
        ends = None if days is None else NOW + timedelta(days=days)
        grant_id, tokens = new_id(), Tokens({"access_token": "a"}, None, ends)
        sealed = metadata.secrets.seal(workspace_id, grant_id, tokens.values)
        with metadata.write() as session:
            columns = {"source": "linkedin_ads", "auth_kind": "oauth2", "settings": {}}
            OAuthRepository(session).add_grant(workspace_id, grant_id, columns, sealed, tokens)
            values = {"name": name, "source": "linkedin_ads", "config": {}, "grant_id": grant_id}
            Repository(session).add_connection(workspace_id, values)

    found = sign_ins_ending(metadata, workspace_id, NOW)
    metadata.close()

    assert [(one.connection.name, one.days) for one in found] == [("Sooner", 1), ("Later", 14)]
    assert found[0].sentence == (
        "The sign-in of 'Sooner' ends on 02 March 2026. Link the account again before that day."
    )
