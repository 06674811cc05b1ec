"""The functions that engines spell differently, by names of our own; dialects.py says how each is written."""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from schemas.fields import FieldType, Grain
from schemas.sql_types import BIGINT, DAY, DOUBLE, TEXT, Sql, SqlType


class EngineFunction(StrEnum):
    """A name in the table of each engine."""

    BUCKET = "bucket"  # date, unit: first day of the week, month, …
    DATE_TEXT = "date_text"  # date or timestamp, pattern
    HOUR = "hour"
    WEEKDAY = "weekday"  # 0 is Sunday
    TWO_DIGITS = "two_digits"
    DECIMAL_TEXT = "decimal_text"  # never an exponent, no zeros to spare
    FINITE = "finite"  # NULL instead of infinity or NaN
    TRY_NUMBER = "try_number"  # NULL instead of an error
    CONTAINS = "contains"  # literal, no wildcards
    MATCHES_PART = "matches_part"  # RE2
    MATCHES_WHOLE = "matches_whole"  # RE2
    QUANTILE = "quantile"  # linear interpolation
    MEDIAN = "median"
    MEDIAN_DEVIATION = "median_deviation"  # median of |x - median|
    WEEKS_BEFORE = "weeks_before"  # date, number of weeks
    NUMBERS_UP_TO = "numbers_up_to"  # rows 1, 2, … n


class Call(FunctionElement[Any]):
    """A call of an engine function."""

    inherit_cache = False

    def __init__(self, function: EngineFunction, type_: SqlType, *arguments: Sql):
        self.function = function
        self.type = type_
        super().__init__(*arguments)


@compiles(Call)
def _write_call(element: Call, compiler: SQLCompiler, **keywords: object) -> str:
    spellings: dict[EngineFunction, str] = getattr(compiler.dialect, "spellings", {})
    arguments = [compiler.process(clause, **keywords) for clause in element.clauses]
    return spellings[element.function].format(*arguments)


# Patterns of the wire formats; weeks and quarters are labels of the calendar table instead.
_PATTERNS = {
    FieldType.YEAR_MONTH_DAY: "%Y%m%d",
    FieldType.YEAR_MONTH: "%Y%m",
    FieldType.YEAR: "%Y",
    FieldType.YEAR_MONTH_DAY_HOUR: "%Y%m%d%H",
    FieldType.YEAR_MONTH_DAY_SECOND: "%Y%m%d%H%M%S",
}


def quoted(text: str) -> Sql:
    """Write a constant of ours; a value of a request is always bound instead."""
    return sa.literal_column("'" + text.replace("'", "''") + "'", TEXT)


def number(value: float) -> Sql:
    """Write a number of the catalogue."""
    return sa.literal_column(repr(value), DOUBLE)


def bucket(column: Sql, grain: Grain) -> Sql:
    """Take the first day of the week, month, quarter or year; a day is left as it is."""
    return column if grain is Grain.DAY else Call(EngineFunction.BUCKET, DAY, quoted(grain), column)


def key_value(column: Sql, type_: FieldType, grain: Grain | None) -> Sql:
    """Write what rows are grouped by: a raw value, formatted only after grouping."""
    if grain is not None:
        return bucket(column, grain)
    if type_ is FieldType.HOUR:
        return Call(EngineFunction.HOUR, BIGINT, column)
    if type_ is FieldType.DAY_OF_WEEK:
        return Call(EngineFunction.WEEKDAY, BIGINT, column)
    return column


def wire_text(value: Sql, type_: FieldType) -> Sql:
    """Format a grouped value as its field type is sent."""
    if type_ in _PATTERNS:
        return Call(EngineFunction.DATE_TEXT, TEXT, value, quoted(_PATTERNS[type_]))
    match type_:
        case FieldType.HOUR:
            return Call(EngineFunction.TWO_DIGITS, TEXT, value)
        case FieldType.BOOLEAN:
            return value
        case FieldType.NUMBER:
            return finite(sa.cast(value, DOUBLE))
    return sa.cast(value, TEXT)


def finite(value: Sql) -> Sql:
    """Turn infinity and NaN into NULL: neither is JSON."""
    return Call(EngineFunction.FINITE, DOUBLE, value)


def decimal_text(value: Sql) -> Sql:
    """Write a number as plain decimal text."""
    return Call(EngineFunction.DECIMAL_TEXT, TEXT, value)
