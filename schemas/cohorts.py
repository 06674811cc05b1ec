"""Cohorts: the units at the start of a period, and what became of them by its end."""

import sqlalchemy as sa

from schemas.aggregates import served_column
from schemas.branches import by_position
from schemas.fields import Measure
from schemas.functions import days_after, days_between, number, whole
from schemas.metrics import (
    Cohort,
)
from schemas.periods import FIRST, LAST, period_keys, periods
from schemas.plan import CohortBranch, Plan
from schemas.sql_types import DOUBLE, Labelled, Select, Sql, Truth
from schemas.stocks import DAYS_OF_MONTH, closing, not_closed_by, opened_by, spans
from schemas.tables import entity_column

_CLIENT, _UNIT, _VALUE, _ORIGINAL, _CURRENCY = (
    "unit__client",
    "unit__id",
    "unit__value",
    "unit__original",
    "unit__money",
)
_START, _END, _SEEN, _LAST_DAY = "at__start", "at__end", "unit__seen", "unit__last"
_START_ORIGINAL, _END_ORIGINAL = "at__start_original", "at__end_original"

_ZERO, _ONE = whole(0), whole(1)
_ALL_PERIOD = frozenset({Measure.SEEN, Measure.SEEN_MONTHS})


def cohort_select(branch: CohortBranch, plan: Plan) -> Select:
    """Measure the units of each period and key."""
    units = _units(branch, plan)
    keys = [units.c[key.name].label(key.name) for key in plan.keys]
    leaves = [_measure(leaf, units).label(leaf.name) for leaf in branch.leaves]
    select = sa.select(*keys, *leaves).select_from(units)
    if not any(leaf.measure in _ALL_PERIOD for leaf in branch.leaves):
        # Who came and left in between is on neither side, and would only add groups of nothing.
        select = select.where(sa.or_(units.c[_START].is_not(None), units.c[_END].is_not(None)))
    return by_position(select, len(keys))


def _units(branch: CohortBranch, plan: Plan) -> sa.Subquery:
    """Write a row for each unit, period and key: what it is worth at the start and at the end."""
    ends = _by_currency(branch, plan)
    keys = [*(ends.c[key.name] for key in plan.keys), ends.c[_CLIENT], ends.c[_UNIT]]
    columns: list[Sql] = [
        *keys,
        sa.func.sum(ends.c[_START]).label(_START),
        sa.func.sum(_at_start_rate(ends) if branch.leaves[0].original else ends.c[_END]).label(_END),
        sa.func.max(ends.c[_SEEN]).label(_SEEN),
        sa.func.max(ends.c[_LAST_DAY]).label(_LAST_DAY),
        *(sa.func.min(ends.c[name]).label(name) for name in _since_columns(branch)),
    ]
    return by_position(sa.select(*columns).select_from(ends), len(keys)).subquery("units")


def _at_start_rate(ends: sa.Subquery) -> Sql:
    """Write the end value of one currency at the rate that its start value was converted with, if there was one."""
    rate = sa.cast(ends.c[_START], DOUBLE) / ends.c[_START_ORIGINAL]
    return sa.case((ends.c[_START_ORIGINAL] > _ZERO, ends.c[_END_ORIGINAL] * rate), else_=sa.cast(ends.c[_END], DOUBLE))


def _by_currency(branch: CohortBranch, plan: Plan) -> sa.Subquery:
    """Add up the spans of each unit at both ends of each period, for each currency by itself."""
    entity, first = branch.entity, branch.leaves[0]
    spine = periods(plan, entity, first.opens)
    rows = spans(entity, plan, first.opens, first.closes, _row_values(branch, plan))
    before, last = days_after(spine.c[FIRST], -1), spine.c[LAST]
    joined = rows.join(spine, sa.and_(opened_by(rows, last), not_closed_by(rows, before)))
    at_start, at_end = opened_by(rows, before), not_closed_by(rows, last)
    seen = not_closed_by(rows, spine.c[FIRST])
    keys = [*period_keys(plan, spine, rows), rows.c[_CLIENT], rows.c[_UNIT]]
    keys += [rows.c[_CURRENCY]] if first.original else []
    last_day = sa.case((closing(rows) < last, closing(rows)), else_=last)
    columns: list[Sql] = [
        *keys,
        _sum_where(at_start, rows.c[_VALUE]).label(_START),
        _sum_where(at_end, rows.c[_VALUE]).label(_END),
        sa.func.max(sa.case((seen, _ONE), else_=_ZERO)).label(_SEEN),
        sa.func.max(last_day).label(_LAST_DAY),
        *(sa.func.min(rows.c[name]).label(name) for name in _since_columns(branch)),
    ]
    if first.original:
        columns += [
            _sum_where(at_start, rows.c[_ORIGINAL]).label(_START_ORIGINAL),
            _sum_where(at_end, rows.c[_ORIGINAL]).label(_END_ORIGINAL),
        ]
    return by_position(sa.select(*columns).select_from(joined), len(keys)).subquery("ends")


def _row_values(branch: CohortBranch, plan: Plan) -> list[Labelled]:
    entity, first = branch.entity, branch.leaves[0]
    value = _ONE if first.value is None else served_column(first, entity, plan.money, first.value)
    columns = [
        entity_column(entity, "client_account_id").label(_CLIENT),
        entity_column(entity, first.unit).label(_UNIT),
        value.label(_VALUE),
        *(entity_column(entity, column).label(name) for name, column in _since_columns(branch).items()),
    ]
    if first.original and first.currency:
        columns += [
            entity_column(entity, first.original).label(_ORIGINAL),
            entity_column(entity, first.currency).label(_CURRENCY),
        ]
    return columns


def _since_columns(branch: CohortBranch) -> dict[str, str]:
    return {f"since__{leaf.since}": leaf.since for leaf in branch.leaves if leaf.since is not None}


def _sum_where(truth: Truth, value: Sql) -> Sql:
    return sa.func.sum(sa.case((truth, value)))


def _measure(leaf: Cohort, units: sa.Subquery) -> Sql:
    had = units.c[_START] > _ZERO
    end = sa.func.coalesce(units.c[_END], _ZERO)
    match leaf.measure:
        case Measure.KEPT:
            return sa.func.count(sa.case((sa.and_(had, end > _ZERO), _ONE)))
        case Measure.LOST:
            return sa.func.count(sa.case((sa.and_(had, end <= _ZERO), _ONE)))
        case Measure.END_VALUE:
            return sa.func.sum(sa.case((had, end)))
        case Measure.KEPT_VALUE:
            return sa.func.sum(sa.case((sa.and_(had, end < units.c[_START]), end), (had, units.c[_START])))
        case Measure.SEEN:
            return sa.func.count(sa.case((units.c[_SEEN] > _ZERO, _ONE)))
    months = sa.cast(days_between(units.c[f"since__{leaf.since}"], units.c[_LAST_DAY]), DOUBLE) / number(DAYS_OF_MONTH)
    return sa.func.sum(sa.case((units.c[_SEEN] > _ZERO, months)))
