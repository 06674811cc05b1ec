"""Scheduled report mails: what is in them, that each goes out once, and what becomes of those that cannot."""

import re
from asyncio import Transport
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Barrier
from typing import Any

import httpx2
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import delete
from typer.testing import CliRunner

from api.brands.records import BrandWish
from api.brands.repository import Brands
from api.cli.commands import app
from api.clients.archiving import archive, bring_back, id_of
from api.mail.message import parse_sender
from api.mail.sender import Mailer
from api.mail.server import parse_server
from api.notices.delivering import BACKOFF
from api.people.models import MembershipRow, PersonRow, PersonSessionRow
from api.schedules.models import ReportScheduleRow
from api.schedules.records import DeliveryState, Run, RunState
from api.schedules.repository import Schedules
from api.schedules.runs import Runs
from api.schedules.sending import ReportMails
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import World
from tests.api.asking import body_of, post
from tests.api.mailbox import Mailbox, mail_server
from tests.api.serving import Served
from tests.plain_http import client_of

PUBLIC = "https://data.example.org"
MONDAY = datetime(2025, 3, 10, 7, tzinfo=UTC)  # the week before it has all of its tickets; they end on Tuesday
HOUR = timedelta(hours=1)
WISH = {"report": "first-look", "client": "acme", "cron": "0 8 * * 1", "timezone": "Europe/Berlin"}


class LossyMailbox(Mailbox):
    """A mail server that takes a mail and goes away without a word."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail, and hang up on whoever brought it if it is for somebody who is `lost`."""
        answer = await super().handle_DATA(server, session, envelope)
        if any(one.startswith("lost") for one in envelope.rcpt_tos):
            assert isinstance(server.transport, Transport)
            server.transport.abort()
        return answer


@dataclass
class Office:
    """A workspace whose schedules are followed by hand, with a mail server."""

    served: Served
    world: World
    box: Mailbox
    admin: httpx2.Client

    def made(self, *recipients: str, next_at: datetime = MONDAY, **wish: object) -> str:
        """Make a schedule by the API, and let it be due at a moment of the past."""
        told = self.admin.post("/v1/schedules", json={**WISH, "recipients": recipients, **wish})
        assert told.status_code == 201, told.text
        with self.world.metadata.write() as session:
            session.get_one(ReportScheduleRow, told.json()["id"]).next_run_at = next_at
        return str(told.json()["id"])

    def look(self, moment: datetime) -> int:
        """Look, as a server that has just started does."""
        return ReportMails(self.world).look(moment)

    def runs(self, schedule_id: str) -> list[Run]:
        """Return what was due, the newest first."""
        with self.world.metadata.read() as session:
            return Runs(session).history([schedule_id])

    def states(self, schedule_id: str) -> dict[str, DeliveryState]:
        """Return how the mails of the newest run stand."""
        return {one.recipient: one.state for one in self.runs(schedule_id)[0].deliveries}

    def recipients(self, schedule_id: str) -> dict[str, bool]:
        """Return who gets a schedule, and whether they have unsubscribed."""
        told = self.admin.get(f"/v1/schedules/{schedule_id}").json()["schedule"]["recipients"]
        return {one["address"]: one["unsubscribed_at"] is not None for one in told}

    @property
    def got(self) -> list[str]:
        """Return who has got mails, in order."""
        return [to for _, several, _ in self.box.took for to in several]


@pytest.fixture(scope="module")
def lossy() -> Iterator[Mailbox]:
    with mail_server(LossyMailbox()) as box:
        yield box


@pytest.fixture
def office(served: Served, lossy: Mailbox) -> Iterator[Office]:
    server = parse_server(f"smtp://127.0.0.1:{lossy.port}?tls=none")
    mailer = Mailer(server, parse_sender("Reports <reports@example.org>"), seconds=5)
    settings = served.settings.model_copy(update={"public_url": PUBLIC})
    main = find_or_create_workspace(served.world.metadata, "main")
    lossy.took.clear()
    lossy.refuses = {}
    key = create_key(served.world.metadata, main, "schedules", admin=True).secret
    with served.client(key) as admin:
        yield Office(served, replace(served.world, mailer=mailer, settings=settings), lossy, admin)
    with served.world.metadata.write() as session:
        session.execute(delete(ReportScheduleRow))


