"""What a field means, for people and programs: texts, unit, direction, formula, and how far it may be added up."""

from dataclasses import dataclass

from schemas.aliases import Alias
from schemas.datasets import Dataset
from schemas.definitions import definition_of, definition_version, formula_text, made_from
from schemas.fields import Additivity, FieldType
from schemas.formula import render_looker
from schemas.looker import is_partly_offered
from schemas.metrics import AnyMetric, Formula, entities_of
from schemas.model import SemanticModel
from schemas.texts import BUILDING_BLOCKS, Texts

_UNITS = {
    FieldType.DURATION: "seconds",
    FieldType.PERCENT: "fraction, shown as percent",
    FieldType.CURRENCY: "report currency",
    FieldType.NUMBER: "number",
}


@dataclass(frozen=True)
class Safety:
    """What may be done with finished values of a metric without going wrong."""

    totals: bool
    coarser_dates: bool
    blends: bool
    advice: str


_SAFETY = {
    Additivity.ADDITIVE: Safety(totals=True, coarser_dates=True, blends=True, advice="Add it up freely."),
    Additivity.EXTREMAL: Safety(
        totals=True, coarser_dates=True, blends=False, advice="Combine it by minimum or maximum, as it was made."
    ),
    Additivity.FORMULA: Safety(
        totals=True, coarser_dates=True, blends=False, advice="In a blend, rebuild it from its parts."
    ),
    Additivity.SEMI_ADDITIVE: Safety(
        totals=False,
        coarser_dates=False,
        blends=False,
        advice="It is the value of the asked period: use the Month field, not a month made from Date, and no totals.",
    ),
    Additivity.NON_ADDITIVE: Safety(
        totals=False,
        coarser_dates=False,
        blends=False,
        advice="It is right only for the asked dimensions and period: no totals, no blends, no coarser dates.",
    ),
}


@dataclass(frozen=True)
class MetricDescription:
    """Everything that is known of a metric before any row is read."""

    id: str
    label: str
    description: str
    group: str
    type: str
    unit: str
    direction: str
    kind: str
    is_building_block: bool
    formula: str  # in labels
    definition: str  # in ids and columns
    looker_formula: str | None
    additivity: str
    safe: Safety
    parts: tuple[str, ...]
    entities: tuple[str, ...]
    datasets: tuple[str, ...]
    default_of: tuple[str, ...]
    aliases: tuple[Alias, ...]
    definition_version: str


@dataclass(frozen=True)
class DimensionDescription:
    """Everything that is known of a dimension."""

    id: str
    label: str
    description: str
    group: str
    type: str
    grain: str | None
    columns: tuple[tuple[str, str], ...]  # entity and the column of it
    datasets: tuple[str, ...]
    partly_in: tuple[str, ...]  # datasets of which some metrics cannot be split by it
    default_of: tuple[str, ...]
    aliases: tuple[Alias, ...]


@dataclass(frozen=True)
class DatasetDescription:
    """What a data source can choose."""

    id: str
    label: str
    description: str
    entities: tuple[str, ...]
    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    default_dimension: str | None
    default_metric: str | None


def safety(additivity: Additivity) -> Safety:
    """Say what may be done with values of a class."""
    return _SAFETY[additivity]


def describe_metric(model: SemanticModel, name: str, texts: Texts) -> MetricDescription:
    """Describe one metric in the language of the texts."""
    metric = model.metrics[name]
    text = texts.metrics[name]
    return MetricDescription(
        id=name,
        label=text.label,
        description=text.description,
        group=texts.groups[BUILDING_BLOCKS if metric.is_block else metric.group],
        type=metric.type.value,
        unit=_UNITS.get(metric.type, metric.type.value.lower().replace("_", " ")),
        direction=metric.direction.value,
        kind=type(metric).__name__.lower(),
        is_building_block=metric.is_block,
        formula=formula_text(metric, lambda part: texts.metrics[part].label),
        definition=definition_of(metric),
        looker_formula=looker_formula(metric),
        additivity=metric.additivity.value,
        safe=safety(metric.additivity),
        parts=made_from(metric),
        entities=tuple(sorted(entities_of(metric, model.metrics))),
        datasets=tuple(one.name for one in _datasets_with(model, name)),
        default_of=tuple(one.name for one in model.datasets.values() if one.default_metric == name),
        aliases=_aliases_of(model, name),
        definition_version=definition_version(metric, model.metrics),
    )


def describe_dimension(model: SemanticModel, name: str, texts: Texts) -> DimensionDescription:
    """Describe one dimension in the language of the texts."""
    dimension, text = model.dimensions[name], texts.dimensions[name]
    columns = ((entity.name, entity.column_of(dimension)) for entity in model.entities.values())
    datasets = _datasets_with(model, name)
    return DimensionDescription(
        id=name,
        label=text.label,
        description=text.description,
        group=texts.groups[dimension.group],
        type=dimension.type.value,
        grain=dimension.grain.value if dimension.grain else None,
        columns=tuple((entity, column) for entity, column in columns if column is not None),
        datasets=tuple(one.name for one in datasets),
        partly_in=tuple(one.name for one in datasets if is_partly_offered(model, one, dimension)),
        default_of=tuple(one.name for one in model.datasets.values() if one.default_dimension == name),
        aliases=_aliases_of(model, name),
    )


def describe_dataset(model: SemanticModel, name: str, texts: Texts) -> DatasetDescription:
    """Describe one dataset in the language of the texts."""
    dataset, text = model.datasets[name], texts.datasets[name]
    return DatasetDescription(
        id=name,
        label=text.label,
        description=text.description,
        entities=dataset.entities,
        dimensions=dataset.dimensions,
        metrics=dataset.metrics,
        default_dimension=dataset.default_dimension,
        default_metric=dataset.default_metric,
    )


def looker_formula(metric: AnyMetric) -> str | None:
    """Write the formula that Looker Studio evaluates; none for what it must not compute itself."""
    if isinstance(metric, Formula) and metric.additivity is Additivity.FORMULA:
        return render_looker(metric.expression)
    return None


def _datasets_with(model: SemanticModel, field: str) -> list[Dataset]:
    return [dataset for dataset in model.datasets.values() if field in dataset.fields]


def _aliases_of(model: SemanticModel, field: str) -> tuple[Alias, ...]:
    return tuple(alias for alias in model.aliases.values() if alias.id == field)
