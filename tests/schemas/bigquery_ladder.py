"""Proves BigQuery text without BigQuery: resolves and types it, checks it against rules, and runs it on DuckDB."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import cast

import duckdb
import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from schemas import BigQueryDialect, Compiled, SemanticModel
from schemas.reserved import words
from warehouse.bigquery import wire_parameters
from warehouse.load_plan import BIGQUERY_TYPES
from warehouse.publish import published_tables

DATASET = "normalised"  # so that the text, put back into DuckDB's words, finds its tables
DIALECT = BigQueryDialect(DATASET)

# Every function that a statement may call: in GoogleSQL, and known to mean there what we want.
ALLOWED = words(
    "ABS ANY_VALUE APPROX_QUANTILES CAST COALESCE CONCAT COUNT DATETIME_DIFF DATE_ADD DATE_DIFF DATE_SUB DATE_TRUNC "
    "DIV EXTRACT FORMAT FORMAT_DATE FORMAT_DATETIME GREATEST IS_INF IS_NAN LAG LAST_DAY LEAST LPAD MAX MIN NULLIF "
    "OFFSET PERCENTILE_CONT POWER REGEXP_CONTAINS ROW_NUMBER RTRIM SAFE_CAST SQRT STRPOS SUM WEEK"
)

# Words that a bracket may follow although they are no functions.
_WORDS = words("ALL AND AS BETWEEN BY CASE ELSE EXISTS FROM HAVING IN JOIN NOT ON OR OVER SELECT THEN WHEN WHERE")

Tables = Mapping[str, Mapping[str, str]]


def tables_of(model: SemanticModel) -> dict[str, dict[str, str]]:
    """List the columns of every published table with their BigQuery types."""
    return {
        table: {name: BIGQUERY_TYPES[kind] for name, kind in columns} for table, columns, _ in published_tables(model)
    }


def complaints(sql: str, parameters: Mapping[str, str], tables: Tables) -> list[str]:
    """Say what BigQuery would refuse, or would read as something else than we mean; `parameters` are name → type."""
    try:
        tree = _parsed(sql)
        outer = [join.sql("bigquery") for join in tree.find_all(exp.Join) if join.side or join.kind == "OUTER"]
        typed = _typed(tree, parameters, tables)
    except SqlglotError as error:
        return [str(error).splitlines()[0]]
    return [
        *(f"unknown function {name}" for name in _functions(sql) if name not in ALLOWED),
        *(f"outer join: {text[:80]}" for text in outer),
        *_wrong_comparisons(typed),
        *_wrong_partitions(typed),
        *_wrong_selects(tree),
        *_correlated(typed),
        *(
            f"no type: {column.alias_or_name} = {column.sql('bigquery')[:80]}"
            for column in cast(exp.Select, typed).selects
            if _kind(column) == "UNKNOWN"
        ),
    ]


@lru_cache(maxsize=4)
def _parsed(sql: str) -> exp.Expr:
    """Parse a statement; both the checks and the translation need it, and either copies before it changes a thing."""
    return sqlglot.parse_one(sql, dialect="bigquery")


def _typed(tree: exp.Expr, parameters: Mapping[str, str], tables: Tables) -> exp.Expr:
    def declared(node: exp.Expr) -> exp.Expr:
        # A parameter has the type that travels with it, which only a cast can tell the type checker.
        return exp.cast(node, parameters[node.name], dialect="bigquery") if isinstance(node, exp.Parameter) else node

    schema: dict[str, object] = {DATASET: {name: dict(columns) for name, columns in tables.items()}}
    tree = qualify(tree.transform(declared), schema=schema, dialect="bigquery")
    return annotate_types(tree, schema=schema, dialect="bigquery")


def _functions(sql: str) -> Iterator[str]:
    """Name the functions as the text spells them: the tree has them in sqlglot's own words, foreign ones too."""
    tokens = sqlglot.tokenize(sql, read="bigquery")
    for token, following in pairwise(tokens):
        is_word = token.text.isidentifier() and token.token_type is not TokenType.IDENTIFIER
        if is_word and following.token_type is TokenType.L_PAREN and token.text.upper() not in _WORDS:
            yield token.text.upper()


def _kind(node: exp.Expr) -> str:
    type_ = node.type.this.value if node.type is not None else "UNKNOWN"
    return {"BIGINT": "NUMBER", "INT": "NUMBER", "DOUBLE": "NUMBER", "TEXT": "VARCHAR"}.get(type_, type_)


