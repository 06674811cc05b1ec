"""The messages of POST /v1/looker/data, as Looker Studio writes them."""

from dataclasses import dataclass
from typing import Literal, TypedDict

Purpose = Literal[
    "main", "compare", "sparkline", "total", "rows", "columns", "goal", "top", "annotations",
    "left", "right", "fact", "fact_earlier", "fact_goal",
]  # fmt: skip


class FieldName(TypedDict):
    """A requested field."""

    name: str


class Clause(TypedDict):
    """One condition of `dimensionsFilters`."""

    fieldName: str
    type: Literal["INCLUDE", "EXCLUDE"]
    operator: Literal["IN_LIST", "IS_NULL", "CONTAINS", "BETWEEN"]
    values: list[str]


class DataRequestRequired(TypedDict):
    """The parts of a getData body that are always there."""

    configParams: dict[str, str]
    dateRange: dict[str, str]
    fields: list[FieldName]


class DataRequest(DataRequestRequired, total=False):
    """The body of POST /v1/looker/data."""

    dimensionsFilters: list[list[Clause]]


@dataclass(frozen=True)
class Ask:
    """One request and what its answer is for."""

    purpose: Purpose
    body: DataRequest