def _parts(mail: EmailMessage) -> tuple[str, str, dict[str, bytes]]:
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    images = {
        str(one["Content-ID"])[1:-1]: one.get_content() for one in mail.walk() if one.get_content_type() == "image/png"
    }
    return text.get_content().replace("\r\n", "\n"), html.get_content(), images


def test_a_mail_says_what_getdata_says_under_the_clients_name(office: Office) -> None:
    served, metadata = office.served, office.world.metadata
    main = find_or_create_workspace(metadata, "main")
    schedule = office.made("ana@example.com", "Jo@example.com", language="pt", name="Weekly <b>")
    with metadata.read() as session:
        own = session.get_one(ReportScheduleRow, schedule).client_account_id
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><rect width="60" height="20"/></svg>'
    look = BrandWish(name="Acme Insights", accent="#7a1fa2", footer="For Acme <alone>", sender="Ana at Acme")
    with metadata.write() as session:
        Brands(session, main.id).put(own, look, {"logo": office.world.press.png(svg)})
    try:
        assert office.look(MONDAY - HOUR) == 0
        assert office.look(MONDAY) == 2
        assert [office.look(MONDAY), office.look(MONDAY + HOUR)] == [0, 0]
    finally:
        with metadata.write() as session:
            Brands(session, main.id).remove(own)

    assert office.got == ["ana@example.com", "jo@example.com"]
    mail = office.box.mails[0]
    assert str(mail["To"]) == "ana@example.com", "each gets a mail of its own"
    assert str(mail["From"]) == "Ana at Acme <reports@example.org>"
    assert str(mail["Subject"]) == "Acme · First look · 3–9 mar 2025"
    stop = str(mail["List-Unsubscribe"])[1:-1]
    assert stop.startswith(f"{PUBLIC}/unsubscribe/bvu_")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html, images = _parts(mail)
    days = {"dateRange": {"startDate": "2025-03-03", "endDate": "2025-03-09"}}
    (value,) = post(served, "data", body_of("tickets_created", client="acme") | days).json()["rows"][0]["values"]
    assert re.search(rf": {value}\n", text)
    assert f">{value}</span>" in html
    shown = re.findall(r'<img src="cid:([^"]+)"[^>]* alt="([^"]*)"', html)
    assert {cid for cid, _ in shown} == set(images)
    assert len(shown) >= 2
    assert all(image.startswith(b"\x89PNG") for image in images.values())
    for cid, alt in shown:
        assert "Acme Insights" in alt if cid.startswith("logo") else re.search(r"\d", alt), alt
    assert "Abrir o relatório ao vivo" in text
    assert "Belvedere" not in html + text
    assert "For Acme &lt;alone&gt;" in html
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()[:5]) == ("first-look_acme_20250303-20250309.pdf", b"%PDF-")
    assert not re.search(r'(href|src)="(?!cid:|https://data\.example\.org/)', html), "nothing is loaded from elsewhere"

    # The live report is a link that shows this client, and opens on the days of the mail.
    live = re.search(rf"{PUBLIC}(/s/(bvr_[\w-]+)\?from=2025-03-03&to=2025-03-09&lang=pt)", text)
    assert live is not None
    with served.stranger() as stranger:
        assert stranger.get(live[1]).status_code == 200
        told = stranger.get("/v1/session", headers={"authorization": f"Bearer {live[2]}"}).json()
    assert [one["slug"] for one in told["clients"]] == ["acme"]
    assert office.runs(schedule)[0].state is RunState.DONE


