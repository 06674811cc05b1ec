"""What the rest of the program knows of metadata: plain values, never database rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from warehouse import WEEKDAYS, ClientAccount, Schedule


@dataclass(frozen=True)
class Workspace:
    """One agency or company."""

    id: str
    slug: str
    name: str
    timezone: str
    currency: str
    fiscal_year_start_month: int = 1
    week_start: str = "monday"
    portfolio_level: str = "client_account"
    cac_scope: str = "full"
    cac_lag_days: int = 0
    tickets_per_agent_day: float | None = None
    fx_method: str = "transaction_date"
    business_hours: tuple[Schedule, ...] = ()

    @property
    def first_weekday(self) -> int:
        """Return the day on which weeks begin, counted from Monday."""
        return [str(day) for day in WEEKDAYS].index(self.week_start)


@dataclass(frozen=True)
class ApiKey:
    """A key as it is listed: `hint` is how it begins; `clients` are slugs, None means every client account."""

    id: str
    name: str
    hint: str
    clients: tuple[str, ...] | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class Caller:
    """Who asks: a key, its workspace, the client accounts that it may read, and whether it is narrowed to them."""

    key_id: str
    key_name: str
    workspace: Workspace
    clients: tuple[ClientAccount, ...]
    narrowed: bool


@dataclass(frozen=True)
class Connection:
    """A workspace's link to a source."""

    id: str
    name: str
    source: str
    config: Mapping[str, object]


@dataclass(frozen=True)
class Run:
    """One sync of a connection; without `finished_at` it is still running."""

    id: str
    connection_id: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    error: str | None
