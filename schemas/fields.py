"""The closed lists that entities, dimensions, metrics and fields are written in."""

from enum import StrEnum


class ColumnType(StrEnum):
    """What a column of an entity holds; decides its DuckDB type and how text becomes a value."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    INSTANT = "instant"  # a TIMESTAMP that is always UTC
    DATE = "date"  # a calendar day in the client account's reporting zone
    MONEY = "money"  # integer minor units of the currency beside it


class FieldType(StrEnum):
    """Semantic types of Looker Studio that this product emits (CURRENCY_xxx is made when served)."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    PERCENT = "PERCENT"  # a fraction: 1.37 means 137 %
    DURATION = "DURATION"  # seconds, sent as plain decimal text
    CURRENCY = "CURRENCY"
    BOOLEAN = "BOOLEAN"
    URL = "URL"
    COUNTRY_CODE = "COUNTRY_CODE"
    CITY = "CITY"
    YEAR = "YEAR"
    YEAR_QUARTER = "YEAR_QUARTER"
    YEAR_MONTH = "YEAR_MONTH"
    YEAR_WEEK = "YEAR_WEEK"
    YEAR_MONTH_DAY = "YEAR_MONTH_DAY"
    YEAR_MONTH_DAY_HOUR = "YEAR_MONTH_DAY_HOUR"
    YEAR_MONTH_DAY_SECOND = "YEAR_MONTH_DAY_SECOND"
    HOUR = "HOUR"
    DAY_OF_WEEK = "DAY_OF_WEEK"  # 0 is Sunday


class Grain(StrEnum):
    """Calendar buckets; weeks are ISO and years begin in January unless the workspace says otherwise."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    FISCAL = "fiscal"  # a month, told by its place in the financial year


class Additivity(StrEnum):
    """How far a metric may be added up again; the Looker flags follow from it."""

    ADDITIVE = "additive"
    EXTREMAL = "extremal"
    FORMULA = "formula"  # a formula whose leaves are all additive
    SEMI_ADDITIVE = "semi_additive"
    NON_ADDITIVE = "non_additive"


class Direction(StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


class OutputType(StrEnum):
    """The only DuckDB types that a compiled query returns."""

    BIGINT = "BIGINT"
    DOUBLE = "DOUBLE"
    VARCHAR = "VARCHAR"
    BOOLEAN = "BOOLEAN"


class Aggregate(StrEnum):
    """How the rows of an entity become one number."""

    COUNT = "count"  # rows
    COUNT_FILLED = "count_filled"  # rows where the column is not NULL
    COUNT_EMPTY = "count_empty"  # rows where the column is NULL
    SUM = "sum"
    MIN = "min"
    MAX = "max"


class At(StrEnum):
    """The day of a period that a stock is counted on."""

    OPENING = "opening"  # the day before the period
    CLOSING = "closing"  # its last day


class Measure(StrEnum):
    """What is counted of units that are compared at the start and at the end of a period."""

    KEPT = "kept"  # units with something at the start and at the end
    LOST = "lost"  # units with something at the start and nothing at the end
    END_VALUE = "end_value"  # value at the end, of units with something at the start
    KEPT_VALUE = "kept_value"  # of each such unit, no more than its value at the start
    SEEN = "seen"  # units open on any day of the period
    SEEN_MONTHS = "seen_months"  # their months from `since` to their end or the period's


class Take(StrEnum):
    """How the ages of several rows become one number."""

    MAX = "max"
    SOLE = "sole"  # of one row; NULL for several
    COUNT_ABOVE = "count_above"  # rows older than `above`


class Since(StrEnum):
    """Where a running total begins."""

    RANGE = "range"
    EVER = "ever"


class Shift(StrEnum):
    """How far an earlier value lies back."""

    PREVIOUS = "previous"  # the bucket before, or the range of the same length before
    YEAR = "year"
