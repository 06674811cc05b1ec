"""Every kind of DuckDB instance that this program opens reaches nothing outside, and nothing of that can be undone."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

import warehouse as package
from schemas import SemanticModel
from tests.warehouse.empty_workspace import open_empty
from warehouse import Warehouse, publish_snapshot
from warehouse.duckdb import Connection, Limits, open_copy, open_for_copying, open_scratch
from warehouse.reading_warehouse import SnapshotWarehouse

OUTSIDE = (
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from glob('/*')",
    "attach '{outside}/elsewhere.duckdb' as elsewhere",
    "copy (select 1) to '{outside}/elsewhere.csv'",
    "export database '{outside}/elsewhere'",
    "install httpfs",
    "load httpfs",
    "set threads = 1",
    "set enable_external_access = true",
    "set allowed_directories = ['/']",
    "set lock_configuration = false",
    "reset enable_external_access",
    "pragma threads = 1",
    "create secret s (type s3)",
    "select * from outside_variable",
)
REFUSED = "disabled|has been locked|outside_variable does not exist|already registered"
SETTINGS = {
    "enable_external_access": "false",
    "lock_configuration": "true",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "python_enable_replacements": "false",
}
# What each kind may use: memory, and where it spills; nothing at all where the folder is empty.
KINDS = {
    "writer": ("953.6 MiB", "temp/main"),
    "reader": ("953.6 MiB", "temp/main"),
    "snapshot reader": ("953.6 MiB", "/belvedere-reader-"),
    "scratch": ("488.2 MiB", ""),
    "scratch with a folder": ("488.2 MiB", "apart"),
    "copy": ("488.2 MiB", ""),
    "copying": ("190.7 MiB", "apart"),
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, model: SemanticModel) -> Iterator[dict[str, Connection]]:
    """Open one of each kind."""
    folder = tmp_path_factory.mktemp("locked")
    apart = folder / "apart"
    with ExitStack() as stack:
        owner = stack.enter_context(Warehouse(folder / "data", model, threads=2))
        database = open_empty(owner)
        publish_snapshot(database)
        snapshots = stack.enter_context(SnapshotWarehouse(folder / "data", model, threads=2))
        plain = folder / "plain.duckdb"
        duckdb.connect(str(plain)).close()
        yield {
            "snapshot reader": stack.enter_context(snapshots.workspace("main").reading()),
            "reader": stack.enter_context(database.reading()),
            "scratch": stack.enter_context(open_scratch()),
            "scratch with a folder": stack.enter_context(open_scratch(apart)),
            "copy": stack.enter_context(open_copy(plain)),
            "copying": stack.enter_context(
                open_for_copying({"fresh": folder / "fresh.duckdb"}, apart, Limits(2, "200MB"))
            ),
            "writer": stack.enter_context(database.writing()),
        }


@pytest.mark.parametrize("kind", KINDS)
def test_an_instance_reaches_nothing_outside(opened: dict[str, Connection], kind: str, tmp_path: Path) -> None:
    connection, (memory, temp) = opened[kind], KINDS[kind]
    found = dict(connection.execute("select name, value from duckdb_settings()").fetchall())
    assert {name: found[name] for name in SETTINGS} == SETTINGS
    assert found["memory_limit"] == memory
    assert int(found["threads"]) >= 1
    assert temp in found["temp_directory"] if temp else found["temp_directory"] == ""
    outside_variable = [(1,)]  # what DuckDB's Python package would find by its name
    for statement in OUTSIDE:
        with pytest.raises(duckdb.Error, match=REFUSED):
            connection.execute(statement.format(outside=tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert outside_variable


def test_nothing_opens_duckdb_but_the_module_that_locks_it() -> None:
    folder = Path(package.__file__).parent
    opening = {path.name for path in folder.rglob("*.py") if "duckdb.connect(" in path.read_text()}
    assert opening == {"duckdb.py"}
