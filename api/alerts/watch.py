"""Checks alerts after each load and once an hour, and opens, renews and closes the notices that tell of them."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from api.alerts.checking import Checked, check
from api.alerts.measuring import reader_of
from api.alerts.records import Alert, AlertEvent
from api.alerts.repository import Alerts
from api.notices.records import Finding, NoticeKind
from api.notices.repository import NoticeRepository
from api.telemetry import log
from api.workspaces.models import now
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.world import World

SECONDS_BETWEEN_LOOKS = 5.0
AT_LEAST_EVERY = timedelta(hours=1)
_RESTS = "The client account is archived: nothing is judged until it is back."
_NEXT_STEP = "Look at the numbers behind it, and at what has changed there."


@dataclass
class AlertWatch:
    """Remembers which data it has seen: loads that follow one another are looked at once, after the last."""

    world: World
    _seen: dict[str, int] = field(default_factory=dict)
    _done: dict[str, int] = field(default_factory=dict)

    def run(self, stopping: threading.Event) -> None:
        """Look until the program ends."""
        while not stopping.wait(SECONDS_BETWEEN_LOOKS):
            try:
                self.look(now())
            except Exception as error:  # Alerts must outlive a metadata database that is away for a while.
                log().error("alerts could not be looked after", exc_info=error)

    def look(self, moment: datetime) -> int:
        """Check what is due, and return how many alerts were checked."""
        with self.world.metadata.read() as session:
            workspaces = Repository(session).workspaces()
        known = set(self.world.warehouse.slugs())
        return sum(self._look_at(one, moment) for one in workspaces if one.slug in known)

    def _look_at(self, workspace: Workspace, moment: datetime) -> int:
        with self.world.metadata.read() as session:
            there = {None, *(one.id for one in Repository(session).client_accounts(workspace.id))}
            awake = [one for one in Alerts(session, workspace.id).all() if not one.is_paused]
        alerts = [one for one in awake if one.client_account_id in there]
        for one in awake:
            if one.client_account_id not in there and one.told != _RESTS:
                self._rest(workspace, one, moment)
        if not alerts:
            return 0
        version = self.world.database(workspace.slug).data_version()
        rested, self._seen[workspace.slug] = self._seen.get(workspace.slug) == version, version
        moved = rested and self._done.get(workspace.slug) != version
        due = [one for one in alerts if moved or one.checked_at is None or one.checked_at <= moment - AT_LEAST_EVERY]
        for one in due:
            check_alert(self.world, workspace, one, moment)
        if moved:
            self._done[workspace.slug] = version
        return len(due)

    def _rest(self, workspace: Workspace, alert: Alert, moment: datetime) -> None:
        """Let the alert of an archived client account rest until it is back."""
        with self.world.metadata.write() as session:
            Alerts(session, workspace.id).rest(alert, _RESTS, moment)
            close_notice(NoticeRepository(session), workspace, alert.id, moment)


def check_alert(world: World, workspace: Workspace, alert: Alert, moment: datetime) -> Checked:
    """Check one alert, and write down what was found; what cannot be judged leaves what is open."""
    with world.metadata.read() as session:
        clients = Repository(session).client_accounts(workspace.id)
    try:
        found = check(world, reader_of(workspace, clients, alert), alert, moment)
    except Exception as error:  # One alert that cannot be checked must not hold up the others.
        log().error("an alert could not be checked", workspace=workspace.slug, alert=alert.id, exc_info=error)
        found = Checked("unknown", f"It could not be checked: {type(error).__name__}. The server's log has more.")
    with world.metadata.write() as session:
        alerts, notices = Alerts(session, workspace.id), NoticeRepository(session)
        before = alerts.get(alert.id)
        if before is None or before.changed_at != alert.changed_at or before.is_paused:
            return found  # removed or changed meanwhile: the next look sees the new rule
        event = before.open_event
        if found.judged is not None:
            event = (
                alerts.open(alert.id, found.judged, found.told, moment)
                if event is None
                else alerts.extend(event.id, found.judged, found.told)
            )
            _tell(notices, workspace, alert, event, moment)
        elif found.state == "quiet" and event is not None:
            alerts.close(alert.id, moment)
            close_notice(notices, workspace, alert.id, moment)
        stays = found.state == "unknown" and before.open_event is not None
        alerts.note(alert, "firing" if stays else found.state, found.told, found.judged_on, moment)
    return found


def close_notice(notices: NoticeRepository, workspace: Workspace, alert_id: str, moment: datetime) -> None:
    """Close the notice of an alert that is over, changed, paused or removed."""
    notice_id = notices.open_about(workspace.id, NoticeKind.METRIC_ALERT, alert_id)
    if notice_id is not None:
        notices.resolve(notice_id, moment)


def _tell(notices: NoticeRepository, workspace: Workspace, alert: Alert, event: AlertEvent, moment: datetime) -> None:
    """Open the notice of an event, or renew it: one notice for each event, which is sent once."""
    finding = Finding(NoticeKind.METRIC_ALERT, alert.id, alert.name, event.evidence, _NEXT_STEP, event.id)
    known = notices.of_occasion(workspace.id, NoticeKind.METRIC_ALERT, alert.id, event.id)
    if known is None:
        close_notice(notices, workspace, alert.id, moment)
        notices.add(workspace.id, finding, moment)
    else:
        notices.renew(known, finding)
