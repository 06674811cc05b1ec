"""What the value of a cell must satisfy beyond its type; a cell that does not is quarantined and becomes NULL."""

from dataclasses import dataclass

from schemas import ColumnType, Entity
from warehouse.calendar import FIRST_DAY, LAST_DAY
from warehouse.duckdb import quote_name


@dataclass(frozen=True)
class Check:
    """One condition: an SQL expression that is true for a cell that fails, and why."""

    column: str
    fails: str
    reason: str


_NOT_BEFORE_CREATION = {
    "ticket": (
        "first_assigned_at",
        "first_reply_at",
        "first_human_reply_at",
        "first_solved_at",
        "solved_at",
        "closed_at",
    ),
}


def checks_for(entity: Entity, present: set[str]) -> list[Check]:
    """Return the checks on the columns that a load fills."""
    checks: list[Check] = []
    for name in entity.columns:
        if name in present:
            checks += _bounds(name, entity.columns[name].type)
    if "created_at" in present:
        for name in _NOT_BEFORE_CREATION.get(entity.name, ()):
            if name in present:
                checks.append(Check(name, f"{quote_name(name)} < created_at", "is before created_at"))
    return checks


def _bounds(name: str, kind: ColumnType) -> list[Check]:
    column = quote_name(name)
    if kind is ColumnType.INSTANT:
        return [Check(name, _outside_calendar(column), f"is outside the calendar ({FIRST_DAY} to {LAST_DAY})")]
    if kind in (ColumnType.INTEGER, ColumnType.NUMBER):
        return [Check(name, f"{column} < 0", "is negative")]
    return []


def _outside_calendar(column: str) -> str:
    # A row outside the calendar table would be in the total but in no week. Only near its ends does the zone matter.
    local = f"cast(timezone($timezone, make_timestamptz(epoch_us({column}))) as date)"
    return (
        f"case when {column} >= date '{FIRST_DAY}' + 1 and {column} < date '{LAST_DAY}' - 1 then false "
        f"when {column} < date '{FIRST_DAY}' - 2 or {column} > date '{LAST_DAY}' + 2 then true "
        f"else {local} not between date '{FIRST_DAY}' and date '{LAST_DAY}' end"
    )
