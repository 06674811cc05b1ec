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


# What is measured on a scale, or as a difference, may lie below zero.
_SIGNED = {
    "survey_response": ("raw_value", "scale_min", "scale_max", "top_box_min"),
    "survey_question": ("scale_min", "scale_max", "top_box_min"),
    "goal": ("target", "target_min", "target_max"),
    "insight": ("insight_value", "previous_value"),
}


def checks_for(entity: Entity, present: set[str]) -> list[Check]:
    """Return the checks on the columns that a load fills."""
    checks: list[Check] = []
    for name in entity.columns:
        if name in present:
            signed = name in _SIGNED.get(entity.name, ())
            checks += [] if signed else _bounds(name, entity.columns[name].type)
    if "created_at" in present:
        for name in _NOT_BEFORE_CREATION.get(entity.name, ()):
            if name in present:
                checks.append(Check(name, f"{quote_name(name)} < created_at", "is before created_at"))
    return checks + (_on_scale(present) if entity.name == "survey_response" else [])


def _on_scale(present: set[str]) -> list[Check]:
    # What the question says of its scale is not here yet: deriving leaves such an answer without a score.
    if "raw_value" not in present:
        return []
    scaled = {"scale_min", "scale_max"} <= present
    low, high = ("scale_min", "scale_max") if scaled else ("null", "null")
    checks = []
    if "kind" in present:
        low = f"coalesce({low}, case when lower(kind) = 'nps' then 0 end)"
        high = f"coalesce({high}, case when lower(kind) = 'nps' then 10 end)"
        refused = f"lower(kind) = 'nps' and ({high} <> 10 or {low} not in (0, 1))"
        reason = "is an NPS answer on a scale that is neither 0 to 10 nor 1 to 10: map it to one of them"
        checks.append(Check("raw_value", refused, reason))
    if scaled or "kind" in present:
        checks.append(Check("raw_value", f"raw_value not between {low} and {high}", "lies outside its scale"))
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
