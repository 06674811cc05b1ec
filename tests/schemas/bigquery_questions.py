"""Questions that touch every field of the catalogue, so that a dataset of tomorrow is asked about too."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from schemas import Additivity, AnyMetric, Compiled, DateRange, FieldType, Query, Scope, SemanticModel, compile_query
from schemas.errors import IncompatibleFieldsError
from schemas.metrics import PeriodLength
from tests.schemas.random_rows import TODAY

SCOPE = Scope(frozenset({"acme", "beta"}))
CLOCK: dict[str, Any] = {"today": TODAY, "now": datetime(TODAY.year, TODAY.month, TODAY.day, 12, 30)}  # noqa: DTZ001 - UTC by definition
QUARTER = DateRange(date(2025, 1, 1), date(2025, 4, 1))


Asked = tuple[Query, Compiled]


def questions(model: SemanticModel, dataset: str) -> Iterator[Query]:
    """Name questions that touch every dimension and every metric of a dataset, as few as go together."""
    return (query for query, _ in together(model, dataset))


def together(model: SemanticModel, dataset: str) -> Iterator[Asked]:
    """Ask those questions, compiled for DuckDB."""
    known = model.datasets[dataset]
    for names in batched(known.dimensions, 12):
        yield from _splits(model, Query(dataset, names, (), SCOPE, **CLOCK))
    grains = [name for name in ("date_week", "date_month", "date_quarter") if name in known.dimensions]
    for number, metrics in enumerate(batched(known.metrics, 24)):
        some, others = (QUARTER, None) if number % 2 else (None, QUARTER)
        yield from _splits(model, Query(dataset, (), metrics, SCOPE, others, **CLOCK))
        if grains:
            grain = grains[number % len(grains)]
            yield from _splits(model, Query(dataset, (grain,), metrics, SCOPE, some, **CLOCK))
    # Values that only a group of one row has, such as a goal's.
    texts = tuple(name for name in known.dimensions if model.dimensions[name].type is FieldType.TEXT)
    alone = [name for name in known.metrics if _is_of_rows(model.metrics[name])]
    for metrics in batched(alone, 24):
        yield from _splits(model, Query(dataset, texts[-12:], metrics, SCOPE, QUARTER, **CLOCK))


def alone(model: SemanticModel, dataset: str) -> Iterator[Asked]:
    """Ask for each dimension and each metric by itself, in the first dataset that has it; compiled for DuckDB."""
    known = model.datasets[dataset]
    earlier = list(model.datasets.values())[: list(model.datasets).index(dataset)]
    before = {name for other in earlier for name in (*other.dimensions, *other.metrics)}
    for number, name in enumerate(name for name in known.dimensions if name not in before):
        yield from _splits(model, Query(dataset, (name,), (), SCOPE, QUARTER if number % 2 else None, **CLOCK))
    for number, name in enumerate(name for name in known.metrics if name not in before):
        yield from _splits(model, Query(dataset, (), (name,), SCOPE, None if number % 2 else QUARTER, **CLOCK))


def _is_of_rows(metric: AnyMetric) -> bool:
    return metric.additivity is Additivity.NON_ADDITIVE and not isinstance(metric, PeriodLength)


def _splits(model: SemanticModel, query: Query) -> Iterator[Asked]:
    """Take apart what does not go together, and add the dimension that a metric asks for."""
    try:
        compiled = compile_query(model, query)
    except IncompatibleFieldsError as error:
        if len(query.metrics) > 1:
            for metric in query.metrics:
                yield from _splits(model, replace(query, metrics=(metric,)))
        elif not query.metrics and len(query.dimensions) > 1:
            for dimension in query.dimensions:
                yield from _splits(model, replace(query, dimensions=(dimension,)))
        else:
            needed = str(error.detail["dimension"])
            others = tuple(name for name in query.dimensions if name != needed)
            yield from _splits(
                model, replace(query, dimensions=others if needed in query.dimensions else (*others, needed))
            )
    else:
        yield query, compiled


def batched(names: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """Cut a list into parts."""
    for start in range(0, len(names), size):
        yield tuple(names[start : start + size])
