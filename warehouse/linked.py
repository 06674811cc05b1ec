"""Rows of linked accounts: they carry the leading record's id and attributes, and beside them what they said before.

`_unlinked` holds the latter as a JSON object; it is empty in rows of accounts that are not linked. So a link is laid
over rows, and taken off again, without reading them from their source, and no query knows of it.
"""

from collections.abc import Collection

import orjson

from schemas import ColumnOrigin, Entity
from warehouse.duckdb import Connection, integer, quote_name, quote_text
from warehouse.parents import (
    ACCOUNT,
    ACCOUNT_LEVEL,
    PORTFOLIO,
    UNLINKED,
    Links,
    account_columns,
    loaded_parents,
    own_value,
    with_parents,
)
from warehouse.replacing import replace_rows
from warehouse.tables import DUCKDB_TYPES, table_name

TABLE = "normalised.account_link"
_TOUCHED, _STAGED = "temp.touched_accounts", "temp.linked_rows"
_PART = 100_000  # rows that are written again at once
# What is a record's own affair; an amount goes with its currency.
_KEPT = {"source_id", "is_deleted", "source_created_at", "source_updated_at", "external_ids", "domain"}


def has_links(connection: Connection, client_account_id: str | None = None) -> bool:
    """Tell whether any accounts are linked, of one client account or at all."""
    mine = "where client_account_id = $1" if client_account_id is not None else ""
    values = [client_account_id] if client_account_id is not None else []
    return connection.execute(f"select 1 from {TABLE} {mine} limit 1", values).fetchone() is not None  # noqa: S608


def linked_names(entity: Entity) -> list[str]:
    """Name the columns that a link may change."""
    if entity.name != ACCOUNT:
        return list(dict.fromkeys(["account_id", *account_columns(entity), *_portfolio(entity)]))
    money = {"currency_original", *(f"{name}_original" for name in entity.money)}
    given = (name for name, column in entity.columns.items() if column.origin is ColumnOrigin.GIVEN)
    return [name for name in given if name not in _KEPT | money]


def linked_rows(entity: Entity, inner: str, level: str) -> str:
    """Return a SELECT that lays the links over the rows of `inner` whose `_unlinked` is empty.

    A record's own value stands in its place among those of its group; the first that there is holds for the account.
    """
    laid = f"c.{UNLINKED} is null and l.leading_account_id is not null"
    taken = _taken(entity, level)
    values = [
        f"case when {laid} then {_of_group(name)} else c.{quote_name(name)} end as {quote_name(name)}" for name in taken
    ]
    values.append(f"case when {laid} then l.leading_account_id else c.account_id end as account_id")
    if entity.name == ACCOUNT:
        # The account is listed once, by the first record that its source still has.
        values.append(f"case when {laid} then c.is_listed and l.is_first else c.is_listed end as is_listed")
    said = ", ".join(f"{quote_text(name)}, c.{quote_name(name)}" for name in linked_names(entity))
    values.append(f"case when {laid} then cast(json_object({said}) as varchar) else c.{UNLINKED} end as {UNLINKED}")
    return (
        f"select c.* replace ({', '.join(values)}) from ({inner}) c "  # noqa: S608
        f"left join normalised.client_account m on m.client_account_id = c.client_account_id {_records(entity)}"
        f"left join ({_members(entity, taken)}) l on l.client_account_id = c.client_account_id "
        f"and l.account_id = {_id(entity)} and l.source_system = {_source(entity)}"
    )


def relink(
    connection: Connection, entity: Entity, level: str, touched: Collection[tuple[str, str]] | None = None
) -> bool:
    """Write stored rows anew as the links say now, inside the running transaction, and tell whether any moved.

    `touched` names the accounts by client account and id; None means all that are linked.
    """
    _stage_touched(connection, touched)
    own_id = "source_id" if entity.name == ACCOUNT else f"coalesce({UNLINKED} ->> 'account_id', account_id)"
    mine = f"(client_account_id, {own_id}) in (select client_account_id, account_id from {_TOUCHED})"  # noqa: S608
    table = table_name(entity)
    sources = connection.execute(f"select source_system, count(*) from {table} where {mine} group by 1").fetchall()  # noqa: S608
    moved = 0
    for source_system, count in sources:
        parts = 1 + count // _PART
        for part in range(parts):
            here = f"{mine} and source_system = {quote_text(source_system)} and hash(source_id) % {parts} = {part}"
            moved += _relink_part(connection, entity, level, here, source_system)
    connection.execute(f"drop table {_TOUCHED}")
    return moved > 0


def _stage_touched(connection: Connection, touched: Collection[tuple[str, str]] | None) -> None:
    if touched is None:
        connection.execute(f"create or replace temp table touched_accounts as from {TABLE}")
        return
    connection.execute(
        "create or replace temp table touched_accounts as "
        "select one ->> 0 as client_account_id, one ->> 1 as account_id "
        "from (select unnest(cast($1 as json[])) as one)",
        [orjson.dumps(sorted(touched)).decode()],
    )


