"""Money in the report's and in the workspace's currency: computed by one join when rows are loaded, and stored.

An amount is converted by the rate of its row's day in `normalised.fx_daily`, and rounded to whole minor units of the
new currency, half away from zero. Without a rate it is NULL; in its own currency it stays what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas import ColumnOrigin, Entity, SemanticModel
from warehouse.duckdb import Connection, quote_name
from warehouse.fx_daily import SAME_CURRENCY
from warehouse.minor_units import minor_units
from warehouse.tables import table_name

_DERIVE = Path(__file__).parent / "derive"
_HELPERS = "_rate, _rate_date, _method, _to_report, _to_base, _in_report, _in_base"


def converted(entity: Entity, inner_sql: str) -> str:
    """Return a SELECT of the rows of `inner_sql` with the converted columns.

    The rows have the entity's date, `currency_original` and each `<x>_original`; the parameters $report_currency and
    $base_currency say into what. A row that names no currency has the client account's own.
    """
    return _conversion(entity, inner_sql, "$report_currency", "$base_currency")


@dataclass(frozen=True)
class Reconversion:
    """How many rows of each entity moved, and how many rows have an amount without a rate now."""

    moved: Mapping[str, int]
    missing: int


def reconvert(connection: Connection, model: SemanticModel) -> Reconversion:
    """Convert every stored amount again, inside the running transaction, since rates or currencies have changed."""
    moved, missing = dict[str, int](), 0
    for entity in _with_money(model):
        if _has_amounts(connection, entity):
            row = connection.execute(_renewal(entity)).fetchone()
            if row is not None and row[0]:
                moved[entity.name] = int(row[0])
            missing += fx_missing(connection, entity)
    return Reconversion(moved, missing)


def fx_missing(connection: Connection, entity: Entity, load_id: str | None = None) -> int:
    """Count the rows of an entity, or of one load, that have an amount but no rate for it."""
    if not entity.money:
        return 0
    mine = "" if load_id is None else " and sync_id = $load"
    row = connection.execute(
        f"select count(*) from {table_name(entity)} where fx_rate is null and {_valued(entity)}{mine}",  # noqa: S608
        {} if load_id is None else {"load": load_id},
    ).fetchone()
    return int(row[0]) if row is not None else 0


def converted_columns(entity: Entity) -> list[str]:
    """Name the columns that conversion fills."""
    return [name for name, column in entity.columns.items() if column.origin is ColumnOrigin.CONVERTED]


def _with_money(model: SemanticModel) -> list[Entity]:
    return [entity for entity in model.entities.values() if entity.money and entity.is_loadable]


def _has_amounts(connection: Connection, entity: Entity) -> bool:
    sql = f"select 1 from {table_name(entity)} where {_valued(entity)} limit 1"  # noqa: S608
    return connection.execute(sql).fetchone() is not None


def _valued(entity: Entity) -> str:
    return f"coalesce({', '.join(quote_name(f'{name}_original') for name in entity.money)}) is not null"


def _conversion(entity: Entity, inner_sql: str, report: str, base: str) -> str:
    valued = _valued(entity)
    own_currency = f"upper(coalesce(currency_original, case when {valued} then {report} end))"
    own_day = quote_name(entity.date)
    day = f"given.{own_day}"
    rated = (
        f"select given.*, to_report.rate as _rate, to_report.rate_date as _rate_date, to_report.method as _method, "  # noqa: S608
        f"{_factor('to_report', report)} as _to_report, {_factor('to_base', base)} as _to_base, "
        f"given.currency_original = upper({report}) as _in_report, given.currency_original = upper({base}) as _in_base "
        f"from (select * replace ({own_currency} as currency_original) from ({inner_sql})) as given "
        f"{_rates('to_report', report, day)} {_rates('to_base', base, day)}"
    )
    amounts = [
        f"{_amount(name, into)} as {quote_name(name + ending)}"
        for name in entity.money
        for ending, into in (("", "report"), ("_base", "base"))
    ]
    sql = (
        f"select * exclude ({_HELPERS}), {', '.join(amounts)}, "  # noqa: S608
        f"case when {valued} then case when _in_report then 1.0 else _rate end end as fx_rate, "
        f"case when {valued} then case when _in_report then {own_day} else _rate_date end end as fx_date, "
        f"case when {valued} then case when _in_report then '{SAME_CURRENCY}' else _method end end as fx_method "
        f"from ({rated})"
    )
    after = _after(entity.name)
    return sql if after is None else f"with converted as ({sql}) {after}"


@cache
def _after(entity: str) -> str | None:
    """Return the SELECT over `converted` of an entity whose own rules need converted amounts."""
    path = _DERIVE / f"{entity}_converted.sql"
    return path.read_text(encoding="utf-8").rstrip().rstrip(";") if path.exists() else None


def _rates(alias: str, currency: str, day: str) -> str:
    # What is in its own currency already needs no rate, and would only make the joined side larger.
    return (
        f"left join normalised.fx_daily as {alias} on {alias}.currency_from = given.currency_original "
        f"and {alias}.currency_to = upper({currency}) and {alias}.day = {day} and {alias}.method <> '{SAME_CURRENCY}'"
    )


def _factor(rates: str, currency: str) -> str:
    """Return what an amount in minor units is multiplied by."""
    return f"{rates}.rate * {minor_units(currency)} / {minor_units('given.currency_original')}"


def _amount(name: str, into: str) -> str:
    original = quote_name(f"{name}_original")
    # Rounded twice: what is half a unit to the eye may lie a hair below it in binary.
    exact = f"cast(round(round({original} * _to_{into}, 6)) as bigint)"
    return f"case when _in_{into} then {original} else {exact} end"


def _renewal(entity: Entity) -> str:
    columns = converted_columns(entity)
    excluded = ", ".join(quote_name(name) for name in columns)
    stored = (
        f"select fact.rowid as _row, fact.* exclude ({excluded}), account.report_currency as _report, "  # noqa: S608
        f"about.base_currency as _base from {table_name(entity)} as fact "
        "join normalised.client_account as account using (client_account_id), state.about as about"
    )
    anew = _conversion(entity, stored, "_report", "_base")
    names = ["currency_original", *columns]
    sets = ", ".join(f"{quote_name(name)} = anew.{quote_name(name)}" for name in names)
    differs = " or ".join(f"old.{quote_name(name)} is distinct from anew.{quote_name(name)}" for name in names)
    return (
        f"update {table_name(entity)} as old set {sets} from ({anew}) as anew "  # noqa: S608
        f"where old.rowid = anew._row and ({differs})"
    )
