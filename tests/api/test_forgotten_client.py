"""After a client account was deleted, nothing that named only it is left to fire, to be sent or to be opened."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from api.alerts.models import AlertRow
from api.clients.forgetting import forget_in_metadata
from api.schedules.models import ReportScheduleRow
from api.shares.models import ShareRow
from api.workspaces.database import open_metadata
from api.workspaces.models import Base, ClientAccountRow
from api.workspaces.repository import Repository
from api.workspaces.service import find_or_create_workspace

MOMENT = datetime(2026, 1, 5, tzinfo=UTC)


def filled(kind: type[Base], **values: object) -> Base:
    """Make a row; what it must have beside these values is filled with something."""
    blank: dict[type, object] = {str: "x", int: 0, float: 0.0, datetime: MOMENT, bool: False, dict: {}, list: []}
    for column in kind.__table__.columns:
        needed = not column.nullable and column.default is None and column.server_default is None
        if needed and column.key not in values:
            values[column.key] = blank[column.type.python_type]
    return kind(**values)


@pytest.mark.parametrize("kind", [AlertRow, ReportScheduleRow, ShareRow], ids=lambda kind: kind.__name__)
def test_what_named_only_it_is_gone_and_the_rest_stays(kind: type[Base], tmp_path: Path) -> None:
    metadata = open_metadata(f"sqlite:///{tmp_path / 'belvedere.sqlite'}")
    workspace = find_or_create_workspace(metadata, "main").id
    both = ("otter", "heron")
    whose = {"otter": ["otter"], "heron": ["heron"], "both": list(both), "all": None}
    with metadata.write() as session:
        for slug in both:
            named = {"id": slug, "slug": slug, "name": slug.title(), "workspace_id": workspace}
            session.add(filled(ClientAccountRow, **named))
        session.flush()
        for name, clients in whose.items():
            if kind is ShareRow:
                session.add(filled(kind, id=name, workspace_id=workspace, clients=clients, digest=name))
            elif name != "both":
                session.add(filled(kind, id=name, workspace_id=workspace, client_account_id=clients and clients[0]))
    with metadata.write() as session:
        otter = Repository(session).client_account(workspace, "otter")
        assert otter is not None
        told = forget_in_metadata(session, workspace, otter, frozenset())
        assert told[kind.__tablename__] >= 1, "the receipt says so"
    with metadata.read() as session:
        rows = session.execute(select(kind.__table__)).mappings()
        left = {row["id"]: row.get("clients") for row in rows}
    metadata.close()
    assert set(left) == ({"heron", "both", "all"} if kind is ShareRow else {"heron", "all"})
    if kind is ShareRow:
        assert left == {"heron": ["heron"], "both": ["heron"], "all": None}
