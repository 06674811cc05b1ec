"""Two workspaces and three clients with something in every table, each text marked with whose it is."""

import gzip
import json
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from api.alerts.models import AlertEventRow, AlertRow
from api.brands.models import BrandRow
from api.clients.models import DeletionReceiptRow
from api.frozen.models import FrozenPeriodRow
from api.looker_oauth.models import AuthorisationRow, ConnectorRow, TokenRow
from api.notices.models import NoticeDeliveryRow, NoticeRow
from api.people.models import (
    AccessGrantRow,
    AddressGroupMemberRow,
    AddressGroupRow,
    InvitationRow,
    MembershipRow,
    PersonRow,
    PersonSessionRow,
)
from api.schedules.models import ReportDeliveryRow, ReportRecipientRow, ReportRunRow, ReportScheduleRow
from api.shares.models import ShareRow
from api.templates.models import MasterReportRow, StoredTemplateRow
from api.usage.models import QueryLogRow, UsageCountRow
from api.workspaces.linking_models import AccountMatchRow, PushReceiptRow
from api.workspaces.models import (
    ApiKeyClientRow,
    ApiKeyRow,
    Base,
    ClientAccountRow,
    ConnectionRow,
    JobRow,
    SyncRunRow,
    now,
)
from api.workspaces.service import digest
from api.writing.models import AnnotationRow, CommentaryRow, FindingDecisionRow, GoalRow, ReaderNoteRow
from looker_templates import as_document, load_templates

DAY, LATER = date(2025, 1, 1), timedelta(days=9)
REPORT = "ticket-volume"
_HASH = "no password leads to this hash"


@dataclass(frozen=True)
class Place:
    """A client account in its workspace, and what its texts are marked with."""

    workspace_id: str
    client_id: str
    slug: str
    mark: str  # of what only this client's people may see
    home: str  # of what everybody in the workspace may see
    ids: dict[str, str] = field(default_factory=dict)  # of its rows, by the name that routes give them


class Add(Protocol):
    """Writes a row and keeps its id under a name."""

    def __call__(self, name: str, row: Base) -> str: ...


def fill(session: Session, place: Place) -> None:
    """Write a row of every kind about a client."""
    of_workspace = {"workspace_id": place.workspace_id}
    of_client = {**of_workspace, "client_account_id": place.client_id}
    mark = place.mark

    def add(name: str, row: Base) -> str:
        session.add(row)
        session.flush()
        made = str(getattr(row, "id", ""))
        place.ids[name] = made
        return made

    place.ids["client_id"] = place.client_id
    person = add("person_id", PersonRow(email=f"{mark}@example.com", name=mark, password=_HASH, verified_at=now()))
    session.add(MembershipRow(person_id=person, role="client_viewer", **of_workspace))
    add("session_id", session_of(person, secrets.token_hex()))
    grant = {"every_client": False, "clients": [place.client_id], "created_by": mark}
    add("grant_id", AccessGrantRow(kind="person", person_id=person, **grant, **of_workspace))
    group = add("group_id", AddressGroupRow(name=mark, **of_workspace))
    session.add(AddressGroupMemberRow(address_group_id=group, address=f"in-{mark}@example.com"))
    joining = {"digest": secrets.token_hex(), "mailed": False, "invited_by": mark, "expires_at": now() + LATER}
    add("invitation_id", InvitationRow(email=f"to-{mark}@example.com", role="analyst", **joining, **of_workspace))
    key = add(
        "key_id", ApiKeyRow(name=mark, digest=secrets.token_hex(), hint="bvk_", every_client=False, **of_workspace)
    )
    session.add(ApiKeyClientRow(api_key_id=key, client_account_id=place.client_id))
    receipt = secrets.token_hex(8)
    document = {"receipt_id": receipt, "client_account_id": place.client_id, "deleted_at": "2025-01-01", "by": mark}
    add("receipt_id", DeletionReceiptRow(id=receipt, document=document, **of_client))
    _link(session, place, add)
    _write(place, add)
    _report(session, place, add)
    copy = {"client_id": f"bvi_{secrets.token_hex(12)}", "secret": secrets.token_hex(), "script_id": mark * 4}
    connector = add("connector_id", ConnectorRow(name=mark, registered_by=person, **copy, **of_workspace))
    allowed = {"connector_id": connector, "person_id": person, "scope": "reports.read"}
    add("access_id", AuthorisationRow(**allowed, connected_at=now(), **of_workspace))
    asked = {"asker_id": key, "asker_name": mark, "dataset": "tickets"}
    session.add(
        UsageCountRow(day=now().date(), outcome="computed", step=3, requests=1, rows=1, **asked, **of_workspace)
    )
    session.add(
        QueryLogRow(
            asked_at=now(), fields=[mark], clients=1, rows=1, elapsed_ms=1.0, outcome="no", **asked, **of_workspace
        )
    )


