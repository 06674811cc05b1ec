"""Entities and the dimensions they share: what one row means and how it may be split."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from schemas.fields import ColumnType, FieldType, Grain
from schemas.personal import Personal, PersonalData


class ColumnOrigin(StrEnum):
    """Who fills a column."""

    LOAD = "load"  # the loader, from what it knows about the connection and the client account
    GIVEN = "given"  # the source's staging file or a file's mapping
    DERIVED = "derived"  # computed once, after the casts, from the other columns
    CONVERTED = "converted"  # money in the report and in the base currency, from the original amount
    BUILT = "built"  # a column of an entity whose rows are made from other entities


@dataclass(frozen=True)
class Column:
    """One column of a normalised table."""

    name: str
    type: ColumnType
    origin: ColumnOrigin
    description: str = ""


@dataclass(frozen=True)
class Parent:
    """A many-to-one attribute source: where a column was not given, the parent's value of that day is written."""

    entity: str
    key: str  # column of the child that holds the parent's source_id
    columns: Mapping[str, str] = field(repr=False)  # column of the child -> column of the parent


@dataclass(frozen=True)
class Entity:
    """A normalised table whose rows mean exactly one thing and have exactly one date.

    `over` names the entity whose table is read with another date; `is_built` says that the rows are made from other
    entities after a load. Neither can be loaded into.
    """

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
    over: str | None = None
    is_built: bool = False
    money: tuple[str, ...] = ()  # x of <x>_original, <x> and <x>_base
    parents: tuple[Parent, ...] = field(default=(), repr=False)
    finest_grain: Grain = Grain.DAY  # month where a row stands for a whole month

    @property
    def is_loadable(self) -> bool:
        """Say whether rows arrive from a source or a file."""
        return not self.is_built and self.over is None

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
    # Days from Monday to the first day of a week; months by which a financial year begins before the calendar's.
    shift: int = 0
    # Set for a label of a finished value: rows are never grouped by it.
    result_of: str | None = None
    personal: Personal | None = None
    # How its values are shown, set when a question is planned; None means as they are.
    shown_as: PersonalData | None = field(default=None, repr=False)
