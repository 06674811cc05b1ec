"""The tables of what people write: goals, annotations, commentary, readers' notes, decisions about findings."""

from datetime import date, datetime

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now


class GoalRow(Base):
    """A target of one metric for every period from the first to the last, of a client account or one account."""

    __tablename__ = "goal"
    __table_args__ = (Index("goal_by_client", "workspace_id", "client_account_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    client_account_id: Mapped[str] = mapped_column(ForeignKey("client_account.id", ondelete="CASCADE"))
    account_id: Mapped[str | None] = mapped_column(String(300))
    metric_id: Mapped[str] = mapped_column(String(100))
    grain: Mapped[str] = mapped_column(String(16))  # week | month | quarter | year
    first: Mapped[date]  # first day of the first period
    last: Mapped[date]  # first day of the last period
    target: Mapped[float | None] = mapped_column(Float)  # in the metric's own unit, as it is served
    target_min: Mapped[float | None] = mapped_column(Float)
    target_max: Mapped[float | None] = mapped_column(Float)
    direction: Mapped[str] = mapped_column(String(8))  # up | down | band
    near_share: Mapped[float | None] = mapped_column(Float)
    weight: Mapped[float | None] = mapped_column(Float)
    author: Mapped[str] = mapped_column(String(300))
    written_at: Mapped[datetime] = mapped_column(default=now)


class AnnotationRow(Base):
    """A remark about a day or some days; without a client account it is about all of them."""

    __tablename__ = "annotation"
    __table_args__ = (Index("annotation_by_day", "workspace_id", "starts_on"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    client_account_id: Mapped[str | None] = mapped_column(ForeignKey("client_account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))  # event | cause | action | market | competitor
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    metric_id: Mapped[str | None] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    recommendation: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(300))
    written_at: Mapped[datetime] = mapped_column(default=now)


class CommentaryRow(Base):
    """One version of a text on a report; the current one has no `replaced_at`."""

    __tablename__ = "commentary"
    __table_args__ = (Index("commentary_place", "workspace_id", "template_id", "period_start"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    client_account_id: Mapped[str | None] = mapped_column(ForeignKey("client_account.id", ondelete="CASCADE"))
    template_id: Mapped[str] = mapped_column(String(100))
    item_id: Mapped[str] = mapped_column(String(100))
    period_start: Mapped[date]
    period_end: Mapped[date]  # the last day
    locale: Mapped[str] = mapped_column(String(16), default="")  # empty: for readers of every language
    text: Mapped[str] = mapped_column(Text)  # Markdown
    facts: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)  # the numbers when it was written
    author: Mapped[str] = mapped_column(String(300))
    written_at: Mapped[datetime] = mapped_column(default=now)
    replaced_at: Mapped[datetime | None]


class ReaderNoteRow(Base):
    """A comment or rating by somebody who reads a report: a signed-in person, a key, or a visitor of a share."""

    __tablename__ = "reader_note"
    __table_args__ = (Index("reader_note_by_time", "workspace_id", "written_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    client_account_id: Mapped[str | None] = mapped_column(ForeignKey("client_account.id", ondelete="CASCADE"))
    template_id: Mapped[str] = mapped_column(String(100))
    item_id: Mapped[str | None] = mapped_column(String(100))
    share_id: Mapped[str | None] = mapped_column(String(32))  # kept when the share is gone
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    text: Mapped[str] = mapped_column(Text)
    rating: Mapped[int | None] = mapped_column(Integer)  # 1 to 5
    author: Mapped[str] = mapped_column(String(300))
    written_at: Mapped[datetime] = mapped_column(default=now)
    reply: Mapped[str | None] = mapped_column(Text)
    replied_by: Mapped[str | None] = mapped_column(String(300))
    replied_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(300))
    resolved_at: Mapped[datetime | None]


class FindingDecisionRow(Base):
    """What somebody decided about a finding; `finding` names the source and the finding's id there."""

    __tablename__ = "finding_decision"
    __table_args__ = (UniqueConstraint("workspace_id", "client_account_id", "finding"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    client_account_id: Mapped[str] = mapped_column(ForeignKey("client_account.id", ondelete="CASCADE"))
    finding: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(16))  # acknowledged | dismissed
    decided_by: Mapped[str] = mapped_column(String(300))
    decided_at: Mapped[datetime] = mapped_column(default=now)
