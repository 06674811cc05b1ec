"""Item + state → the getData requests that Looker Studio would issue for it; pure.

The viewer's `src/requests.ts` is the twin of this module; the golden files of
tests/looker_templates/golden hold both to the same answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, TypedDict

from looker_templates.spec import DropdownControl, Item, Report, SourceSpec

Purpose = Literal["main", "compare", "sparkline", "total"]

ALL_TIME = (date(2000, 1, 1), date(2050, 12, 31))
"""Looker Studio always sends a range; this one holds every day of the calendar."""


class FieldName(TypedDict):
    """A requested field."""

    name: str


class Clause(TypedDict):
    """One condition of `dimensionsFilters`."""

    fieldName: str
    type: Literal["INCLUDE"]
    operator: Literal["IN_LIST", "IS_NULL"]
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


@dataclass(frozen=True)
class PageState:
    """What the reader chose; `end` is the last day of the period, and a filter value of None is "(not set)"."""

    workspace: str
    start: date
    end: date
    client: str | None = None
    filters: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)


def earlier_range(start: date, end: date) -> tuple[date, date]:
    """Give the period of the same length that ends the day before."""
    length = end - start
    return start - timedelta(days=1) - length, start - timedelta(days=1)


def item_requests(report: Report, item: Item, state: PageState) -> list[Ask]:
    """List the requests of one item, the main one first."""
    source = report.sources[item.source]
    dimensions = [] if item.type == "kpi" else list(item.dimensions)
    counts = [item.min_n.metric] if item.type in ("kpi", "bar") and item.min_n else []
    now = (state.start, state.end)
    asks = [Ask("main", _body(source, [*dimensions, *item.metrics, *counts], now, state))]
    if item.type in ("kpi", "time_series") and item.compare:
        earlier = earlier_range(*now)
        asks.append(Ask("compare", _body(source, [*dimensions, *item.metrics], earlier, state)))
    if item.type == "kpi" and item.sparkline:
        asks.append(Ask("sparkline", _body(source, [item.sparkline, *item.metrics], now, state)))
    if item.type in ("donut", "bar") or (item.type == "table" and item.totals):
        asks.append(Ask("total", _body(source, list(item.metrics), now, state)))
    return asks


def control_request(report: Report, control: DropdownControl, state: PageState) -> DataRequest | None:
    """Ask for the values to choose from: under every filter but the control's own."""
    if control.source is None or control.dimension is None or control.order_by is None:
        return None
    source = report.sources[control.source]
    fields = [control.dimension, control.order_by]
    return _body(source, fields, (state.start, state.end), state, without=control.dimension)


def extent_request(report: Report, alias: str, day: str, metric: str, state: PageState) -> DataRequest:
    """Ask which days have data at all, under the same filters."""
    return _body(report.sources[alias], [day, metric], ALL_TIME, state)


def _body(
    source: SourceSpec, names: list[str], dates: tuple[date, date], state: PageState, *, without: str = ""
) -> DataRequest:
    params = {"workspace": state.workspace, "dataset": source.dataset}
    if state.client:
        params["client"] = state.client
    body: DataRequest = {
        "configParams": params,
        "dateRange": {"startDate": dates[0].isoformat(), "endDate": dates[1].isoformat()},
        "fields": [{"name": name} for name in dict.fromkeys(names)],
    }
    filters = [
        _clauses(dimension, values)
        for dimension, values in sorted(state.filters.items())
        if values and dimension != without and source.has(dimension)
    ]
    if filters:
        body["dimensionsFilters"] = filters
    return body


def _clauses(dimension: str, values: tuple[str | None, ...]) -> list[Clause]:
    listed = sorted(value for value in values if value is not None)
    clauses: list[Clause] = []
    if listed:
        clauses.append({"fieldName": dimension, "type": "INCLUDE", "operator": "IN_LIST", "values": listed})
    if None in values:
        clauses.append({"fieldName": dimension, "type": "INCLUDE", "operator": "IS_NULL", "values": []})
    return clauses
