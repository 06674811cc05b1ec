"""All queries on what was due and on its mails. Who may hand over a mail is decided here, by one update."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, Update, exists, func, select, update
from sqlalchemy.orm import Session

from api.schedules.models import ReportDeliveryRow, ReportRecipientRow, ReportRunRow, ReportScheduleRow
from api.schedules.records import Delivery, DeliveryState, Run, RunState, Schedule
from api.schedules.repository import as_schedule, recipients_of
from api.workspaces.models import ClientAccountRow
from looker_templates import Days

# A mail server answers within seconds or is given up; whoever holds a mail for so long does not live any more.
LEASE = timedelta(minutes=10)
UNKNOWN = (
    "The program was stopped while it handed the mail over. It may have arrived: ask the recipient before it is sent "
    "again."
)
_OPEN = (DeliveryState.WAITING, DeliveryState.SENDING)


class Runs:
    """What was due, of all workspaces, inside one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self, moment: datetime) -> list[Schedule]:
        """Return the schedules that are due, or that have no date yet."""
        ready = ReportScheduleRow.next_run_at.is_(None) | (ReportScheduleRow.next_run_at <= moment)
        rows = self._session.scalars(
            select(ReportScheduleRow).where(ReportScheduleRow.paused.is_(False), ready).order_by(ReportScheduleRow.id)
        ).all()
        people = recipients_of(self._session, [row.id for row in rows])
        return [as_schedule(row, people.get(row.id, ())) for row in rows]

    def schedule_of(self, run: Run) -> Schedule:
        """Return the schedule of a run."""
        row = self._session.get_one(ReportScheduleRow, run.schedule_id)
        return as_schedule(row, recipients_of(self._session, [row.id]).get(row.id, ()))

    def rests(self, schedule: Schedule) -> bool:
        """Tell whether a schedule's client account is archived: nothing goes out until it is back."""
        client = schedule.client_account_id
        row = None if client is None else self._session.get(ClientAccountRow, client)
        return row is not None and row.archived_at is not None

    def move_on(self, schedule: Schedule, next_run_at: datetime) -> bool:
        """Give a schedule its next date, unless somebody else has just done so."""
        now = ReportScheduleRow.next_run_at
        same = now.is_(None) if schedule.next_run_at is None else now == schedule.next_run_at
        change = update(ReportScheduleRow).where(ReportScheduleRow.id == schedule.id, same)
        return self._changed(change.values(next_run_at=next_run_at))

    def add(self, schedule: Schedule, days: Days, due: datetime, *, wait: bool = True) -> str | None:
        """Note that a period is due for each recipient; None if it has been before."""
        same = (ReportRunRow.first_day == days[0], ReportRunRow.last_day == days[1])
        if self._session.scalar(select(ReportRunRow.id).where(ReportRunRow.schedule_id == schedule.id, *same)):
            return None
        row = ReportRunRow(
            schedule_id=schedule.id,
            first_day=days[0],
            last_day=days[1],
            due_at=due,
            deadline_at=due + timedelta(hours=schedule.wait_hours if wait else 0),
            state=RunState.WAITING.value,
            next_look_at=due,
        )
        self._session.add(row)
        self._session.flush()
        for address in schedule.addresses:
            waiting = DeliveryState.WAITING.value
            self._session.add(ReportDeliveryRow(run_id=row.id, recipient=address, state=waiting, next_try_at=due))
        self._session.flush()
        return row.id

    def open(self, moment: datetime) -> list[Run]:
        """Return the runs that may have to be looked at now, the oldest first."""
        states = (RunState.WAITING.value, RunState.SENDING.value)
        query = select(ReportRunRow).where(ReportRunRow.state.in_(states), ReportRunRow.next_look_at <= moment)
        return self._runs(self._session.scalars(query.order_by(ReportRunRow.due_at, ReportRunRow.id)).all())

    def history(self, schedule_ids: Sequence[str], most: int = 50) -> list[Run]:
        """Return the runs of schedules, the newest first."""
        query = select(ReportRunRow).where(ReportRunRow.schedule_id.in_(schedule_ids))
        return self._runs(self._session.scalars(query.order_by(ReportRunRow.due_at.desc()).limit(most)).all())

    def last_of(self, schedule_id: str) -> Run | None:
        """Return the newest run of a schedule."""
        return next(iter(self.history([schedule_id], 1)), None)

    def change(self, run: Run, values: Mapping[str, object]) -> None:
        """Change columns of a run."""
        self._session.execute(update(ReportRunRow).where(ReportRunRow.id == run.id).values(dict(values)))

    def drop_open(self, schedule_id: str) -> None:
        """Drop what has not been handed over yet."""
        runs = select(ReportRunRow.id).where(ReportRunRow.schedule_id == schedule_id)
        mine = (ReportDeliveryRow.run_id.in_(runs), ReportDeliveryRow.state == DeliveryState.WAITING)
        self._session.execute(update(ReportDeliveryRow).where(*mine).values(state=DeliveryState.DROPPED.value))
        waiting = (ReportRunRow.schedule_id == schedule_id, ReportRunRow.state == RunState.WAITING)
        self._session.execute(update(ReportRunRow).where(*waiting).values(state=RunState.DROPPED.value))

    # Mails

    def claim(self, delivery: Delivery, schedule: Schedule, claim: str, digest: str, moment: datetime) -> bool:
        """Take a mail to hand it over, and tell whether it may be: nobody else has it, and it is still wanted."""
        wanted = exists().where(
            ReportRecipientRow.schedule_id == schedule.id,
            ReportRecipientRow.address == ReportDeliveryRow.recipient,
            ReportRecipientRow.unsubscribed_at.is_(None),
        )
        mine = (ReportDeliveryRow.id == delivery.id, ReportDeliveryRow.state == DeliveryState.WAITING)
        taken = self._changed(
            update(ReportDeliveryRow)
            .where(*mine, wanted)
            .values(
                state=DeliveryState.SENDING.value,
                claim=claim,
                claimed_at=moment,
                digest=digest,
                tries=ReportDeliveryRow.tries + 1,
            )
        )
        if not taken:
            self._session.execute(
                update(ReportDeliveryRow).where(*mine, ~wanted).values(state=DeliveryState.DROPPED.value)
            )
        return taken

    def settle(self, delivery: Delivery, claim: str, values: Mapping[str, object]) -> None:
        """Note what became of a mail that was taken."""
        mine = (ReportDeliveryRow.id == delivery.id, ReportDeliveryRow.claim == claim)
        self._session.execute(update(ReportDeliveryRow).where(*mine).values(dict(values)))

    def postpone(self, delivery: Delivery, values: Mapping[str, object]) -> None:
        """Note that a mail could not even be made."""
        mine = (ReportDeliveryRow.id == delivery.id, ReportDeliveryRow.state == DeliveryState.WAITING)
        self._session.execute(update(ReportDeliveryRow).where(*mine).values(dict(values)))

    def lost(self, moment: datetime) -> int:
        """Count the mails whose sender does not live any more."""
        return self._session.scalar(select(func.count()).select_from(ReportDeliveryRow).where(*_lost(moment))) or 0

    def tell_unknown(self, moment: datetime) -> None:
        """Note that nobody knows what became of them."""
        values = {"state": DeliveryState.UNKNOWN.value, "error": UNKNOWN}
        self._session.execute(update(ReportDeliveryRow).where(*_lost(moment)).values(values))

    def send_again(self, schedule_id: str, delivery_id: str, moment: datetime) -> bool:
        """Let a mail go out again that has failed or of which nothing is known: a person wants it so."""
        runs = select(ReportRunRow.id).where(ReportRunRow.schedule_id == schedule_id)
        ended = (DeliveryState.FAILED.value, DeliveryState.UNKNOWN.value)
        mine = (ReportDeliveryRow.id == delivery_id, ReportDeliveryRow.run_id.in_(runs))
        values = {"state": DeliveryState.WAITING.value, "tries": 0, "next_try_at": moment, "claim": None}
        if not self._changed(update(ReportDeliveryRow).where(*mine, ReportDeliveryRow.state.in_(ended)).values(values)):
            return False
        run = select(ReportDeliveryRow.run_id).where(ReportDeliveryRow.id == delivery_id).scalar_subquery()
        opened = {"state": RunState.SENDING.value, "next_look_at": moment, "finished_at": None}
        self._session.execute(update(ReportRunRow).where(ReportRunRow.id == run).values(opened))
        return True

    def settle_run(self, run: Run, moment: datetime) -> None:
        """Close a run of which no mail is open any more, else look at it again when the next one is due."""
        query = select(ReportDeliveryRow).where(ReportDeliveryRow.run_id == run.id, ReportDeliveryRow.state.in_(_OPEN))
        left = self._session.scalars(query).all()
        if left:
            held = [moment + timedelta(minutes=1) for row in left if row.state == DeliveryState.SENDING]
            tries = [row.next_try_at for row in left if row.state == DeliveryState.WAITING]
            self.change(run, {"next_look_at": min([*held, *tries])})
        else:
            self.change(run, {"state": RunState.DONE.value, "finished_at": moment})

    def _changed(self, statement: Update) -> bool:
        return cast("CursorResult[object]", self._session.execute(statement)).rowcount == 1

    def _runs(self, rows: Sequence[ReportRunRow]) -> list[Run]:
        query = select(ReportDeliveryRow).where(ReportDeliveryRow.run_id.in_([row.id for row in rows]))
        mails: dict[str, list[Delivery]] = {}
        for row in self._session.scalars(query.order_by(ReportDeliveryRow.recipient)):
            mails.setdefault(row.run_id, []).append(_delivery(row))
        return [_run(row, mails.get(row.id, ())) for row in rows]


def _lost(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return ReportDeliveryRow.state == DeliveryState.SENDING, ReportDeliveryRow.claimed_at <= moment - LEASE


def _run(row: ReportRunRow, deliveries: Sequence[Delivery]) -> Run:
    return Run(
        id=row.id,
        schedule_id=row.schedule_id,
        first=row.first_day,
        last=row.last_day,
        due_at=row.due_at,
        deadline_at=row.deadline_at,
        state=RunState(row.state),
        lacking=row.lacking,
        is_late=row.is_late,
        finished_at=row.finished_at,
        deliveries=tuple(deliveries),
    )


def _delivery(row: ReportDeliveryRow) -> Delivery:
    return Delivery(
        id=row.id,
        run_id=row.run_id,
        recipient=row.recipient,
        state=DeliveryState(row.state),
        tries=row.tries,
        next_try_at=row.next_try_at,
        error=row.error,
        sent_at=row.sent_at,
    )
