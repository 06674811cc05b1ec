"""Short ways to ask as Looker Studio asks."""

from dataclasses import dataclass
from typing import Any

import httpx2

from tests.api.serving import Served

ALL_DAYS = {"startDate": "2025-01-01", "endDate": "2025-12-31"}


@dataclass(frozen=True)
class Rows:
    """An answer of getData."""

    names: list[str]
    values: list[list[Any]]
    filters_applied: bool

    def single(self) -> list[Any]:
        assert len(self.values) == 1, self.values
        return self.values[0]

    def by_first(self) -> dict[Any, Any]:
        return {row[0]: row[1] if len(row) == 2 else row[1:] for row in self.values}


def post(served: Served, path: str, body: object, key: str | None = None) -> httpx2.Response:
    with served.client(key) as client:
        return client.post(f"/v1/looker/{path}", json=body)


def body_of(*fields: str | dict[str, Any], client: object = None, **rest: Any) -> dict[str, Any]:
    """Return a getData body for the tickets of workspace main."""
    params: dict[str, Any] = {"dataset": "tickets"} if client is None else {"dataset": "tickets", "client": client}
    wishes = [{"name": field} if isinstance(field, str) else field for field in fields]
    return {"configParams": params, "dateRange": ALL_DAYS, "fields": wishes, **rest}


def ask(served: Served, body: dict[str, Any], key: str | None = None) -> Rows:
    answer = post(served, "data", body, key)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert list(document) == ["schema", "rows", "filtersApplied"]
    assert document["filtersApplied"] is True or document["filtersApplied"] is False
    names = [field["name"] for field in document["schema"]]
    values = [row["values"] for row in document["rows"]]
    assert all(len(row) == len(names) for row in values)
    return Rows(names, values, document["filtersApplied"])


def refused(served: Served, body: dict[str, Any], status: int, code: str, key: str | None = None) -> dict[str, Any]:
    answer = post(served, "data", body, key)
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"] == code, error
    return error


def condition(field: str, operator: str, *values: object, exclude: bool = False) -> dict[str, Any]:
    """Return one clause of a filter."""
    kind = "EXCLUDE" if exclude else "INCLUDE"
    return {"fieldName": field, "type": kind, "operator": operator, "values": list(values)}