def test_it_waits_for_its_data_until_its_time_is_over_and_says_so(office: Office) -> None:
    due = MONDAY + timedelta(days=7)  # of the week of 10 March, whose data end on the 11th
    schedule = office.made("ana@example.com", next_at=due, wait_hours=6, attach_pdf=False, link="none")
    assert [office.look(due), office.look(due + 5 * HOUR)] == [0, 0]
    (run,) = office.runs(schedule)
    assert run.state is RunState.WAITING
    assert str(run.lacking).endswith("(until 11 Mar 2025)")
    assert office.look(due + 6 * HOUR) == 1
    text, html, _ = _parts(office.box.mails[0])
    said = "Not all data had arrived when this was sent. Data until 11 Mar 2025. The figures may still change."
    assert said in " ".join(text.split())
    assert said in html
    assert f"{PUBLIC}/s/" not in text
    assert list(office.box.mails[0].iter_attachments()) == []
    (run,) = office.runs(schedule)
    assert (run.state, run.is_late) == (RunState.DONE, True)

    # A server that slept for weeks sends the last one only, and each period is sent once whatever the clock does.
    with office.world.metadata.write() as session:
        session.get_one(ReportScheduleRow, schedule).next_run_at = due + timedelta(days=7)
    asleep = due + timedelta(days=30)
    assert office.look(asleep + 6 * HOUR) == 1
    with office.world.metadata.write() as session:
        session.get_one(ReportScheduleRow, schedule).next_run_at = due
    assert office.look(due + HOUR) == 0
    assert [run.first.isoformat() for run in office.runs(schedule)] == ["2025-04-07", "2025-03-10"]


def test_what_cannot_be_sent_is_tried_again_given_up_or_told(office: Office) -> None:
    people = ("ana@example.com", "gone@example.com", "later@example.com", "lost@example.com")
    schedule = office.made(*people, attach_pdf=False)
    office.box.refuses = {"gone@example.com": "550 no such person", "later@example.com": "451 try later"}
    assert office.look(MONDAY) == 1
    stands = {"ana": "sent", "gone": "failed", "later": "waiting", "lost": "unknown"}
    assert {to.partition("@")[0]: state.value for to, state in office.states(schedule).items()} == stands
    told = {one.recipient.partition("@")[0]: str(one.error) for one in office.runs(schedule)[0].deliveries}
    assert "550 no such person" in told["gone"]
    assert "went away before it said whether it has taken the mail" in told["lost"]
    assert office.look(MONDAY + BACKOFF[0] / 2) == 0
    office.box.refuses = {}
    assert office.look(MONDAY + BACKOFF[0] + timedelta(seconds=30)) == 1
    assert office.look(MONDAY + timedelta(days=5)) == 0
    assert office.got == ["ana@example.com", "lost@example.com", "later@example.com"], "the lost one is not repeated"
    assert len({mail["Message-ID"] for mail in office.box.mails}) == 3
    (lost,) = [one.id for one in office.runs(schedule)[0].deliveries if one.recipient.startswith("lost")]
    with office.world.metadata.write() as session:
        assert Runs(session).send_again(schedule, lost, MONDAY + timedelta(days=6))
        assert not Runs(session).send_again(schedule, lost, MONDAY), "it waits already"
    office.look(MONDAY + timedelta(days=6))
    assert office.got.count("lost@example.com") == 2, "somebody wanted it so"
    assert len({mail["Message-ID"] for mail in office.box.mails}) == 3, "a second one can be known as the same"

    # A mail server that is down: everything is tried again, until it is given up; no link is left behind.
    later = office.made("ana@example.com", next_at=MONDAY, attach_pdf=False, name="Down")
    office.box.refuses = {"reports@example.org": "421 closing"}
    assert office.look(MONDAY) == 0
    (link,) = [one for one in office.admin.get("/v1/shares").json()["shares"] if one["name"] == "Mail: Down"]
    assert link["revoked_at"] is not None
    office.world = replace(office.world, mailer=None)
    moment = MONDAY
    for wait in BACKOFF:
        moment += wait + timedelta(seconds=30)
        assert office.look(moment) == 0
    (run,) = office.runs(later)
    assert (run.state, run.deliveries[0].state) == (RunState.DONE, DeliveryState.FAILED)
    assert run.deliveries[0].tries == len(BACKOFF) + 1
    assert "No mail server is set." in str(run.deliveries[0].error)


