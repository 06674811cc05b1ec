"""The functions that engines spell differently, by names of our own; dialects.py says how each is written."""

from collections.abc import Callable
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
    WEEK_BUCKET = "week_bucket"  # date, days after Monday: first day of such a week
    WEEK_TEXT = "week_text"  # first day of a week: year and number by its fourth day, as 202501
    DATE_TEXT = "date_text"  # date or timestamp, pattern
    QUARTER_TEXT = "quarter_text"  # date: year and quarter, as 20251
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
    MEDIAN_OVER = "median_over"  # with a window around it
    WEEKS_BEFORE = "weeks_before"  # date, number of weeks
    MONTHS_AFTER = "months_after"  # date, number of months
    DAYS_AFTER = "days_after"  # date, number of days
    DAYS_BETWEEN = "days_between"  # date, later date
    SECONDS_BETWEEN = "seconds_between"  # timestamp, later timestamp
    PSEUDONYM = "pseudonym"  # key, text: the first digits of their SHA-256 in hex


class Call(FunctionElement[Any]):
    """A call of an engine function."""

    inherit_cache = False

    def __init__(self, function: EngineFunction, type_: SqlType, *arguments: Sql):
        self.function = function
        self.type = type_
        super().__init__(*arguments)


@compiles(Call)
def _write_call(element: Call, compiler: SQLCompiler, **keywords: object) -> str:
    spellings: dict[EngineFunction, str | Callable[..., str]] = getattr(compiler.dialect, "spellings", {})
    arguments = [compiler.process(clause, **keywords) for clause in element.clauses]
    spelling = spellings[element.function]
    return spelling.format(*arguments) if isinstance(spelling, str) else spelling(*arguments)


# Patterns of the wire formats, which both engines read alike; weeks are ISO, with the year that the week belongs to.
_PATTERNS = {
    FieldType.YEAR_MONTH_DAY: "%Y%m%d",
    FieldType.YEAR_WEEK: "%G%V",
    FieldType.YEAR_MONTH: "%Y%m",
    FieldType.YEAR: "%Y",
    FieldType.YEAR_MONTH_DAY_HOUR: "%Y%m%d%H",
    FieldType.YEAR_MONTH_DAY_SECOND: "%Y%m%d%H%M%S",
}


_FISCAL = "FY%Y-M%m"  # of a day in the month that has the same place in the calendar's year


def quoted(text: str) -> Sql:
    """Write a constant of ours; a value of a request is always bound instead."""
    return sa.literal_column("'" + text.replace("'", "''") + "'", TEXT)


def whole(value: int) -> Sql:
    """Write a whole number of our own."""
    return sa.literal_column(str(value), BIGINT)


def days_after(day: Sql, count: int) -> Sql:
    """Move a day by a number of days, backwards if it is negative."""
    return Call(EngineFunction.DAYS_AFTER, DAY, day, whole(count)) if count else day


def days_between(day: Sql, later: Sql) -> Sql:
    """Count the days from one day to a later one."""
    return Call(EngineFunction.DAYS_BETWEEN, BIGINT, day, later)


def number(value: float) -> Sql:
    """Write a number of the catalogue."""
    return sa.literal_column(repr(value), DOUBLE)


def bucket(column: Sql, grain: Grain, shift: int = 0) -> Sql:
    """Take the first day of the week, month, quarter or year; a day is left as it is.

    `shift` is that of a Dimension; a month of the financial year begins with the calendar's.
    """
    if grain is Grain.DAY:
        return column
    if grain is Grain.WEEK and shift:
        return Call(EngineFunction.WEEK_BUCKET, DAY, column, whole(shift))
    return Call(EngineFunction.BUCKET, DAY, quoted(Grain.MONTH if grain is Grain.FISCAL else grain), column)


def key_value(column: Sql, type_: FieldType, grain: Grain | None, shift: int = 0) -> Sql:
    """Write what rows are grouped by: a raw value, formatted only after grouping."""
    if grain is not None:
        return bucket(column, grain, shift)
    if type_ is FieldType.HOUR:
        return Call(EngineFunction.HOUR, BIGINT, column)
    if type_ is FieldType.DAY_OF_WEEK:
        return Call(EngineFunction.WEEKDAY, BIGINT, column)
    return column


def wire_text(value: Sql, type_: FieldType, grain: Grain | None = None, shift: int = 0) -> Sql:
    """Format a grouped value as its field type is sent."""
    if grain is Grain.FISCAL:
        month = Call(EngineFunction.MONTHS_AFTER, DAY, value, whole(shift)) if shift else value
        return Call(EngineFunction.DATE_TEXT, TEXT, month, quoted(_FISCAL))
    if grain is Grain.WEEK and shift:
        return Call(EngineFunction.WEEK_TEXT, TEXT, value)
    if type_ in _PATTERNS:
        return Call(EngineFunction.DATE_TEXT, TEXT, value, quoted(_PATTERNS[type_]))
    match type_:
        case FieldType.YEAR_QUARTER:
            return Call(EngineFunction.QUARTER_TEXT, TEXT, value)
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
