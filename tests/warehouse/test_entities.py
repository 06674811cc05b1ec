"""Every entity that can be loaded takes a row of nothing but what is required, and derives all of its columns."""

from dataclasses import replace
from pathlib import Path

from schemas import ColumnType, SemanticModel
from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import CLIENT, Fields, sync_rows
from warehouse import WorkspaceDatabase

_VALUES = {ColumnType.DATE: "2025-05-01", ColumnType.INSTANT: "2025-04-30 23:30:00", ColumnType.TEXT: "x"}


def test_every_entity_takes_a_row_of_what_is_required(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows, model: SemanticModel
) -> None:
    tables: dict[str, list[Fields]] = {
        name: [{key: _VALUES[entity.columns[key].type] for key in entity.required}]
        for name, entity in model.entities.items()
        if entity.is_loadable
    }
    report = sync_rows(database, tmp_path, tables)
    assert {stream.stream: stream.rows_new - stream.rows_quarantined for stream in report.streams} == dict.fromkeys(
        tables, 1
    )
    for name in tables:
        assert rows(f"select count(*) from normalised.{name} where client_account = 'One'") == [(1,)], name


def test_days_by_rule_are_local(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:

    lead = {"created_at": "2025-04-30 23:30:00"}
    call = {"occurred_at": "2025-04-30 23:30:00", "kind": "call", "is_deleted": True}
    athens = replace(CLIENT, timezone="Europe/Athens")
    sync_rows(database, tmp_path, {"lead": [lead], "activity": [call]}, clients=(athens,))
    assert rows("select created_on::varchar, is_listed from normalised.lead") == [("2025-05-01", True)]
    assert rows("select occurred_on::varchar, occurred_hour::varchar, is_listed from normalised.activity") == [
        ("2025-05-01", "2025-05-01 02:00:00", False)
    ]
