"""Checks a template against the catalogue: what it asks for exists, fits together and is drawn as it may be drawn."""

from collections.abc import Iterator

from looker_templates.items import Item
from looker_templates.spec import DropdownControl, Report
from schemas import Additivity, SemanticModel

MOST_FIELDS = 20
"""Looker Studio splits larger requests, and their rows need not line up again."""


def lint_report(report: Report, model: SemanticModel) -> list[str]:
    """List everything that is wrong, each with its place; an empty list means the template can be used."""
    return [
        *_sources(report, model),
        *(problem for item in report.items for problem in _item(report, model, item)),
        *_controls(report),
        *_labels(report),
    ]


def fields_of(item: Item) -> list[str]:
    """Name every field that the item's requests ask for, without repeats."""
    names = [] if item.type == "kpi" else list(item.dimensions)
    names += item.metrics
    if item.type == "kpi" and item.sparkline:
        names.append(item.sparkline)
    if item.type in ("kpi", "bar") and item.min_n:
        names.append(item.min_n.metric)
    return list(dict.fromkeys(names))


def _sources(report: Report, model: SemanticModel) -> Iterator[str]:
    for alias, source in report.sources.items():
        if source.dataset not in model.datasets:
            yield f"sources.{alias}: there is no dataset '{source.dataset}'."
            continue
        known = model.datasets[source.dataset].fields
        for name in (*source.required, *source.optional):
            if name not in known:
                yield f"sources.{alias}: the dataset '{source.dataset}' has no field '{name}'."


def _item(report: Report, model: SemanticModel, item: Item) -> Iterator[str]:
    source = report.sources[item.source]
    names = fields_of(item)
    for name in names:
        if not source.has(name):
            yield f"{item.id}: '{name}' is not among the fields of sources.{item.source}."
    if len(names) > MOST_FIELDS:
        yield f"{item.id}: asks for {len(names)} fields; {MOST_FIELDS} is the most."
    for name in item.metrics:
        if name not in model.metrics:
            yield f"{item.id}: '{name}' is not a metric."
    yield from _days(model, item)
    yield from _drawing(model, item)


def _days(model: SemanticModel, item: Item) -> Iterator[str]:
    """Time runs along a calendar dimension, at the grain of the metrics that have one."""
    if item.type == "time_series":
        along = item.dimensions[0]
    elif item.type == "kpi" and item.sparkline:
        along = item.sparkline
    else:
        return
    dimension = model.dimensions.get(along)
    if dimension is None or dimension.grain is None:
        yield f"{item.id}: '{along}' is not a calendar dimension."
    elif along != "date_day":
        yield f"{item.id}: only date_day can be drawn along time; '{along}' cannot yet."


def _drawing(model: SemanticModel, item: Item) -> Iterator[str]:
    metrics = [model.metrics[name] for name in item.metrics if name in model.metrics]
    if item.type == "kpi":
        for metric in metrics:
            if item.direction != metric.direction:
                yield f"{item.id}: direction is '{item.direction}'; the catalogue says '{metric.direction}'."
    if item.type == "donut":
        for metric in metrics:
            if metric.additivity is not Additivity.ADDITIVE:
                yield f"{item.id}: '{metric.name}' cannot be added up, so its parts do not make a whole."
    if item.type == "table":
        if item.totals:
            for metric in metrics:
                if metric.additivity in (Additivity.SEMI_ADDITIVE, Additivity.NON_ADDITIVE):
                    yield f"{item.id}: '{metric.name}' takes no total row."
        for name in sorted(set(item.style.columns) - set(item.metrics)):
            yield f"{item.id}: style.columns names '{name}', which is not a metric of the table."
    if item.type in ("bar", "table"):
        for key in item.sort:
            if key.field not in fields_of(item):
                yield f"{item.id}: sorts by '{key.field}', which it does not ask for."


def _controls(report: Report) -> Iterator[str]:
    for control in report.controls:
        if not isinstance(control, DropdownControl) or control.source is None:
            continue
        for name in (control.dimension, control.order_by):
            if name and not report.sources[control.source].has(name):
                yield f"{control.id}: '{name}' is not among the fields of sources.{control.source}."


def _labels(report: Report) -> Iterator[str]:
    for name in (*report.fields, *report.goals):
        if not any(source.has(name) for source in report.sources.values()):
            yield f"'{name}' has a label or a goal, but no source has the field."
