"""PostgreSQL under the metadata: the same tables, the same promises, and the way there and back from SQLite."""

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select, text

from api.backups.making import Wish, make_backup
from api.backups.metadata import copy_out
from api.backups.restoring import Source, restore, verify
from api.jobs.records import JobKind
from api.jobs.repository import JobRepository
from api.settings import Settings
from api.workspaces.database import MIGRATIONS, NEWEST, open_metadata
from api.workspaces.models import Base, WorkspaceRow
from api.workspaces.repository import Repository
from api.workspaces.service import create_key, find_or_create_client, find_or_create_workspace
from api.world import make_warehouse, open_world
from schemas import load_model
from tests.api.serving import MAPPING, load, serving, write_tickets
from tests.connectors.database_servers import Server, postgresql

Database = Callable[[str], str]

# What a process does that starts beside others: it brings the tables up to date, then takes jobs until none is left.
PROGRAM = """
import sys
from api.jobs.records import JobKind
from api.jobs.repository import JobRepository
from api.workspaces.database import open_metadata
metadata = open_metadata(sys.argv[1])
print("ready", flush=True)
workspace_id = sys.stdin.readline().strip()
with metadata.write() as session:
    print(JobRepository(session).add(workspace_id, JobKind.SYNC, "sync:same", {}), flush=True)
sys.stdin.readline()
waiting = True
while waiting:
    with metadata.write() as session:
        job = JobRepository(session).claim()
        if job is not None:
            JobRepository(session).finish(job.id, {}, None)
            print(job.id, flush=True)
        waiting = JobRepository(session).has_queued()
"""

