"""What one workspace adds to the catalogue: fields of its own and formulas over metrics. It can add, never change.

Both are read from `fields.yaml` and `metrics.yaml` of the workspace's folder and checked like our own definitions; a
formula is the same small grammar (names, numbers, + - * /, parentheses), so no SQL can come in.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import yaml
from pydantic import Field

from schemas.build import build_dimension
from schemas.build_metrics import formula_metric
from schemas.checks import require
from schemas.datasets import Dataset
from schemas.entities import Column, ColumnOrigin, Dimension, Entity
from schemas.entries import DimensionEntry, Entry, MetricEntry
from schemas.errors import CatalogError, DuplicateNameError, UnknownReferenceError
from schemas.fields import ColumnType, Direction, FieldType
from schemas.formula import names_in
from schemas.metrics import AnyMetric, Formula, entities_of
from schemas.model import EntryT, SemanticModel, validated
from schemas.texts import make_library
from schemas.yaml_text import read_yaml

PREFIX = "custom_"  # keeps a workspace's ids apart from those that we may add later
GROUP = "Custom"

_COLUMNS: Mapping[str, ColumnType] = {
    "TEXT": ColumnType.TEXT,
    "NUMBER": ColumnType.NUMBER,
    "BOOLEAN": ColumnType.FLAG,
    "YEAR_MONTH_DAY": ColumnType.DATE,
}


class CustomFieldEntry(Entry):
    """A dimension that a workspace's rules fill: one more column of an entity."""

    label: str = Field(min_length=1)
    description: str = Field(min_length=1)
    entity: str
    type: Literal["TEXT", "NUMBER", "BOOLEAN", "YEAR_MONTH_DAY"] = "TEXT"
    datasets: tuple[str, ...] = Field(min_length=1)


class CustomMetricEntry(Entry):
    """A formula over metrics of the catalogue, or over other formulas of the workspace."""

    label: str = Field(min_length=1)
    description: str = Field(min_length=1)
    formula: str
    scale: float = 1
    type: Literal["NUMBER", "PERCENT", "DURATION", "CURRENCY"] = "NUMBER"
    good: Direction = Direction.NEUTRAL
    datasets: tuple[str, ...] = Field(min_length=1)


def extend_model(model: SemanticModel, folder: Path) -> SemanticModel:
    """Return the catalogue with a workspace's own fields and metrics; the same object if it has none."""
    digest = hashlib.sha256(model.version.encode())
    fields = _read(folder / "fields.yaml", CustomFieldEntry, digest)
    formulas = _read(folder / "metrics.yaml", CustomMetricEntry, digest)
    if not fields and not formulas:
        return model
    for name in (*fields, *formulas):
        _check_name(model, name)
    for wanted in ({name: one.datasets for name, one in fields.items()}, {n: m.datasets for n, m in formulas.items()}):
        for name, names in wanted.items():
            require(f"'{name}': datasets", model.datasets, names)
    entities = _with_columns(model, fields)
    dimensions = {**model.dimensions, **{name: _dimension(name, entry) for name, entry in fields.items()}}
    metrics = {**model.metrics, **_formulas(model, formulas)}
    datasets = {
        name: _with_fields(dataset, fields, formulas, metrics, entities, dimensions)
        for name, dataset in model.datasets.items()
    }
    return replace(
        model,
        entities=MappingProxyType(entities),
        dimensions=MappingProxyType(dimensions),
        metrics=MappingProxyType(metrics),
        datasets=MappingProxyType(datasets),
        version=digest.hexdigest()[:16],
        texts=make_library(model.texts.files, dimensions, metrics, datasets),
    )


def _read(path: Path, shape: type[EntryT], digest: "hashlib._Hash") -> dict[str, EntryT]:
    if not path.is_file():
        return {}
    text = path.read_bytes()
    digest.update(text)
    try:
        content = read_yaml(text)
    except DuplicateNameError as error:
        raise DuplicateNameError(f"{path}: {error}") from None
    except yaml.YAMLError as error:
        raise CatalogError(f"{path}: this is not YAML: {error}") from error
    if not isinstance(content, dict | None):
        raise CatalogError(f"{path}: expected a mapping from ids to definitions.")
    return {str(name): validated(shape, value, f"{path}: '{name}'") for name, value in (content or {}).items()}


def _check_name(model: SemanticModel, name: str) -> None:
    if not name.startswith(PREFIX) or not name.removeprefix(PREFIX).replace("_", "").isalnum() or not name.isascii():
        raise CatalogError(f"'{name}' needs another id: begin with '{PREFIX}' and use a-z, 0-9 and underscores.")
    if "__" in name or name != name.lower() or name in model.dimensions or name in model.metrics:
        raise CatalogError(f"'{name}' needs another id: it is taken, or has capitals or two underscores in a row.")


def _with_columns(model: SemanticModel, fields: Mapping[str, CustomFieldEntry]) -> dict[str, Entity]:
    entities = dict(model.entities)
    for name, entry in fields.items():
        require(f"'{name}'", entities, [entry.entity])
        entity = entities[entry.entity]
        if not entity.is_loadable:
            raise CatalogError(
                f"'{name}': rows of '{entry.entity}' are made from others; name the entity that is loaded."
            )
        column = Column(name, _COLUMNS[entry.type], ColumnOrigin.GIVEN, entry.description)
        for one in (entity, *(item for item in entities.values() if item.over == entity.name)):
            entities[one.name] = replace(
                one,
                columns=MappingProxyType({**one.columns, name: column}),
                dimensions=MappingProxyType({**one.dimensions, name: name}),
            )
    return entities


def _dimension(name: str, entry: CustomFieldEntry) -> Dimension:
    given = DimensionEntry(label=entry.label, type=FieldType(entry.type), group=GROUP, description=entry.description)
    return build_dimension(name, given)


def _formulas(model: SemanticModel, entries: Mapping[str, CustomMetricEntry]) -> dict[str, Formula]:
    made = {
        name: MetricEntry(
            label=entry.label,
            description=entry.description,
            type=FieldType(entry.type),
            good=entry.good,
            group=GROUP,
            formula=entry.formula,
            scale=entry.scale,
        )
        for name, entry in entries.items()
    }
    return {name: formula_metric(name, made, model.metrics) for name in made}


def _with_fields(
    dataset: Dataset,
    fields: Mapping[str, CustomFieldEntry],
    formulas: Mapping[str, CustomMetricEntry],
    metrics: Mapping[str, AnyMetric],
    entities: Mapping[str, Entity],
    dimensions: Mapping[str, Dimension],
) -> Dataset:
    """Offer a workspace's fields where it wants them, if the dataset can answer them."""
    added = [name for name, entry in formulas.items() if dataset.name in entry.datasets]
    for name in added:
        metric = metrics[name]
        strangers = entities_of(metric, metrics) - set(dataset.entities)
        missing = (
            [part for part in names_in(metric.expression) if part not in dataset.metrics]
            if isinstance(metric, Formula)
            else []
        )
        if strangers or missing:
            raise UnknownReferenceError(
                f"'{name}': the dataset '{dataset.name}' has no '{min(strangers or missing)}', which the formula needs."
            )
    shown = [name for name, entry in fields.items() if dataset.name in entry.datasets]
    for name in shown:
        if not any(entities[member].column_of(dimensions[name]) for member in dataset.entities):
            raise UnknownReferenceError(f"'{name}': the dataset '{dataset.name}' has no '{fields[name].entity}'.")
    return replace(dataset, dimensions=(*dataset.dimensions, *shown), metrics=(*dataset.metrics, *added))
