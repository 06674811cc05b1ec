"""The table of brands."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now


class BrandRow(Base):
    """The look of one client account, or without one that of the workspace. `place` is the client's id or empty."""

    __tablename__ = "brand"
    __table_args__ = (UniqueConstraint("workspace_id", "place"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    client_account_id: Mapped[str | None] = mapped_column(ForeignKey("client_account.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(120))
    accent: Mapped[str] = mapped_column(String(7))
    series: Mapped[list[str]] = mapped_column(JSON, default=list)
    font: Mapped[str] = mapped_column(String(16))
    footer: Mapped[str] = mapped_column(String(300), default="")
    sender: Mapped[str] = mapped_column(String(120), default="")
    host: Mapped[str | None] = mapped_column(String(253), unique=True)
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)  # PNG
    logo_dark: Mapped[bytes | None] = mapped_column(LargeBinary)  # PNG
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