# Rows as the first release wrote them.
FIRST_RELEASE = (
    "insert into workspace values ('w1', 'main', 'Main', 'Europe/Athens', 'USD', '2025-01-01 00:00:00+00')",
    """insert into client_account (id, workspace_id, slug, name, timezone, report_currency, created_at)
        values ('c1', 'w1', 'acme', 'Acme', 'Europe/Athens', 'GBP', '2025-01-01 00:00:00+00')""",
    """insert into api_key (id, workspace_id, name, digest, hint, every_client, created_at)
        values ('k1', 'w1', 'all', 'abc', 'bvk_', true, '2025-01-01 00:00:00+00')""",
    """insert into job (id, workspace_id, kind, key, arguments, state, inline, attempt, created_at)
        values ('j1', 'w1', 'import', 'k', '{"path": "a"}', 'done', false, 1, '2025-01-01 00:00:00+00')""",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # Folders of pytest are closed to the user that the server runs as.
    with tempfile.TemporaryDirectory(prefix="belvedere-pg-") as folder, postgresql(Path(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def database(server: Server) -> Database:
    """Make an empty database and return its address."""

    def make(name: str) -> str:
        server.run(f"create database {name}")
        return f"postgresql+psycopg://owner@127.0.0.1:{server.port}/{name}"

    return make


def _to(url: str, revision: str, *, down: bool = False) -> None:
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
    engine.dispose()


def test_migrations_go_up_and_down_and_keep_what_was_there(database: Database) -> None:
    url = database("migrations")
    _to(url, "0001")
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in FIRST_RELEASE:
            connection.execute(text(statement))
    open_metadata(url).close()
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    metadata = open_metadata(url)
    with metadata.read() as session:
        (workspace,) = Repository(session).workspaces()
        (client,) = Repository(session).client_accounts(workspace.id)
        made = session.scalars(select(WorkspaceRow.created_at)).one()
        kept = session.execute(text("select arguments ->> 'path' from job")).one()
    metadata.close()
    assert (workspace.currency, client.report_currency, kept[0]) == ("USD", "GBP", "a")
    assert made == datetime(2025, 1, 1, tzinfo=UTC)  # although the server's zone is Athens, and its dates are German
    _to(url, "0001", down=True)
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from client_account")) == 1
        assert "person" not in inspect(connection).get_table_names()
    _to(url, "head")
    _to(url, "base", down=True)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_four_processes_migrate_at_once_and_take_each_job_once(database: Database) -> None:
    url = database("together")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    assert _told(started) == ["ready"] * 4
    metadata = open_metadata(url)
    with metadata.write() as session:
        assert session.scalar(text("select version_num from alembic_version")) == NEWEST
    _tell(started, find_or_create_workspace(metadata, "main").id)
    jobs = set(_told(started))
    assert len(jobs) == 1  # the same work is joined, also by four at the same moment
    for number in range(40):
        workspace = find_or_create_workspace(metadata, f"w{number}")
        with metadata.write() as session:
            jobs.add(JobRepository(session).add(workspace.id, JobKind.SYNC, f"sync:{number}", {"number": number}))
    _tell(started, "go")
    taken: Counter[str] = Counter()
    for one in started:
        output, problem = one.communicate(timeout=60)
        assert one.returncode == 0, problem
        taken.update(output.split())
    metadata.close()
    assert set(taken) == jobs
    assert max(taken.values()) == 1


def _tell(processes: "list[subprocess.Popen[str]]", line: str) -> None:
    for one in processes:
        assert one.stdin is not None
        one.stdin.write(f"{line}\n")
        one.stdin.flush()


def _told(processes: "list[subprocess.Popen[str]]") -> list[str]:
    return [one.stdout.readline().strip() for one in processes if one.stdout is not None]


def test_a_server_moves_from_sqlite_to_postgresql_and_back_by_a_backup(database: Database, tmp_path: Path) -> None:
    mapping = tmp_path / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    before = Settings(data_dir=tmp_path / "before", log_level="error")
    with open_world(before) as world:
        load(world, "main", "Acme", write_tickets(tmp_path / "acme.csv", 200, 3), mapping)
        key = create_key(world.metadata, find_or_create_workspace(world.metadata, "main"), "all").secret
        first = make_backup(world.metadata, world.warehouse, Wish(tmp_path / "kept.tar")).manifest
        keys = (before.data_dir / "secret.keys").read_bytes()
    # What createdb makes on a machine without a locale: text comes and goes as UTF-8 all the same.
    url = database("moved encoding 'SQL_ASCII' template template0").split(" ")[0]
    after = Settings(data_dir=tmp_path / "after", database_url=url, log_level="error")  # type: ignore[arg-type]
    restore(Source(tmp_path / "kept.tar"), after, make_warehouse(after, load_model()))
    (after.data_dir / "secret.keys").write_bytes(keys)
    (after.data_dir / "secret.keys").chmod(0o600)
    assert not (after.data_dir / "belvedere.sqlite").exists()
    with open_world(after) as world:
        # The numbers of jobs go on where they were: a sequence that was not brought along would collide.
        load(world, "main", "Globex", write_tickets(tmp_path / "globex.csv", 100, 5), mapping)
        find_or_create_client(world.metadata, find_or_create_workspace(world.metadata, "main"), "Știință 客户")
        with serving(world) as address:
            answer = httpx2.post(
                f"{address}/v1/looker/data",
                headers={"authorization": f"Bearer {key}"},
                json={
                    "configParams": {"workspace": "main", "dataset": "tickets"},
                    "dateRange": {"startDate": "2024-01-01", "endDate": "2029-12-31"},
                    "fields": [{"name": "tickets_created"}],
                },
            )
        assert answer.json()["rows"] == [{"values": [300]}]
        second = make_backup(world.metadata, world.warehouse, Wish(tmp_path / "back.tar")).manifest
        grown = {name for name, rows in second.metadata.items() if rows != first.metadata.get(name)}
        assert {"client_account", "job"} <= grown
        assert copy_out(world.metadata, tmp_path / "again.sqlite") == second.metadata
    assert verify(Source(tmp_path / "back.tar")).faults == ()
    back = Settings(data_dir=tmp_path / "back", log_level="error")
    restore(Source(tmp_path / "back.tar"), back, make_warehouse(back, load_model()))
    metadata = open_metadata(back.metadata_url)
    with metadata.read() as session:
        (workspace,) = Repository(session).workspaces()
        names = sorted(one.name for one in Repository(session).client_accounts(workspace.id))
        assert names == ["Acme", "Globex", "Știință 客户"]
    metadata.close()
