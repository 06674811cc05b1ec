"""What the rest of the program knows of alerts: plain values, never database rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias, get_args

AlertKind: TypeAlias = Literal["threshold", "change", "anomaly", "stale"]
Grain: TypeAlias = Literal["day", "week", "month"]
Direction: TypeAlias = Literal["above", "below", "either"]
Against: TypeAlias = Literal["period_before", "year_before"]
AlertState: TypeAlias = Literal["quiet", "firing", "unknown"]
Filters: TypeAlias = Mapping[str, tuple[str | None, ...]]

KINDS: tuple[AlertKind, ...] = get_args(AlertKind)
GRAINS: tuple[Grain, ...] = get_args(Grain)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
AGAINST: tuple[Against, ...] = get_args(Against)


@dataclass(frozen=True)
class Rule:
    """When an alert fires.

    `amount` is in the metric's own unit for a threshold; for a change a share of what was before, or points of a
    percentage; for an anomaly how many times the usual spread away from the median; for staleness days.
    """

    kind: AlertKind
    amount: float
    direction: Direction = "below"
    grain: Grain = "day"
    against: Against = "period_before"


@dataclass(frozen=True)
class AlertEvent:
    """One time that an alert fired, from its first period to its last, by their first days; open while not closed."""

    id: str
    first_on: date
    last_on: date
    value: float
    evidence: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Alert:
    """A rule on one metric; without a client account it is about all of them together."""

    dataset: str
    metric_id: str
    rule: Rule
    name: str = ""
    client_account_id: str | None = None
    filters: Filters = field(default_factory=dict)
    is_paused: bool = False
    author: str = ""
    id: str = ""
    state: AlertState = "unknown"
    told: str = ""
    changed_at: datetime | None = None
    checked_at: datetime | None = None
    judged_on: date | None = None  # the last period that was judged, by its first day
    events: tuple[AlertEvent, ...] = ()  # the newest first

    @property
    def open_event(self) -> AlertEvent | None:
        """Return what it fires of now."""
        return next((one for one in self.events if one.closed_at is None), None)