def _relink_part(connection: Connection, entity: Entity, level: str, here: str, source_system: str) -> int:
    table, names = table_name(entity), linked_names(entity)
    looked_at = ", ".join(quote_name(name) for name in dict.fromkeys([*names, entity.listed_by, UNLINKED]))
    said = [
        f"case when {UNLINKED} is null then {quote_name(name)} else {_said(entity, name)} end as {quote_name(name)}"
        for name in names
    ]
    if entity.name == ACCOUNT:
        said.append("not coalesce(is_deleted, false) as is_listed")
    restored = (
        f"select * replace ({', '.join(said)}, cast(null as varchar) as {UNLINKED}), hash({looked_at}) as _was "  # noqa: S608
        f"from {table} where {here}"
    )
    known = {name: several for name, several in loaded_parents(connection, entity).items() if name == ACCOUNT}
    filled = with_parents(entity, restored, known, level, source_system, Links.OWN)
    linked = linked_rows(entity, filled, level)
    connection.execute(
        f"create or replace temp table linked_rows as select * exclude (_was) from ({linked}) "  # noqa: S608
        f"where hash({looked_at}) <> _was"
    )
    count = integer(connection, f"select count(*) from {_STAGED}")  # noqa: S608
    if count:
        replace_rows(connection, table, entity.key, (*entity.columns, UNLINKED), _STAGED)
    connection.execute(f"drop table {_STAGED}")
    return count


def _taken(entity: Entity, level: str) -> dict[str, str]:
    """Return the columns that take the group's value, with the account's column of each."""
    names = {name: name for name in linked_names(entity)} if entity.name == ACCOUNT else account_columns(entity)
    left_out = {"account_id", *PORTFOLIO}
    portfolio = {name: name for name in _portfolio(entity)} if level == ACCOUNT_LEVEL else {}
    return {name: column for name, column in names.items() if name not in left_out} | portfolio


def _portfolio(entity: Entity) -> list[str]:
    return [name for name in PORTFOLIO if name in entity.columns]


def _said(entity: Entity, name: str) -> str:
    return own_value("", name, DUCKDB_TYPES[entity.columns[name].type])


def _of_group(name: str) -> str:
    own = f"c.{quote_name(name)}"
    if name not in PORTFOLIO:
        return f"coalesce(l.{_before(name)}, {own}, l.{_after(name)})"
    # The client account's stands in where an account has none of its own, and comes after everybody's own.
    return f"coalesce(l.{_before(name)}, nullif({own}, m.{name}), l.{_after(name)}, {own})"


def _records(entity: Entity) -> str:
    """Return the join that tells which record a row means: its own source's, else the first by name, as parents do."""
    if entity.name == ACCOUNT:
        return ""
    return (
        "left join (select client_account_id, source_id as account_id, min(source_system) as first_source, "  # noqa: S608
        f"list(source_system) as sources from normalised.account where source_id in (select account_id from {TABLE}) "
        "group by all) r on r.client_account_id = c.client_account_id and r.account_id = c.account_id "
    )


def _id(entity: Entity) -> str:
    return "c.source_id" if entity.name == ACCOUNT else "c.account_id"


def _source(entity: Entity) -> str:
    if entity.name == ACCOUNT:
        return "c.source_system"
    known = "r.first_source is null or list_contains(r.sources, c.source_system)"
    return f"case when {known} then c.source_system else r.first_source end"


def _members(entity: Entity, taken: dict[str, str]) -> str:
    """Return a SELECT of the linked records, each with what those before and those after it say of the account."""
    group = "partition by l.client_account_id, l.leading_source_system, l.leading_account_id"
    around = [
        f"first_value(a.{quote_name(name)} ignore nulls) over "
        f"({group} order by l.position rows between {frame}) as {alias}"
        for name in taken
        for alias, frame in (
            (_before(name), "unbounded preceding and 1 preceding"),
            (_after(name), "1 following and unbounded following"),
        )
    ]
    own = [f"{_account_value(entity, name, column)} as {quote_name(name)}" for name, column in taken.items()]
    accounts = (
        f"select k.client_account_id, k.source_system, k.source_id, {', '.join(own)} from normalised.account k "  # noqa: S608
        "left join normalised.client_account m using (client_account_id) where not coalesce(k.is_deleted, false) "
        f"and (k.client_account_id, k.source_system, k.source_id) in "
        f"(select client_account_id, source_system, account_id from {TABLE})"
    )
    first = f"l.position = min(l.position) filter (where a.source_id is not null) over ({group})"
    return (
        f"select l.client_account_id, l.source_system, l.account_id, l.leading_account_id, {first} as is_first, "  # noqa: S608
        f"{', '.join(around)} from {TABLE} l left join ({accounts}) a on a.client_account_id = l.client_account_id "
        "and a.source_system = l.source_system and a.source_id = l.account_id"
    )


def _account_value(entity: Entity, name: str, column: str) -> str:
    own = own_value("k.", column, DUCKDB_TYPES[entity.columns[name].type])
    value = f"case when k.{UNLINKED} is null then k.{quote_name(column)} else {own} end"
    return f"nullif({value}, m.{name})" if name in PORTFOLIO else value


def _before(name: str) -> str:
    return quote_name(f"_before_{name}")


def _after(name: str) -> str:
    return quote_name(f"_after_{name}")
