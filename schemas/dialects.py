"""Engines as text: SQLAlchemy's PostgreSQL compiler plus one table of spellings. No engine is connected here."""

from sqlalchemy.dialects.postgresql.base import PGCompiler, PGDialect, PGIdentifierPreparer, PGTypeCompiler
from sqlalchemy.types import Double, Text

from schemas.functions import EngineFunction

_DUCKDB: dict[EngineFunction, str] = {
    EngineFunction.BUCKET: "CAST(date_trunc({0}, {1}) AS DATE)",
    EngineFunction.DATE_TEXT: "strftime({0}, {1})",
    EngineFunction.HOUR: "hour({0})",
    EngineFunction.WEEKDAY: "dayofweek({0})",
    EngineFunction.TWO_DIGITS: "lpad(CAST({0} AS VARCHAR), 2, '0')",
    EngineFunction.DECIMAL_TEXT: "rtrim(rtrim(format('{{:.12f}}', {0}), '0'), '.')",
    EngineFunction.FINITE: "CASE WHEN isfinite({0}) THEN {0} END",
    EngineFunction.TRY_NUMBER: "TRY_CAST({0} AS DOUBLE)",
    EngineFunction.CONTAINS: "contains({0}, {1})",
    # `~` changed its meaning between DuckDB 1.5 and 2.0; these two did not.
    EngineFunction.MATCHES_PART: "regexp_matches({0}, {1})",
    EngineFunction.MATCHES_WHOLE: "regexp_full_match({0}, {1})",
    EngineFunction.QUANTILE: "quantile_cont({0}, {1})",
    EngineFunction.MEDIAN: "median({0})",
    EngineFunction.MEDIAN_DEVIATION: "mad({0})",
    EngineFunction.WEEKS_BEFORE: "({0} - CAST(7 * {1} AS INTEGER))",
    EngineFunction.NUMBERS_UP_TO: "unnest(range(1, {0} + 1))",
}


class _QuoteEverything(PGIdentifierPreparer):
    """Quotes every identifier, so that no column name can be mistaken for a keyword."""

    def _requires_quotes(self, value: str) -> bool:  # noqa: ARG002 - every value alike
        return True


class _DuckDBTypes(PGTypeCompiler):
    """DuckDB's own names of types."""

    def visit_TEXT(self, type_: Text, **keywords: object) -> str:  # noqa: ARG002, N802 - SQLAlchemy's signature
        return "VARCHAR"

    def visit_double(self, type_: Double[float], **keywords: object) -> str:  # noqa: ARG002 - as above
        return "DOUBLE"


class DuckDBDialect(PGDialect):
    """Renders DuckDB text with $1, $2, … for the native cursor."""

    name = "duckdb"
    default_paramstyle = "numeric_dollar"
    supports_statement_cache = False
    # DuckDB's division of integers gives a DOUBLE, so no divisor needs a cast (to DECIMAL, which would cut decimals).
    div_is_floordiv = False
    statement_compiler = PGCompiler
    type_compiler_cls = _DuckDBTypes
    preparer = _QuoteEverything
    spellings = _DUCKDB

    def __init__(self) -> None:
        super().__init__(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
