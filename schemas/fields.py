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
    """Calendar buckets; weeks are ISO unless the workspace says otherwise."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


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
