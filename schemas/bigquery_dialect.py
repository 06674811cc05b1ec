"""BigQuery as text: a second table of spellings, backticks, and named parameters of the types that Looker Studio sends.

Types of parameters are STRING, INT64, FLOAT64 and BOOL alone, so days and moments travel as text and are cast.
"""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGCompiler, PGDialect, PGIdentifierPreparer, PGTypeCompiler
from sqlalchemy.types import Date, DateTime

from schemas.functions import EngineFunction
from schemas.personal import PSEUDONYM_DIGITS, PSEUDONYM_PREFIX
from schemas.tables import SCHEMA

# Quantiles are estimates over this many buckets, as fine as thousandths.
_BUCKETS = 1000

_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_UNITS = {"'week'": "ISOWEEK", "'month'": "MONTH", "'quarter'": "QUARTER", "'year'": "YEAR"}


def _bucket(unit: str, day: str) -> str:
    return f"DATE_TRUNC({day}, {_UNITS[unit]})"


def _week_bucket(day: str, days_after_monday: str) -> str:
    return f"DATE_TRUNC({day}, WEEK({_WEEKDAYS[int(days_after_monday)]}))"


def _week_text(first_day: str) -> str:
    fourth = f"DATE_ADD({first_day}, INTERVAL 3 DAY)"
    number = f"DIV((EXTRACT(DAYOFYEAR FROM {fourth}) + 6), 7)"
    return f"CONCAT(FORMAT_DATE('%Y', {fourth}), LPAD(CAST({number} AS STRING), 2, '0'))"


def _quantile(value: str, fraction: str) -> str:
    return f"APPROX_QUANTILES({value}, {_BUCKETS})[OFFSET({round(float(fraction) * _BUCKETS)})]"


_BIGQUERY: dict[EngineFunction, str | Callable[..., str]] = {
    EngineFunction.BUCKET: _bucket,
    EngineFunction.WEEK_BUCKET: _week_bucket,
    EngineFunction.WEEK_TEXT: _week_text,
    EngineFunction.DATE_TEXT: "FORMAT_DATETIME({1}, CAST({0} AS DATETIME))",
    EngineFunction.QUARTER_TEXT: "FORMAT_DATE('%Y%Q', {0})",
    EngineFunction.HOUR: "EXTRACT(HOUR FROM {0})",
    EngineFunction.WEEKDAY: "(EXTRACT(DAYOFWEEK FROM {0}) - 1)",
    EngineFunction.TWO_DIGITS: "LPAD(CAST({0} AS STRING), 2, '0')",
    EngineFunction.DECIMAL_TEXT: "RTRIM(RTRIM(FORMAT('%.12f', {0}), '0'), '.')",
    EngineFunction.FINITE: "CASE WHEN NOT (IS_INF({0}) OR IS_NAN({0})) THEN {0} END",
    EngineFunction.TRY_NUMBER: "SAFE_CAST({0} AS FLOAT64)",
    EngineFunction.CONTAINS: "(STRPOS({0}, {1}) > 0)",
    EngineFunction.MATCHES_PART: "REGEXP_CONTAINS({0}, {1})",
    EngineFunction.MATCHES_WHOLE: "REGEXP_CONTAINS({0}, CONCAT('^(?:', {1}, ')$'))",
    EngineFunction.QUANTILE: _quantile,
    EngineFunction.MEDIAN_OVER: "PERCENTILE_CONT({0}, 0.5)",
    EngineFunction.MONTHS_AFTER: "DATE_ADD({0}, INTERVAL {1} MONTH)",
    EngineFunction.WEEKS_BEFORE: "DATE_SUB({0}, INTERVAL {1} WEEK)",
    EngineFunction.DAYS_AFTER: "DATE_ADD({0}, INTERVAL {1} DAY)",
    EngineFunction.DAYS_BETWEEN: "DATE_DIFF({1}, {0}, DAY)",
    EngineFunction.SECONDS_BETWEEN: "DATETIME_DIFF({1}, {0}, SECOND)",
    EngineFunction.PSEUDONYM: (
        f"CONCAT('{PSEUDONYM_PREFIX}', SUBSTR(TO_HEX(SHA256(CONCAT({{0}}, {{1}}))), 1, {PSEUDONYM_DIGITS}))"
    ),
}


class _Compiler(PGCompiler):
    """Writes @p1, @p2, … and casts the values that have no type of their own on the wire."""

    def _process_numeric(self) -> None:
        # SQLAlchemy's own styles of numbered parameters know the signs : and $ alone.
        self._numeric_binds_identifier_char = "@p"
        super()._process_numeric()  # type: ignore[no-untyped-call]

    def visit_bindparam(self, bindparam: sa.BindParameter[Any], *args: Any, **keywords: Any) -> str:
        text = str(super().visit_bindparam(bindparam, *args, **keywords))  # type: ignore[no-untyped-call]
        if isinstance(bindparam.type, DateTime):
            return f"CAST({text} AS DATETIME)"
        return f"CAST({text} AS DATE)" if isinstance(bindparam.type, Date) else text


class _Preparer(PGIdentifierPreparer):
    """Quotes every identifier with backticks; our own schema becomes the project and dataset that were published to."""

    def __init__(self, dialect: "BigQueryDialect") -> None:
        super().__init__(dialect, initial_quote="`")
        self._published = dialect.published

    def _requires_quotes(self, value: str) -> bool:  # noqa: ARG002 - every value alike
        return True

    def quote_schema(self, schema: str) -> str:
        """Write where the tables lie."""
        parts = self._published if schema == SCHEMA else (schema,)
        return ".".join(self.quote_identifier(part) for part in parts)


class _Types(PGTypeCompiler):
    """BigQuery's own names of types."""

    def visit_TEXT(self, type_: object, **keywords: object) -> str:  # noqa: ARG002, N802 - SQLAlchemy's signature
        return "STRING"

    def visit_BIGINT(self, type_: object, **keywords: object) -> str:  # noqa: ARG002, N802 - as above
        return "INT64"

    def visit_double(self, type_: object, **keywords: object) -> str:  # noqa: ARG002 - as above
        return "FLOAT64"

    def visit_BOOLEAN(self, type_: object, **keywords: object) -> str:  # noqa: ARG002, N802 - as above
        return "BOOL"

    def visit_datetime(self, type_: object, **keywords: object) -> str:  # noqa: ARG002 - as above
        return "DATETIME"


class BigQueryDialect(PGDialect):
    """Renders GoogleSQL with @p1, @p2, … over tables of one dataset, by default of the project that pays."""

    name = "bigquery"
    default_paramstyle = "numeric_dollar"
    supports_statement_cache = False
    div_is_floordiv = False
    statement_compiler = _Compiler
    type_compiler_cls = _Types
    preparer: type[PGIdentifierPreparer] = _Preparer
    spellings: Mapping[EngineFunction, str | Callable[..., str]] = _BIGQUERY

    def __init__(self, dataset: str = "belvedere", project: str = "") -> None:
        # The preparer reads it while the parent is being made.
        self.published = (project, dataset) if project else (dataset,)
        super().__init__(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
