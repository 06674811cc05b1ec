"""The table of what was deleted, and how much of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now


class DeletionReceiptRow(Base):
    """The receipt of a client account that was deleted: ids and counts, nothing of what it was."""

    __tablename__ = "deletion_receipt"
    __table_args__ = (Index("deletion_receipt_by_time", "workspace_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    client_account_id: Mapped[str] = mapped_column(String(32))
    document: Mapped[dict[str, object]]
    created_at: Mapped[datetime] = mapped_column(default=now)
