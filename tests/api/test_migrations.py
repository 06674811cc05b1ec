"""The metadata's tables are those of the migrations, and the shortcut past them knows the newest one."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from api.errors import StartError
from api.workspaces.database import MIGRATIONS, NEWEST, open_metadata
from api.workspaces.models import Base
from api.workspaces.records import ConnectionState, Workspace
from api.workspaces.repository import Repository
from api.workspaces.settings import settings_of
from warehouse import WorkspaceSettings


def test_the_newest_revision_is_the_one_that_start_up_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")

    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST


def test_migrated_tables_are_the_models(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'metadata.sqlite'}"
    open_metadata(url).close()
    open_metadata(url).close()

    engine = create_engine(url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert differences == []


def test_metadata_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'metadata.sqlite'}"
    open_metadata(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9000'"))
    with pytest.raises(StartError, match=r"newer version of Belvedere \(migration 9000"):
        open_metadata(url)
    with engine.connect() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == "9000"
    engine.dispose()


def test_workspaces_from_before_the_settings_keep_what_they_have(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'metadata.sqlite'}"
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("insert into workspace values ('w1', 'main', 'Main', 'Europe/Athens', 'USD', '2025-01-01 00:00:00')")
        )
        connection.execute(
            text(
                "insert into client_account (id, workspace_id, slug, name, timezone, report_currency, created_at) "
                "values ('c1', 'w1', 'acme', 'Acme', 'Europe/Athens', 'GBP', '2025-01-01 00:00:00')"
            )
        )
    engine.dispose()

    metadata = open_metadata(url)
    with metadata.read() as session:
        repository = Repository(session)
        (workspace,) = repository.workspaces()
        (client,) = repository.client_accounts("w1")
    metadata.close()

    assert workspace == Workspace("w1", "main", "Main", "Europe/Athens", "USD")
    assert settings_of(workspace) == WorkspaceSettings("USD", timezone="Europe/Athens")
    assert (client.id, client.report_currency) == ("c1", "GBP")


def test_linked_accounts_come_and_go_without_a_loss(tmp_path: Path) -> None:
    """SQLite would delete the runs with their connections if it made that table anew."""
    url = f"sqlite:///{tmp_path / 'metadata.sqlite'}"
    metadata = open_metadata(url)
    with metadata.write() as session:
        repository = Repository(session)
        workspace = repository.add_workspace("main", "Main", "UTC", "EUR")
        connection = repository.put_connection(workspace.id, "Demo", "demo", {"seed": 1})
        repository.finish_run(repository.start_run(connection.id), {"rows": 3}, None)
    metadata.close()

    assert _move(url, "0002") == (1, 1)
    assert _move(url, "head") == (1, 1)
    metadata = open_metadata(url)
    with metadata.read() as session:
        repository = Repository(session)
        (kept,) = repository.connections(workspace.id)
        assert (kept.config, kept.state, kept.paused) == ({"seed": 1}, ConnectionState.NEW, False)
        assert repository.last_runs(workspace.id)[kept.id].report == {"rows": 3}
    metadata.close()


def _move(url: str, revision: str) -> tuple[int, int]:
    """Go to a revision, and return how many connections and runs are there."""
    metadata = open_metadata(url) if revision == "head" else None
    if metadata is not None:
        metadata.close()
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        connection.execute(text("pragma foreign_keys = on"))
        config.attributes["connection"] = connection
        if revision != "head":
            command.downgrade(config, revision)
        counts = (
            connection.scalar(text("select count(*) from connection")),
            connection.scalar(text("select count(*) from sync_run")),
        )
    engine.dispose()
    assert counts[0] is not None
    assert counts[1] is not None
    return counts[0], counts[1]


def test_the_settings_can_be_taken_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'metadata.sqlite'}"
    open_metadata(url).close()
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        columns = {str(row[1]) for row in connection.execute(text("pragma table_info(workspace)"))}
    engine.dispose()
    assert columns == {"id", "slug", "name", "timezone", "currency", "created_at"}
