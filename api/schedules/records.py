"""What the rest of the program knows of scheduled reports: plain values, never database rows."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class RunState(StrEnum):
    """Where a due period stands: it waits for its data, is being sent, or is over."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    DROPPED = "dropped"  # the schedule was paused before it was sent


class DeliveryState(StrEnum):
    """What became of one mail. `unknown` may have arrived: it is told, and not sent again by itself."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class LiveLink(StrEnum):
    """Who may open the live report from the mail."""

    LINK = "link"  # anybody who has the link, until it ends
    PERSON = "person"  # people who sign in
    NONE = "none"


@dataclass(frozen=True)
class Recipient:
    """Somebody who gets the mails, or has asked for no more of them."""

    address: str
    unsubscribed_at: datetime | None = None


@dataclass(frozen=True)
class Schedule:
    """A report that goes out again and again; `client_account_id` None means every client account."""

    id: str
    workspace_id: str
    client_account_id: str | None
    template_id: str
    name: str
    cron: str
    timezone: str
    period: str
    locale: str
    attach_pdf: bool
    link: LiveLink
    wait_hours: int
    paused: bool
    next_run_at: datetime | None
    created_by: str
    recipients: tuple[Recipient, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return who gets it now."""
        return tuple(one.address for one in self.recipients if one.unsubscribed_at is None)


@dataclass(frozen=True)
class Delivery:
    """One mail of a run; `error` is what its last try met."""

    id: str
    run_id: str
    recipient: str
    state: DeliveryState
    tries: int
    next_try_at: datetime
    error: str | None
    sent_at: datetime | None


@dataclass(frozen=True)
class Run:
    """One period that was due; `lacking` names the data that it waits for, or was sent without if `is_late`."""

    id: str
    schedule_id: str
    first: date
    last: date
    due_at: datetime
    deadline_at: datetime
    state: RunState
    lacking: str | None
    is_late: bool
    finished_at: datetime | None
    deliveries: tuple[Delivery, ...] = ()

    def count(self, state: DeliveryState) -> int:
        """Return how many of its mails stand so."""
        return sum(1 for one in self.deliveries if one.state is state)