def _link(session: Session, place: Place, add: Add) -> None:
    of_workspace = {"workspace_id": place.workspace_id}
    of_client = {**of_workspace, "client_account_id": place.client_id}
    mark = place.mark
    account = {"source": "zendesk", "account_id": f"{mark}-1", "account_name": f"{mark} Ltd"}
    connection = add("connection_id", ConnectionRow(name=mark, config={"subdomain": mark}, **account, **of_client))
    add("run_id", SyncRunRow(connection_id=connection, state="failed", error=mark, error_code="source_down"))
    job = JobRow(kind="import", key=mark, arguments={"client": mark}, state="done", **of_workspace)
    session.add(job)
    session.flush()
    leaving = {"client_id": place.client_id, "path": f"/nowhere/{mark}.duckdb"}
    add(
        "job_id",
        JobRow(kind="hand_over", key=f"{mark} leaves", arguments=leaving, result={}, state="done", **of_workspace),
    )
    pushed = {"key": mark, "digest": secrets.token_hex(), "stream": "push_tickets", "records": 1, "job_id": job.id}
    add("push_id", PushReceiptRow(**pushed, **of_workspace))
    pair = {"source": "stripe", "account_id": mark, "other_source": "zendesk", "other_account_id": f"{mark}-2"}
    found = {"method": "domain", "evidence": mark, "confidence": 0.9, "state": "proposed"}
    add("match_id", AccountMatchRow(**pair, **found, **of_client))
    about = {"subject": connection, "subject_name": mark, "occasion": "x", "evidence": mark, "next_step": mark}
    notice = add("notice_id", NoticeRow(kind="needs_sign_in", **about, **of_workspace))
    sent = {"occasion": "x", "channel": "email", "recipient": f"{mark}@example.com", "next_try_at": now() + LATER}
    session.add(NoticeDeliveryRow(notice_id=notice, **sent))


def _write(place: Place, add: Add) -> None:
    of_workspace = {"workspace_id": place.workspace_id}
    of_client = {**of_workspace, "client_account_id": place.client_id}
    mark, days = place.mark, {"period_start": DAY, "period_end": date(2025, 1, 31)}
    periods = {"grain": "month", "first": DAY, "last": DAY}
    add(
        "goal_id", GoalRow(metric_id="tickets_created", target=7.0, direction="up", author=mark, **periods, **of_client)
    )
    add("annotation_id", AnnotationRow(kind="event", starts_on=DAY, text=mark, author=mark, **of_client))
    on = {"template_id": REPORT, "item_id": "volume", **days}
    add("commentary_id", CommentaryRow(text=mark, author=mark, **on, **of_client))
    add("note_id", ReaderNoteRow(template_id=REPORT, text=mark, author=mark, rating=1, **of_client))
    add("decision_id", FindingDecisionRow(finding=mark, state="dismissed", decided_by=mark, **of_client))
    judged = {"kind": "threshold", "grain": "day", "direction": "below", "against": "period_before", "amount": 1.0}
    watched = {"dataset": "tickets", "metric_id": "tickets_created", "told": mark}
    alert = add("alert_id", AlertRow(name=mark, author=mark, **watched, **judged, **of_client))
    add("event_id", AlertEventRow(alert_id=alert, first_on=DAY, last_on=DAY, value=1.0, evidence=mark))
    kept = gzip.compress(f'{{"answers": [{{"request": {{}}, "refused": "{mark}"}}]}}'.encode())
    made = {"template_version": "1.0", "catalogue_version": "1", "as_of": date(2025, 2, 3), "author": mark}
    add("frozen_id", FrozenPeriodRow(template_id=REPORT, answers=kept, **made, **days, **of_client))