def _wrong_comparisons(tree: exp.Expr) -> Iterator[str]:
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Coalesce):
        others = node.expressions if isinstance(node, exp.In | exp.Coalesce) else [node.expression]
        if isinstance(node, exp.In) and node.args.get("query"):
            others = cast(exp.Select, cast(exp.Subquery, node.args["query"]).unnest()).selects
        kinds = {_kind(node.this), *map(_kind, others)} - {"NULL"}
        if len(kinds) > 1:
            yield f"{' and '.join(sorted(kinds))} meet: {node.sql('bigquery')[:120]}"


def _wrong_partitions(tree: exp.Expr) -> Iterator[str]:
    for window in tree.find_all(exp.Window):
        for part in window.args.get("partition_by") or ():
            if part.type is not None and part.type.this == exp.DataType.Type.DOUBLE:
                yield f"partition by FLOAT64: {part.sql('bigquery')}"


def _wrong_selects(tree: exp.Expr) -> Iterator[str]:
    """Find what DuckDB allows in a SELECT and BigQuery does not, or reads as another type."""
    for select in tree.find_all(exp.Select):
        if select.args.get("where") and not select.args.get("from_"):
            yield f"WHERE without FROM: {select.sql('bigquery')[:80]}"
        if any(isinstance(column.unalias(), exp.Null) for column in select.selects):
            yield f"a NULL without a type, which is an INT64: {select.sql('bigquery')[:80]}"
        group = select.args.get("group")
        for place in group.expressions if group else ():
            if isinstance(place, exp.Literal) and not list(select.selects[int(place.name) - 1].find_all(exp.Column)):
                yield f"GROUP BY a constant: {select.selects[int(place.name) - 1].sql('bigquery')}"


def _correlated(tree: exp.Expr) -> Iterator[str]:
    """Find subqueries that look out at their surroundings: only some kinds can be run."""
    for scope in traverse_scope(tree):
        if scope.is_correlated_subquery:
            yield f"correlated subquery: {scope.expression.sql('bigquery')[:120]}"


def parameter_types(compiled: Compiled) -> dict[str, str]:
    """Return the type that travels with each parameter."""
    return {str(one["name"]): cast(dict[str, str], one["parameterType"])["type"] for one in wire_parameters(compiled)}


def as_duckdb(sql: str) -> str:
    """Put BigQuery text back into DuckDB's words, from its tree."""
    return str(_parsed(sql).transform(_in_duckdb).sql("duckdb"))


def run_on_duckdb(connection: duckdb.DuckDBPyConnection, compiled: Compiled) -> list[tuple[object, ...]]:
    """Run a statement that was compiled for BigQuery, its values bound as the text that travels."""
    return connection.execute(as_duckdb(compiled.sql), bound(compiled)).fetchall()


def bound(compiled: Compiled) -> dict[str, object]:
    """Return the parameters as values of the four wire types."""
    return {str(one["name"]): _value(one) for one in wire_parameters(compiled)}


def _value(one: Mapping[str, object]) -> object:
    kind = cast(dict[str, str], one["parameterType"])["type"]
    text = cast(dict[str, str], one["parameterValue"])["value"]
    if kind == "BOOL":
        return text == "true"
    return {"STRING": str, "INT64": int, "FLOAT64": float}[kind](text)


def _in_duckdb(node: exp.Expr) -> exp.Expr:
    """Translate what sqlglot leaves as it is although DuckDB means something else by it."""
    match node:
        case exp.Extract() if node.name.upper() == "DAYOFWEEK":
            # Sunday is 1 in BigQuery and 0 in DuckDB.
            return exp.paren(exp.Add(this=exp.func("dayofweek", node.expression), expression=exp.Literal.number(1)))
        case exp.Format():
            return exp.Anonymous(this="printf", expressions=[node.this, *node.expressions])
        case exp.TimeToStr() if node.text("format") == "%Y%Q":
            day = cast(exp.Expr, node.this)
            year = exp.Anonymous(this="strftime", expressions=[exp.cast(day, "date"), exp.Literal.string("%Y")])
            return exp.paren(exp.DPipe(this=year, expression=exp.func("quarter", exp.cast(day, "date"))))
        case exp.Bracket() if isinstance(node.this, exp.ApproxQuantiles):
            # The estimate of thousandths becomes the exact quantile: the place in the list is what is proved.
            place, buckets = int(node.expressions[0].name), int(node.this.expression.name)
            return exp.Anonymous(
                this="quantile_cont", expressions=[node.this.this, exp.Literal.number(str(place / buckets))]
            )
    return node
