"""The shapes of the catalogue's YAML entries; pydantic is used here, at the edge, and nowhere else."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.entities import ColumnOrigin
from schemas.fields import ColumnType, Direction, FieldType, Grain
from schemas.metrics import Aggregate


class Entry(BaseModel):
    """An entry that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ColumnEntry(Entry):
    """A column of an entity."""

    type: ColumnType
    origin: ColumnOrigin = Field(alias="from")
    description: str = ""


class EntityEntry(Entry):
    """One file below entities/ holds one of these."""

    label: str
    table: str
    key: tuple[str, ...]
    date: str
    required: tuple[str, ...] = ()
    listed_by: str
    columns: dict[str, ColumnEntry]
    dimensions: dict[str, str] = {}


class DimensionEntry(Entry):
    """A shared dimension."""

    label: str
    type: FieldType
    group: str
    description: str = Field(min_length=1)
    grain: Grain | None = None
    is_time: bool = False


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


class MetricEntry(Entry):
    """A metric: exactly one of the kinds, and what all kinds have."""

    label: str
    description: str = Field(min_length=1)
    type: FieldType = FieldType.NUMBER
    good: Direction = Direction.NEUTRAL
    group: str = "Metrics"
    block: bool = False

    entity: str | None = None
    count: bool | None = None
    count_filled: str | None = None
    count_empty: str | None = None
    sum: str | None = None
    min: str | None = None
    max: str | None = None
    where: dict[str, tuple[bool | int | str, ...]] = {}

    formula: str | None = None
    scale: float = 1
    quantile: QuantileEntry | None = None
    share: ShareEntry | None = None
    contribution: ContributionEntry | None = None
    spike: SpikeEntry | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "MetricEntry":
        kinds = [*Aggregate, "formula", "quantile", "share", "contribution", "spike"]
        given = [kind for kind in kinds if getattr(self, kind) not in (None, False)]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of {', '.join(kinds)}; it has {', '.join(given) or 'none'}")
        needs_entity = given[0] in {*Aggregate, "quantile"}
        if needs_entity != (self.entity is not None):
            raise ValueError(f"'{given[0]}' {'needs' if needs_entity else 'takes no'} entity")
        return self


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
