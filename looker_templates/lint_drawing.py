"""Checks what a kind of chart may draw: wholes that add up, time at the grain of its metrics, totals that exist."""

from collections.abc import Iterator

from looker_templates.fields import item_dimensions, item_metrics
from looker_templates.items import DataItem
from schemas import Additivity, SemanticModel

_PARTS = ("donut", "treemap")
_OF_METRICS = ("bar", "heat", "change")
_ALONG_TIME = ("time_series", "tracker")
_NO_TOTALS = (Additivity.SEMI_ADDITIVE, Additivity.NON_ADDITIVE)


def lint_drawing(model: SemanticModel, item: DataItem) -> Iterator[str]:
    """List what an item draws that its kind of chart, or its metrics, do not allow."""
    yield from _time(model, item)
    metrics = [model.metrics[name] for name in item_metrics(item) if name in model.metrics]
    if item.type == "kpi":
        for metric in metrics:
            if item.direction != metric.direction:
                yield f"{item.id}: direction is '{item.direction}'; the catalogue says '{metric.direction}'."
    if item.type in _PARTS or (item.type in ("column", "bar") and item.stacked):
        for metric in metrics:
            if metric.additivity not in (Additivity.ADDITIVE, Additivity.SEMI_ADDITIVE):
                yield f"{item.id}: '{metric.name}' cannot be added up, so its parts do not make a whole."
    if item.type == "table":
        if item.totals:
            for metric in metrics:
                if metric.additivity in _NO_TOTALS:
                    yield f"{item.id}: '{metric.name}' takes no total row."
        for name, style in sorted(item.style.columns.items()):
            columns = item.metrics if style.cell in _OF_METRICS else [*item.metrics, *item.dimensions, *item.drill]
            if name not in columns:
                yield f"{item.id}: style.columns names '{name}', which is no column that can have it."
    if item.type == "pivot" and item.totals:
        for metric in metrics:
            if metric.additivity in _NO_TOTALS:
                yield f"{item.id}: '{metric.name}' takes no totals."
    if item.type == "combo":
        yield from _among(item.id, "lines", item.lines, item.metrics)
    if item.type == "waterfall":
        yield from _among(item.id, "minus", item.minus, item.metrics)
    if item.type == "time_series":
        yield from _among(item.id, "roles", list(item.roles), item.metrics)
    if item.type in ("bar", "table") and item.drill and item.drill[0] not in item.dimensions[:1]:
        yield f"{item.id}: drill begins with the dimension that is drawn first."


def _time(model: SemanticModel, item: DataItem) -> Iterator[str]:
    """Time runs along a calendar dimension."""
    if item.type in _ALONG_TIME:
        along = item_dimensions(item)[0]
    elif item.type == "kpi" and item.sparkline:
        along = item.sparkline
    else:
        return
    dimension = model.dimensions.get(along)
    if dimension is None or dimension.grain is None:
        yield f"{item.id}: '{along}' is not a calendar dimension."


def _among(place: str, what: str, names: list[str], metrics: list[str]) -> Iterator[str]:
    for name in names:
        if name not in metrics:
            yield f"{place}: {what} names '{name}', which is not among its metrics."
