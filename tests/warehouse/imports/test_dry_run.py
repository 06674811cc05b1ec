"""A dry run says what an import would do and changes nothing: not a byte of what is stored."""

import hashlib
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.imports.commands import Home
from tests.warehouse.imports.workbench import ACME, Workbench, mapping_of
from warehouse import ImportOptions, Mode

TEXT = "id,created,topic,rest\n1,2025-01-01,a,x\n2,never,b,y\n3,2025-01-03,,z\n1,2025-01-04,c,\n5,2025-01-05\n"
COLUMNS = {"source_id": "id", "created_at": "created", "category": "topic", "handle_seconds": "rest",
           "country": {"constant": "PT"}}  # fmt: skip


def digest(path: Path) -> str:
    """Return what tells whether a file's bytes have changed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("there", [False, True])
def test_a_plan_changes_nothing(bench: Workbench, mode: Mode, there: bool) -> None:
    """Neither tables nor rows nor the data version nor the bytes of the file, in a new and in a filled workspace."""
    path = bench.write("a.csv", TEXT)
    if there:
        old = bench.write("b.csv", "id,created,topic,rest\n1,2025-01-01,old,1\n9,2025-01-01,old,2\n")
        bench.load(old, mapping_of(COLUMNS))
    version = bench.database.data_version()
    before, bytes_before = bench.contents(), digest(bench.file)
    plan = bench.database.plan_import(path, ImportOptions(mapping_of(COLUMNS), ACME, mode))
    assert bench.database.data_version() == version
    assert list((bench.data / "spool" / "main").iterdir()) == []
    assert bench.contents() == before
    assert digest(bench.file) == bytes_before
    report = bench.load(path, mapping_of(COLUMNS), mode=mode)
    for name in ("rows_read", "rows_new", "rows_changed", "rows_unchanged", "rows_removed", "rows_quarantined",
                 "cells_quarantined", "duplicates", "problems", "unmapped", "first_day", "last_day"):  # fmt: skip
        assert getattr(plan.report, name) == getattr(report, name), name


def test_what_a_plan_says(bench: Workbench) -> None:
    """Rows, each mapped column with its type and what it has and loses, unmapped columns, and the first problems."""
    path = bench.write("a.csv", TEXT.replace("rest", "seconds").replace("topic", "Topic") + "6,2025-01-06,d,60\n")
    columns = {"source_id": "id", "created_at": {"from": "created", "format": "%Y-%m-%d"}, "handle_seconds": "seconds",
               "country": {"constant": "PT"}}  # fmt: skip
    plan = bench.database.plan_import(path, ImportOptions(mapping_of(columns), ACME))
    assert (plan.report.rows_read, plan.report.rows_new, plan.report.rows_quarantined) == (6, 3, 2)
    assert plan.report.duplicates == 1
    assert plan.unmapped == ("Topic",)
    shown = {column.name: (column.source, column.type, column.rule) for column in plan.columns}
    assert shown == {
        "source_id": ("id", "text", ""),
        "created_at": ("created", "instant", "%Y-%m-%d"),
        "handle_seconds": ("seconds", "number", ""),
        "country": ("always 'PT'", "text", ""),
    }
    problems = {(problem.line, problem.column, problem.value) for problem in plan.report.problems}
    assert {(3, "created_at", "never"), (6, None, None), (4, "handle_seconds", "z")} <= problems


def test_a_plan_of_a_file_that_is_loaded_already(bench: Workbench) -> None:
    """Everything would stay as it is."""
    path = bench.write("a.csv", "id,created\n1,2025-01-01\n")
    bench.load(path, mapping_of())
    plan = bench.database.plan_import(path, ImportOptions(mapping_of(), ACME))
    assert (plan.report.rows_unchanged, plan.report.rows_new, plan.report.rows_changed) == (1, 0, 0)


def test_a_dry_run_of_the_command(tmp_path: Path) -> None:
    """It prints columns, problems and counts, and leaves no client account, no tickets and no history."""
    home = Home(tmp_path)
    (tmp_path / "a.csv").write_text(TEXT, encoding="utf-8")
    status, out, _ = home.run("import", "a.csv", "--as", "tickets", "--mapping", "map.yaml", "--dry-run")
    assert status == 0
    assert "5 rows in a.csv." in out
    assert "created_at <- created (instant)" in out
    assert "Not read: rest." in out
    assert "line 3, column created_at: 'never'" in out
    assert out.splitlines()[-1].startswith("Nothing was changed. Would load 2 rows")
    with duckdb.connect(str(home.file), read_only=True) as connection:
        for table in ("normalised.ticket", "normalised.client_account", "state.files", "state.quarantine"):
            assert connection.execute(f"select count(*) from {table}").fetchall() == [(0,)]


def test_a_dry_run_of_the_command_on_a_filled_workspace(tmp_path: Path) -> None:
    """The data version stays, so that finished answers stay in the cache."""
    home = Home(tmp_path)
    (tmp_path / "a.csv").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.csv").write_text(TEXT + "9,2025-01-01,z,\n", encoding="utf-8")
    assert home.load("a.csv")[0] == 3

    def version() -> object:
        with duckdb.connect(str(home.file), read_only=True) as connection:
            return connection.execute("select data_version from state.about").fetchall()

    before = version()
    for client in ("Acme", "Somebody new"):
        assert home.load("b.csv", "--dry-run", client=client)[0] == 0
        assert version() == before
