"""The tables of notices: what has come to pass, to whom it was sent, and the workspace's webhook."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now


class NoticeRow(Base):
    """Something that needs somebody. One is open for each kind and subject at a time."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(
            "notice_open",
            "workspace_id",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("notice_by_time", "workspace_id", "first_seen_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))  # the id of what it is about, such as a connection
    subject_name: Mapped[str] = mapped_column(String(300))  # kept, since the subject may be removed
    occasion: Mapped[str] = mapped_column(String(16))  # it is sent once for each
    state: Mapped[str] = mapped_column(String(16), default="open")  # open | resolved
    evidence: Mapped[str] = mapped_column(Text)
    next_step: Mapped[str] = mapped_column(Text)
    first_seen_at: Mapped[datetime] = mapped_column(default=now)
    last_sent_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]


class NoticeDeliveryRow(Base):
    """One message of a notice to one recipient: sent, or tried again until given up."""

    __tablename__ = "notice_delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "occasion", "channel", "recipient"),
        Index("notice_delivery_due", "state", "next_try_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    notice_id: Mapped[str] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"))
    occasion: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))  # email | webhook
    recipient: Mapped[str] = mapped_column(String(300))  # an e-mail address, or the webhook's origin
    state: Mapped[str] = mapped_column(String(16), default="waiting")  # waiting | sent | failed | dropped
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]


class NoticeWebhookRow(Base):
    """Where a workspace's notices are posted to; the address may hold a secret of its receiver."""

    __tablename__ = "notice_webhook"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), unique=True)
    origin: Mapped[str] = mapped_column(String(300))  # of the address, as people are shown it
    secret: Mapped[str] = mapped_column(Text)  # the address and what signs, encrypted
    key_id: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(default=now)
