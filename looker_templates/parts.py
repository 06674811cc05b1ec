"""The small parts that items, controls and the document are made of."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1)] | dict[str, str]
"""English, or one text per locale."""

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Direction = Literal["up", "down", "neutral"]
Unit = Literal["day", "week", "month", "quarter", "year"]


class Part(BaseModel):
    """A piece of a template: unknown keys are errors, except private notes whose key starts with `x_`."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"patternProperties": {"^x_": True}},
    )

    @model_validator(mode="before")
    @classmethod
    def drop_private_notes(cls, given: object) -> object:
        """Leave out the keys that start with `x_`."""
        if not isinstance(given, dict):
            return given
        return {key: value for key, value in given.items() if not str(key).startswith("x_")}


class SortKey(Part):
    """One step of the order that the renderer puts rows in."""

    field: Identifier
    order: Literal["asc", "desc"] = "desc"


class MinimumCount(Part):
    """A ratio drawn from fewer than `n` of `metric` is shown in grey with its count."""

    metric: Identifier
    n: int = Field(default=30, ge=2)


class Interaction(Part):
    """What a click does: `filter` adds the value as a filter of the page."""

    click: Literal["filter"]


class FixedFilter(Part):
    """A condition that the item always has, asked of the server; `null` among the values is "(not set)".

    A value such as `today+90` is the day that many days from today.
    """

    field: Identifier
    values: Annotated[list[str | None], Field(min_length=1)]
    operator: Literal["in", "between", "contains"] = "in"
    exclude: bool = False

    @model_validator(mode="after")
    def has_its_values(self) -> Self:
        """Refuse a range without two ends, and a text search for more or less than one text."""
        wanted = {"between": 2, "contains": 1}.get(self.operator)
        if wanted and (len(self.values) != wanted or None in self.values):
            raise ValueError(f"operator {self.operator} takes {wanted} value(s), none of them null")
        return self


class Keep(Part):
    """Rows to keep by a metric; the renderer applies it, as Looker Studio does with filters on metrics."""

    metric: Identifier
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    values: list[str] = []

    @model_validator(mode="after")
    def says_something(self) -> Self:
        """Refuse a condition without a bound."""
        if self.at_least is None and self.above is None and self.at_most is None and not self.values:
            raise ValueError("give at_least, above, at_most or values")
        return self


class Period(Part):
    """A range of the item's own: whole units that end with the one in which the page's period ends.

    `last: 12, unit: month` is the twelve months up to the end of the page's period; `next` goes on after it.
    """

    last: Annotated[int, Field(ge=0, le=1200)] = 0
    next: Annotated[int, Field(ge=0, le=120)] = 0
    unit: Unit

    @model_validator(mode="after")
    def is_not_empty(self) -> Self:
        """Refuse a period of no length."""
        if self.last == 0 and self.next == 0:
            raise ValueError("give `last`, `next` or both")
        return self


class ReferenceLine(Part):
    """A constant line, in the metric's unit."""

    value: float
    label: Text


class CellStyle(Part):
    """How a table cell shows its value.

    `heat` is stronger where attention is needed; `status` is a pill with a word; `link` opens the address in the field.
    """

    cell: Literal["bar", "heat", "status", "change", "link"]
    better: Literal["high", "low"] | None = None
    href: Annotated[Identifier | None, Field(description="The field with the address that a link opens.")] = None


class TableStyle(Part):
    """The styles of a table's columns, by field."""

    columns: dict[Identifier, CellStyle] = {}


class Weighted(Part):
    """One part of a score, and its weight as a share of the whole."""

    metric: Identifier
    weight: Annotated[float, Field(gt=0, le=1)]


class Fact(Part):
    """A number that a commentary speaks of; it is shown beside the text and checked against it."""

    source: Identifier
    metric: Identifier
    show: Literal["value", "change", "goal"] = "value"
