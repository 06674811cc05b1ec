"""The tables behind templates: masters in Looker Studio, the connector that copies use, templates of one's own."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now


class LookerConnectorRow(Base):
    """The deployment of the connector that a workspace's data sources are made with."""

    __tablename__ = "looker_connector"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), unique=True)
    deployment_id: Mapped[str] = mapped_column(String(120))


class MasterReportRow(Base):
    """The report in Looker Studio that copies of a template are made of."""

    __tablename__ = "master_report"
    __table_args__ = (UniqueConstraint("workspace_id", "template_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    template_id: Mapped[str] = mapped_column(String(100))
    template_version: Mapped[str] = mapped_column(String(20))
    report_id: Mapped[str] = mapped_column(String(60))
    registered_by: Mapped[str] = mapped_column(String(300))
    registered_at: Mapped[datetime] = mapped_column(default=now)


class StoredTemplateRow(Base):
    """A template that somebody has added to a workspace, as JSON."""

    __tablename__ = "stored_template"
    __table_args__ = (UniqueConstraint("workspace_id", "template_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    template_id: Mapped[str] = mapped_column(String(100))
    document: Mapped[str] = mapped_column(Text)
    added_by: Mapped[str] = mapped_column(String(300))
    added_at: Mapped[datetime] = mapped_column(default=now)
