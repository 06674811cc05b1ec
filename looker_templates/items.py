"""The items of a page: what each kind of card may say in a `report/1` document."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1)] | dict[str, str]
"""English, or one text per locale."""

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Span = Annotated[int, Field(ge=1, le=12)] | Literal["auto"]
Direction = Literal["up", "down", "neutral"]
IfMissing = Literal["explain", "hide"]


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


class CellStyle(Part):
    """How a table cell shows its number: a bar, or a heat colour that is stronger where attention is needed."""

    cell: Literal["bar", "heat"]
    better: Literal["high", "low"] | None = None


class TableStyle(Part):
    """The styles of a table's columns, by field."""

    columns: dict[Identifier, CellStyle] = {}


class ItemPart(Part):
    """What every item has."""

    id: Identifier
    span: Span = "auto"
    title: Text | None = None
    subtitle: Text | None = None
    note: Text | None = None
    source: Identifier
    if_missing: IfMissing = "explain"


class Kpi(ItemPart):
    """One number with its comparison, its course and its goal."""

    type: Literal["kpi"]
    metrics: Annotated[list[Identifier], Field(min_length=1, max_length=1)]
    compare: bool = False
    sparkline: Identifier | None = None
    goal: Identifier | None = None
    direction: Direction = "neutral"
    min_n: MinimumCount | None = None


class TimeSeries(ItemPart):
    """Change over time."""

    type: Literal["time_series"]
    dimensions: Annotated[list[Identifier], Field(min_length=1, max_length=1)]
    metrics: Annotated[list[Identifier], Field(min_length=1, max_length=5)]
    compare: bool = False


class Bar(ItemPart):
    """A ranking, as horizontal bars from zero."""

    type: Literal["bar"]
    dimensions: Annotated[list[Identifier], Field(min_length=1, max_length=1)]
    metrics: Annotated[list[Identifier], Field(min_length=1, max_length=1)]
    sort: list[SortKey] = []
    limit: Annotated[int, Field(ge=2, le=10)] = 10
    min_n: MinimumCount | None = None
    interact: Interaction | None = None


class Donut(ItemPart):
    """Two to six parts of one whole."""

    type: Literal["donut"]
    dimensions: Annotated[list[Identifier], Field(min_length=1, max_length=1)]
    metrics: Annotated[list[Identifier], Field(min_length=1, max_length=1)]
    limit: Annotated[int, Field(ge=2, le=6)] = 5
    interact: Interaction | None = None


class Table(ItemPart):
    """Many metrics per value."""

    type: Literal["table"]
    dimensions: Annotated[list[Identifier], Field(min_length=1)]
    metrics: Annotated[list[Identifier], Field(min_length=1)]
    sort: list[SortKey] = []
    page_size: Annotated[int, Field(ge=5, le=100)] = 25
    totals: bool = False
    style: TableStyle = TableStyle()
    interact: Interaction | None = None


Item = Annotated[Kpi | TimeSeries | Bar | Donut | Table, Field(discriminator="type")]
