"""Turns a query compiled for BigQuery into the configuration that Looker Studio runs by itself; no client is needed.

The rows never pass this program: Looker Studio sends the statement to BigQuery with the token that goes with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from schemas import BigQueryDialect, Compiled, Query, SemanticModel, compile_query
from warehouse.duckdb import open_scratch
from warehouse.queries import try_patterns

JsonObject = dict[str, object]


@dataclass(frozen=True)
class BigQueryPlace:
    """Where the published tables lie and who pays for the queries."""

    billing_project: str
    dataset: str
    project: str = ""  # of the tables; the billing project by default

    @property
    def dialect(self) -> BigQueryDialect:
        """Return the dialect that writes the names of these tables."""
        return BigQueryDialect(self.dataset, self.project or self.billing_project)


def compile_for_bigquery(model: SemanticModel, query: Query, place: BigQueryPlace) -> Compiled:
    """Plan, build and render a question for the published tables."""
    return compile_query(model, query, place.dialect)


def check_patterns(compiled: Compiled) -> None:
    """Try the regular expressions of a query on DuckDB, whose dialect of them, RE2, is BigQuery's too."""
    if compiled.patterns:
        with open_scratch() as connection:
            try_patterns(connection, compiled)


def query_configuration(
    compiled: Compiled, place: BigQueryPlace, access_token: str, names: Sequence[tuple[str, str]] = ()
) -> JsonObject:
    """Return the answer of getData that stands for rows: statement, parameters, who pays and the right to run it.

    `names` are the columns of the answer and the ids that they go by, where these differ from the query's own.
    """
    return {
        "dataConfig": {
            "type": "BIGQUERY",
            "bigQueryConnectorConfig": {
                "billingProjectId": place.billing_project,
                "query": _renamed(compiled, names),
                "useStandardSql": True,
                "queryParameters": wire_parameters(compiled),
            },
        },
        "authConfig": {"accessToken": access_token},
    }


def _renamed(compiled: Compiled, names: Sequence[tuple[str, str]]) -> str:
    own = [(column.name, column.name) for column in compiled.columns]
    if not names or list(names) == own:
        return compiled.sql
    columns = ", ".join(f"`{column}` AS `{name}`" for column, name in names)
    return f"SELECT {columns} FROM ({compiled.sql})"  # noqa: S608 - ids of the catalogue


def wire_parameters(compiled: Compiled) -> list[JsonObject]:
    """Return the values of @p1, @p2, …, each as text beside one of the four types that Looker Studio passes on."""
    return [
        {"name": f"p{place}", "parameterType": {"type": kind}, "parameterValue": {"value": text}}
        for place, (kind, text) in enumerate(map(_typed, compiled.parameters), start=1)
    ]


def _typed(value: object) -> tuple[str, str]:
    match value:
        case bool():
            return "BOOL", "true" if value else "false"
        case int():
            return "INT64", str(value)
        case float():
            return "FLOAT64", repr(value)
        case datetime():
            return "STRING", value.isoformat(sep=" ")
        case date():
            return "STRING", value.isoformat()
    return "STRING", str(value)