def _report(session: Session, place: Place, add: Add) -> None:
    of_workspace = {"workspace_id": place.workspace_id}
    of_client = {**of_workspace, "client_account_id": place.client_id}
    mark = place.mark
    own = place.ids["template_id"] = f"own-{secrets.token_hex(4)}"
    document = json.dumps(as_document(load_templates()["first-look"]) | {"id": own, "title": place.home})
    session.add(StoredTemplateRow(template_id=own, document=document, added_by=place.home, **of_workspace))
    master = {"template_version": "1.0", "report_id": "0" * 36, "registered_by": place.home}
    session.add(MasterReportRow(template_id=own, **master, **of_workspace))
    look = {"accent": "#123456", "font": "sans", "footer": mark, "sender": mark}
    add("brand_id", BrandRow(place=place.client_id, name=mark, **look, **of_client))
    shared = {"template_id": REPORT, "kind": "link", "clients": [place.client_id], "created_by": mark}
    add("share_id", ShareRow(name=mark, digest=secrets.token_hex(), **shared, **of_workspace))
    due = {"cron": "0 7 1 * *", "timezone": "UTC", "period": "last_month", "locale": "en", "link": "none"}
    about = {"template_id": REPORT, "name": mark, "created_by": mark, "wait_hours": 1, "paused": True}
    schedule = add("schedule_id", ReportScheduleRow(**about, **due, **of_client))
    session.add(ReportRecipientRow(schedule_id=schedule, address=f"reader-{mark}@example.com"))
    moments = {"due_at": now(), "deadline_at": now(), "next_look_at": now() + LATER}
    sending = ReportRunRow(schedule_id=schedule, first_day=DAY, last_day=DAY, state="done", lacking=mark, **moments)
    session.add(sending)
    session.flush()
    to = {"recipient": f"reader-{mark}@example.com", "state": "failed", "error": mark, "next_try_at": now()}
    session.add(ReportDeliveryRow(run_id=sending.id, **to))


def session_of(person_id: str, secret: str, workspace_id: str | None = None, *, age: timedelta = timedelta(0)) -> Base:
    """Return a session of a person in the console, whose forms bring back its secret."""
    return PersonSessionRow(
        person_id=person_id,
        digest=digest(secret),
        csrf=secret,
        workspace_id=workspace_id,
        browser=f"browser of {person_id}",
        expires_at=now() + LATER - age,
    )


def token_of(place: Place, secret: str, *, age: timedelta = timedelta(0), revoked: bool = False) -> Base:
    """Return an access token that the person of a place has given to the copy of the connector."""
    return TokenRow(
        authorisation_id=place.ids["access_id"],
        workspace_id=place.workspace_id,
        kind="access",
        digest=digest(secret),
        audience="looker",
        scope="reports.read",
        expires_at=now() + LATER - age,
        revoked_at=now() if revoked else None,
    )


def untouched(session: Session) -> list[str]:
    """Return the tables about clients in which nothing was written: something new that no test looks for."""
    empty = []
    for table in Base.metadata.sorted_tables:
        named = {"client_account_id", "clients"} & set(table.columns.keys())
        if (
            named
            and table.name not in {ClientAccountRow.__tablename__}
            and session.execute(table.select().limit(1)).first() is None
        ):
            empty.append(table.name)
    return empty
