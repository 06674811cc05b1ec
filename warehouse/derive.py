"""Derived columns: what warehouse/derive/<entity>.sql computes, and by rule what it leaves.

A file reads `checked`, which has the given columns and those of the load, and passes everything on with `select *`.
The rules: `is_listed` is not deleted; `<x>_on` is the local day and `<x>_hour` the local hour of the instant `<x>_at`.
"""

from functools import cache
from pathlib import Path

from schemas import ColumnOrigin, ColumnType, Entity
from warehouse.duckdb import quote_name

_FOLDER = Path(__file__).parent / "derive"
_LOCAL = "timezone($timezone, make_timestamptz(epoch_us({instant})))"  # keeps the instant; a cast would ask ICU twice


@cache
def derive_sql(entity: str) -> str:
    """Return the SELECT over `checked` that adds derived columns."""
    return _file(f"{entity}.sql") or "select * from checked"


def rule_sql(entity: Entity, present: frozenset[str], inner: str) -> str:
    """Return a SELECT that adds, by rule, the derived columns that `inner` does not have."""
    added = {
        name: _rule(entity, name)
        for name, column in entity.columns.items()
        if column.origin is ColumnOrigin.DERIVED and name not in present
    }
    made = "".join(f", {sql} as {quote_name(name)}" for name, sql in added.items() if sql is not None)
    return f"select *{made} from ({inner})"  # noqa: S608


def _rule(entity: Entity, name: str) -> str | None:
    if name == "is_listed":
        return "not coalesce(is_deleted, false)"
    stem, _, end = name.rpartition("_")
    instant = f"{stem}_at"
    if entity.columns.get(instant) is None or entity.columns[instant].type is not ColumnType.INSTANT:
        return None
    local = _LOCAL.format(instant=quote_name(instant))
    return {"on": f"cast({local} as date)", "hour": f"date_trunc('hour', {local})"}.get(end)


def _file(name: str) -> str | None:
    path = _FOLDER / name
    return path.read_text(encoding="utf-8").rstrip().rstrip(";") if path.exists() else None
