"""From canonical columns to rows of an entity: check, quarantine, derive, publish."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from schemas import ColumnOrigin, Entity
from warehouse.casting import RAW_SUFFIX
from warehouse.checks import Check, checks_for
from warehouse.clients import ClientAccount
from warehouse.duckdb import Connection, quote_name
from warehouse.state import Settings
from warehouse.tables import DUCKDB_TYPES, table_name

_DERIVE = Path(__file__).parent / "derive"
_PARAMETER = re.compile(r"\$([a-z_]+)")
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")  # a dollar sign in there is a file's own


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
    SELECT of that shape, from which the columns of `canonical` are learnt.
    """

    def __init__(
        self,
        connection: Connection,
        entity: Entity,
        client: ClientAccount,
        context: LoadContext,
        canonical: str,
        example: str,
    ) -> None:
        self._connection = connection
        self.entity = entity
        self._canonical = canonical
        self._given = [n for n, c in entity.columns.items() if c.origin is ColumnOrigin.GIVEN]
        self._values = _values(client, context)
        described = self.run(f"describe {self.given(example)} select * from given").fetchall()  # noqa: S608
        self.columns = [str(row[0]) for row in described]
        present = set(self.columns)
        self.checks = checks_for(entity, present)
        self.filled = [name for name in self._given if name in present]
        self.missing = " or ".join(f"{self.accepted(name)} is null" for name in entity.required)

    def run(self, sql: str, **more: object) -> Connection:
        """Run a statement with those of the load's values that it names."""
        values = {**self._values, **more}
        names = {name for name in _PARAMETER.findall(_QUOTED.sub("", sql)) if name in values}
        return self._connection.execute(sql, {name: values[name] for name in names})

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

    def merge(self, records: str) -> None:
        """Write rows by key: a row that is there is replaced."""
        names = list(self.entity.columns)
        keys = " and ".join(f"t.{quote_name(key)} = s.{quote_name(key)}" for key in self.entity.key)
        sets = ", ".join(f"{quote_name(name)} = s.{quote_name(name)}" for name in names)
        values = ", ".join(f"s.{quote_name(name)}" for name in names)
        self.run(
            f"merge into {table_name(self.entity)} t using ({self._rows(records)}) s on ({keys}) "  # noqa: S608
            f"when matched then update set {sets} when not matched then insert ({self._listed()}) values ({values})"
        )

    def _listed(self) -> str:
        return ", ".join(quote_name(name) for name in self.entity.columns)

    def _rows(self, records: str) -> str:
        outputs = ", ".join(self._output(name) for name in self.entity.columns)
        derived = _derive_sql(self.entity.name)
        return f"{self.given(records)}, checked as ({self._checked()}) select {outputs} from ({derived})"  # noqa: S608

    def accepted(self, name: str) -> str:
        """Return the value of a column after its checks: NULL where one fails."""
        fails = " or ".join(f"({check.fails})" for check in self.checks_of(name))
        return f"case when {fails} then null else {quote_name(name)} end" if fails else quote_name(name)

    def _checked(self) -> str:
        columns = [f"{self._typed(name)} as {quote_name(name)}" for name in self._given]
        return f"select {', '.join(columns)} from given where not ({self.missing})"  # noqa: S608

    def _typed(self, name: str) -> str:
        if name not in self.filled:
            return f"cast(null as {DUCKDB_TYPES[self.entity.columns[name].type]})"
        return self.accepted(name)

    def _output(self, name: str) -> str:
        column = self.entity.columns[name]
        value = f"${name}" if column.origin is ColumnOrigin.LOAD else quote_name(name)
        return f"cast({value} as {DUCKDB_TYPES[column.type]}) as {quote_name(name)}"


@cache
def _derive_sql(entity: str) -> str:
    return (_DERIVE / f"{entity}.sql").read_text(encoding="utf-8")


def _values(client: ClientAccount, context: LoadContext) -> Mapping[str, object]:
    return {
        "client_account_id": client.id,
        "client_account": client.name,
        "client_industry": client.industry,
        "client_region": client.region,
        "client_account_owner": client.account_owner,
        "client_service_level": client.service_level,
        "timezone": client.timezone,
        "report_currency": client.report_currency.upper(),
        "base_currency": context.settings.base_currency.upper(),
        "fiscal_shift": (13 - context.settings.fiscal_year_start) % 12,
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
