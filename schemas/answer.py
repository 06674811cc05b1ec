"""The columns of the answer over the folded rows: formulas, windows over the rows, labels and wire formats."""

import sqlalchemy as sa

from schemas.aggregates import empty_is_zero, worth
from schemas.entities import Dimension
from schemas.fields import FieldType, OutputType
from schemas.fold import Yield, repeated_column, yields
from schemas.formula import render_sql
from schemas.functions import decimal_text, number, wire_text
from schemas.known import fills_zeros, is_known
from schemas.labels import LABELS
from schemas.metrics import (
    AnyMetric,
    Contribution,
    Cumulative,
    Formula,
    Lift,
    PeriodLength,
    Share,
    Trailing,
)
from schemas.periods import period_length
from schemas.plan import Plan
from schemas.shares import contribution_value, lift_value, share_value
from schemas.sql_types import BIGINT, DAY, DOUBLE, MOMENT, Sql
from schemas.windows import window_column


class Answer:
    """Writes the columns of the answer."""

    def __init__(self, plan: Plan, grouped: sa.Subquery | None):
        self.plan = plan
        self.grouped = grouped
        self.folded = len(plan.branches) > 1
        self.labels: dict[str, Dimension] = {label.name: label for label in plan.labels}
        self.keys: dict[str, Dimension] = {key.name: key for key in plan.keys}
        self.yields: dict[str, Yield] = {
            name: column for branch in plan.branches for name, column in yields(branch).items()
        }

    def column(self, name: str) -> Sql:
        """Write one column of the answer as it is sent."""
        if name in self.keys:
            key = self.keys[name]
            return wire_text(self._raw(name), key.type, key.grain, key.shift)
        if name in self.labels:
            label = self.labels[name]
            return LABELS[name](self.number(self.plan.definitions[str(label.result_of)]))
        return self._metric(self.plan.definitions[name])

    def output_type(self, name: str) -> OutputType:
        """Tell which of the four types a column has."""
        if name in self.labels:
            return OutputType.VARCHAR
        if name in self.keys:
            types = {FieldType.BOOLEAN: OutputType.BOOLEAN, FieldType.NUMBER: OutputType.DOUBLE}
            return types.get(self.keys[name].type, OutputType.VARCHAR)
        held = self.yields[name].type if name in self.yields else DOUBLE
        if held in {DAY, MOMENT} or self.plan.definitions[name].type is FieldType.DURATION:
            return OutputType.VARCHAR
        return OutputType.BIGINT if held is BIGINT else OutputType.DOUBLE

    def number(self, metric: AnyMetric, window: Trailing | Cumulative | None = None) -> Sql:
        """Write a metric as a number; within a window its leaves are those that were added up over it."""
        keys: dict[str, Sql] = {name: self._raw(name) for name in self.keys}

        def leaf(name: str) -> Sql:
            return self._double(name, window, metric)

        match metric:
            case Formula():
                return _rooted(metric, render_sql(metric.expression, leaf))
            case Share():
                return share_value(metric, leaf, keys)
            case Contribution():
                return contribution_value(metric, leaf, keys)
            case Lift():
                return lift_value(metric, leaf, keys)
            case Trailing() | Cumulative():
                return self.number(self.plan.definitions[metric.of], metric)
            case PeriodLength():
                return sa.cast(period_length(self.plan, keys), DOUBLE)
        return leaf(metric.name)

    def _metric(self, metric: AnyMetric) -> Sql:
        match self.output_type(metric.name):
            case OutputType.BIGINT:
                return sa.cast(self._worth(metric.name), BIGINT)
            case OutputType.VARCHAR if metric.type is not FieldType.DURATION:
                return wire_text(self._worth(metric.name), metric.type)
        value = self.number(metric)
        return decimal_text(value) if metric.type is FieldType.DURATION else value

    def _double(self, name: str, window: Trailing | Cumulative | None, metric: AnyMetric) -> Sql:
        column = window_column(window, name) if window else name
        if isinstance(metric, Formula) and name in metric.fixed and repeated_column(name) in self.yields:
            column = repeated_column(name)
        if column not in self.yields:
            return self.number(self.plan.definitions[name])
        # A whole divisor would be wrapped into DECIMAL(18,3), which cuts decimals.
        value = self._worth(column)
        return sa.cast(value, DOUBLE) if self.yields[column].type is BIGINT else sa.type_coerce(value, DOUBLE)

    def _worth(self, column: str) -> Sql:
        found = self.yields[column]
        if found.leaf is None or found.entity is None:
            return self._raw(column)
        value = worth(found.leaf, found.entity, self._raw(column), folded=self.folded, money=self.plan.money)
        if self.grouped is None or not (fills_zeros(self.plan) and empty_is_zero(found.leaf)):
            return value
        return sa.case((is_known(found.leaf, found.entity, self.plan, self.grouped), value))

    def _raw(self, name: str) -> Sql:
        assert self.grouped is not None
        return self.grouped.c[name]


def _rooted(metric: Formula, value: Sql) -> Sql:
    if not metric.root:
        return value
    root = sa.case((value >= number(0.0), sa.func.sqrt(value, type_=DOUBLE)))
    return root if metric.scale == 1 else sa.type_coerce(root, DOUBLE) * number(metric.scale)
