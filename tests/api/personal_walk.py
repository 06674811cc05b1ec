"""Walks every way by which a value of a report leaves the house, for all who may ask, and returns what is read."""

import io
import secrets
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import httpx2
from sqlalchemy import delete

from api.looker_oauth.models import AuthorisationRow, ConnectorRow, TokenRow
from api.mail.message import parse_sender
from api.mail.sender import Mailer
from api.mail.server import parse_server
from api.people.models import AccessGrantRow, MembershipRow, PersonRow
from api.people.roles import Role
from api.schedules.models import ReportRunRow, ReportScheduleRow
from api.schedules.sending import ReportMails
from api.workspaces.models import now
from api.workspaces.repository import Repository
from api.workspaces.service import digest, find_or_create_workspace
from api.writing.commentary import Commentaries, Place
from tests.api.asking import body_of, condition
from tests.api.isolation_world import session_of
from tests.api.mailbox import mail_server
from tests.api.serving import Served
from tests.plain_http import client_of

REPORT = "my-reports"
AUTHOR = "Ona Penwright"
FIRST_OF_MARCH = datetime(2025, 3, 1, 7, tzinfo=UTC)
_FEBRUARY = {"client": "acme", "from": "2025-02-01", "to": "2025-02-28"}
_FIELDS = ("agent", "ticket_subject", "tickets_created")
_CARDS = [
    {"id": "bars", "type": "bar", "span": 6, "dimensions": ["agent"], "metrics": ["tickets_created"]},
    {"id": "rows", "type": "table", "span": 6, "dimensions": ["agent", "ticket_subject"], "metrics": [_FIELDS[2]]},
]
HAS_PDFTOTEXT = shutil.which("pdftotext") is not None


@dataclass(frozen=True)
class Guests:
    """Three ways in for people from outside: their secrets, and a link that is held to one agent."""

    session: str
    token: str
    link: str
    held: str


def prepare(served: Served, agent: str) -> Guests:
    """Make a report of people, a text about it, a schedule, a client viewer with a connector, and two links."""
    metadata = served.world.metadata
    main = find_or_create_workspace(metadata, "main").id
    with served.client() as admin:
        made = admin.post(f"/v1/templates/{REPORT}/items", json={"dataset": "tickets", "items": _CARDS})
        assert made.status_code == 201, made.text
        wish = {"report": REPORT, "client": "acme", "cron": "0 7 1 * *", "timezone": "UTC", "attach_pdf": False}
        told = admin.post(
            "/v1/schedules", json={**wish, "recipients": ["reader@example.net"], "period": "last_full_month"}
        )
        assert told.status_code == 201, told.text
        links = [
            admin.post("/v1/shares", json={"report": REPORT, "kind": "link", "clients": ["acme"], "filters": filters})
            for filters in ({}, {"agent": [agent]})
        ]
        assert [one.status_code for one in links] == [201, 201], [one.text for one in links]
    link, held = (str(one.json()["address"]).rpartition("/")[2] for one in links)
    session_secret, token = f"bvp_{secrets.token_urlsafe(32)}", f"bva_{secrets.token_urlsafe(32)}"
    with metadata.write() as session:
        acme = Repository(session).client_account(main, "acme")
        assert acme is not None
        place = Place(REPORT, "bars", acme.id, date(2025, 2, 1), date(2025, 2, 28))
        Commentaries(session, main).put(place, "February was quiet.", AUTHOR)
        person = PersonRow(email="viewer@example.net", name="V", password="x", verified_at=now())
        session.add(person)
        session.flush()
        session.add(MembershipRow(person_id=person.id, workspace_id=main, role=Role.CLIENT_VIEWER))
        grant = {"kind": "person", "every_client": False, "clients": [acme.id], "created_by": "x"}
        session.add(AccessGrantRow(workspace_id=main, person_id=person.id, **grant))
        session.add(session_of(person.id, session_secret, main))
        copy = ConnectorRow(
            workspace_id=main, name="c", client_id="bvi_c", secret="s", script_id="s", registered_by=person.id
        )
        session.add(copy)
        session.flush()
        of = {"workspace_id": main, "scope": "reports.read"}
        access = AuthorisationRow(connector_id=copy.id, person_id=person.id, connected_at=now(), **of)
        session.add(access)
        session.flush()
        ends = {"expires_at": now() + timedelta(days=1)}
        session.add(
            TokenRow(authorisation_id=access.id, kind="access", digest=digest(token), audience="looker", **of, **ends)
        )
    return Guests(session_secret, token, link, held)


