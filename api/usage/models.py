"""The tables of usage: requests counted by day, and the newest questions one by one."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base


class UsageCountRow(Base):
    """Requests of one asker to one dataset on one day (UTC) with one outcome, whose durations lie on one step."""

    __tablename__ = "usage_count"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    asker_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    dataset: Mapped[str] = mapped_column(String(100), primary_key=True)  # empty if it named none that there is
    outcome: Mapped[str] = mapped_column(String(64), primary_key=True)  # cached | computed | code of an error
    step: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # see usage/records.py
    asker_name: Mapped[str] = mapped_column(String(300))
    requests: Mapped[int] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(BigInteger)


class QueryLogRow(Base):
    """One question. What its filters looked for is not kept: it may be about people."""

    __tablename__ = "query_log"
    __table_args__ = (Index("query_log_newest", "workspace_id", "sequence"),)

    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime]
    asker_id: Mapped[str] = mapped_column(String(64))
    asker_name: Mapped[str] = mapped_column(String(300))
    dataset: Mapped[str] = mapped_column(String(100))
    fields: Mapped[list[str]] = mapped_column(JSON)
    clients: Mapped[int | None] = mapped_column(Integer)  # how many client accounts; NULL if it was refused before
    rows: Mapped[int | None] = mapped_column(Integer)
    elapsed_ms: Mapped[float] = mapped_column(Float)
    outcome: Mapped[str] = mapped_column(String(64))
