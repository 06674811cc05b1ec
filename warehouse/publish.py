"""Exports the normalised tables of a workspace as Parquet, with a plan of how to load them into BigQuery.

One folder a data version, whole or not there: files are written aside and the folder is renamed at the end.
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas import ColumnType, SemanticModel
from warehouse.duckdb import Connection, begin, quote_name, quote_text, rollback, translated
from warehouse.load_plan import PLAN_FILE, ExportedTable, Target, folder_name, load_plan
from warehouse.reports import OnProgress, Progress, no_progress
from warehouse.state import read_data_version
from warehouse.tables import DUCKDB_TYPES
from warehouse.workspace import WorkspaceDatabase

Columns = tuple[tuple[str, ColumnType], ...]

CALENDAR: Columns = (
    ("date_day", ColumnType.DATE),
    ("week_start", ColumnType.DATE),
    ("week_label", ColumnType.TEXT),
    ("month_start", ColumnType.DATE),
    ("month_label", ColumnType.TEXT),
    ("quarter_start", ColumnType.DATE),
    ("quarter_label", ColumnType.TEXT),
    ("year_start", ColumnType.DATE),
    ("year_label", ColumnType.TEXT),
    ("fiscal_label", ColumnType.TEXT),
    ("day_of_week", ColumnType.INTEGER),
)


@dataclass(frozen=True)
class Publication:
    """What an export has written; `is_new` is false if the same data version was there already."""

    folder: Path
    data_version: int
    tables: tuple[ExportedTable, ...]
    plan: dict[str, object]
    is_new: bool


def published_tables(model: SemanticModel) -> Iterator[tuple[str, Columns, str | None]]:
    """Name every table that compiled queries read, with its columns and the date that it is cut by."""
    yield "calendar", CALENDAR, None
    tables: dict[str, dict[str, ColumnType]] = {}
    dates: dict[str, str] = {}
    # An entity over another one's table reads the same rows by another date; the table is cut by its own.
    for entity in sorted(model.entities.values(), key=lambda one: one.over is not None):
        tables.setdefault(entity.table, {}).update({name: one.type for name, one in entity.columns.items()})
        dates.setdefault(entity.table, entity.date)
    for table, columns in sorted(tables.items()):
        yield table, tuple(columns.items()), dates[table]


def publish(
    database: WorkspaceDatabase, target: Target | None = None, on_progress: OnProgress = no_progress, *, keep: int = 3
) -> Publication:
    """Export one consistent state of a workspace, and remove all but the newest `keep` exports."""
    home = database.places.exports / database.slug
    home.mkdir(parents=True, exist_ok=True)
    aside = home / f".writing-{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    try:
        with database.reading() as cursor, translated("Publishing"):
            # One transaction sees one state, however long the files take and whatever is loaded meanwhile.
            begin(cursor)
            try:
                version = read_data_version(cursor)
                tables = tuple(_export(cursor, database.model, aside, on_progress))
            finally:
                rollback(cursor)
        plan = load_plan(database.slug, version, database.model.version, target or Target(), tables)
        for table in tables:
            _write_json(aside / table.schema_file, table.schema)
        _write_json(aside / PLAN_FILE, plan)
        folder = home / folder_name(version)
        is_new = not folder.exists()
        _put_in_place(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    for old in sorted(home.glob("v*"))[:-keep]:
        shutil.rmtree(old, ignore_errors=True)
    return Publication(folder, version, tables, plan, is_new)


def _export(cursor: Connection, model: SemanticModel, folder: Path, on_progress: OnProgress) -> Iterator[ExportedTable]:
    done = 0
    for name, columns, day in published_tables(model):
        on_progress(Progress("publishing", done, None, "rows"))
        source = f"normalised.{quote_name(name)}"
        listed = ", ".join(
            f"cast({quote_name(column)} as {DUCKDB_TYPES[kind]}) as {quote_name(column)}" for column, kind in columns
        )
        path = folder / f"{name}.parquet"
        cursor.execute(
            f"copy (select {listed} from {source}) to {quote_text(str(path))} (format parquet, compression zstd)"  # noqa: S608
        )
        days = f"min({quote_name(day)}), max({quote_name(day)})" if day else "null, null"
        rows, first, last = cursor.execute(f"select count(*), {days} from {source}").fetchall()[0]  # noqa: S608
        done += rows
        yield ExportedTable(name, columns, day, rows, path.stat().st_size, first, last)


def _write_json(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _put_in_place(aside: Path, folder: Path) -> None:
    """Rename a finished folder to its name; one that is there already is replaced in two renames."""
    if folder.exists():
        old = folder.with_name(f".old-{folder.name}")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        aside.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        aside.rename(folder)
