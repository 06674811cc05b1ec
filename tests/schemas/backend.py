"""Answers getSchema and getData from a connection, the way the API does, without HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb

from schemas import (
    Compiled,
    DateRange,
    Filter,
    Money,
    Query,
    Scope,
    SemanticModel,
    compile_query,
    looker_schema,
)
from tests.looker_simulator import Field, read_fields

EVERYONE = ("acme", "beta")


@dataclass
class Backend:
    """One dataset of one database."""

    model: SemanticModel
    connection: duckdb.DuckDBPyConnection
    money: Money = field(default_factory=Money)
    scope: Sequence[str] = EVERYONE
    dataset: str = "tickets"
    today: date | None = None
    now: datetime | None = None  # noon of today unless given

    def schema(self) -> list[dict[str, Any]]:
        """Answer getSchema."""
        return looker_schema(self.model, self.dataset, money=self.money)

    @property
    def fields(self) -> dict[str, Field]:
        """Read the schema as Looker Studio does."""
        return read_fields(self.schema())

    def query(self, body: Mapping[str, Any]) -> Query:
        """Turn a getData request into a question."""
        known = self.model.datasets[self.dataset]
        wanted = [item["name"] for item in body["fields"] if not item.get("forFilterOnly")]
        dates = body.get("dateRange")
        return Query(
            dataset=self.dataset,
            dimensions=tuple(name for name in wanted if name not in known.metrics),
            metrics=tuple(name for name in wanted if name in known.metrics),
            scope=Scope(frozenset(self.scope)),
            dates=dates and _dates(dates["startDate"], dates["endDate"]),
            filters=tuple(tuple(_filter(clause) for clause in group) for group in body.get("dimensionsFilters", ())),
            filter_only=tuple(item["name"] for item in body["fields"] if item.get("forFilterOnly")),
            money=self.money,
            columns=tuple(item["name"] for item in body["fields"]),
            today=self.today,
            now=self.now or (datetime.combine(self.today, time(12)) if self.today else None),
        )

    def compile(self, body: Mapping[str, Any]) -> Compiled:
        """Write the statement of a getData request."""
        return compile_query(self.model, self.query(body))

    def data(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer getData."""
        compiled = self.compile(body)
        rows = self.connection.execute(compiled.sql, list(compiled.parameters)).fetchall()
        names = [item[0] for item in self.connection.description or ()]
        assert names == [column.name for column in compiled.columns]
        kinds = {item["name"]: item["dataType"] for item in self.schema()}
        return {
            "schema": [{"name": column.name, "dataType": kinds[column.name]} for column in compiled.columns],
            "rows": [{"values": list(row)} for row in rows],
            "filtersApplied": compiled.filters_applied,
        }

    def sql(self, text: str) -> list[tuple[Any, ...]]:
        """Run a hand-written statement."""
        return self.connection.execute(text).fetchall()


def _dates(first: str, last: str) -> DateRange:
    return DateRange(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))


def _filter(clause: Mapping[str, Any]) -> Filter:
    return Filter(clause["fieldName"], clause["operator"], tuple(clause["values"]), clause["type"] == "EXCLUDE")
