"""Datasets: what a Looker Studio data source picks, and which dimensions fit them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schemas.entities import Dimension, Entity


@dataclass(frozen=True)
class Dataset:
    """A set of entities with the metrics and dimensions that may be asked of them."""

    name: str
    label: str
    description: str = field(repr=False)
    entities: tuple[str, ...]
    dimensions: tuple[str, ...] = field(repr=False)
    metrics: tuple[str, ...] = field(repr=False)
    default_dimension: str | None = None
    default_metric: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Name every field, dimensions first."""
        return self.dimensions + self.metrics


def fitting_dimensions(entities: Iterable[Entity], dimensions: Mapping[str, Dimension]) -> tuple[str, ...]:
    """Name the dimensions that every one of the entities has, in catalogue order."""
    members = tuple(entities)
    return tuple(
        name
        for name, dimension in dimensions.items()
        if all(entity.column_of(dimension) is not None for entity in members)
    )
