"""The shapes of the catalogue's YAML entries; pydantic is used here, at the edge, and nowhere else."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.entities import ColumnOrigin
from schemas.fields import Aggregate, At, ColumnType, Direction, FieldType, Grain, Measure, Shift, Since, Take
from schemas.personal import Personal


class Entry(BaseModel):
    """An entry that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ColumnEntry(Entry):
    """A column of an entity; "text derived" is short for its type and its origin, "text" alone is given."""

    type: ColumnType
    origin: ColumnOrigin = Field(ColumnOrigin.GIVEN, alias="from")
    description: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        type_, _, origin = value.partition(" ")
        return {"type": type_, **({"from": origin} if origin else {})}


class ParentEntry(Entry):
    """Whose attributes are copied to a row; a list names columns that are called the same on both sides."""

    entity: str
    key: str
    columns: dict[str, str]

    @model_validator(mode="before")
    @classmethod
    def _same_names(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("columns"), list):
            return {**value, "columns": {str(name): str(name) for name in value["columns"]}}
        return value


class ColumnSetEntry(Entry):
    """Columns and dimensions that many entities have."""

    columns: dict[str, ColumnEntry]
    dimensions: dict[str, str] = {}
    parent: ParentEntry | None = None


class EntityEntry(Entry):
    """One file below entities/ holds a few of these."""

    label: str
    table: str | None = None  # its own name by default
    over: str | None = None
    built: bool = False
    sets: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    date: str
    required: tuple[str, ...] = ()
    listed_by: str
    columns: dict[str, ColumnEntry] = {}
    dimensions: dict[str, str] = {}
    without: tuple[str, ...] = ()  # dimensions of the sets, or of the entity read, that this one does not have
    money: tuple[str, ...] = ()
    parents: tuple[ParentEntry, ...] = ()
    finest_grain: Grain | None = None  # month where a row stands for a whole month; else day


class DimensionEntry(Entry):
    """A shared dimension."""

    label: str
    type: FieldType
    group: str
    description: str = Field(min_length=1)
    grain: Grain | None = None
    is_time: bool = False
    result_of: str | None = None  # the metric whose finished value this names
    personal: Personal | None = None


class QuantileEntry(Entry):
    """Which quantile of which column."""

    of: str
    at: float = Field(gt=0, lt=1)


class ShareEntry(Entry):
    """Which metric is compared with itself without which dimension."""

    of: str
    over: str


class ContributionEntry(Entry):
    """Which rate is taken apart by which dimension."""

    part: str
    whole: str
    over: str


class SpikeEntry(Entry):
    """Which metric is compared with how many weeks before."""

    of: str
    weeks: int = Field(ge=2, le=52)


class OpenEntry(Entry):
    """When a row counts: from its first day to before the first day that it does not, on which day of the period."""

    opens: str = Field(alias="from")
    closes: str = Field(alias="to")
    at: At


class CohortEntry(Entry):
    """Which units are compared between the start and the end of a period."""

    unit: str
    opens: str = Field(alias="from")
    closes: str = Field(alias="to")
    measure: Measure
    value: str | None = None
    original: str | None = None
    currency: str | None = None
    since: str | None = None


class AgeEntry(Entry):
    """Whose age is taken, and how."""

    start: str = Field(alias="from")
    end: str | None = Field(None, alias="to")
    unit: Literal["hours", "days"]
    take: Take
    above: str | None = None


class TrailingEntry(Entry):
    """Which metric over how many days."""

    of: str
    days: int = Field(ge=2, le=400)


class MonthlyMeanEntry(Entry):
    """Which metric is averaged over months."""

    of: str


class CumulativeEntry(Entry):
    """Which metric is added up since when."""

    of: str
    since: Since = Since.RANGE


class OffsetEntry(Entry):
    """Which metric of which earlier period."""

    of: str
    by: Shift


class MetricEntry(Entry):
    """A metric: exactly one of the kinds, and what all kinds have."""

    label: str
    description: str = Field(min_length=1)
    type: FieldType = FieldType.NUMBER
    good: Direction = Direction.NEUTRAL
    group: str = "Metrics"
    block: bool = False
    needs: tuple[str, ...] = ()
    never_by: tuple[str, ...] = ()

    entity: str | None = None
    count: bool | None = None
    count_filled: str | None = None
    count_empty: str | None = None
    sum: str | None = None
    min: str | None = None
    max: str | None = None
    where: dict[str, tuple[bool | int | str, ...]] = {}
    known_with: tuple[str, ...] = ()  # of a sum or count: no rows are zero where these entities have any

    at_last_day: bool = False  # a snapshot: only the rows of the period's last snapshot day
    open: OpenEntry | None = None  # a balance: only the rows that are open on one day
    age_of: str | None = None  # of a balance: the months since this date are added up
    same: tuple[str, ...] = ()  # of a sole value: rows that agree in these are added up
    last: str | None = None  # of a sole value: of rows with this day, only those of the period's last one count
    usual: dict[str, tuple[bool | int | str, ...]] = {}  # of a sole value: holds unless the request names the dimension

    formula: str | None = None
    scale: float = 1
    root: bool = False
    fixed: tuple[str, ...] = ()
    quantile: QuantileEntry | None = None
    distinct: str | None = None
    sole: str | None = None
    agreed: str | None = None
    cohort: CohortEntry | None = None
    age: AgeEntry | None = None
    share: ShareEntry | None = None
    contribution: ContributionEntry | None = None
    lift: ContributionEntry | None = None
    spike: SpikeEntry | None = None
    trailing: TrailingEntry | None = None
    monthly_mean: MonthlyMeanEntry | None = None
    cumulative: CumulativeEntry | None = None
    offset: OffsetEntry | None = None
    period: Literal["days"] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "MetricEntry":
        given = [kind for kind in _KINDS if getattr(self, kind) not in (None, False)]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of {', '.join(_KINDS)}; it has {', '.join(given) or 'none'}")
        needs_entity = given[0] in _OF_ENTITY
        if needs_entity != (self.entity is not None):
            raise ValueError(f"'{given[0]}' {'needs' if needs_entity else 'takes no'} entity")
        return self


_OF_ENTITY = (*Aggregate, "age_of", "quantile", "distinct", "sole", "agreed", "cohort", "age")
_KINDS = (
    *_OF_ENTITY,
    *(
        "formula",
        "share",
        "contribution",
        "lift",
        "spike",
        "trailing",
        "monthly_mean",
        "cumulative",
        "offset",
        "period",
    ),
)


class DatasetEntry(Entry):
    """What a data source picks.

    Dimensions that every entity has are offered by themselves; `without` takes some away, and `partly` offers some
    that only a part of the entities has.
    """

    label: str
    description: str = Field(min_length=1)
    entities: tuple[str, ...]
    metrics: tuple[str, ...]
    without: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    default_dimension: str | None = None
    default_metric: str | None = None


class AliasEntry(Entry):
    """An old id of a field: the id that it has now, the version that renamed it, and why."""

    id: str
    since: str = Field(pattern=r"^\d+\.\d+$")
    note: str = ""
