"""Engines as text: SQLAlchemy's PostgreSQL compiler plus one table of spellings. No engine is connected here."""

from typing import Any, cast

from sqlalchemy.dialects.postgresql.base import PGCompiler, PGDialect, PGIdentifierPreparer, PGTypeCompiler
from sqlalchemy.sql.elements import BinaryExpression, ClauseList
from sqlalchemy.types import Double, Text

from schemas.functions import EngineFunction
from schemas.personal import PSEUDONYM_DIGITS, PSEUDONYM_PREFIX

_DUCKDB: dict[EngineFunction, str] = {
    EngineFunction.BUCKET: "CAST(date_trunc({0}, {1}) AS DATE)",
    EngineFunction.WEEK_BUCKET: "(CAST(date_trunc('week', {0} - {1}) AS DATE) + {1})",
    EngineFunction.WEEK_TEXT: (
        "(strftime({0} + 3, '%Y') || lpad(CAST((dayofyear({0} + 3) - 1) // 7 + 1 AS VARCHAR), 2, '0'))"
    ),
    EngineFunction.DATE_TEXT: "strftime({0}, {1})",
    EngineFunction.QUARTER_TEXT: "(strftime({0}, '%Y') || quarter({0}))",
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
    EngineFunction.MEDIAN_OVER: "median({0})",
    EngineFunction.WEEKS_BEFORE: "({0} - CAST(7 * {1} AS INTEGER))",
    EngineFunction.MONTHS_AFTER: "({0} + to_months({1}))",
    EngineFunction.DAYS_AFTER: "({0} + {1})",
    EngineFunction.DAYS_BETWEEN: "date_diff('day', {0}, {1})",
    EngineFunction.SECONDS_BETWEEN: "date_diff('second', {0}, {1})",
    EngineFunction.PSEUDONYM: f"('{PSEUDONYM_PREFIX}' || substr(sha256({{0}} || {{1}}), 1, {PSEUDONYM_DIGITS}))",
}

_SHORT_LIST = 16  # a longer list is hashed by IN, which then does not cost more
_ROW_ID = "source_id"


class _QuoteEverything(PGIdentifierPreparer):
    """Quotes every identifier, so that no column name can be mistaken for a keyword."""

    def _requires_quotes(self, value: str) -> bool:  # noqa: ARG002 - every value alike
        return True


class _DuckDBCompiler(PGCompiler):
    """Writes membership in a short list of texts so that DuckDB decides it once per distinct text."""

    def visit_in_op_binary(self, binary: BinaryExpression[Any], operator: object, **keywords: object) -> str:  # noqa: ARG002
        """Write `column IN (…)`, as a list function where that is quicker."""
        column, values = binary.left, getattr(binary.right, "element", None)
        few = isinstance(values, ClauseList) and 2 <= len(values.clauses) <= _SHORT_LIST
        # Ids of rows are nearly in order, so that IN can skip most of them.
        if few and isinstance(column.type, Text) and getattr(column, "name", "") != _ROW_ID:
            listed = self.process(cast(ClauseList, values), **keywords)
            return f"list_contains([{listed}], {self.process(column, **keywords)})"
        return f"{self.process(column, **keywords)} IN {self.process(binary.right, **keywords)}"


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
    statement_compiler = _DuckDBCompiler
    type_compiler_cls = _DuckDBTypes
    preparer = _QuoteEverything
    spellings = _DUCKDB

    def __init__(self) -> None:
        super().__init__(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
