"""What the rest of the program knows of metadata: plain values, never database rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

from api.people.permissions import OF_ADMIN_KEYS, OF_READING_KEYS, Permission, Role, may
from api.shares.records import ShareLimits
from schemas import PersonalData, Showing
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
    personal_team: Showing = Showing.SHOWN
    personal_guests: Showing = Showing.SHOWN
    personal_key: str = field(default="", repr=False)

    @property
    def first_weekday(self) -> int:
        """Return the day on which weeks begin, counted from Monday."""
        return [str(day) for day in WEEKDAYS].index(self.week_start)

    def settings(self) -> dict[str, object]:
        """Return its plain settings by name, as they are shown; the key of pseudonyms is shown to nobody."""
        unshown = {"id", "business_hours", "personal_key"}
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in unshown}


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
    admin: bool = False


@dataclass(frozen=True)
class GrantedReports:
    """What a person reads who was granted reports by name: each for the client accounts with these ids.

    For the client accounts of `whole` he reads every report. `fields` are those of each report, by dataset.
    """

    whole: frozenset[str]
    reports: Mapping[str, frozenset[str]]
    fields: Mapping[str, Mapping[str, frozenset[str]]]

    def shown(self, client_id: str, dataset: str) -> frozenset[str]:
        """Return the fields of a dataset that his reports show of a client account."""
        names = [name for name, clients in self.reports.items() if client_id in clients]
        return frozenset().union(*(self.fields[name].get(dataset, frozenset()) for name in names))


@dataclass(frozen=True)
class Caller:
    """Who asks: a key or a person, its workspace, the client accounts that it may read, whether it is narrowed to
    them, and whether it may administer. `share` holds whoever comes through a link to what the link shows; a person
    has a `role`, and `granted` if some reports are all that he reads. `for_guests` marks what is sent out."""

    key_id: str
    key_name: str
    workspace: Workspace
    clients: tuple[ClientAccount, ...]
    narrowed: bool
    admin: bool = False
    share: ShareLimits | None = None
    role: Role | None = None
    granted: GrantedReports | None = None
    for_guests: bool = False

    def holds(self, needed: frozenset[Permission]) -> bool:
        """Tell whether all that a route needs is held: by the role of a person, or as far as a key goes."""
        if self.role is not None:
            return may(self.role, needed)
        return needed <= (OF_ADMIN_KEYS if self.admin else OF_READING_KEYS)

    @property
    def is_guest(self) -> bool:
        """Return whether this is somebody from outside the team: a client viewer, a link, a mail."""
        return self.for_guests or self.share is not None or self.role is Role.CLIENT_VIEWER

    @property
    def personal(self) -> PersonalData:
        """Return how personal data is shown to this caller; the only place where that is decided."""
        own = self.workspace
        return PersonalData(own.personal_guests if self.is_guest else own.personal_team, own.personal_key)

    @property
    def limited_as(self) -> str:
        """Return the name under which requests are counted: links never use up what the workspace's own people have."""
        return self.workspace.id if self.share is None else f"links of {self.workspace.id}"


class ConnectionState(StrEnum):
    """How a connection stands."""

    NEW = "new"
    SYNCING = "syncing"
    BACKFILLING = "backfilling"
    SYNCED = "synced"
    WAITING = "waiting"  # for the vendor
    NEEDS_SIGN_IN = "needs_sign_in"
    LOST_ACCESS = "lost_access"
    MISSING_PERMISSION = "missing_permission"
    PAUSED = "paused"
    FAILED = "failed"


@dataclass(frozen=True)
class Connection:
    """A workspace's link to one account at a source, and how it stands."""

    id: str
    name: str
    source: str
    config: Mapping[str, object]
    client_account_id: str | None = None
    grant_id: str | None = None
    account_id: str | None = None
    account_name: str | None = None
    state: ConnectionState = ConnectionState.NEW
    state_code: str | None = None  # the code of the error behind the state
    reason: str | None = None
    next_step: str | None = None
    paused: bool = False
    schedule: str | None = None
    next_run_at: datetime | None = None
    created_at: datetime | None = None
    owner_id: str | None = None  # a person, who may have left since


@dataclass(frozen=True)
class Run:
    """One sync of a connection; without `finished_at` it is still running. `wasted` requests brought nothing."""

    id: str
    connection_id: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    error: str | None
    error_code: str | None = None
    advice: str | None = None
    rows_new: int | None = None
    rows_changed: int | None = None
    rows_total: int | None = None
    requests: int | None = None
    wasted: int | None = None
    waited_seconds: float | None = None
    data_through: datetime | None = None
    report: Mapping[str, object] | None = None