def test_of_several_who_have_seen_a_mail_waiting_one_may_send_it(office: Office) -> None:
    people = [f"p{number}@example.com" for number in range(8)]
    schedule = office.made(*people)
    with office.world.metadata.write() as session:
        found = Schedules(session, session.get_one(ReportScheduleRow, schedule).workspace_id).get(schedule)
        assert found is not None
        assert Runs(session).add(found, (date(2025, 3, 3), date(2025, 3, 9)), MONDAY) is not None
        assert Runs(session).add(found, (date(2025, 3, 3), date(2025, 3, 9)), MONDAY) is None, "a period is due once"
    (run,) = office.runs(schedule)
    together = Barrier(3)

    def claims(name: str) -> list[bool]:
        taken = []
        for one in run.deliveries:
            together.wait(20)
            with office.world.metadata.write(durable=True) as session:
                taken.append(Runs(session).claim(one, found, name, f"{name}{one.id}", MONDAY))
        return taken

    with ThreadPoolExecutor(3) as several:
        answers = list(several.map(claims, "abc"))
    assert [sum(one) for one in zip(*answers, strict=True)] == [1] * len(people)
    assert set(office.states(schedule).values()) == {DeliveryState.SENDING}


def test_half_of_a_report_is_not_sent(office: Office) -> None:
    whole, due = office.world, MONDAY - timedelta(days=21)
    schedule = office.made("ana@example.com", attach_pdf=False, next_at=due)
    office.world = replace(whole, settings=whole.settings.model_copy(update={"max_rows": 2}))
    assert office.look(due) == 0
    (mail,) = office.runs(schedule)[0].deliveries
    assert (mail.state, mail.next_try_at - due >= BACKOFF[0]) == (DeliveryState.WAITING, True)
    assert "numbers could not be read. Tickets: The answer is larger than" in str(mail.error)
    office.world = whole
    assert office.look(due + HOUR) == 1


@contextmanager
def away(office: Office) -> Iterator[None]:
    """Archive client account acme, and bring it back."""
    metadata, main = office.world.metadata, find_or_create_workspace(office.world.metadata, "main")
    acme = id_of(metadata, main, "acme")
    archive(metadata, main.id, acme)
    try:
        yield
    finally:
        bring_back(metadata, main.id, acme)


def test_nothing_goes_out_for_an_archived_client_nor_afterwards_for_that_time(office: Office) -> None:
    schedule, week = office.made("ana@example.com", wait_hours=0), timedelta(days=7)
    with away(office):
        for weeks in range(2):
            assert office.look(MONDAY + weeks * week) == 0
        assert office.runs(schedule) == []
    assert office.look(MONDAY + week + timedelta(days=1)) == 0
    assert office.look(MONDAY + 2 * week) == 1, "it goes on with its next date"
    assert office.look(MONDAY + 2 * week) == 0
    assert office.got == ["ana@example.com"]
    # What waits when the client account is archived is dropped.
    office.box.refuses = {"ana@example.com": "451 try later"}
    assert office.look(MONDAY + 3 * week) == 0
    office.box.refuses = {}
    with away(office):
        assert office.look(MONDAY + 3 * week + timedelta(hours=6)) == 0
    assert office.look(MONDAY + 3 * week + timedelta(hours=12)) == 0
    assert office.states(schedule) == {"ana@example.com": DeliveryState.DROPPED}


