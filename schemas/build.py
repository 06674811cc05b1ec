"""Turns checked YAML entries into dimensions and datasets, and cross-checks them with the entities."""

from collections.abc import Mapping

from schemas.checks import check_id, require
from schemas.datasets import Dataset, fitting_dimensions
from schemas.entities import Dimension, Entity
from schemas.entries import DatasetEntry, DimensionEntry
from schemas.errors import TypeConflictError, UnknownReferenceError
from schemas.fields import ColumnType, FieldType
from schemas.metrics import AnyMetric, entities_of

Entities = Mapping[str, Entity]
Dimensions = Mapping[str, Dimension]

# What a column must hold to be served as a field type; other field types take text.
_COLUMN_TYPES: Mapping[FieldType, frozenset[ColumnType]] = {
    FieldType.BOOLEAN: frozenset({ColumnType.FLAG}),
    FieldType.NUMBER: frozenset({ColumnType.INTEGER, ColumnType.NUMBER}),
    FieldType.YEAR_MONTH_DAY: frozenset({ColumnType.DATE}),
    FieldType.YEAR_MONTH: frozenset({ColumnType.DATE}),
    FieldType.DAY_OF_WEEK: frozenset({ColumnType.DATE}),
    FieldType.HOUR: frozenset({ColumnType.INSTANT}),
    FieldType.YEAR_MONTH_DAY_HOUR: frozenset({ColumnType.INSTANT}),
    FieldType.YEAR_MONTH_DAY_SECOND: frozenset({ColumnType.INSTANT}),
}
_TEXT = frozenset({ColumnType.TEXT})


def build_dimension(name: str, entry: DimensionEntry) -> Dimension:
    """Build a shared dimension."""
    check_id(name, "Dimension")
    return Dimension(
        name=name,
        label=entry.label,
        type=entry.type,
        group=entry.group,
        description=entry.description,
        grain=entry.grain,
        is_time=entry.is_time or entry.grain is not None,
        result_of=entry.result_of,
        personal=entry.personal,
    )


def check_dimensions(entities: Entities, dimensions: Dimensions) -> None:
    """Every dimension of an entity is defined, and its column holds what the dimension's type serves."""
    for entity in entities.values():
        require(f"Entity '{entity.name}': dimensions", dimensions, entity.dimensions)
        for name, column in entity.dimensions.items():
            served, held = dimensions[name].type, entity.columns[column].type
            if held not in _COLUMN_TYPES.get(served, _TEXT):
                raise TypeConflictError(
                    f"Entity '{entity.name}': the dimension '{name}' is {served}, but its column '{column}' is {held}."
                )


def build_dataset(
    name: str, entry: DatasetEntry, entities: Entities, dimensions: Dimensions, metrics: Mapping[str, AnyMetric]
) -> Dataset:
    """Build a dataset; its metrics must be computed from its own entities."""
    where = f"Dataset '{name}'"
    check_id(name, "Dataset")
    require(where, entities, entry.entities)
    require(where, metrics, entry.metrics)
    for metric in entry.metrics:
        strangers = entities_of(metrics[metric], metrics) - set(entry.entities)
        if strangers:
            raise UnknownReferenceError(f"{where}: '{metric}' needs the entity '{min(strangers)}', which it lacks.")
    members = [entities[item] for item in entry.entities]
    fitting = fitting_dimensions(members, dimensions)
    require(where, fitting, entry.without)
    anywhere = {name for member in members for name in fitting_dimensions([member], dimensions)}
    anywhere |= {name for name, dimension in dimensions.items() if dimension.result_of in entry.metrics}
    require(where, anywhere, entry.partly)
    offered = tuple(
        item for item in dimensions if (item in fitting and item not in entry.without) or item in entry.partly
    )
    require(where, offered, [entry.default_dimension] if entry.default_dimension else [])
    require(where, entry.metrics, [entry.default_metric] if entry.default_metric else [])
    return Dataset(
        name=name,
        label=entry.label,
        description=entry.description,
        entities=entry.entities,
        dimensions=offered,
        metrics=entry.metrics,
        default_dimension=entry.default_dimension,
        default_metric=entry.default_metric,
    )
