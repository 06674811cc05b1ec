"""A small warehouse made by hand: tables as the catalogue says, tickets with every kind of gap in them."""

import csv
import random
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from schemas import ColumnType, SemanticModel

Cell = str | int | float | bool | date | datetime | None
Row = dict[str, Cell]
Ticket = Row

DUCKDB_TYPES = {
    ColumnType.TEXT: "varchar",
    ColumnType.INTEGER: "bigint",
    ColumnType.NUMBER: "double",
    ColumnType.FLAG: "boolean",
    ColumnType.INSTANT: "timestamp",
    ColumnType.DATE: "date",
    ColumnType.MONEY: "bigint",
}

SELDOM, EVENLY, OFTEN = (True, False, False), (True, False), (True, True, False)

_NULL = "\\N"  # stands for NULL in a file, since an empty text is a value

LOCAL = timedelta(hours=2)  # the client accounts' time zone has no clock change here

CALENDAR = """
create table normalised.calendar as
select
    cast(day as date) as date_day,
    cast(day - to_days(cast(isodow(day) - 1 as integer)) as date) as week_start,
    strftime(day, '%G%V') as week_label,
    strftime(day, '%Y%m') as month_label,
    cast(year(day) as varchar) || cast(quarter(day) as varchar) as quarter_label,
    strftime(day, '%Y') as year_label,
    strftime(day, 'FY%Y-M%m') as fiscal_label,
    dayofweek(day) as day_of_week
from range(date '2020-01-01', date '2031-01-01', interval 1 day) days(day)
"""

# What the hand-written statements of the cases read: the two client accounts in scope, listed tickets only.
REPORTED = """
create view reported as
select * from normalised.ticket where client_account_id in ('acme', 'beta') and is_listed
"""


_NOTHING = "\\N"


def build(model: SemanticModel, tickets: Iterable[Ticket]) -> duckdb.DuckDBPyConnection:
    """Make a database with the normalised tables and these tickets."""
    return build_tables(model, {"ticket": tickets})


def build_tables(model: SemanticModel, rows: Mapping[str, Iterable[Row]]) -> duckdb.DuckDBPyConnection:
    """Make a database with every entity's table, and rows for some: of `acme` and listed unless they say otherwise."""
    connection = duckdb.connect()
    connection.execute("create schema normalised")
    connection.execute(CALENDAR)
    columns: dict[str, dict[str, ColumnType]] = {}
    for entity in model.entities.values():
        kinds = {name: column.type for name, column in entity.columns.items()}
        columns[entity.table] = columns.get(entity.table, {}) | kinds
    for table, kinds in columns.items():
        body = ", ".join(f'"{name}" {DUCKDB_TYPES[kind]}' for name, kind in kinds.items())
        connection.execute(f'create table normalised."{table}" ({body})')
    for name, given in rows.items():
        add_rows(model, connection, name, given)
    connection.execute(REPORTED)
    return connection


def add_rows(model: SemanticModel, connection: duckdb.DuckDBPyConnection, name: str, given: Iterable[Row]) -> None:
    """Put rows into the table of an entity."""
    entity = model.entities[name]
    kinds = {
        column: DUCKDB_TYPES[item.type]
        for other in model.entities.values()
        if other.table == entity.table
        for column, item in other.columns.items()
    }
    usual: Row = {"client_account_id": "acme", entity.listed_by: True}
    rows = [{**usual, **row} for row in given]
    unknown = {column for row in rows for column in row} - set(kinds)
    assert not unknown, f"{entity.table} has no {', '.join(sorted(unknown))}"
    if not rows:
        return
    # A file is read many times faster than values are bound.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(
                [_NULL if (cell := row.get(column)) is None else str(cell) for column in kinds] for row in rows
            )
        cells = ", ".join(f'cast("{column}" as {kind})' for column, kind in kinds.items())
        names = dict.fromkeys(kinds, "varchar")
        connection.execute(
            f'insert into normalised."{entity.table}" select {cells} '
            "from read_csv(?, header := false, columns := ?, nullstr := ?, quote := '\"', escape := '\"')",
            [str(path), names, _NULL],
        )


def ticket(number: int, created_at: datetime, **given: Cell) -> Ticket:
    """Make one row, with the columns that the warehouse derives."""
    local = created_at + LOCAL
    row: Ticket = {
        "client_account_id": "acme",
        "client_account": "Acme",
        "source_system": "demo",
        "source_id": f"T{number}",
        "created_at": created_at,
        "created_date": local.strftime("%Y-%m-%d"),
        "created_hour": local.replace(minute=0, second=0, microsecond=0),
        "is_listed": True,
        **given,
    }
    row["is_solved"] = row.get("solved_at") is not None
    for column, moment in (("frt_seconds", "first_reply_at"), ("resolution_seconds", "solved_at")):
        reached = row.get(moment)
        if isinstance(reached, datetime):
            row[column] = (reached - created_at).total_seconds()
    reopened, groups = row.get("reopen_count"), row.get("group_count")
    row["is_reopened"] = reopened > 0 if isinstance(reopened, int) else None
    row["is_transferred"] = groups > 1 if isinstance(groups, int) else None
    return row


