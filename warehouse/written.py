"""Rows that people write in Belvedere, or that its rules find: the owner process copies them beside those of sources.

They are rows of a source named `belvedere`, so that a source's own rows are never touched by them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeAlias

import orjson

from schemas import ColumnOrigin, Entity, SemanticModel
from warehouse.clients import ClientAccount, read_client_accounts
from warehouse.duckdb import Connection, quote_name, quote_text
from warehouse.normalize import LoadContext, Normaliser
from warehouse.state import read_settings
from warehouse.tables import DUCKDB_TYPES, table_name
from warehouse.touched import mark_touched

OWN_SOURCE = "belvedere"
_LABEL = "Belvedere"
_STAGED = "temp.written_records"

WrittenValue: TypeAlias = str | float | date | None


@dataclass(frozen=True)
class WrittenRow:
    """One row of an entity by the entity's columns; `source_id` is unique in the client account."""

    client_account_id: str
    source_id: str
    values: Mapping[str, WrittenValue]


@dataclass(frozen=True)
class GoalStanding:
    """How a goal's period stands: what was reached, as a share of the target and of what is due by now."""

    actual: float | None
    attainment: float | None
    pace: float | None
    status: str | None
    is_closed: bool


@dataclass(frozen=True)
class Foreign:
    """A goal that a source has: what a written goal may not stand beside."""

    client_account_id: str
    metric_id: str
    account_id: str | None
    grain: str
    period_start: date
    connection: str = field(compare=False)


def put_written(
    connection: Connection, model: SemanticModel, entity: str, rows: Iterable[WrittenRow], now: datetime | None = None
) -> bool:
    """Make Belvedere's own rows of an entity equal to `rows`, inside the running transaction; tell whether any moved.

    Rows of client accounts that the workspace's file does not know are left out.
    """
    known = model.entities[entity]
    of_client: dict[str, list[WrittenRow]] = defaultdict(list)
    for row in rows:
        of_client[row.client_account_id].append(row)
    moved = [
        _put(connection, known, client, of_client.get(client.id, []), now or datetime.now(UTC))
        for client in read_client_accounts(connection)
    ]
    if any(moved):
        mark_touched(connection, [entity], OWN_SOURCE)
    return any(moved)


def read_goal_standings(connection: Connection) -> Mapping[str, GoalStanding]:
    """Return how the periods of written goals stand, by their source id."""
    prefix = f"{OWN_SOURCE}|"
    rows = connection.execute(
        "select goal_id, actual, attainment, pace, goal_status, is_closed from normalised.goal_period "
        "where starts_with(goal_id, $1)",
        [prefix],
    ).fetchall()
    return {str(row[0])[len(prefix) :]: GoalStanding(*row[1:]) for row in rows}


def read_foreign_goals(connection: Connection) -> list[Foreign]:
    """Return the goals that come from sources and files."""
    rows = connection.execute(
        "select client_account_id, metric_id, account_id, lower(period_grain), period_start, connection "
        "from normalised.goal where is_listed and filter_field is null and source_system <> $1",
        [OWN_SOURCE],
    ).fetchall()
    return [Foreign(*row) for row in rows]


def _put(
    connection: Connection, entity: Entity, client: ClientAccount, rows: Sequence[WrittenRow], now: datetime
) -> bool:
    records = [{"_line": place, "_key": row.source_id, **row.values} for place, row in enumerate(rows, start=1)]
    text = orjson.dumps(records).decode()
    digest = hashlib.sha256(text.encode()).hexdigest()[:24]
    mine = "client_account_id = $1 and source_system = $2"
    there = connection.execute(
        f"select count(*), min(sync_id), max(sync_id) from {table_name(entity)} where {mine}",  # noqa: S608
        [client.id, OWN_SOURCE],
    ).fetchone()
    if there == (len(rows), digest, digest) or (not rows and there is not None and there[0] == 0):
        return False
    connection.execute(f"delete from {table_name(entity)} where {mine}", [client.id, OWN_SOURCE])  # noqa: S608
    if rows:
        connection.execute(
            f"create or replace temp table {_STAGED} as "  # noqa: S608
            "select cast(one ->> '_line' as bigint) as _line, one ->> '_key' as _key, one as record "
            "from (select unnest(cast($1 as json[])) as one)",
            [text],
        )
        names = sorted({name for row in rows for name in row.values})
        context = _context(connection, digest, now)
        records_sql = f"select * from {_STAGED}"  # noqa: S608
        Normaliser(connection, entity, client, context, _canonical(entity, names), records_sql).append(records_sql)
        connection.execute(f"drop table {_STAGED}")
    return True


def _canonical(entity: Entity, names: Iterable[str]) -> str:
    given = {name: one for name, one in entity.columns.items() if one.origin is ColumnOrigin.GIVEN}
    casts = [
        f"cast(record ->> {quote_text(name)} as {DUCKDB_TYPES[given[name].type]}) as {quote_name(name)}"
        for name in names
    ]
    return f"select {', '.join(['_line', '_key', '_key as source_id', *casts])} from records"  # noqa: S608


def _context(connection: Connection, digest: str, now: datetime) -> LoadContext:
    return LoadContext(
        load_id=digest,
        origin=_LABEL,
        connection_id=OWN_SOURCE,
        connection=_LABEL,
        source_system=OWN_SOURCE,
        data_origin_id=OWN_SOURCE,
        raw_ref="",
        now=now.astimezone(UTC).replace(tzinfo=None),
        settings=read_settings(connection),
    )