def walk(served: Served, guests: Guests) -> Iterator[tuple[str, str]]:
    """Give each way out by name, with everything that is read there."""
    ways = {
        "key": {"authorization": f"Bearer {served.key}"},
        "link": {"authorization": f"Bearer {guests.link}"},
        "held link": {"authorization": f"Bearer {guests.held}"},
        "viewer": {"cookie": f"belvedere_person={guests.session}", "sec-fetch-site": "same-origin"},
        "connector": {"authorization": f"Bearer {guests.token}"},
    }
    with client_of(served.address) as wire:
        for name, headers in ways.items():
            for path, answer in _asked(wire, name, {"accept": "application/json", **headers}):
                yield f"{name} {path}", _text(answer.content)
        for token in (guests.link, guests.held):
            page = wire.get(f"/s/{token}", params=_FEBRUARY, headers={"accept": "text/html"})
            assert page.status_code == 200
            yield "page of a link", page.text
    yield "mail", "\n".join(_mailed(served))


def _asked(wire: httpx2.Client, name: str, headers: dict[str, str]) -> Iterator[tuple[str, httpx2.Response]]:
    body = body_of(*_FIELDS, client="acme")
    searched = body_of(*_FIELDS, client="acme", dimensionsFilters=[[condition("ticket_subject", "CONTAINS", "a")]])
    yield "data", wire.post("/v1/looker/data", json=body, headers=headers)
    yield "search", wire.post("/v1/looker/data", json=searched, headers=headers)
    yield "schema", wire.post("/v1/looker/schema", json=body, headers=headers)
    if name == "connector":
        return
    yield "session", wire.get("/v1/session", params={"report": REPORT}, headers=headers)
    if name != "viewer":  # whose paper is that of the link
        yield "pdf", wire.get(f"/v1/reports/{REPORT}/pdf", params=_FEBRUARY, headers=headers)
    yield "texts", wire.get("/v1/commentary", params={"template": REPORT, **_FEBRUARY}, headers=headers)
    if name != "key":
        return
    yield "explain", wire.post("/v1/looker/explain", json=searched, headers=headers)
    yield "query", wire.post("/v1/looker/query", json=body, headers=headers)
    yield "doctor", wire.get(f"/v1/templates/{REPORT}/doctor", params={"client": "acme"}, headers=headers)
    for more in ({}, {"csv": "tracker"}, {"csv": "volume"}):
        at = "/v1/reports/customer-service/workbook"
        yield "workbook", wire.get(at, params={**_FEBRUARY, **more}, headers=headers)


def _mailed(served: Served) -> Iterator[str]:
    """Send the mail of February, once more, and give its parts."""
    with mail_server() as box:
        mailer = Mailer(parse_server(f"smtp://127.0.0.1:{box.port}?tls=none"), parse_sender("R <r@example.org>"))
        settings = served.settings.model_copy(update={"public_url": "https://data.example.org"})
        with served.world.metadata.write() as session:
            session.execute(delete(ReportRunRow))  # or it would be known to have gone out
            session.query(ReportScheduleRow).one().next_run_at = FIRST_OF_MARCH
        mails = ReportMails(replace(served.world, mailer=mailer, settings=settings))
        for later in (0, 30, 60):  # hours: it waits for data that will not come
            if not box.took:
                mails.look(FIRST_OF_MARCH + timedelta(hours=later))
        (mail,) = box.mails
    yield str(mail["Subject"])
    for part in mail.walk():
        if part.get_content_maintype() != "multipart":
            content = part.get_content()
            yield content if isinstance(content, str) else _text(content)


def _text(content: bytes) -> str:
    """Return what can be read in a file, be it a workbook or a PDF."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return "".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())
    if content.startswith(b"%PDF") and HAS_PDFTOTEXT:
        done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
        return done.stdout.decode()
    return content.decode("utf-8", "replace")
