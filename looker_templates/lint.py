"""Checks a template against the catalogue: what it asks for exists, fits together and is drawn as it may be drawn."""

from collections.abc import Iterable, Iterator

from looker_templates.controls import DateRangeControl, DropdownControl
from looker_templates.fields import item_dimensions, item_fields, item_metrics
from looker_templates.items import Commentary, DataItem
from looker_templates.lint_drawing import lint_drawing
from looker_templates.spec import Blend, Report, SourceSpec
from schemas import Additivity, SemanticModel

MOST_FIELDS = 20
"""Looker Studio splits larger requests, and their rows need not line up again."""


def lint_report(report: Report, model: SemanticModel) -> list[str]:
    """List everything that is wrong, each with its place; an empty list means the template can be used."""
    return [
        *_sources(report, model),
        *(problem for item in report.data_items for problem in _item(report, model, item)),
        *(problem for blend in report.blends for problem in _blend(report, model, blend)),
        *_controls(report),
        *_facts(report),
        *_labels(report),
    ]


def fields_of(item: DataItem) -> list[str]:
    """Name every field that the item's requests ask for, however far a reader goes down, without repeats."""
    names = item_fields(item)
    names += getattr(item, "drill", [])
    if item.type == "kpi" and item.sparkline:
        names.append(item.sparkline)
    if item.type == "tracker":
        names += [*item.top, *([item.top_by] if item.top_by else [])]
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
        yield from _repeated(f"sources.{alias}", [*source.required, *source.optional])


def _repeated(place: str, names: list[str]) -> Iterator[str]:
    for name in sorted({one for one in names if names.count(one) > 1}):
        yield f"{place}: '{name}' is there more than once."


def _item(report: Report, model: SemanticModel, item: DataItem) -> Iterator[str]:
    if item.blend:
        blend = report.blend(item.blend)
        known = {*blend.left.keys, *blend.left.metrics, *blend.right.metrics, *blend.rebuild}
        for name in fields_of(item):
            if name not in known:
                yield f"{item.id}: the blend '{blend.id}' has no '{name}'."
        return
    source = report.sources[item.source or ""]
    names = fields_of(item)
    yield from _had(item.id, source, item.source or "", [*names, *(one.field for one in item.filters)])
    if len(item_fields(item)) > MOST_FIELDS:
        yield f"{item.id}: asks for {len(item_fields(item))} fields; {MOST_FIELDS} is the most."
    # A table may list values of dimensions where others show metrics.
    for name in item_metrics(item):
        if name not in model.metrics:
            yield f"{item.id}: '{name}' is not a metric."
    for name in item_dimensions(item):
        if name in model.metrics:
            yield f"{item.id}: '{name}' is a metric, not a dimension."
    for key in getattr(item, "sort", []):
        if key.field not in names:
            yield f"{item.id}: sorts by '{key.field}', which it does not ask for."
    yield from lint_drawing(model, item)


def _had(place: str, source: SourceSpec, alias: str, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not source.has(name):
            yield f"{place}: '{name}' is not among the fields of sources.{alias}."


def _blend(report: Report, model: SemanticModel, blend: Blend) -> Iterator[str]:
    """A blend adds numbers up once more: only sums stay right, over keys of the same grain on both sides."""
    if blend.left.keys != blend.right.keys:
        yield f"{blend.id}: the keys of both sides have to be the same; they are joined by name and grain."
    for side in (blend.left, blend.right):
        yield from _had(blend.id, report.sources[side.source], side.source, [*side.keys, *side.metrics])
        for name in side.metrics:
            if name in model.metrics and model.metrics[name].additivity is not Additivity.ADDITIVE:
                yield f"{blend.id}: '{name}' cannot be added up in a blend; blend its parts and name it under rebuild."
    parts = {*blend.left.metrics, *blend.right.metrics}
    for name in blend.rebuild:
        if name not in model.metrics:
            yield f"{blend.id}: '{name}' is not a metric."
        elif model.metrics[name].additivity is not Additivity.FORMULA:
            yield f"{blend.id}: '{name}' is not made of sums, so it cannot be rebuilt."
    if blend.control_total.metric not in parts:
        yield f"{blend.id}: the control total '{blend.control_total.metric}' is not among its metrics."


def _controls(report: Report) -> Iterator[str]:
    for control in report.controls:
        if isinstance(control, DateRangeControl) or not control.source or not control.dimension:
            continue
        names = [control.dimension]
        if isinstance(control, DropdownControl) and control.order_by:
            names.append(control.order_by)
        yield from _had(control.id, report.sources[control.source], control.source, names)


def _facts(report: Report) -> Iterator[str]:
    for item in report.items:
        if isinstance(item, Commentary):
            for fact in item.facts:
                yield from _had(item.id, report.sources[fact.source], fact.source, [fact.metric])


def _labels(report: Report) -> Iterator[str]:
    for name in (*report.fields, *report.goals):
        if not any(source.has(name) for source in report.sources.values()):
            yield f"'{name}' has a label or a goal, but no source has the field."
    if report.annotations:
        source = report.sources[report.annotations.source]
        yield from _had(
            "annotations", source, report.annotations.source, ["date_day", "annotation_kind", "annotation_text"]
        )
