"""The template document `report/1`: a report as data, before anything is asked or drawn."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from looker_templates.controls import Control, DateRangeControl
from looker_templates.items import Commentary, DataItem, Item, Words
from looker_templates.parts import Identifier, Part, Slug, Text

Fields = list[Identifier]


class SourceSpec(Part):
    """One Looker Studio data source: a dataset and the fields that the report needs or can use."""

    dataset: Identifier
    required: Annotated[Fields, Field(min_length=1)]
    optional: Fields = Field(default_factory=list)
    min_history_days: Annotated[int, Field(ge=1)] | None = None

    def has(self, field: str) -> bool:
        """Tell whether the report may ask this source for the field."""
        return field in self.required or field in self.optional


Format = Literal["duration", "percent0", "percent1", "money0", "money2", "number0", "number1", "number2", "compact"]


class FieldSpec(Part):
    """A label or a format that holds in this report only; meaning stays in the catalogue."""

    label: Text | None = None
    format: Format | None = None


class Goal(Part):
    """A default goal, where the client has none of its own; `near` is how far off still counts as near, as a share."""

    target: float
    direction: Literal["up", "down"]
    near: Annotated[float, Field(ge=0, lt=1)] = 0.05


class BlendSide(Part):
    """One data source of a blend."""

    source: Identifier
    keys: Annotated[Fields, Field(min_length=1)]
    metrics: Annotated[Fields, Field(min_length=1)]


class ControlTotal(Part):
    """A metric whose total over the blend must equal its total in one of the sources."""

    metric: Identifier
    equals: Identifier


class Preferred(Part):
    """The dataset that answers the same without a blend."""

    dataset: Identifier
    when_fields: Fields = []


class Blend(Part):
    """Two sources joined on their keys by the renderer: sums only; `rebuild` names the ratios made from them."""

    id: Identifier
    prefer: Preferred | None = None
    left: BlendSide
    right: BlendSide
    join: Literal["left", "inner", "full"] = "left"
    rebuild: Fields = []
    control_total: ControlTotal


class Theme(Part):
    """The look: a preset, other values of its tokens, and colours of known values (dimension → value → colour)."""

    preset: Literal["clarity", "slate", "warm"] = "clarity"
    density: Literal["comfortable", "compact"] = "comfortable"
    tokens: dict[Identifier, Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]] = Field(default_factory=dict)
    value_colors: dict[Identifier, dict[str, Annotated[int, Field(ge=1, le=8)]]] = Field(default_factory=dict)
    lock: bool = False


class AnnotationsSpec(Part):
    """Where the marks on time series come from, and which kinds of them."""

    source: Identifier
    kinds: list[Literal["event", "cause", "action", "market", "competitor"]] = []


class Row(Part):
    """Items side by side."""

    height: Literal["kpi", "s", "m", "l", "auto"]
    title: Text | None = None
    items: Annotated[list[Item], Field(min_length=1, max_length=7)]

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


class PrintSpec(Part):
    """How the report becomes a PDF."""

    paper: Literal["A4", "Letter"] = "A4"
    orientation: Literal["landscape", "portrait"] = "landscape"
    cover: bool = False
    pages: Fields = []


class MailSpec(Part):
    """What a mail shows: KPIs as text, charts as pictures."""

    subject: Text = "{client} · {report} · {period}"
    kpis: Fields = []
    charts: Annotated[Fields, Field(max_length=4)] = []
    attach_pdf: bool = True


class LookerSpec(Part):
    """The published Looker Studio report of this template, and what a person who rebuilds it must know."""

    report_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{20,60}$")] | None = None
    differs: list[str] = []
    notes: dict[Identifier, str] = {}


class Check(Part):
    """A statement that must hold on demo data."""

    that: Annotated[str, Field(min_length=1)]
    locales: Literal["all"] | None = None
    themes: list[Literal["light", "dark"]] = []


class Change(Part):
    """What a version changed."""

    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    what: Text


class Report(Part):
    """A whole template."""

    format: Literal["report/1"]
    id: Slug
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    summary: Text
    tier: Literal["executive", "manager", "operational", "standard"]
    audience: list[str] = Field(default_factory=list)
    cadence: Literal["hourly", "daily", "weekly", "monthly", "quarterly"] | None = None
    use_cases: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    locales: list[str] = Field(default_factory=lambda: ["en"], min_length=1)
    sources: Annotated[dict[Identifier, SourceSpec], Field(min_length=1)]
    fields: dict[Identifier, FieldSpec] = Field(default_factory=dict)
    controls: list[Control] = Field(default_factory=list)
    goals: dict[Identifier, Goal] = Field(default_factory=dict)
    blends: list[Blend] = Field(default_factory=list)
    theme: Theme = Theme()
    annotations: AnnotationsSpec | None = None
    exclusions: Annotated[Text | None, Field(description="What is not counted, in words, for the footer.")] = None
    pages: Annotated[list[Page], Field(min_length=1)]
    print: PrintSpec = PrintSpec()
    mail: MailSpec = MailSpec()
    looker: LookerSpec = LookerSpec()
    checks: list[Check] = Field(default_factory=list)
    changes: list[Change] = Field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """Give every item of every page, in reading order."""
        return [item for page in self.pages for row in page.rows for item in row.items]

    @property
    def data_items(self) -> list[DataItem]:
        """Give every item that asks for data, in reading order."""
        return [item for item in self.items if not isinstance(item, Commentary | Words)]

    def blend(self, blend_id: str) -> Blend:
        """Return a blend by its id."""
        return next(one for one in self.blends if one.id == blend_id)

    @model_validator(mode="after")
    def hangs_together(self) -> Self:
        """Refuse repeated ids, and names of sources, pages, items, blends and goals that nothing declares."""
        ids = [item.id for item in self.items] + [one.id for one in (*self.controls, *self.blends)]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            raise ValueError(f"used more than once: {', '.join(repeated)}")
        for what, named, known in self._names():
            if unknown := sorted(set(named) - set(known)):
                raise ValueError(f"not among `{what}`: {', '.join(unknown)}")
        return self

    def _names(self) -> list[tuple[str, list[str], list[str]]]:
        """List what is named where, with what is declared."""
        items, pages = [item.id for item in self.items], [page.id for page in self.pages]
        aliases = [item.source for item in self.data_items if item.source]
        aliases += [one.source for one in self.controls if not isinstance(one, DateRangeControl) and one.source]
        aliases += [side.source for blend in self.blends for side in (blend.left, blend.right)]
        aliases += [blend.control_total.equals for blend in self.blends]
        aliases += [self.annotations.source] if self.annotations else []
        aliases += [fact.source for item in self.items if isinstance(item, Commentary) for fact in item.facts]
        goals = [goal for item in self.data_items if (goal := getattr(item, "goal", None))]
        return [
            ("sources", aliases, list(self.sources)),
            ("blends", [item.blend for item in self.data_items if item.blend], [one.id for one in self.blends]),
            ("goals", goals, list(self.goals)),
            ("pages", [*self.print.pages, *(name for one in self.controls for name in one.pages)], pages),
            ("items", [*self.mail.kpis, *self.mail.charts, *self.looker.notes], items),
        ]
