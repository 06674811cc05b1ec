"""Exports: the Parquet says what the tables say, the plan says how to load it, and no half export is ever there."""

import json
import shlex
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest

from schemas import SemanticModel
from tests.warehouse.conftest import Load, Rows
from warehouse import Target, WorkspaceDatabase, publish
from warehouse.load_plan import BIGQUERY_TYPES, ExportedTable, load_command
from warehouse.publish import published_tables

CSV = """id,created,solved,channel,seconds
1,2025-01-01 10:00:00,2025-01-01 11:30:00,mail,61.5
2,2025-01-02 23:30:00,,,
3,2025-03-30 00:59:59,2025-03-30 03:00:01,"a ""b"", Ünïcode",0
"""


def _parquet(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql.replace("FOLDER", str(folder))).fetchall()


def test_the_files_say_what_the_tables_say(database: WorkspaceDatabase, model: SemanticModel, load: Load) -> None:
    load(CSV)
    done = publish(database)
    compared = 0
    for name, columns, _ in published_tables(model):
        listed = ", ".join(f'"{column}"' for column, _ in columns)
        with database.reading() as cursor:
            own = cursor.execute(f'select {listed} from normalised."{name}" order by all').fetchall()
        assert _parquet(done.folder, f"select {listed} from 'FOLDER/{name}.parquet' order by all") == own
        compared += len(own)
    assert compared > 3
    nulls, total = _parquet(
        done.folder, "select count(*) - count(channel), sum(handle_seconds) from 'FOLDER/ticket.parquet'"
    )[0]
    assert (nulls, total) == (1, 61.5)


def test_types_and_compression_of_the_files(database: WorkspaceDatabase, load: Load) -> None:
    load(CSV)
    done = publish(database)
    kinds = dict(_parquet(done.folder, "select name, type from parquet_schema('FOLDER/ticket.parquet')"))
    logical = dict(_parquet(done.folder, "select name, logical_type from parquet_schema('FOLDER/ticket.parquet')"))
    assert kinds["handle_seconds"] == "DOUBLE"
    assert kinds["is_listed"] == "BOOLEAN"
    assert kinds["handle_cost"] == "INT64"
    # Wall-clock moments: what BigQuery calls DATETIME.
    assert "isAdjustedToUTC=0" in str(logical["created_at"])
    assert _parquet(done.folder, "select distinct compression from parquet_metadata('FOLDER/ticket.parquet')") == [
        ("ZSTD",)
    ]


def test_the_plan_describes_every_table(database: WorkspaceDatabase, model: SemanticModel, load: Load) -> None:
    load(CSV)
    done = publish(database, Target("reports", "acme-data"))
    plan = json.loads((done.folder / "load_plan.json").read_text())
    assert plan == done.plan
    assert (plan["data_version"], plan["workspace"]) == (database.data_version(), "main")
    assert plan["catalogue_version"] == model.version
    tables = {table["table"]: table for table in plan["tables"]}
    assert set(tables) == {"calendar", *(entity.table for entity in model.entities.values())}
    ticket = tables["ticket"]
    assert (ticket["rows"], ticket["write_disposition"]) == (3, "WRITE_TRUNCATE")
    assert ticket["partition"] == {"field": "created_date", "type": "DAY"}
    assert ticket["clustering"] == ["client_account_id"]
    kinds = {column["name"]: column["type"] for column in ticket["schema"]}
    expected = {name: BIGQUERY_TYPES[column.type] for name, column in model.entities["ticket"].columns.items()}
    assert kinds == expected
    assert json.loads((done.folder / "ticket.schema.json").read_text()) == ticket["schema"]
    assert tables["calendar"]["partition"] is None
    for table in tables.values():
        assert (done.folder / table["file"]).stat().st_size == table["bytes"]


def test_every_table_that_a_query_can_name_is_exported(model: SemanticModel) -> None:
    names = [name for name, _, _ in published_tables(model)]
    assert len(names) == len(set(names))
    for entity in model.entities.values():
        columns = next(dict(columns) for name, columns, _ in published_tables(model) if name == entity.table)
        assert set(entity.columns) <= set(columns)
        assert entity.date in columns


