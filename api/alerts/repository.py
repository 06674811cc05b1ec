"""All queries on alerts and on what they found."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.alerts.judging import Judged
from api.alerts.models import AlertEventRow, AlertRow
from api.alerts.records import Alert, AlertEvent, AlertState, Rule

MOST_EVENTS = 50  # of an alert, on its page


class Alerts:
    """The alerts of one workspace, inside one session."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def all(self) -> list[Alert]:
        """Return the alerts by their names, each with its newest events."""
        query = select(AlertRow).where(AlertRow.workspace_id == self._workspace_id)
        rows = self._session.scalars(query.order_by(AlertRow.name, AlertRow.id)).all()
        return [_alert(row, self._events(row.id)) for row in rows]

    def get(self, alert_id: str) -> Alert | None:
        """Return one alert of the workspace."""
        row = self._row(alert_id)
        return None if row is None else _alert(row, self._events(row.id))

    def put(self, alert: Alert, moment: datetime) -> Alert:
        """Add an alert, or change the one with its id; what it found before belongs to the old rule and is closed."""
        row = self._row(alert.id)
        if row is None:
            row = AlertRow(workspace_id=self._workspace_id)
            self._session.add(row)
        rule = alert.rule
        row.client_account_id, row.name, row.dataset = alert.client_account_id, alert.name, alert.dataset
        row.metric_id, row.filters = alert.metric_id, {name: list(values) for name, values in alert.filters.items()}
        row.kind, row.grain, row.direction, row.against = rule.kind, rule.grain, rule.direction, rule.against
        row.amount, row.author, row.changed_at = rule.amount, alert.author, moment
        row.checked_at, row.judged_on, row.state, row.told = None, None, "unknown", ""
        self._session.flush()
        self.close(row.id, moment)
        return _alert(row, self._events(row.id))

    def pause(self, alert_id: str, *, is_paused: bool, moment: datetime) -> None:
        """Let an alert rest, which closes what is open, or let it go on."""
        values = {"is_paused": is_paused, "checked_at": None, "judged_on": None, "state": "unknown", "told": ""}
        self._change(alert_id, values)
        self.close(alert_id, moment)

    def remove(self, alert_id: str) -> bool:
        """Remove an alert with its events, and tell whether there was one."""
        found = self._row(alert_id)
        if found is None:
            return False
        self._session.execute(delete(AlertEventRow).where(AlertEventRow.alert_id == alert_id))
        self._session.delete(found)
        self._session.flush()
        return True

    def note(self, alert: Alert, state: AlertState, told: str, judged_on: date | None, moment: datetime) -> None:
        """Note what a check has found; `judged_on` None leaves the last period that was judged."""
        values = {"state": state, "told": told, "checked_at": moment, "judged_on": judged_on or alert.judged_on}
        self._change(alert.id, values)

    def rest(self, alert: Alert, told: str, moment: datetime) -> None:
        """Note that nothing is judged now; whatever comes to pass meanwhile is not told afterwards."""
        self._change(alert.id, {"state": "unknown", "told": told, "checked_at": moment, "judged_on": None})

    # Events

    def open(self, alert_id: str, judged: Judged, evidence: str, moment: datetime) -> AlertEvent:
        """Note that an alert fires: an event that has closed about the same period is open again."""
        query = select(AlertEventRow).where(AlertEventRow.alert_id == alert_id, AlertEventRow.last_on >= judged.period)
        row = self._session.scalar(query.where(AlertEventRow.first_on <= judged.period).limit(1))
        if row is None:
            row = AlertEventRow(alert_id=alert_id, first_on=judged.period, opened_at=moment)
            self._session.add(row)
        row.closed_at = None
        return self._tell(row, judged, evidence)

    def extend(self, event_id: str, judged: Judged, evidence: str) -> AlertEvent:
        """Note how an open event goes on."""
        row = self._session.scalars(select(AlertEventRow).where(AlertEventRow.id == event_id)).one()
        return self._tell(row, judged, evidence)

    def close(self, alert_id: str, moment: datetime) -> None:
        """Close what an alert has open."""
        mine = update(AlertEventRow).where(AlertEventRow.alert_id == alert_id, AlertEventRow.closed_at.is_(None))
        self._session.execute(mine.values(closed_at=moment))

    def _tell(self, row: AlertEventRow, judged: Judged, evidence: str) -> AlertEvent:
        row.last_on = judged.period if row.last_on is None else max(row.last_on, judged.period)
        row.value, row.evidence = judged.value, evidence
        self._session.flush()
        return _event(row)

    def _row(self, alert_id: str) -> AlertRow | None:
        query = select(AlertRow).where(AlertRow.workspace_id == self._workspace_id, AlertRow.id == alert_id)
        return self._session.scalar(query)

    def _events(self, alert_id: str) -> list[AlertEvent]:
        query = select(AlertEventRow).where(AlertEventRow.alert_id == alert_id)
        return [
            _event(row)
            for row in self._session.scalars(query.order_by(AlertEventRow.opened_at.desc()).limit(MOST_EVENTS))
        ]

    def _change(self, alert_id: str, values: Mapping[str, object]) -> None:
        mine = update(AlertRow).where(AlertRow.workspace_id == self._workspace_id, AlertRow.id == alert_id)
        self._session.execute(mine.values(**values))


def _alert(row: AlertRow, events: Sequence[AlertEvent]) -> Alert:
    # The columns hold nothing that was not checked before.
    rule = Rule(row.kind, row.amount, row.direction, row.grain, row.against)  # type: ignore[arg-type]
    return Alert(
        dataset=row.dataset,
        metric_id=row.metric_id,
        rule=rule,
        name=row.name,
        client_account_id=row.client_account_id,
        filters={name: tuple(values) for name, values in row.filters.items()},
        is_paused=row.is_paused,
        author=row.author,
        id=row.id,
        state=row.state,  # type: ignore[arg-type]
        told=row.told,
        changed_at=row.changed_at,
        checked_at=row.checked_at,
        judged_on=row.judged_on,
        events=tuple(events),
    )


def _event(row: AlertEventRow) -> AlertEvent:
    return AlertEvent(row.id, row.first_on, row.last_on, row.value, row.evidence, row.opened_at, row.closed_at)
