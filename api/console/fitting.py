"""Which fields of a dataset may stand beside those that are chosen: the compiler itself is asked, field by field."""

from collections.abc import Sequence
from datetime import date

from schemas import (
    AnyMetric,
    DateRange,
    Dimension,
    Money,
    Query,
    QueryError,
    Scope,
    SemanticModel,
    compile_query,
    looker_schema,
)

# Whether fields go together depends on neither days nor client accounts.
_DAYS = DateRange(date(2026, 1, 1), date(2026, 1, 31))
_MONEY = Money("EUR")
_SCOPE = Scope(frozenset({"any"}))
_DATE_GROUPS = ("date_day", "date_week", "date_month", "date_quarter", "date_year")


def fields_of(
    model: SemanticModel, dataset: str, metrics: Sequence[str], dimensions: Sequence[str]
) -> list[dict[str, object]]:
    """Return a dataset's fields in the order of its schema, each with the reason why it cannot be added now."""
    known = model.datasets[dataset].fields
    chosen_metrics = tuple(one for one in metrics if one in model.metrics and one in known)
    chosen_dimensions = tuple(one for one in dimensions if one in model.dimensions and one in known)
    refused = _refusals(model, dataset, chosen_metrics, chosen_dimensions)
    listed = looker_schema(model, dataset, money=_MONEY)
    names = {name: one for one in listed if (name := str(one["name"])) in known}
    return [
        {
            "id": name,
            "label": field["label"],
            "description": field.get("description", ""),
            "group": field.get("group", ""),
            "is_metric": name in model.metrics,
            "is_date": name in _DATE_GROUPS,
            "type": _definition(model, name).type.value,
            "aggregation": field.get("defaultAggregationType") or (field.get("formula") and "formula") or "",
            "direction": model.metrics[name].direction.value if name in model.metrics else "",
            "refused": refused.get(name),
        }
        for name, field in names.items()
    ]


def _definition(model: SemanticModel, name: str) -> AnyMetric | Dimension:
    return model.metrics[name] if name in model.metrics else model.dimensions[name]


def _refusals(
    model: SemanticModel, dataset: str, metrics: tuple[str, ...], dimensions: tuple[str, ...]
) -> dict[str, str]:
    """Return why each field that is not chosen cannot be; nothing is refused beside fields that clash already."""
    if _refusal(model, dataset, dimensions, metrics):
        return {}
    refused = {}
    for name in model.datasets[dataset].fields:
        if name in metrics or name in dimensions:
            continue
        is_metric = name in model.metrics
        wanted = (dimensions, (*metrics, name)) if is_metric else ((*dimensions, name), metrics)
        if reason := _refusal(model, dataset, *wanted):
            refused[name] = reason
    return refused


def _refusal(model: SemanticModel, dataset: str, dimensions: tuple[str, ...], metrics: tuple[str, ...]) -> str | None:
    if not dimensions and not metrics:
        return None
    try:
        compile_query(model, Query(dataset, dimensions, metrics, _SCOPE, _DAYS))
    except QueryError as error:
        return str(error)
    return None
