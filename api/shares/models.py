"""The tables of share links."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now


class ShareRow(Base):
    """A link to one report: what it shows, to whom and until when. The token itself is not kept."""

    __tablename__ = "share"
    __table_args__ = (Index("share_by_time", "workspace_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    template_id: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    clients: Mapped[list[str] | None] = mapped_column(JSON)
    filters: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    first: Mapped[date | None]
    last: Mapped[date | None]
    password: Mapped[str | None] = mapped_column(Text)  # argon2id
    ancestors: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_by: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    opened: Mapped[int] = mapped_column(default=0, server_default="0")
    last_opened_at: Mapped[datetime | None]


class ShareVisitRow(Base):
    """A browser that has given a link's password."""

    __tablename__ = "share_visit"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    share_id: Mapped[str] = mapped_column(ForeignKey("share.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
