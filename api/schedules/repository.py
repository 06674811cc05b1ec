"""All queries on schedules and their recipients. A schedule is found through its workspace, never without."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.schedules.models import ReportRecipientRow, ReportScheduleRow
from api.schedules.records import LiveLink, Recipient, Schedule


class Schedules:
    """The schedules of one workspace, inside one session."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def all(self) -> list[Schedule]:
        """Return the schedules by name."""
        mine = ReportScheduleRow.workspace_id == self._workspace_id
        rows = self._session.scalars(select(ReportScheduleRow).where(mine).order_by(ReportScheduleRow.name)).all()
        people = recipients_of(self._session, [row.id for row in rows])
        return [as_schedule(row, people.get(row.id, ())) for row in rows]

    def get(self, schedule_id: str) -> Schedule | None:
        """Return one schedule."""
        row = self._session.get(ReportScheduleRow, schedule_id)
        if row is None or row.workspace_id != self._workspace_id:
            return None
        return as_schedule(row, recipients_of(self._session, [row.id]).get(row.id, ()))

    def add(self, values: Mapping[str, object], addresses: Sequence[str]) -> str:
        """Keep a new schedule, and return its id."""
        row = ReportScheduleRow(workspace_id=self._workspace_id, **values)
        self._session.add(row)
        self._session.flush()
        self._put_recipients(row.id, addresses)
        return row.id

    def change(self, schedule_id: str, values: Mapping[str, object], addresses: Sequence[str] | None = None) -> None:
        """Change columns of a schedule and, if they are given, who gets it."""
        mine = (ReportScheduleRow.id == schedule_id, ReportScheduleRow.workspace_id == self._workspace_id)
        if values:
            self._session.execute(update(ReportScheduleRow).where(*mine).values(dict(values)))
        if addresses is not None:
            self._put_recipients(schedule_id, addresses)

    def remove(self, schedule_id: str) -> None:
        """Forget a schedule with all of its history."""
        mine = (ReportScheduleRow.id == schedule_id, ReportScheduleRow.workspace_id == self._workspace_id)
        self._session.execute(delete(ReportScheduleRow).where(*mine))

    def _put_recipients(self, schedule_id: str, addresses: Sequence[str]) -> None:
        """Let these get the schedule; whoever has unsubscribed stays so, however often he is written down again."""
        query = select(ReportRecipientRow).where(ReportRecipientRow.schedule_id == schedule_id)
        known = {row.address: row for row in self._session.scalars(query)}
        for address, row in known.items():
            if address not in addresses and row.unsubscribed_at is None:
                self._session.delete(row)
        for address in addresses:
            if address not in known:
                self._session.add(ReportRecipientRow(schedule_id=schedule_id, address=address))
        self._session.flush()


def recipients_of(session: Session, schedule_ids: Sequence[str]) -> dict[str, tuple[Recipient, ...]]:
    """Return the recipients of schedules, by schedule."""
    query = select(ReportRecipientRow).where(ReportRecipientRow.schedule_id.in_(schedule_ids))
    found: dict[str, tuple[Recipient, ...]] = {}
    for row in session.scalars(query.order_by(ReportRecipientRow.address)):
        found[row.schedule_id] = (*found.get(row.schedule_id, ()), Recipient(row.address, row.unsubscribed_at))
    return found


def as_schedule(row: ReportScheduleRow, recipients: Sequence[Recipient]) -> Schedule:
    """Return a row as a plain value."""
    return Schedule(
        id=row.id,
        workspace_id=row.workspace_id,
        client_account_id=row.client_account_id,
        template_id=row.template_id,
        name=row.name,
        cron=row.cron,
        timezone=row.timezone,
        period=row.period,
        locale=row.locale,
        attach_pdf=row.attach_pdf,
        link=LiveLink(row.link),
        wait_hours=row.wait_hours,
        paused=row.paused,
        next_run_at=row.next_run_at,
        created_by=row.created_by,
        recipients=tuple(recipients),
    )