def test_the_commands_can_be_pasted(database: WorkspaceDatabase, load: Load) -> None:
    load(CSV)
    done = publish(database, Target("reports", "acme-data"))
    commands = [shlex.split(str(command)) for command in done.plan["commands"]]  # type: ignore[attr-defined]
    ticket = next(words for words in commands if "reports.ticket" in words)
    assert ticket == [
        "bq",
        "--project_id=acme-data",
        "load",
        "--replace",
        "--source_format=PARQUET",
        "--time_partitioning_field=created_date",
        "--time_partitioning_type=DAY",
        "--clustering_fields=client_account_id",
        "reports.ticket",
        "ticket.parquet",
        "ticket.schema.json",
    ]
    for words in commands:
        assert (done.folder / words[-2]).exists()
        assert (done.folder / words[-1]).exists()


def test_with_a_bucket_the_files_are_copied_there_first(database: WorkspaceDatabase, load: Load) -> None:
    load(CSV)
    done = publish(database, Target(bucket="acme-files"))
    first, *others = (shlex.split(str(command)) for command in done.plan["commands"])  # type: ignore[attr-defined]
    place = f"gs://acme-files/main/{done.folder.name}/"
    assert first[:3] == ["gcloud", "storage", "cp"]
    assert first[-1] == place
    assert all(words[-2].startswith(place) for words in others)
    assert [Path(words[-2]).name for words in others] == first[3:-1]


@pytest.mark.parametrize(("last", "kind"), [("2025-01-01", "DAY"), ("2030-09-04", "DAY"), ("2031-01-01", "MONTH")])
def test_long_histories_are_cut_by_month(last: str, kind: str) -> None:
    """A load job may touch 4,000 partitions."""
    from datetime import date

    table = ExportedTable("t", (), "day", 1, 1, date(2020, 1, 1), date.fromisoformat(last))
    assert f"--time_partitioning_type={kind}" in load_command(table, Target())


def test_one_folder_a_data_version(database: WorkspaceDatabase, load: Load, rows: Rows) -> None:
    load(CSV)
    first, again = publish(database), publish(database)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.folder == again.folder
    assert first.folder.name == f"v{database.data_version():08d}"
    load(CSV.replace("mail", "chat"), name="u.csv")
    second = publish(database)
    assert second.folder != first.folder
    assert first.folder.exists()
    home = second.folder.parent
    assert sorted(path.name for path in home.iterdir()) == [first.folder.name, second.folder.name]


def test_only_the_newest_exports_stay(database: WorkspaceDatabase, load: Load) -> None:
    folders = []
    for channel in ("a", "b", "c", "d"):
        load(CSV.replace("mail", channel), name=f"{channel}.csv")
        folders.append(publish(database, keep=2).folder)
    assert [folder.exists() for folder in folders] == [False, False, True, True]


def test_a_failure_leaves_nothing_behind(database: WorkspaceDatabase, load: Load, tmp_path: Path) -> None:
    load(CSV)
    home = tmp_path / "data" / "exports" / "main"

    def stop(_progress: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(database, on_progress=stop)
    assert list(home.iterdir()) == []
    assert publish(database).is_new


def test_an_export_is_one_state_even_while_rows_are_loaded(database: WorkspaceDatabase, load: Load, rows: Rows) -> None:
    """What is committed between two tables of an export is in none of them."""
    load(CSV)
    version = database.data_version()
    loaded = threading.Event()

    def load_meanwhile(_progress: object) -> None:
        if not loaded.is_set():
            loaded.set()
            thread = threading.Thread(target=lambda: load(CSV.replace("\n1,", "\n9,"), name="more.csv"))
            thread.start()
            thread.join()

    done = publish(database, on_progress=load_meanwhile)
    assert database.data_version() > version
    assert done.data_version == version
    assert rows("select count(*) from normalised.ticket") == [(4,)]
    assert _parquet(done.folder, "select count(*) from 'FOLDER/ticket.parquet'") == [(3,)]
