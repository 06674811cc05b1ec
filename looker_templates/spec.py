"""The template document `report/1`: a report as data, before anything is asked or drawn."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from looker_templates.items import Direction, Identifier, IfMissing, Item, Part, Slug, Text

Fields = list[Identifier]


class SourceSpec(Part):
    """One Looker Studio data source: a dataset and the fields that the report needs or can use."""

    dataset: Identifier
    required: Annotated[Fields, Field(min_length=1)]
    optional: Fields = Field(default_factory=list)

    def has(self, field: str) -> bool:
        """Tell whether the report may ask this source for the field."""
        return field in self.required or field in self.optional


class FieldSpec(Part):
    """A label that holds in this report only; meaning stays in the catalogue."""

    label: Text


class DateRangeControl(Part):
    """The period of the page, and whether it is compared with the one before."""

    id: Identifier
    type: Literal["date_range"]
    default: Literal["last_7_days", "last_28_days", "last_90_days", "last_full_month"] = "last_28_days"
    compare: Literal["previous_period"] | None = None


class DropdownControl(Part):
    """A list to choose from: values of a dimension, or of the connector's `client` parameter."""

    id: Identifier
    type: Literal["dropdown"]
    parameter: Literal["client"] | None = None
    source: Identifier | None = None
    dimension: Identifier | None = None
    order_by: Identifier | None = None
    multi: bool = False
    hide_if_single: bool = False
    if_missing: IfMissing = "hide"

    @model_validator(mode="after")
    def chooses_one_thing(self) -> Self:
        """Refuse a control that chooses both a parameter and a dimension, or neither."""
        if self.parameter and (self.dimension or self.source or self.order_by):
            raise ValueError("a control of a parameter takes no source, dimension or order_by")
        if not self.parameter and not (self.source and self.dimension and self.order_by):
            raise ValueError("give either `parameter: client`, or `source`, `dimension` and `order_by`")
        return self


Control = Annotated[DateRangeControl | DropdownControl, Field(discriminator="type")]


class Goal(Part):
    """A default goal; `near` is how far off still counts as near, as a share of the target."""

    target: float
    direction: Literal["up", "down"]
    near: Annotated[float, Field(ge=0, lt=1)] = 0.05


class Theme(Part):
    """Colours of known values: dimension → value → number of the series colour."""

    value_colors: dict[Identifier, dict[str, Annotated[int, Field(ge=1, le=8)]]] = Field(default_factory=dict)


class Row(Part):
    """Items side by side."""

    height: Literal["kpi", "s", "m", "l", "auto"]
    items: Annotated[list[Item], Field(min_length=1, max_length=6)]

    @model_validator(mode="after")
    def fills_the_grid(self) -> Self:
        """Refuse a row whose spans do not add up to twelve columns."""
        spans = [item.span for item in self.items if isinstance(item.span, int)]
        if spans and (len(spans) != len(self.items) or sum(spans) != 12):
            raise ValueError(f"the spans of a row are all `auto` or add up to 12; these are {spans}")
        return self


class Page(Part):
    """Rows from top to bottom."""

    id: Identifier
    title: Text
    rows: Annotated[list[Row], Field(min_length=1)]


class Report(Part):
    """A whole template."""

    format: Literal["report/1"]
    id: Slug
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    summary: Text
    tier: Literal["first", "standard", "advanced"]
    audience: list[str] = Field(default_factory=list)
    cadence: Literal["hourly", "daily", "weekly", "monthly", "quarterly"] | None = None
    use_cases: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    locales: list[str] = Field(default_factory=lambda: ["en"], min_length=1)
    sources: Annotated[dict[Identifier, SourceSpec], Field(min_length=1)]
    fields: dict[Identifier, FieldSpec] = Field(default_factory=dict)
    controls: list[Control] = Field(default_factory=list)
    goals: dict[Identifier, Goal] = Field(default_factory=dict)
    theme: Theme = Theme()
    exclusions: Annotated[Text | None, Field(description="What is not counted, in words, for the footer.")] = None
    pages: Annotated[list[Page], Field(min_length=1)]

    @property
    def items(self) -> list[Item]:
        """Give every item of every page, in reading order."""
        return [item for page in self.pages for row in page.rows for item in row.items]

    @model_validator(mode="after")
    def hangs_together(self) -> Self:
        """Refuse repeated ids, and names of sources and goals that the document does not declare."""
        ids = [item.id for item in self.items] + [control.id for control in self.controls]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            raise ValueError(f"used more than once: {', '.join(repeated)}")
        aliases = [item.source for item in self.items]
        aliases += [c.source for c in self.controls if isinstance(c, DropdownControl) and c.source]
        unknown = sorted(set(aliases) - set(self.sources))
        if unknown:
            raise ValueError(f"not among `sources`: {', '.join(unknown)}")
        goals = {item.goal for item in self.items if item.type == "kpi" and item.goal}
        if goals - set(self.goals):
            raise ValueError(f"not among `goals`: {', '.join(sorted(goals - set(self.goals)))}")
        return self


__all__ = ["Control", "DateRangeControl", "Direction", "DropdownControl", "FieldSpec", "Goal", "Item", "Page", "Report"]
