"""The controls of a report: what a reader may choose, for the whole report or for some of its pages."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from looker_templates.items import IfMissing
from looker_templates.parts import Identifier, Part, Text

Preset = Literal[
    "last_7_days",
    "last_28_days",
    "last_90_days",
    "last_12_weeks",
    "last_12_months",
    "this_month",
    "last_full_month",
    "last_full_quarter",
    "this_year",
]


class ControlPart(Part):
    """What every control has; one of `scope: page` stands on `pages` only."""

    id: Identifier
    label: Text | None = None
    scope: Literal["report", "page"] = "report"
    pages: list[Identifier] = []

    @model_validator(mode="after")
    def names_its_pages(self) -> Self:
        """Refuse a control of pages without pages, and one of the report with some."""
        if (self.scope == "page") != bool(self.pages):
            raise ValueError("a control with `scope: page` names its `pages`; others name none")
        return self


class DateRangeControl(ControlPart):
    """The period of the page, and what it is compared with."""

    type: Literal["date_range"]
    default: Preset = "last_full_month"
    compare: Literal["previous_period", "previous_year"] | None = None
    max_days: Annotated[int, Field(ge=1)] | None = None


class DropdownControl(ControlPart):
    """A list to choose from: values of a dimension, or of the connector's `client` parameter.

    `required` always has one value chosen: the first by `order_by` until the reader takes another.
    """

    type: Literal["dropdown", "list"]
    parameter: Literal["client"] | None = None
    source: Identifier | None = None
    dimension: Identifier | None = None
    order_by: Identifier | None = None
    multi: bool = False
    required: bool = False
    hide_if_single: bool = False
    if_missing: IfMissing = "hide"

    @model_validator(mode="after")
    def chooses_one_thing(self) -> Self:
        """Refuse a control that chooses both a parameter and a dimension, or neither."""
        if self.parameter and (self.dimension or self.source or self.order_by):
            raise ValueError("a control of a parameter takes no source, dimension or order_by")
        if not self.parameter and not (self.source and self.dimension and self.order_by):
            raise ValueError("give either `parameter: client`, or `source`, `dimension` and `order_by`")
        if self.required and (self.multi or self.parameter):
            raise ValueError("`required` goes with one value of a dimension")
        return self


class SearchControl(ControlPart):
    """A text that the values of a dimension contain."""

    type: Literal["search"]
    source: Identifier
    dimension: Identifier
    if_missing: IfMissing = "hide"


class SliderControl(ControlPart):
    """A range of a dimension of numbers."""

    type: Literal["slider"]
    source: Identifier
    dimension: Identifier
    min: float
    max: float
    step: Annotated[float, Field(gt=0)] = 1
    if_missing: IfMissing = "hide"


class ToggleControl(ControlPart):
    """On or off: while on, the dimension has one of the values."""

    type: Literal["toggle"]
    source: Identifier
    dimension: Identifier
    values: Annotated[list[str], Field(min_length=1)]
    default: bool = False
    if_missing: IfMissing = "hide"


Control = Annotated[
    DateRangeControl | DropdownControl | SearchControl | SliderControl | ToggleControl, Field(discriminator="type")
]
