"""The file: owned once, migrated by adding, refused when newer."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from schemas import SemanticModel, load_model
from tests.warehouse.conftest import ATHENS, SIMPLE, to_mapping
from warehouse import (
    ImportOptions,
    VersionMismatchError,
    Warehouse,
    WorkspaceBusyError,
    WorkspaceDatabase,
    WorkspaceMissingError,
)


def test_only_the_spool_of_this_workspace_can_be_read(warehouse: Warehouse, database: WorkspaceDatabase) -> None:
    warehouse.workspace("second", create=True)
    for slug in ("main", "second"):
        (warehouse.places.spool(slug) / "x.csv").write_text("a\n1\n")
    with database.reading() as cursor:
        assert cursor.execute(f"select * from read_csv('{warehouse.places.spool('main')}/x.csv')").fetchall() == [(1,)]
        with pytest.raises(duckdb.PermissionException):
            cursor.execute(f"select * from read_csv('{warehouse.places.spool('second')}/x.csv')")


def test_a_second_process_cannot_own_the_directory(warehouse: Warehouse, model: SemanticModel) -> None:
    code = (
        "from pathlib import Path\nfrom warehouse import Warehouse\n"
        f"print(Warehouse.is_owned(Path({str(warehouse.data_dir)!r})))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert run.stdout.strip() == "True"
    with pytest.raises(WorkspaceBusyError, match=r"process \(number \d+\)"):
        Warehouse(warehouse.data_dir, model).acquire()
    warehouse.close()
    assert not Warehouse.is_owned(warehouse.data_dir)
    assert not Warehouse.is_owned(warehouse.data_dir / "nowhere")


def test_a_process_that_does_not_own_opens_nothing(tmp_path: Path, model: SemanticModel) -> None:
    with pytest.raises(WorkspaceBusyError, match="acquire"):
        Warehouse(tmp_path, model).workspace("main", create=True)


def test_a_workspace_must_exist_and_have_a_plain_name(warehouse: Warehouse) -> None:
    warehouse.workspace("main", create=True)
    with pytest.raises(WorkspaceMissingError, match=r"no workspace 'other'\. Workspaces: main"):
        warehouse.workspace("other")
    for name in ("../up", "A", "", "a/b"):
        with pytest.raises(WorkspaceMissingError, match="not a workspace name"):
            warehouse.workspace(name, create=True)


def test_leftovers_of_a_killed_run_are_removed_at_the_next_start(tmp_path: Path, model: SemanticModel) -> None:
    left = tmp_path / "spool" / "main" / "old"
    left.mkdir(parents=True)
    (left / "piece-1.ndjson").write_text("{}")
    with Warehouse(tmp_path, model) as opened:
        opened.workspace("main", create=True)
        assert not left.exists()


def test_rows_and_version_survive_a_restart(tmp_path: Path, model: SemanticModel) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,created,solved,channel,seconds\n1,2025-01-05,,web,1\n")
    versions = []
    for _ in range(2):
        with Warehouse(tmp_path / "data", model) as opened:
            database = opened.workspace("main", create=True)
            versions.append(database.data_version())
            database.import_file(path, ImportOptions(to_mapping(SIMPLE), ATHENS))
            versions.append(database.data_version())
    assert versions[0] == 0
    assert versions[1] > 0
    assert versions[1:] == [versions[1]] * 3


def test_a_newer_format_is_refused(tmp_path: Path, model: SemanticModel) -> None:
    with Warehouse(tmp_path, model) as opened:
        opened.workspace("main", create=True)
    with duckdb.connect(str(tmp_path / "workspaces" / "main.duckdb")) as plain:
        plain.execute("update state.about set format = 99")
    with Warehouse(tmp_path, model) as opened, pytest.raises(VersionMismatchError, match="format 99"):
        opened.workspace("main")


def test_a_new_column_of_the_catalogue_is_added_and_rows_stay(tmp_path: Path, model: SemanticModel) -> None:
    with Warehouse(tmp_path / "data", model) as opened:
        path = tmp_path / "t.csv"
        path.write_text("id,created,solved,channel,seconds\n1,2025-01-05,,web,1\n")
        opened.workspace("main", create=True).import_file(path, ImportOptions(to_mapping(SIMPLE), ATHENS))
    with duckdb.connect(str(tmp_path / "data" / "workspaces" / "main.duckdb")) as plain:
        plain.execute("alter table normalised.ticket drop column persona")
        plain.execute("alter table normalised.ticket add column added_by_a_later_program varchar")
    with Warehouse(tmp_path / "data", load_model()) as opened, opened.workspace("main").reading() as cursor:
        assert cursor.execute("select source_id, persona from normalised.ticket").fetchall() == [("1", None)]


def test_the_calendar(database: WorkspaceDatabase) -> None:
    with database.reading() as cursor:
        query = """select week_start::varchar, week_label, month_label, quarter_label, year_label, day_of_week
                   from normalised.calendar where date_day = $1"""
        assert cursor.execute(
            "select count(*), min(date_day)::varchar, max(date_day)::varchar from normalised.calendar"
        ).fetchall() == [(18_628, "2000-01-01", "2050-12-31")]
        assert cursor.execute(query, ["2025-01-05"]).fetchall() == [
            ("2024-12-30", "202501", "202501", "20251", "2025", 0)
        ]
        assert cursor.execute(query, ["2024-12-30"]).fetchall() == [
            ("2024-12-30", "202501", "202412", "20244", "2024", 1)
        ]


def test_a_file_open_elsewhere_is_busy(tmp_path: Path, model: SemanticModel) -> None:
    code = (
        "import sys, duckdb\n"
        f"c = duckdb.connect({str(tmp_path / 'workspaces' / 'main.duckdb')!r})\n"
        "print('open', flush=True)\nsys.stdin.read()\n"
    )
    (tmp_path / "workspaces").mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with Warehouse(tmp_path, model) as opened, pytest.raises(WorkspaceBusyError, match="open in another program"):
            opened.workspace("main", create=True)
        other.communicate("")
