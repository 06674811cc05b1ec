"""The table of closed months."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now


class FrozenPeriodRow(Base):
    """A month of a template and a client account, or of all of them together, with every answer of that day."""

    __tablename__ = "frozen_period"
    __table_args__ = (Index("frozen_place", "workspace_id", "template_id", "period_start"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    client_account_id: Mapped[str | None] = mapped_column(ForeignKey("client_account.id", ondelete="CASCADE"))
    template_id: Mapped[str] = mapped_column(String(100))
    template_version: Mapped[str] = mapped_column(String(40))
    period_start: Mapped[date]
    period_end: Mapped[date]  # the last day
    as_of: Mapped[date]  # the day of the closing where the numbers are counted
    catalogue_version: Mapped[str] = mapped_column(String(100))
    author: Mapped[str] = mapped_column(String(300))
    frozen_at: Mapped[datetime] = mapped_column(default=now)
    answers: Mapped[bytes] = mapped_column(LargeBinary)  # gzipped JSON, as the viewer reads it