def test_whoever_unsubscribes_gets_nothing_more(office: Office) -> None:
    schedule = office.made("ana@example.com", "jo@example.com", attach_pdf=False)
    office.look(MONDAY)
    stop = str(office.box.mails[0]["List-Unsubscribe"])[1:-1].removeprefix(PUBLIC)
    with office.served.stranger() as stranger:
        asked = stranger.get(stop)
        assert (asked.status_code, "Stop these mails?" in asked.text, "ana@example.com" in asked.text) == (
            200,
            True,
            True,
        )
        assert (
            office.admin.get(f"/v1/schedules/{schedule}").json()["schedule"]["recipients"][0]["unsubscribed_at"] is None
        )
        one_click = {"content-type": "application/x-www-form-urlencoded", "origin": "https://mail.example.net"}
        assert stranger.post(stop, content="List-Unsubscribe=One-Click", headers=one_click).status_code == 200
        assert stranger.get("/unsubscribe/bvu_" + "x" * 43).status_code == 404
        office.admin.patch(f"/v1/schedules/{schedule}", json={"recipients": ["ana@example.com", "kim@example.com"]})
        with office.world.metadata.write() as session:
            session.get_one(ReportScheduleRow, schedule).next_run_at = MONDAY - timedelta(days=7)
        assert office.look(MONDAY - timedelta(days=7)) == 1, "writing the address down again does not undo it"
        assert office.got[2:] == ["kim@example.com"]
        assert "Subscribe again" in stranger.get(stop).text
        assert stranger.post(stop, content="subscribe=again").status_code == 200
    assert office.recipients(schedule) == {"ana@example.com": False, "kim@example.com": False}


def test_the_api_keeps_to_its_workspace_and_says_what_is_wrong(office: Office) -> None:
    schedule = office.made("ana@example.com")
    other = find_or_create_workspace(office.world.metadata, "other")
    stranger_key = create_key(office.world.metadata, other, "schedules", admin=True).secret
    with office.served.client(stranger_key) as stranger:
        assert stranger.get("/v1/schedules").json() == {"schedules": []}
        for ask in (stranger.get, stranger.delete):
            assert ask(f"/v1/schedules/{schedule}").status_code == 404
        assert stranger.post(f"/v1/schedules/{schedule}/send").status_code == 404
        assert stranger.post("/v1/schedules", json={**WISH, "recipients": ["a@b.org"]}).status_code == 404
    with office.served.client() as reader:
        assert reader.get("/v1/schedules").status_code == 403
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"recipients": ["ana@example.com\r\nBcc: x@y.org"]}, 400, "no e-mail address"),
        ({"recipients": []}, 422, "recipients"),
        ({"cron": "0 8 * * 1-5"}, 400, "Two mails in a row would be of the same days"),
        ({"cron": "every monday"}, 400, "is no time to send at"),
        ({"timezone": "Mars/Olympus"}, 400, "is no time zone"),
        ({"client": "initech"}, 404, "no client account"),
        ({"report": "none-such"}, 404, "none-such"),
    ]
    for change, status, words in wrong:
        told = office.admin.patch(f"/v1/schedules/{schedule}", json=change)
        assert (told.status_code, words in told.text) == (status, True), told.text
    changed = office.admin.patch(f"/v1/schedules/{schedule}", json={"paused": True, "period": "last_7_days"}).json()
    assert (changed["paused"], changed["next_run_at"], changed["period"]) == (True, None, "last_7_days")
    assert office.look(datetime(2030, 1, 1, tzinfo=UTC)) == 0
    assert office.admin.post(f"/v1/schedules/{schedule}/send").status_code == 409
    assert office.admin.patch(f"/v1/schedules/{schedule}", json={"paused": False}).json()["next_run_at"] is not None
    assert office.admin.post(f"/v1/schedules/{schedule}/send").status_code == 202
    assert office.admin.post(f"/v1/schedules/{schedule}/send").status_code == 409
    assert office.admin.delete(f"/v1/schedules/{schedule}").status_code == 204
    assert office.admin.get(f"/v1/schedules/{schedule}").status_code == 404
    assert office.look(datetime(2030, 1, 1, tzinfo=UTC)) == 0


