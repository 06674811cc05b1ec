"""One table: filter operator → expression. Each builder sees a Subject, which knows how its field compares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from schemas.entities import Dimension
from schemas.fields import FieldType, Grain
from schemas.filter_values import NUMERIC_OPERATORS, Condition, Span, Value
from schemas.functions import Call, EngineFunction, key_value, wire_text
from schemas.query import Operator
from schemas.sql_types import DOUBLE, TEXT, TRUTH, Sql, Truth
from schemas.tables import calendar_column, calendar_table

TextTest = Callable[[Sql], Truth]


class Subject(Protocol):
    """A field as filters see it."""

    @property
    def column(self) -> Sql: ...
    def equals(self, values: tuple[Value, ...]) -> Truth: ...  # any of the values
    def above(self, value: Value) -> Truth: ...
    def at_least(self, value: Value) -> Truth: ...
    def below(self, value: Value) -> Truth: ...
    def at_most(self, value: Value) -> Truth: ...
    def text_passes(self, test: TextTest) -> Truth: ...


@dataclass(frozen=True)
class PointSubject:
    """A field whose values are points: texts, numbers, truth values."""

    column: Sql
    text: Sql

    def equals(self, values: tuple[Value, ...]) -> Truth:
        """Compare with any of the values."""
        if len(values) == 1:
            return self.column == values[0]
        return self.column.in_([sa.bindparam(None, value) for value in values])

    def above(self, value: Value) -> Truth:
        """Compare strictly."""
        return self.column > value

    def at_least(self, value: Value) -> Truth:
        """Compare with the value included."""
        return self.column >= value

    def below(self, value: Value) -> Truth:
        """Compare strictly."""
        return self.column < value

    def at_most(self, value: Value) -> Truth:
        """Compare with the value included."""
        return self.column <= value

    def text_passes(self, test: TextTest) -> Truth:
        """Test the value as it is sent."""
        return test(self.text)


@dataclass(frozen=True)
class SpanSubject:
    """A field whose values are spans of days or moments; comparisons stay on the raw column."""

    column: Sql
    type: FieldType
    grain: Grain | None

    def equals(self, values: tuple[Value, ...]) -> Truth:
        """Compare with any of the spans."""
        return sa.or_(*(sa.and_(self.at_least(value), self.at_most(value)) for value in values))

    def above(self, value: Value) -> Truth:
        """Begin when the span is over."""
        return self.column >= _span(value).end

    def at_least(self, value: Value) -> Truth:
        """Begin with the span."""
        return self.column >= _span(value).start

    def below(self, value: Value) -> Truth:
        """End before the span begins."""
        return self.column < _span(value).start

    def at_most(self, value: Value) -> Truth:
        """End with the span."""
        return self.column < _span(value).end

    def text_passes(self, test: TextTest) -> Truth:
        """Test the value as it is sent; calendar labels are tested on the calendar, day by day."""
        if self.grain is None or self.grain is Grain.DAY:
            return test(wire_text(self.column, self.type))
        label = calendar_column(f"{self.grain}_label")
        days = sa.select(calendar_column("date_day")).select_from(calendar_table()).where(test(label))
        return self.column.in_(days)


def _span(value: Value) -> Span:
    assert isinstance(value, Span)
    return value


def subject_of(dimension: Dimension, operator: Operator, column: Sql) -> Subject:
    """Choose how a field compares."""
    if dimension.grain is not None or dimension.type.startswith("YEAR"):
        return SpanSubject(column, dimension.type, dimension.grain)
    value = key_value(column, dimension.type, dimension.grain)
    text = wire_text(value, dimension.type)
    if dimension.type in {FieldType.BOOLEAN, FieldType.NUMBER}:
        text = sa.cast(text, TEXT)
    if operator in NUMERIC_OPERATORS and dimension.type not in _NUMBERS:
        # A text compared as a number: what is no number is neither above nor below.
        value = Call(EngineFunction.TRY_NUMBER, DOUBLE, column)
    return PointSubject(value, text)


_NUMBERS = frozenset({FieldType.NUMBER, FieldType.HOUR, FieldType.DAY_OF_WEEK})


def _equals(subject: Subject, values: tuple[Value, ...]) -> Truth:
    known = tuple(value for value in values if value is not None)
    empty = subject.column.is_(None)
    if not known:
        return empty
    return subject.equals(known) if len(known) == len(values) else sa.or_(subject.equals(known), empty)


def _is_null(subject: Subject, values: tuple[Value, ...]) -> Truth:  # noqa: ARG001 - takes no value
    return subject.column.is_(None)


def _between(subject: Subject, values: tuple[Value, ...]) -> Truth:
    return sa.and_(subject.at_least(values[0]), subject.at_most(values[1]))


def _any(compare: Callable[[Subject, Value], Truth]) -> "Builder":
    """Make several values of a single-value operator mean OR."""

    def build(subject: Subject, values: tuple[Value, ...]) -> Truth:
        return sa.or_(*(compare(subject, value) for value in values))

    return build


def _text_test(function: EngineFunction) -> "Builder":
    def compare(subject: Subject, value: Value) -> Truth:
        wanted = sa.bindparam(None, value, TEXT)
        return subject.text_passes(lambda text: Call(function, TRUTH, text, wanted))

    return _any(compare)


Builder = Callable[[Subject, tuple[Value, ...]], Truth]

BUILDERS: Mapping[Operator, Builder] = {
    Operator.EQUALS: _equals,
    Operator.IN_LIST: _equals,
    Operator.IS_NULL: _is_null,
    Operator.BETWEEN: _between,
    Operator.CONTAINS: _text_test(EngineFunction.CONTAINS),
    Operator.REGEXP_PARTIAL_MATCH: _text_test(EngineFunction.MATCHES_PART),
    Operator.REGEXP_EXACT_MATCH: _text_test(EngineFunction.MATCHES_WHOLE),
    Operator.NUMERIC_GREATER_THAN: _any(lambda subject, value: subject.above(value)),
    Operator.NUMERIC_GREATER_THAN_OR_EQUAL: _any(lambda subject, value: subject.at_least(value)),
    Operator.NUMERIC_LESS_THAN: _any(lambda subject, value: subject.below(value)),
    Operator.NUMERIC_LESS_THAN_OR_EQUAL: _any(lambda subject, value: subject.at_most(value)),
}


def build_condition(condition: Condition, column: Sql) -> Truth:
    """Write one clause; EXCLUDE keeps the rows for which the clause is not true, NULL included."""
    subject = subject_of(condition.dimension, condition.operator, column)
    truth = BUILDERS[condition.operator](subject, condition.values)
    return sa.not_(sa.func.coalesce(truth, sa.false())) if condition.exclude else truth
