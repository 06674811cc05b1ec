"""What the rest of the program knows of notices: plain values, never database rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What there are notices of. A new kind comes with its word below and with whoever finds it."""

    NEEDS_SIGN_IN = "needs_sign_in"
    LOST_ACCESS = "lost_access"
    MISSING_PERMISSION = "missing_permission"
    FAILED_REPEATEDLY = "failed_repeatedly"
    SIGN_IN_EXPIRES = "sign_in_expires"
    SOURCE_IS_STALE = "source_is_stale"
    METRIC_ALERT = "metric_alert"
    BACKUP_FAILED = "backup_failed"

    @property
    def words(self) -> str:
        """Return what is told of the subject, to follow its name."""
        return _WORDS[self]


_WORDS = {
    NoticeKind.NEEDS_SIGN_IN: "needs sign-in",
    NoticeKind.LOST_ACCESS: "lost access",
    NoticeKind.MISSING_PERMISSION: "lacks a permission",
    NoticeKind.FAILED_REPEATEDLY: "fails again and again",
    NoticeKind.SIGN_IN_EXPIRES: "has a sign-in that ends soon",
    NoticeKind.SOURCE_IS_STALE: "brings no new data",
    NoticeKind.METRIC_ALERT: "(alert)",
    NoticeKind.BACKUP_FAILED: "was not made",
}

_SUBJECTS = {NoticeKind.METRIC_ALERT: "alert", NoticeKind.BACKUP_FAILED: "backup"}

OPENED = "opened"  # the occasion of notices that are sent once


class NoticeState(StrEnum):
    """Whether what it tells of is still so."""

    OPEN = "open"
    RESOLVED = "resolved"


class Channel(StrEnum):
    """How a notice reaches somebody."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class DeliveryState(StrEnum):
    """`dropped` is what nobody needs any more, such as a message of a notice that closed before it could be sent."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Finding:
    """Something that is so now. It is sent once for each `occasion`."""

    kind: NoticeKind
    subject: str
    subject_name: str
    evidence: str
    next_step: str
    occasion: str = OPENED


@dataclass(frozen=True)
class Recipient:
    """Who is told: an e-mail address, or the origin of a webhook."""

    channel: Channel
    address: str


@dataclass(frozen=True)
class NoticeDelivery:
    """One message to one recipient; `error` is what the last try met."""

    id: str
    notice_id: str
    occasion: str
    recipient: Recipient
    state: DeliveryState
    tries: int
    next_try_at: datetime
    error: str | None
    sent_at: datetime | None


@dataclass(frozen=True)
class Notice:
    """Something that needs somebody, or needed it; `deliveries` are the messages of all its occasions."""

    id: str
    workspace_id: str
    finding: Finding
    state: NoticeState
    first_seen_at: datetime
    last_sent_at: datetime | None
    resolved_at: datetime | None
    deliveries: tuple[NoticeDelivery, ...] = ()

    @property
    def title(self) -> str:
        """Return it in one line, without anything that could end the line."""
        name = " ".join("".join(one if one.isprintable() else " " for one in self.finding.subject_name).split())
        return f"{name} {self.finding.kind.words}"

    @property
    def subject_kind(self) -> str:
        """Return what it is about: a connection, an alert or the backup."""
        return _SUBJECTS.get(self.finding.kind, "connection")

    @property
    def page_path(self) -> str:
        """Return the page of the console where a person can do something about it."""
        if self.finding.kind is NoticeKind.BACKUP_FAILED:
            return "/console/notices"  # what is to be done is done on the machine
        return f"/console/{self.subject_kind}s/{self.finding.subject}"
