"""The tables of alerts: what is watched, and every time that it came to pass."""

from datetime import date, datetime

from sqlalchemy import JSON, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now


class AlertRow(Base):
    """A rule on one metric of a client account, or of all of them together."""

    __tablename__ = "alert"
    __table_args__ = (Index("alert_by_workspace", "workspace_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    client_account_id: Mapped[str | None] = mapped_column(ForeignKey("client_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    dataset: Mapped[str] = mapped_column(String(100))
    metric_id: Mapped[str] = mapped_column(String(100))
    filters: Mapped[dict[str, list[str | None]]] = mapped_column(JSON, default=dict)
    kind: Mapped[str] = mapped_column(String(16))  # threshold | change | anomaly | stale
    grain: Mapped[str] = mapped_column(String(16))  # day | week | month
    direction: Mapped[str] = mapped_column(String(16))  # above | below | either
    against: Mapped[str] = mapped_column(String(16))  # period_before | year_before
    amount: Mapped[float] = mapped_column(Float)  # the metric's own unit, a share, a distance or days
    is_paused: Mapped[bool] = mapped_column(default=False)
    author: Mapped[str] = mapped_column(String(300))
    changed_at: Mapped[datetime] = mapped_column(default=now)
    checked_at: Mapped[datetime | None]
    judged_on: Mapped[date | None]  # the last period that was judged, by its first day
    state: Mapped[str] = mapped_column(String(16), default="unknown")  # quiet | firing | unknown
    told: Mapped[str] = mapped_column(Text, default="")  # what the last check found, for people


class AlertEventRow(Base):
    """One time that an alert fired: the first and the last period of it, by their first days."""

    __tablename__ = "alert_event"
    __table_args__ = (Index("alert_event_by_time", "alert_id", "opened_at"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    value: Mapped[float] = mapped_column(Float)
    evidence: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
