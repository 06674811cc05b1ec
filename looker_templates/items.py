"""The items of a page: what each kind of card may say in a `report/1` document."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from looker_templates.parts import (
    Direction,
    Fact,
    FixedFilter,
    Identifier,
    Interaction,
    Keep,
    MinimumCount,
    Part,
    Period,
    ReferenceLine,
    SortKey,
    TableStyle,
    Text,
    Unit,
    Weighted,
)

Span = Annotated[int, Field(ge=1, le=12)] | Literal["auto"]
IfMissing = Literal["explain", "hide", "fail"]
One: TypeAlias = Annotated[list[Identifier], Field(min_length=1, max_length=1)]
UpToFive: TypeAlias = Annotated[list[Identifier], Field(min_length=1, max_length=5)]


class Placed(Part):
    """What every item has."""

    id: Identifier
    span: Span = "auto"
    title: Text | None = None
    subtitle: Text | None = None
    note: Text | None = None
    if_missing: IfMissing = "explain"


class ItemPart(Placed):
    """What every item has that asks for data: from a source, or from a blend of two."""

    source: Identifier | None = None
    blend: Identifier | None = None
    filters: list[FixedFilter] = []
    keep: list[Keep] = []
    period: Period | None = None

    @model_validator(mode="after")
    def asks_one_place(self) -> Self:
        """Refuse an item with neither a source nor a blend, or with both."""
        if (self.source is None) == (self.blend is None):
            raise ValueError("give either `source` or `blend`")
        return self


class AlongTime(ItemPart):
    """An item along a calendar dimension; `grain: week` with `date_day` is the same as `date_week`."""

    dimensions: One
    grain: Unit | None = None

    @model_validator(mode="before")
    @classmethod
    def write_the_grain_out(cls, given: object) -> object:
        """Put the calendar dimension of the grain in the place of date_day."""
        if isinstance(given, dict) and given.get("grain") and given.get("dimensions") == ["date_day"]:
            return {**given, "dimensions": [f"date_{given['grain']}"]}
        return given


class Kpi(ItemPart):
    """One number with its comparison, its course and its goal."""

    type: Literal["kpi"]
    metrics: One
    compare: bool = False
    sparkline: Identifier | None = None
    goal: Identifier | None = None
    direction: Direction = "neutral"
    min_n: MinimumCount | None = None


class TimeSeries(AlongTime):
    """Change over time. `roles` tells which metric is the forecast, and which two are the edges of its band."""

    type: Literal["time_series"]
    metrics: UpToFive
    breakdown: Identifier | None = None
    limit: Annotated[int, Field(ge=2, le=7)] = 5
    compare: bool = False
    goal: Identifier | None = None
    roles: dict[Identifier, Literal["forecast", "low", "high"]] = {}
    reference_lines: list[ReferenceLine] = []
    annotations: bool = False
    spikes: Annotated[Keep | None, Field(description="Days to mark: those where the metric is beyond a bound.")] = None


class Column(AlongTime):
    """Few periods, or parts of them: columns from zero; stacked where parts make a whole."""

    type: Literal["column"]
    metrics: UpToFive
    breakdown: Identifier | None = None
    stacked: bool = False
    limit: Annotated[int, Field(ge=2, le=7)] = 5
    goal: Identifier | None = None
    annotations: bool = False
    interact: Interaction | None = None


class Combo(AlongTime):
    """Two units over one axis: columns, and lines over them with an axis of their own."""

    type: Literal["combo"]
    metrics: UpToFive
    lines: Annotated[list[Identifier], Field(min_length=1, max_length=3)]


class Bar(ItemPart):
    """A ranking, as horizontal bars from zero. `drill` are the dimensions that a click goes down through."""

    type: Literal["bar"]
    dimensions: One
    metrics: UpToFive
    stacked: bool = False
    sort: list[SortKey] = []
    limit: Annotated[int, Field(ge=2, le=31)] = 10
    goal: Identifier | None = None
    min_n: MinimumCount | None = None
    drill: list[Identifier] = []
    interact: Interaction | None = None


class Donut(ItemPart):
    """Two to six parts of one whole."""

    type: Literal["donut"]
    dimensions: One
    metrics: One
    limit: Annotated[int, Field(ge=2, le=6)] = 5
    interact: Interaction | None = None


class Table(ItemPart):
    """Many metrics per value."""

    type: Literal["table"]
    dimensions: list[Identifier] = []
    metrics: list[Identifier] = []
    sort: list[SortKey] = []
    limit: Annotated[int | None, Field(ge=1)] = None
    page_size: Annotated[int, Field(ge=5, le=100)] = 25
    compare: bool = False
    totals: bool = False
    style: TableStyle = TableStyle()
    drill: list[Identifier] = []
    min_n: MinimumCount | None = None
    interact: Interaction | None = None

    @model_validator(mode="after")
    def has_columns(self) -> Self:
        """Refuse a table without columns."""
        if not self.dimensions and not self.metrics:
            raise ValueError("give `dimensions`, `metrics` or both")
        return self


class Pivot(ItemPart):
    """Two dimensions against each other; totals are asked for, not added up."""

    type: Literal["pivot"]
    dimensions: Annotated[list[Identifier], Field(min_length=1, max_length=2)]
    breakdown: Identifier
    metrics: UpToFive
    totals: list[Literal["row", "column"]] = []
    sort: list[SortKey] = []
    limit: Annotated[int, Field(ge=2, le=24)] = 24
    heat: bool = False


class Tracker(ItemPart):
    """Metrics down, periods across; the last columns are change, goal and status."""

    type: Literal["tracker"]
    dimensions: One
    metrics: Annotated[list[Identifier], Field(min_length=1, max_length=18)]
    top: Annotated[
        list[Identifier], Field(description="Dimensions whose largest value of each period is a row.", max_length=3)
    ] = []
    top_by: Identifier | None = None


class Heatmap(ItemPart):
    """Two dimensions as cells that are darker where there is more: weekday by hour, cohorts."""

    type: Literal["heatmap"]
    dimensions: Annotated[list[Identifier], Field(min_length=2, max_length=2)]
    metrics: One
    better: Literal["high", "low"] | None = None
    interact: Interaction | None = None


class Geo(ItemPart):
    """Countries on a map."""

    type: Literal["geo"]
    dimensions: One
    metrics: One
    interact: Interaction | None = None


class Scatter(ItemPart):
    """The relation of two metrics over the values of a dimension."""

    type: Literal["scatter"]
    dimensions: One
    metrics: Annotated[list[Identifier], Field(min_length=2, max_length=2)]
    size: Identifier | None = None
    interact: Interaction | None = None


class Funnel(ItemPart):
    """Ordered steps, one metric each, with the rate from step to step."""

    type: Literal["funnel"]
    metrics: Annotated[list[Identifier], Field(min_length=2, max_length=8)]


class Bullet(ItemPart):
    """Values against their targets, one bar for each value of the dimension; one bar alone without a dimension."""

    type: Literal["bullet"]
    dimensions: Annotated[list[Identifier], Field(max_length=1)] = []
    metrics: One
    target: Identifier
    pace: Identifier | None = None
    limit: Annotated[int, Field(ge=1, le=12)] = 8


class Gauge(ItemPart):
    """One value in a half circle with three bands, which end at `bands`; a bullet is mostly better."""

    type: Literal["gauge"]
    metrics: One
    bands: Annotated[list[float], Field(min_length=3, max_length=3)]
    better: Literal["high", "low"] = "high"


class Waterfall(ItemPart):
    """A bridge from a start to an end: the first metric, what is added or taken, the last metric."""

    type: Literal["waterfall"]
    metrics: Annotated[list[Identifier], Field(min_length=3, max_length=12)]
    minus: Annotated[list[Identifier], Field(description="Metrics that count what is lost as a positive number.")] = []


class Treemap(ItemPart):
    """Part of a whole over many items."""

    type: Literal["treemap"]
    dimensions: Annotated[list[Identifier], Field(min_length=1, max_length=2)]
    metrics: One
    limit: Annotated[int, Field(ge=2, le=60)] = 40
    interact: Interaction | None = None


class HealthScore(ItemPart):
    """A score, its band and change, and its parts with weight and contribution."""

    type: Literal["health"]
    metrics: One
    change: Identifier | None = None
    parts: Annotated[list[Weighted], Field(min_length=1, max_length=8)]


class Commentary(Placed):
    """Written text: what changed, why, what comes next; people write it in Belvedere, per client and period."""

    type: Literal["commentary"]
    placeholder: Text | None = None
    facts: list[Fact] = []


class Words(Placed):
    """Fixed text, in Markdown."""

    type: Literal["text"]
    text: Text


DataItem: TypeAlias = (
    Kpi | TimeSeries | Column | Combo | Bar | Donut | Table | Pivot | Tracker | Heatmap | Geo | Scatter | Funnel
    | Bullet | Gauge | Waterfall | Treemap | HealthScore
)  # fmt: skip

Item = Annotated[DataItem | Commentary | Words, Field(discriminator="type")]
