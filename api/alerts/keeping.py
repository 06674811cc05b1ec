"""Keeps, pauses and removes alerts, together with the notices that tell of them."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from api.alerts.records import Alert
from api.alerts.repository import Alerts
from api.alerts.watch import close_notice
from api.errors import NotFoundError
from api.notices.repository import NoticeRepository
from api.workspaces.models import now
from api.workspaces.records import Caller, Workspace
from api.world import World


def alerts_of(world: World, caller: Caller) -> list[Alert]:
    """Return the alerts that a caller may see, by their names."""
    with world.metadata.read() as session:
        return [one for one in Alerts(session, caller.workspace.id).all() if _may_see(caller, one)]


def find_alert(world: World, caller: Caller, alert_id: str) -> Alert:
    """Return an alert of the caller's workspace, or raise NotFoundError."""
    with world.metadata.read() as session:
        return _of(session, caller, alert_id)


def keep_alert(world: World, workspace: Workspace, alert: Alert) -> Alert:
    """Keep an alert; one that is there already is changed, and what it told before is over."""
    moment = now()
    with world.metadata.write() as session:
        kept = Alerts(session, workspace.id).put(alert, moment)
        _close(session, workspace, kept.id, moment)
    return kept


def pause_alert(world: World, caller: Caller, alert_id: str, *, is_paused: bool) -> Alert:
    """Let an alert rest or go on, and return it."""
    moment = now()
    with world.metadata.write() as session:
        found = _of(session, caller, alert_id)
        Alerts(session, caller.workspace.id).pause(alert_id, is_paused=is_paused, moment=moment)
        _close(session, caller.workspace, alert_id, moment)
    return replace(found, is_paused=is_paused, state="unknown", told="")


def remove_alert(world: World, caller: Caller, alert_id: str) -> None:
    """Remove an alert."""
    with world.metadata.write() as session:
        _of(session, caller, alert_id)
        _close(session, caller.workspace, alert_id, now())
        Alerts(session, caller.workspace.id).remove(alert_id)


def _close(session: Session, workspace: Workspace, alert_id: str, moment: datetime) -> None:
    close_notice(NoticeRepository(session), workspace, alert_id, moment)


def _may_see(caller: Caller, alert: Alert) -> bool:
    if alert.client_account_id is None:
        return not caller.narrowed
    return any(one.id == alert.client_account_id for one in caller.clients)


def _of(session: Session, caller: Caller, alert_id: str) -> Alert:
    found = Alerts(session, caller.workspace.id).get(alert_id)
    if found is None or not _may_see(caller, found):
        raise NotFoundError(f"There is no alert '{alert_id[:40]}'. GET /v1/alerts lists them.")
    return found
