"""When a notice opens, is sent, sent again and closes: over days that pass at once, with real mail and real calls."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.mail.message import parse_sender
from api.mail.sender import Mailer
from api.mail.server import parse_server
from api.notices.delivering import BACKOFF, Post
from api.notices.records import Channel, DeliveryState, Notice, NoticeKind, NoticeState
from api.notices.repository import NoticeRepository
from api.notices.watch import STALE_AFTER_START, Watch
from api.notices.webhook import find_webhook, put_webhook, remove_webhook
from api.oauth.records import Tokens
from api.oauth.repository import OAuthRepository
from api.people.models import MembershipRow, PersonRow
from api.people.roles import Role
from api.settings import Settings
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import CredentialGrantRow, SyncRunRow, new_id
from api.workspaces.records import Connection, ConnectionState
from api.workspaces.repository import Repository
from api.workspaces.service import find_or_create_workspace
from api.workspaces.vault import open_vault, rotate
from tests.api.mailbox import Mailbox, Receiver, mail_server

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass
class House:
    """A workspace with an owner, whose connections are made and unmade by hand."""

    settings: Settings
    metadata: MetadataDatabase
    workspace_id: str
    box: Mailbox
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start anew: what was remembered is gone."""
        server = parse_server(f"smtp://127.0.0.1:{self.box.port}?tls=none")
        mailer = Mailer(server, parse_sender("Reports <reports@example.org>"), seconds=5)
        self.watch = Watch(Post(self.metadata, mailer, "https://data.example.org", "Belvedere"))

    def look(self, moment: datetime, *, anew: bool = True) -> int:
        """Look, as a server that has just started does unless it is said otherwise."""
        if anew:
            self.start()
        return self.watch.look(moment)

    @property
    def subjects(self) -> list[str]:
        """Return the subjects of all mails so far."""
        return [str(mail["Subject"]) for mail in self.box.mails]

    def grant(self, ends: datetime | None = None) -> str:
        """Add a sign-in."""
        grant_id, tokens = new_id(), Tokens({"access_token": "a"}, None, ends)
        sealed = self.metadata.secrets.seal(self.workspace_id, grant_id, tokens.values)
        with self.metadata.write() as session:
            columns = {"source": "zendesk", "auth_kind": "oauth2", "settings": {}}
            OAuthRepository(session).add_grant(self.workspace_id, grant_id, columns, sealed, tokens)
        return grant_id

    def connect(self, name: str = "Desk", grant_id: str | None = None, **more: object) -> Connection:
        """Add a connection that is synced."""
        values = {"name": name, "source": "zendesk", "config": {}, "state": "synced", **more}
        with self.metadata.write() as session:
            values["grant_id"] = grant_id
            return Repository(session).add_connection(self.workspace_id, values)

    def change(self, connection: Connection, **values: object) -> None:
        """Change columns of a connection."""
        with self.metadata.write() as session:
            Repository(session).change_connection(self.workspace_id, connection.id, values)

    def stands(self, connection: Connection, state: ConnectionState, reason: str = "Because.") -> None:
        """Let a connection stand as a run has left it."""
        self.change(connection, state=state.value, reason=reason, next_step="Do something.")

    def ran(self, connection: Connection, state: str, at: datetime, **more: object) -> None:
        """Note a run."""
        with self.metadata.write() as session:
            row = SyncRunRow(connection_id=connection.id, state=state, started_at=at, finished_at=at, **more)
            session.add(row)

    def notices(self, state: NoticeState | None = None) -> list[Notice]:
        """Return the notices."""
        with self.metadata.read() as session:
            return NoticeRepository(session).notices(self.workspace_id, state)

    @property
    def open(self) -> list[tuple[NoticeKind, str]]:
        """Return kinds and names of what is open."""
        return [(one.finding.kind, one.finding.subject_name) for one in self.notices(NoticeState.OPEN)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = Settings(data_dir=tmp_path)
    metadata = open_vault(settings)
    workspace = find_or_create_workspace(metadata, "main")
    with metadata.write() as session:
        person = PersonRow(email="ana@example.com", name="Ana", password="-")
        session.add(person)
        session.flush()
        session.add(MembershipRow(person_id=person.id, workspace_id=workspace.id, role=Role.OWNER))
    with mail_server() as box:
        yield House(settings, metadata, workspace.id, box)
    metadata.close()


def test_a_sign_in_that_ends_is_told_14_7_and_1_days_ahead(house: House) -> None:
    ends = NOW + 20 * DAY
    connection = house.connect("Ads", house.grant(ends))
    counts = {}
    for hours in range(0, 22 * 24, 6):
        counts[hours / 24] = house.look(NOW + hours * HOUR)
    assert {day: count for day, count in counts.items() if count} == {6.0: 1, 13.0: 1, 19.0: 1}
    assert house.subjects == ["Belvedere: Ads has a sign-in that ends soon"] * 3
    assert "ends on 21 March 2026" in house.box.mails[-1].get_content()
    (notice,) = house.notices()
    assert notice.finding.evidence.startswith("The sign-in of 'Ads' has ended on 21 March 2026.")

    # Linked again, by a sign-in that ends in a week: it has warnings of its own.
    house.change(connection, grant_id=house.grant(NOW + 29 * DAY))
    assert [house.look(NOW + 22 * DAY), house.look(NOW + 23 * DAY), house.look(NOW + 28 * DAY)] == [1, 0, 1]
    house.change(connection, grant_id=house.grant(NOW + 90 * DAY))
    house.look(NOW + 28 * DAY)
    assert house.open == []


def test_one_mail_tells_of_all_that_a_revoked_sign_in_takes_along(house: House) -> None:
    grant_id = house.grant()
    names = ("North\r\nBcc: thief@example.net", "South", "West")
    for name in names:
        house.connect(name, grant_id)
    house.connect("Other", house.grant())
    with house.metadata.write() as session:
        row = session.get_one(CredentialGrantRow, grant_id)
        row.state, row.reason = "needs_sign_in", "The vendor does not accept the sign-in any more."
    assert house.look(NOW) == 3
    assert house.look(NOW + DAY) == 0
    (mail,) = house.box.mails
    assert mail["Bcc"] is None
    assert str(mail["Subject"]).endswith("needs sign-in and 2 more")
    assert [name in mail.get_content() for name in ("South", "West", "Other")] == [True, True, False]


def test_a_mail_server_that_is_down_is_tried_again_and_shown(house: House) -> None:
    connection = house.connect("Desk", house.grant())
    house.stands(connection, ConnectionState.LOST_ACCESS)
    port = house.box.port
    down = Mailbox()
    with mail_server(down):
        pass  # its port is closed now
    house.box.port = down.port
    assert house.look(NOW) == 0
    (message,) = house.notices()[0].deliveries
    assert (message.state, message.tries, message.next_try_at) == (DeliveryState.WAITING, 1, NOW + BACKOFF[0])
    assert f"The mail server 127.0.0.1:{down.port} cannot be reached" in str(message.error)

    house.box.port = port  # it is back
    assert house.look(NOW + BACKOFF[0] / 2) == 0
    assert house.look(NOW + BACKOFF[0]) == 1
    (message,) = house.notices()[0].deliveries
    assert (message.state, message.error) == (DeliveryState.SENT, None)

    house.stands(house.connect("Second", house.grant()), ConnectionState.LOST_ACCESS)
    house.box.refuses = {"ana@example.com": "550 no such person"}
    moment = NOW + DAY
    for wait in (*BACKOFF, timedelta(0)):
        assert house.look(moment) == 0
        moment += wait
    house.look(moment + 30 * DAY)
    (message,) = house.notices()[0].deliveries
    assert (message.state, message.tries) == (DeliveryState.FAILED, len(BACKOFF) + 1)
    assert "550 no such person" in str(message.error)


def test_what_fails_again_and_again_is_told_once_a_day_at_most(house: House) -> None:
    desk = house.connect()
    house.ran(desk, "done", NOW - 3 * HOUR)
    house.stands(desk, ConnectionState.FAILED)
    house.ran(desk, "failed", NOW - 2 * HOUR)
    house.ran(desk, "failed", NOW - HOUR, error_code="interrupted")
    assert house.look(NOW) == 0, "one failure may pass by itself, and a stop of our own is none"
    house.ran(desk, "done", NOW, report={"streams": [{"stream": "users", "error_code": "StopError"}]})
    assert house.look(NOW) == 1
    for state in (ConnectionState.SYNCING, ConnectionState.WAITING, ConnectionState.NEW):
        house.stands(desk, state)
        house.look(NOW)
        assert house.open == [(NoticeKind.FAILED_REPEATEDLY, "Desk")], state

    for hours in (1, 3, 5):  # it comes and goes
        house.stands(desk, ConnectionState.SYNCED)
        house.look(NOW + hours * HOUR)
        assert house.open == []
        house.stands(desk, ConnectionState.FAILED)
        house.look(NOW + (hours + 1) * HOUR)
        assert len(house.open) == 1
    assert (len(house.notices()), len(house.box.took)) == (1, 1)
    house.stands(desk, ConnectionState.BACKFILLING)
    house.look(NOW + 7 * HOUR)
    house.stands(desk, ConnectionState.FAILED)
    assert house.look(NOW + 40 * HOUR) == 1
    assert (len(house.notices()), len(house.box.took)) == (2, 2)


def test_what_nobody_needs_is_not_told(house: House) -> None:
    house.connect("Never signed in", state="needs_sign_in")
    paused, removed = house.connect("Paused"), house.connect("Removed")
    for one in (paused, removed):
        house.stands(one, ConnectionState.MISSING_PERMISSION)
    house.box.refuses = {"ana@example.com": "451 later"}
    house.look(NOW)
    assert {name for _, name in house.open} == {"Paused", "Removed"}
    house.change(paused, paused=True)
    with house.metadata.write() as session:
        Repository(session).remove_connection(house.workspace_id, removed.id)
    house.box.refuses = {}
    assert house.look(NOW + DAY) == 0
    assert house.open == []
    assert {one.state for notice in house.notices() for one in notice.deliveries} == {DeliveryState.DROPPED}

    house.change(paused, paused=False)  # soon enough to be the same notice, which was never sent
    assert house.look(NOW + DAY + HOUR) == 1


def test_old_data_are_told_once_the_server_has_had_its_chance(house: House) -> None:
    desk = house.connect(schedule="1h", state="waiting", reason="The vendor does not answer.")
    house.ran(desk, "done", NOW - 3 * DAY)
    assert house.look(NOW) == 0
    assert house.look(NOW + STALE_AFTER_START, anew=False) == 1
    assert "The last good sync ended on 26 February 2026 at 12:00 UTC." in house.box.mails[0].get_content()
    house.ran(desk, "done", NOW + 2 * HOUR)
    house.stands(desk, ConnectionState.SYNCED)
    house.look(NOW + 3 * HOUR, anew=False)
    assert house.open == []


def test_the_webhook_is_tried_again_as_the_same_message(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.stands(house.connect(), ConnectionState.LOST_ACCESS)
    with Receiver() as receiver:
        webhook = put_webhook(house.metadata, house.workspace_id, f"{receiver.address}/hook")
        assert webhook.secret not in repr(webhook)
        assert house.look(NOW) == 1, "the mail"
        assert "is not a public address" in _error(house)
        assert receiver.asked == []

        monkeypatch.setenv("BELVEDERE_ALLOWED_PRIVATE_NETS", "127.0.0.0/8")
        moment = NOW
        for wait, status in zip(BACKOFF, (500, 302), strict=False):
            moment += wait
            receiver.status = status
            assert house.look(moment) == 0
            assert f"answered {status}." in _error(house)
        receiver.status = 204
        for _ in range(2):  # the key from before leaves with the second rotation
            rotate(house.settings, house.metadata)
        assert find_webhook(house.metadata, house.workspace_id) == webhook
        assert house.look(moment + BACKOFF[2]) == 1
        assert house.look(moment + 30 * DAY) == 0
        assert [asked.path for asked in receiver.asked] == ["/hook"] * 3
        assert len({asked.headers["idempotency-key"] for asked in receiver.asked}) == 1

        house.stands(house.connect("Second"), ConnectionState.LOST_ACCESS)
        receiver.status = 500
        house.look(NOW + 2 * DAY)
        remove_webhook(house.metadata, house.workspace_id)
        house.look(NOW + 3 * DAY)
        assert len(receiver.asked) == 4
    assert len(house.box.took) == 2


def _error(house: House) -> str:
    (notice,) = house.notices()
    return next(str(one.error) for one in notice.deliveries if one.recipient.channel is Channel.WEBHOOK)
