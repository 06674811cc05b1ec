"""Entities and the dimensions they share: what one row means and how it may be split."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from schemas.fields import ColumnType, FieldType, Grain


class ColumnOrigin(StrEnum):
    """Who fills a column."""

    LOAD = "load"  # the loader, from what it knows about the connection and the client account
    GIVEN = "given"  # the source's staging file or a file's mapping
    DERIVED = "derived"  # computed once, after the casts, from the other columns


@dataclass(frozen=True)
class Column:
    """One column of a normalised table."""

    name: str
    type: ColumnType
    origin: ColumnOrigin
    description: str = ""


@dataclass(frozen=True)
class Entity:
    """A normalised table whose rows mean exactly one thing and have exactly one date."""

    name: str
    label: str
    table: str
    key: tuple[str, ...]
    date: str
    required: tuple[str, ...]
    listed_by: str
    # Left out of the text of a plan, which is to be read.
    columns: Mapping[str, Column] = field(repr=False)
    dimensions: Mapping[str, str] = field(repr=False)  # shared dimension -> column of this entity

    def column_of(self, dimension: "Dimension") -> str | None:
        """Name the column behind a dimension; None if this entity does not have it."""
        return self.date if dimension.grain is not None else self.dimensions.get(dimension.name)


@dataclass(frozen=True)
class Dimension:
    """A shared attribute, defined once for all entities; with a grain it is a calendar bucket."""

    name: str
    label: str
    type: FieldType
    group: str
    description: str = field(repr=False)
    grain: Grain | None = None
    # True for what follows from the moment of the row: such a filter narrows the request's days.
    is_time: bool = False
