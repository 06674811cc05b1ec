"""The tables of scheduled reports: the schedules, who gets them, what was due, and what became of each mail."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now


class ReportScheduleRow(Base):
    """A report that goes out by mail again and again, of one client account or of all."""

    __tablename__ = "report_schedule"
    __table_args__ = (Index("report_schedule_due", "paused", "next_run_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    client_account_id: Mapped[str | None] = mapped_column(ForeignKey("client_account.id", ondelete="CASCADE"))
    template_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    cron: Mapped[str] = mapped_column(String(100))
    timezone: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(32))
    locale: Mapped[str] = mapped_column(String(16))
    attach_pdf: Mapped[bool] = mapped_column(default=True, server_default=true())
    link: Mapped[str] = mapped_column(String(16))  # link | person | none
    wait_hours: Mapped[int] = mapped_column(Integer)
    paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    next_run_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ReportRecipientRow(Base):
    """Who gets a schedule's mails; whoever has unsubscribed stays here, so as not to be asked again."""

    __tablename__ = "report_recipient"
    __table_args__ = (UniqueConstraint("schedule_id", "address"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    schedule_id: Mapped[str] = mapped_column(ForeignKey("report_schedule.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(300))
    unsubscribed_at: Mapped[datetime | None]


class ReportRunRow(Base):
    """One period of a schedule that was due; there is never a second one of the same period."""

    __tablename__ = "report_run"
    __table_args__ = (
        UniqueConstraint("schedule_id", "first_day", "last_day"),
        Index("report_run_open", "state", "next_look_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    schedule_id: Mapped[str] = mapped_column(ForeignKey("report_schedule.id", ondelete="CASCADE"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    due_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))  # waiting | sending | done | dropped
    next_look_at: Mapped[datetime]
    lacking: Mapped[str | None] = mapped_column(Text)  # what had not come yet, last looked at or when it was sent
    is_late: Mapped[bool] = mapped_column(default=False, server_default=false())  # sent without what was lacking
    finished_at: Mapped[datetime | None]


class ReportDeliveryRow(Base):
    """The one mail of a run to one recipient. `claim` names who is handing it over, from before the first word."""

    __tablename__ = "report_delivery"
    __table_args__ = (UniqueConstraint("run_id", "recipient"), Index("report_delivery_open", "state", "next_try_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    run_id: Mapped[str] = mapped_column(ForeignKey("report_run.id", ondelete="CASCADE"))
    recipient: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(16))  # waiting | sending | sent | failed | unknown | dropped
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime]
    claim: Mapped[str | None] = mapped_column(String(32))
    claimed_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the token that unsubscribes
    error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]
