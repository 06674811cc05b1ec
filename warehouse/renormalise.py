"""Normalise again from raw: when a mapping or a staging query has changed, history follows without fetching it."""

import uuid
from datetime import UTC, datetime

from connectors import Context, Source
from warehouse.canonical import canonical_sql
from warehouse.duckdb import Connection, quote_text, transaction, translated
from warehouse.finish import finish_load
from warehouse.imports import RAW_PREFIX, ImportOptions
from warehouse.mapping import check_canonical, resolve_entity
from warehouse.normalize import LoadContext, Normaliser
from warehouse.quarantine import examine, quarantine_cells, quarantine_rows
from warehouse.raw import RawTable, raw_exists, source_columns
from warehouse.reports import StreamReport
from warehouse.rule_preview import Rows, RulePreview, preview_rule
from warehouse.rules import Rule
from warehouse.state import bump_data_version, read_settings
from warehouse.stream_load import StreamTally, client_sql, publish
from warehouse.sync_target import SyncOptions, parents_first, stream_target
from warehouse.tables import table_name
from warehouse.touched import mark_touched
from warehouse.workspace import WorkspaceDatabase


def renormalise_source(database: WorkspaceDatabase, source: Source, options: SyncOptions) -> tuple[StreamReport, ...]:
    """Make the entities of a connection again from its raw records, in one transaction."""
    load_id, now = uuid.uuid4().hex, options.now or datetime.now(UTC)
    context = Context(options.connection_id, options.config, now)
    reports = []
    with database.writing() as cursor, translated(f"Normalising {options.label}"), transaction(cursor):
        for stream in parents_first(database.model, source.streams(context)):
            target = stream_target(database.model, source, stream, options, read_settings(cursor), load_id, now)
            if not raw_exists(cursor, target.table) or not source_columns(cursor, target.table):
                continue  # nothing has ever come
            tally, records = StreamTally(), _records(target.table, options.connection_id)
            for entity in target.entities:
                # Several streams may feed one entity; raw_ref says which rows are of this one.
                cursor.execute(
                    f"delete from {table_name(entity)} where connection_id = $1 and raw_ref = $2",  # noqa: S608
                    [options.connection_id, target.context.raw_ref],
                )
                publish(cursor, target, entity, records, source_columns(cursor, target.table), tally)
            _stamp(cursor, target.table, options.connection_id, target.rules_hash)
            reports.append(
                StreamReport(
                    stream.name,
                    rows_quarantined=tally.rows_quarantined,
                    cells_quarantined=tally.cells_quarantined,
                )
            )
            mark_touched(cursor, stream.entities, load_id)
        bump_data_version(cursor)
    with database.writing() as cursor:
        finish_load(cursor, database.model, now)
    return tuple(reports)


def take_along(database: WorkspaceDatabase, source: Source, options: SyncOptions) -> bool:
    """Bring rows to the client account that their connection was given to since, and tell whether there were any.

    Else what comes next would be that account's, what came before another one's, and restated rows would count twice.
    """
    clients = [one.id for one in options.clients]
    elsewhere = "connection_id = $1 and client_account_id not in (select unnest($2::varchar[]))"
    with database.reading() as cursor:
        moved = any(
            cursor.execute(
                f"select 1 from {table_name(entity)} where {elsewhere} limit 1",  # noqa: S608
                [options.connection_id, clients],
            ).fetchone()
            for entity in database.model.entities.values()
            if entity.is_loadable
        )
    if moved:
        renormalise_source(database, source, options)
    return moved


def renormalise_files(database: WorkspaceDatabase, options: ImportOptions) -> StreamReport:
    """Make the rows of a client account's files again from raw, by the mapping that is given, in one transaction."""
    mapping, client = options.mapping, options.client
    entity = resolve_entity(database.model, mapping.entity)
    check_canonical(mapping, entity, options.effective_mode)
    table = RawTable.named(f"{RAW_PREFIX}_{mapping.source}", entity.name)
    with database.writing() as cursor, translated(f"Normalising {mapping.source}"), transaction(cursor):
        if not raw_exists(cursor, table):
            return StreamReport(mapping.source)
        context = LoadContext(
            load_id=uuid.uuid4().hex,
            origin=f"{mapping.source}: again from raw",
            connection_id=f"file:{mapping.source}",
            connection=f"{mapping.source} (files)",
            source_system=mapping.source,
            data_origin_id=f"file:{mapping.source}",
            raw_ref=f"raw.{table.name}",
            now=datetime.now(UTC).replace(tzinfo=None),
            settings=read_settings(cursor),
        )
        records = _records(table, client.id)
        normaliser = Normaliser(cursor, entity, client, context, canonical_sql(entity, mapping, client), records)
        findings = examine(normaliser, records)
        if findings.bad_rows:
            quarantine_rows(normaliser, records, source_columns(cursor, table))
        quarantine_cells(normaliser, records, findings)
        cursor.execute(
            f"delete from {table_name(entity)} where client_account_id = $1 and source_system = $2",  # noqa: S608
            [client.id, mapping.source],
        )
        normaliser.append(records)
        bump_data_version(cursor)
        mark_touched(cursor, [entity.name], context.load_id)
    with database.writing() as cursor:
        finish_load(cursor, database.model)
    return StreamReport(
        mapping.source,
        records=findings.rows,
        rows_changed=findings.rows - findings.bad_rows,
        rows_quarantined=findings.bad_rows,
        cells_quarantined=sum(findings.bad_cells.values()),
    )


def preview_source_rule(
    database: WorkspaceDatabase, rule: Rule, source: Source, options: SyncOptions
) -> RulePreview | None:
    """Say what a rule would change in the rows of a connection; None if it has brought none that it speaks of."""
    context = Context(options.connection_id, options.config, datetime.now(UTC))
    client = next((one for one in options.clients if one.slug == rule.client), None)
    if client is None:
        return None  # its rows are another client account's
    with database.writing() as cursor, translated(f"Trying a rule on {options.label}"):
        for stream in source.streams(context):
            target = stream_target(
                database.model, source, stream, options, read_settings(cursor), "preview", context.now
            )
            for entity in target.entities:
                if entity.name == rule.entity and raw_exists(cursor, target.table):
                    canonical, records = (
                        client_sql(target, entity, client),
                        _records(target.table, options.connection_id),
                    )
                    return preview_rule(cursor, Rows(entity, client, target.context, canonical, records), rule)
    return None


def _records(table: RawTable, owner: str) -> str:
    return (
        f"select * replace (cast(null as bigint) as _line) from {table.sql} "  # noqa: S608
        f"where _owner = {quote_text(owner)} and not _deleted"
    )


def _stamp(connection: Connection, table: RawTable, owner: str, rules: str) -> None:
    connection.execute(f"update {table.sql} set _rules = $1 where _owner = $2", [rules, owner])  # noqa: S608
