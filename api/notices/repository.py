"""All queries on notices, their deliveries and the webhooks of workspaces."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from api.notices.models import NoticeDeliveryRow, NoticeRow, NoticeWebhookRow
from api.notices.records import (
    Channel,
    DeliveryState,
    Finding,
    Notice,
    NoticeDelivery,
    NoticeKind,
    NoticeState,
    Recipient,
)
from api.workspaces.models import ConnectionRow, SyncRunRow
from api.workspaces.secrets import Sealed


class NoticeRepository:
    """Queries inside one session. A notice is found through its workspace, never without."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def notices(self, workspace_id: str, state: NoticeState | None = None, most: int = 200) -> list[Notice]:
        """Return the notices of a workspace with their deliveries: open ones first, then the newest first."""
        query = select(NoticeRow).where(NoticeRow.workspace_id == workspace_id)
        if state is not None:
            query = query.where(NoticeRow.state == state)
        rows = self._session.scalars(query.order_by(NoticeRow.state, NoticeRow.first_seen_at.desc()).limit(most)).all()
        deliveries: dict[str, list[NoticeDelivery]] = {}
        listed = select(NoticeDeliveryRow).where(NoticeDeliveryRow.notice_id.in_([row.id for row in rows]))
        for row in self._session.scalars(listed.order_by(NoticeDeliveryRow.next_try_at, NoticeDeliveryRow.id)):
            deliveries.setdefault(row.notice_id, []).append(_delivery(row))
        return [_notice(row, deliveries.get(row.id, ())) for row in rows]

    def open_count(self, workspace_id: str) -> int:
        """Return how many notices are open."""
        query = select(func.count()).select_from(NoticeRow)
        found = self._session.scalar(query.where(NoticeRow.workspace_id == workspace_id, NoticeRow.state == "open"))
        return found or 0

    def closed_since(self, workspace_id: str, kind: NoticeKind, subject: str, since: datetime) -> str | None:
        """Return the id of the last notice of a kind and subject that was closed after a moment."""
        return self._session.scalar(
            select(NoticeRow.id)
            .where(NoticeRow.workspace_id == workspace_id, NoticeRow.kind == kind, NoticeRow.subject == subject)
            .where(NoticeRow.state == NoticeState.RESOLVED, NoticeRow.resolved_at > since)
            .order_by(NoticeRow.resolved_at.desc())
            .limit(1)
        )

    def open_about(self, workspace_id: str, kind: NoticeKind, subject: str) -> str | None:
        """Return the id of the open notice of a kind and subject."""
        query = select(NoticeRow.id).where(NoticeRow.workspace_id == workspace_id, NoticeRow.kind == kind)
        return self._session.scalar(query.where(NoticeRow.subject == subject, NoticeRow.state == NoticeState.OPEN))

    def of_occasion(self, workspace_id: str, kind: NoticeKind, subject: str, occasion: str) -> str | None:
        """Return the id of the notice of one occasion, open or closed."""
        query = select(NoticeRow.id).where(NoticeRow.workspace_id == workspace_id, NoticeRow.kind == kind)
        return self._session.scalar(query.where(NoticeRow.subject == subject, NoticeRow.occasion == occasion).limit(1))

    def add(self, workspace_id: str, finding: Finding, moment: datetime) -> None:
        """Open a notice."""
        self._session.add(NoticeRow(workspace_id=workspace_id, first_seen_at=moment, **_columns(finding)))
        self._session.flush()

    def renew(self, notice_id: str, finding: Finding) -> None:
        """Note what is so now; a closed notice is open again."""
        values = {**_columns(finding), "state": NoticeState.OPEN.value, "resolved_at": None}
        self._session.execute(update(NoticeRow).where(NoticeRow.id == notice_id).values(**values))

    def resolve(self, notice_id: str, moment: datetime) -> None:
        """Close a notice, and drop what was not sent yet."""
        self._session.execute(
            update(NoticeRow)
            .where(NoticeRow.id == notice_id)
            .values(state=NoticeState.RESOLVED.value, resolved_at=moment)
        )
        self._session.execute(
            update(NoticeDeliveryRow)
            .where(NoticeDeliveryRow.notice_id == notice_id, NoticeDeliveryRow.state == DeliveryState.WAITING)
            .values(state=DeliveryState.DROPPED.value)
        )

    # Deliveries

    def add_delivery(self, notice: Notice, recipient: Recipient, moment: datetime) -> None:
        """Note that a recipient is to be told of the notice's occasion."""
        self._session.add(
            NoticeDeliveryRow(
                notice_id=notice.id,
                occasion=notice.finding.occasion,
                channel=recipient.channel.value,
                recipient=recipient.address,
                next_try_at=moment,
            )
        )

    def change_delivery(self, delivery_id: str, values: Mapping[str, object]) -> None:
        """Change columns of a delivery."""
        self._session.execute(update(NoticeDeliveryRow).where(NoticeDeliveryRow.id == delivery_id).values(dict(values)))

    def note_sent(self, delivery: NoticeDelivery, moment: datetime) -> None:
        """Note that a message was handed over."""
        values = {"state": DeliveryState.SENT.value, "sent_at": moment, "error": None, "tries": delivery.tries + 1}
        self.change_delivery(delivery.id, values)
        self._session.execute(update(NoticeRow).where(NoticeRow.id == delivery.notice_id).values(last_sent_at=moment))

    # The webhook

    def webhook(self, workspace_id: str) -> NoticeWebhookRow | None:
        """Return a workspace's webhook, its secret encrypted."""
        return self._session.scalar(select(NoticeWebhookRow).where(NoticeWebhookRow.workspace_id == workspace_id))

    def put_webhook(self, workspace_id: str, row_id: str, origin: str, sealed: Sealed) -> None:
        """Store a webhook in the place of an earlier one."""
        self.remove_webhook(workspace_id)
        row = NoticeWebhookRow(
            id=row_id, workspace_id=workspace_id, origin=origin, secret=sealed.text, key_id=sealed.key_id
        )
        self._session.add(row)

    def remove_webhook(self, workspace_id: str) -> bool:
        """Forget the webhook, and return whether there was one."""
        row = self.webhook(workspace_id)
        if row is not None:
            self._session.delete(row)
            self._session.flush()
        return row is not None

    # Runs

    def last_good_runs(self, workspace_id: str) -> dict[str, datetime]:
        """Return when the last good run of each connection ended, by the connection's id."""
        query = (
            select(SyncRunRow.connection_id, func.max(SyncRunRow.finished_at))
            .join(ConnectionRow, ConnectionRow.id == SyncRunRow.connection_id)
            .where(ConnectionRow.workspace_id == workspace_id, SyncRunRow.state == "done")
            .group_by(SyncRunRow.connection_id)
        )
        return {connection_id: ended for connection_id, ended in self._session.execute(query) if ended is not None}


def _columns(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind.value,
        "subject": finding.subject,
        "subject_name": finding.subject_name[:300],
        "occasion": finding.occasion,
        "evidence": finding.evidence,
        "next_step": finding.next_step,
    }


def _notice(row: NoticeRow, deliveries: Sequence[NoticeDelivery]) -> Notice:
    return Notice(
        id=row.id,
        workspace_id=row.workspace_id,
        finding=Finding(NoticeKind(row.kind), row.subject, row.subject_name, row.evidence, row.next_step, row.occasion),
        state=NoticeState(row.state),
        first_seen_at=row.first_seen_at,
        last_sent_at=row.last_sent_at,
        resolved_at=row.resolved_at,
        deliveries=tuple(deliveries),
    )


def _delivery(row: NoticeDeliveryRow) -> NoticeDelivery:
    return NoticeDelivery(
        id=row.id,
        notice_id=row.notice_id,
        occasion=row.occasion,
        recipient=Recipient(Channel(row.channel), row.recipient),
        state=DeliveryState(row.state),
        tries=row.tries,
        next_try_at=row.next_try_at,
        error=row.error,
        sent_at=row.sent_at,
    )