def test_a_person_schedules_a_report_on_the_console(office: Office) -> None:
    people, lossy = office.world.people, office.box
    token = people.owner_token()
    assert token is not None
    secret = people.make_owner(token, "owner@example.com", "Ana", "a sentence that is long enough").secret
    try:
        headers = {"cookie": f"belvedere_person={secret}", "origin": office.served.address}
        with client_of(office.served.address, headers=headers) as browser:
            _walk(browser)
    finally:
        with office.world.metadata.write() as session:
            for table in (PersonSessionRow, MembershipRow, PersonRow):
                session.execute(delete(table))
    assert lossy.took == []


def test_the_command_leaves_it_to_the_server_that_runs(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = office.made("ana@example.com", name="Weekly", next_at=datetime(2040, 1, 2, tzinfo=UTC))
    monkeypatch.setenv("BELVEDERE_DATA_DIR", str(office.served.settings.data_dir))
    done = [
        CliRunner().invoke(app, ["report", "send", name, "--workspace", "main", *more])
        for name, more in (("weekly", ()), ("Weekly", ()), ("none such", ()), ("Weekly", ("--to", "ana@example.com")))
    ]
    assert [one.exit_code for one in done] == [0, 1, 1, 1], [one.stderr for one in done]
    assert "The server sends it within seconds" in done[0].stdout
    words = ("each recipient gets the same days once", "There is no schedule", "/console/schedules")
    assert [text in " ".join(one.stderr.split()) for text, one in zip(words, done[1:], strict=True)] == [True] * 3
    assert [one.state for one in office.runs(schedule)] == [RunState.WAITING]


def _walk(browser: httpx2.Client) -> None:
    assert "No mails yet." in browser.get("/console/schedules").text
    form = browser.get("/console/schedules/new?report=first-look&client=acme")
    assert form.status_code == 200, form.text
    csrf = re.search(r'name="csrf" value="([^"]+)"', form.text)
    assert csrf is not None
    given = {
        "csrf": csrf[1],
        "template": "first-look",
        "client": "acme",
        "recipients": "ana@example.com\njo@example.com",
    }
    given |= {"period": "last_full_month", "how": "monthly", "month_day": "31", "at": "09:30", "weekday": "Monday"}
    given |= {"locale": "el", "link": "person", "wait_hours": "4", "attach_pdf": "yes", "timezone": "Europe/Athens"}
    told = browser.post("/console/schedules/new", data=given)
    assert (told.status_code, "Choose a day of the month from 1 to 28" in told.text) == (422, True)
    told = browser.post("/console/schedules/new", data={**given, "month_day": "2"})
    assert told.status_code == 303, told.text
    page = told.headers["location"].partition("?")[0]
    shown = browser.get(page).text
    assert "On day 2 of the month at 09:30, Europe/Athens" in shown
    assert "ana@example.com\njo@example.com" in shown
    assert "Nothing yet." in shown
    told = browser.post(f"{page}/test", data={"csrf": csrf[1]})
    assert (told.status_code, "No mail server is set." in told.text) == (422, True)
    told = browser.post(f"{page}/file", data={"csrf": csrf[1]})
    mail = message_from_bytes(told.content, policy=default)
    assert (told.headers["content-type"], mail["to"]) == ("message/rfc822", "owner@example.com")
    assert "Acme" in str(mail["subject"])
    assert [one.get_content_type() for one in mail.iter_attachments()] == ["application/pdf"]
    for action, words in (
        ("send", "about to be sent"),
        ("pause", "Paused"),
        ("resume", "no longer a recipient, or paused"),
    ):
        told = browser.post(f"{page}/{action}", data={"csrf": csrf[1]})
        assert words in browser.get(told.headers["location"]).text
    assert "On day 2 of the month" in browser.get("/console/schedules").text
    assert browser.post(f"{page}/remove", data={"csrf": csrf[1]}).headers["location"] == "/console/schedules"
    assert browser.get(page).status_code == 404
