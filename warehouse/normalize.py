"""From canonical columns to rows of an entity: check, quarantine, add parents' attributes, derive, convert, publish."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas import ColumnOrigin, Entity
from warehouse.business_hours import has_schedules, in_business_hours, measures_hours
from warehouse.calendar import fiscal_shift
from warehouse.casting import RAW_SUFFIX
from warehouse.checks import Check, checks_for
from warehouse.clients import ClientAccount
from warehouse.conversion import converted
from warehouse.derive import derive_sql, rule_sql
from warehouse.duckdb import Connection, quote_name
from warehouse.linked import has_links, linked_rows, relink
from warehouse.parameters import named
from warehouse.parents import ACCOUNT, UNLINKED, Links, loaded_parents, with_parents, with_portfolio
from warehouse.replacing import replace_rows
from warehouse.rules import find_rule, ruled
from warehouse.state import Settings
from warehouse.tables import DUCKDB_TYPES, table_name

_STAGED = "normalised_rows"
_BEFORE_DERIVING = (ColumnOrigin.LOAD, ColumnOrigin.GIVEN)


@dataclass(frozen=True)
class LoadContext:
    """What a load knows about all of its rows."""

    load_id: str
    origin: str  # a file's name, or connection and stream: what people see in the quarantine
    connection_id: str
    connection: str
    source_system: str
    data_origin_id: str
    raw_ref: str
    now: datetime  # UTC, without zone
    settings: Settings


class Normaliser:
    """Turns canonical rows of one client account into rows of one entity.

    `canonical` is a SELECT over `records`, which has `_line`, `_key` and the source's columns; `example` is a
    SELECT of that shape, from which the columns of `canonical` are learnt. `stored` says that the records are rows of
    the entity's own table, which know their load.
    """

    def __init__(
        self,
        connection: Connection,
        entity: Entity,
        client: ClientAccount,
        context: LoadContext,
        canonical: str,
        example: str,
        *,
        stored: bool = False,
    ) -> None:
        self._connection = connection
        self.entity = entity
        self._context = context
        self._canonical = canonical
        self._example = example
        self._stored = stored
        self._given = [n for n, c in entity.columns.items() if c.origin is ColumnOrigin.GIVEN]
        self._values = load_values(client, context)
        self._hours = has_schedules(connection)
        rule = None if stored else find_rule(connection, client.id, context.source_system, entity.name)
        if rule is not None:
            fields = self.described("select * from records")
            self._canonical = ruled(canonical, rule, entity, self.described(canonical), fields)
        self.columns = self.described(self._canonical)
        present = set(self.columns)
        self.checks = checks_for(entity, present)
        self.filled = [name for name in self._given if name in present]
        self._parents = loaded_parents(connection, entity, client.id)
        self._links = "account_id" in entity.columns and has_links(connection, client.id)
        self._produced = self._derived_by_file()
        self.missing = " or ".join(f"{self.accepted(name)} is null" for name in entity.required)

    def run(self, sql: str, **more: object) -> Connection:
        """Run a statement with those of the load's values that it names."""
        return self._connection.execute(sql, named(sql, {**self._values, **more}))

    def described(self, sql: str) -> list[str]:
        """Name the columns of a SELECT over `records`."""
        described = self.run(f"describe with records as ({self._example}) {sql}").fetchall()
        return [str(row[0]) for row in described]

    def given(self, records: str) -> str:
        """Return the CTEs `records` and `given` for a records SELECT."""
        return f"with records as ({records}), given as ({self._canonical})"

    def bad(self, name: str) -> str | None:
        """Return the condition under which a cell of the column is quarantined."""
        parts = [f"({check.fails})" for check in self.checks_of(name)]
        if name + RAW_SUFFIX in self.columns:
            parts.append(f"{quote_name(name + RAW_SUFFIX)} is not null")
        return " or ".join(parts) or None

    def checks_of(self, name: str) -> list[Check]:
        """Return the checks on one column."""
        return [check for check in self.checks if check.column == name]

    def append(self, records: str) -> None:
        """Write rows whose keys are not there yet."""
        self.run(f"insert into {table_name(self.entity)} ({self._listed()}) {self._rows(records)}")
        self._renew_links()

    def merge(self, records: str) -> None:
        """Write rows by key: a row that is there is replaced."""
        self.run(f"create or replace temp table {_STAGED} as {self._rows(records)}")
        replace_rows(self._connection, table_name(self.entity), self.entity.key, self._written(), _STAGED)
        self._connection.execute(f"drop table temp.{_STAGED}")
        self._renew_links()

    def _renew_links(self) -> None:
        # What an account says may hold for the others of its group.
        if self._links and self.entity.name == ACCOUNT:
            relink(self._connection, self.entity, self._context.settings.portfolio_level)

    def _written(self) -> tuple[str, ...]:
        return (*self.entity.columns, *([UNLINKED] if self._links else []))

    def _listed(self) -> str:
        return ", ".join(quote_name(name) for name in self._written())

    def _rows(self, records: str) -> str:
        entity, settings = self.entity, self._context.settings
        level = settings.portfolio_level
        outputs = ", ".join(self._output(name) for name in entity.columns)
        links = Links.OWN if self._links else Links.NONE
        attributed = with_parents(
            entity, "select * from typed", self._parents, level, self._context.source_system, links
        )
        ruled = rule_sql(entity, self._produced, derive_sql(entity.name))
        if self._hours and measures_hours(entity):
            ruled = in_business_hours(ruled)
        complete = converted(entity, ruled) if entity.money else ruled
        rows = f"select {outputs} from ({complete})"  # noqa: S608
        if self._links:
            rows = f"select {outputs}, {UNLINKED} from ({complete})"  # noqa: S608
            rows = rows if entity.name == ACCOUNT else linked_rows(entity, rows, level)
        return (
            f"{self.given(records)}, typed as ({self._typed_rows()}), "
            f"checked as ({with_portfolio(entity, attributed, level)}) {rows}"
        )

    def _derived_by_file(self) -> frozenset[str]:
        # What the file computes depends on its text alone, so rows without values tell it.
        empty = ", ".join(
            f"cast(null as {DUCKDB_TYPES[column.type]}) as {quote_name(name)}"
            for name, column in self.entity.columns.items()
            if column.origin in _BEFORE_DERIVING
        )
        sql = f"with checked as (select {empty}) select * from ({derive_sql(self.entity.name)})"  # noqa: S608
        return frozenset(str(row[0]) for row in self.run(f"describe {sql}").fetchall())

    def accepted(self, name: str) -> str:
        """Return the value of a column after its checks: NULL where one fails."""
        fails = " or ".join(f"({check.fails})" for check in self.checks_of(name))
        return f"case when {fails} then null else {quote_name(name)} end" if fails else quote_name(name)

    def _typed_rows(self) -> str:
        values = {
            name: self._load_value(name) if column.origin is ColumnOrigin.LOAD else self._typed(name)
            for name, column in self.entity.columns.items()
            if column.origin in _BEFORE_DERIVING
        }
        columns = [f"{value} as {quote_name(name)}" for name, value in values.items()]
        if self._links:
            columns.append(UNLINKED if self._stored else f"cast(null as varchar) as {UNLINKED}")
        return f"select {', '.join(columns)} from given where not ({self.missing})"  # noqa: S608

    def _typed(self, name: str) -> str:
        if name not in self.filled:
            return f"cast(null as {DUCKDB_TYPES[self.entity.columns[name].type]})"
        return self.accepted(name)

    def _load_value(self, name: str) -> str:
        value = quote_name(name) if self._stored else f"${name}"
        return f"cast({value} as {DUCKDB_TYPES[self.entity.columns[name].type]})"

    def _output(self, name: str) -> str:
        return f"cast({quote_name(name)} as {DUCKDB_TYPES[self.entity.columns[name].type]}) as {quote_name(name)}"


def load_values(client: ClientAccount, context: LoadContext) -> Mapping[str, object]:
    """Return what statements of a load may name as $parameters."""
    return {
        "client_account_id": client.id,
        "client_slug": client.slug,
        "client_account": client.name,
        "client_industry": client.industry,
        "client_region": client.region,
        "client_account_owner": client.account_owner,
        "client_service_level": client.service_level,
        "timezone": client.timezone,
        "report_currency": client.report_currency.upper(),
        "base_currency": context.settings.base_currency.upper(),
        "fiscal_shift": fiscal_shift(context.settings.fiscal_year_start),
        "connection_id": context.connection_id,
        "connection": context.connection,
        "source_system": context.source_system,
        "data_origin_id": context.data_origin_id,
        "synced_at": context.now,
        "sync_id": context.load_id,
        "raw_ref": context.raw_ref,
        "load_id": context.load_id,
        "origin": context.origin,
        "now": context.now,
    }