def _maybe(chance: random.Random, *values: Cell, empty: float = 0.2) -> Cell:
    return None if chance.random() < empty else chance.choice(values)


def generated(count: int = 700, seed: int = 7) -> list[Ticket]:
    """Invent tickets from November 2024 to March 2025; every optional column is empty now and then."""
    chance = random.Random(seed)
    start = datetime(2024, 11, 1)  # noqa: DTZ001 - UTC by definition of the column
    return [_generated(chance, number, start) for number in range(count)]


def _generated(chance: random.Random, number: int, start: datetime) -> Ticket:
    created = start + timedelta(seconds=chance.randrange(150 * 86400))
    replied = created + timedelta(seconds=chance.randrange(30, 90_000)) if chance.random() < 0.8 else None
    solved = created + timedelta(seconds=chance.randrange(600, 900_000)) if chance.random() < 0.7 else None
    return ticket(
        number,
        created,
        client_account_id=chance.choice(["acme", "acme", "beta", "elsewhere"]),
        is_listed=chance.random() < 0.95,
        first_reply_at=replied,
        solved_at=solved,
        first_solved_at=solved or (created if chance.random() < 0.1 else None),
        due_at=_maybe(chance, created + timedelta(days=1, seconds=number), empty=0.5),
        renewal_on=_maybe(chance, "2025-01-31", "2025-06-30", "2026-02-28", empty=0.4),
        category=_maybe(chance, "Billing", "Delivery", "100% broken", "a_b", "Ünïcode", empty=0.15),
        subcategory=_maybe(chance, "x", "y"),
        channel=_maybe(chance, "mail", "chat", "phone", empty=0.1),
        priority=_maybe(chance, "1", "2", "10", "high"),
        country=_maybe(chance, "GR", "DE"),
        city=_maybe(chance, "Athens", "Berlin"),
        tags=_maybe(chance, "a,b", "b", ""),
        is_escalated=_maybe(chance, *SELDOM),
        is_complaint=_maybe(chance, *SELDOM),
        sla_first_reply_met=_maybe(chance, *OFTEN),
        sla_resolution_met=_maybe(chance, *OFTEN),
        is_sla_breached=_maybe(chance, *EVENLY),
        is_bot_resolved=_maybe(chance, *SELDOM),
        is_fcr=_maybe(chance, *EVENLY),
        reopen_count=_maybe(chance, 0, 0, 1, 3),
        group_count=_maybe(chance, 1, 1, 2),
        assignee_count=_maybe(chance, 0, 1, 1, 2),
        public_agent_replies=_maybe(chance, 0, 1, 2, 7),
        handle_seconds=_maybe(chance, 0.0, 61.5, 1800.25),
        handle_cost=_maybe(chance, 0, 99, 12_345),
        handle_cost_base=_maybe(chance, 0, 111, 23_456),
        requester_wait_seconds=_maybe(chance, 5.0, 3600.0),
        frt_human_seconds=_maybe(chance, 10.0, 250.5),
        frt_business_seconds=_maybe(chance, 0.0, 4500.0),
        resolution_business_seconds=_maybe(chance, 600.0, 36_000.0),
    )


def period_edges() -> list[Ticket]:
    """Make tickets at the edges of days, weeks, quarters and years, as the client account's clock shows them."""
    local_moments = [
        "2024-12-29 23:59:59",  # the last second of ISO week 2024-52
        "2024-12-30 00:00:00",  # the first of week 2025-01, still in 2024
        "2024-12-31 23:30:00",  # the next day by UTC + 4, the same by UTC
        "2025-01-01 00:30:00",  # still 2024 by UTC
        "2025-01-05 12:00:00",  # the Sunday that ends week 2025-01
        "2025-01-06 00:00:00",
        "2025-03-31 23:59:59",
        "2025-04-01 00:00:00",
    ]
    return [
        ticket(9000 + place, datetime.fromisoformat(text) - LOCAL, category="Edge")
        for place, text in enumerate(local_moments)
    ]


def steady_days() -> list[Ticket]:
    """Make ten Wednesdays with known counts for the spike score, in a category of their own."""
    counts = [3, 5, 4, 6, 5, 5, 7, 4, 12, 5]
    first = datetime(2025, 1, 1, 10)  # noqa: DTZ001 - UTC by definition of the column
    return [
        ticket(
            10_000 + 100 * week + place, first + timedelta(days=7 * week), client_account_id="beta", category="Steady"
        )
        for week, count in enumerate(counts)
        for place in range(count)
    ]
