"""Who looks after a connection is written down where it is linked, and is told of its troubles."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.mail.message import parse_sender
from api.mail.sender import Mailer
from api.mail.server import parse_server
from api.notices.delivering import Post
from api.notices.watch import Watch
from api.people.models import MembershipRow, PersonRow
from api.people.roles import Role
from api.workspaces.models import now
from api.workspaces.records import ConnectionState
from api.workspaces.repository import Repository
from tests.api.browsing import Browser
from tests.api.fake_authority import CLIENT_ID, CLIENT_SECRET
from tests.api.isolation_world import session_of
from tests.api.linking import Desk, SigningXero, desk_at
from tests.api.mailbox import mail_server

XERO = {"source": "xero", "client": "acme", "link_days": 7}
NAMES = {f"11111111-0000-4000-8000-00000000000{n}": f"Company {n}" for n in (1, 2)}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with SigningXero(NAMES) as xero, desk_at(tmp_path) as found:
        monkeypatch.setenv("BELVEDERE_SOURCE_XERO_URL", xero.address)
        monkeypatch.setenv("BELVEDERE_OAUTH_XERO_CLIENT_ID", CLIENT_ID)
        monkeypatch.setenv("BELVEDERE_OAUTH_XERO_CLIENT_SECRET", CLIENT_SECRET)
        with found.world.metadata.write() as session:
            for name, role in (("ana", Role.OWNER), ("bo", Role.MANAGER), ("cy", Role.ANALYST)):
                person = PersonRow(email=f"{name}@example.com", name=name.title(), password="-")
                session.add(person)
                session.flush()
                session.add(MembershipRow(person_id=person.id, workspace_id=found.workspace_id, role=role))
                session.add(session_of(person.id, f"bvp_{name}", found.workspace_id))
        yield found


def owners(desk: Desk) -> dict[str, str | None]:
    listed = desk.get("/v1/connections")["connections"]
    assert isinstance(listed, list)
    return {one["id"]: one["owner"] for one in listed}


def test_whoever_links_looks_after_it_and_is_told_of_its_troubles(desk: Desk) -> None:
    # By a script: nobody in particular, or the person that it names, who must be one that may link.
    nobodys = str(desk.post("/v1/connections", XERO)["id"])
    by_script = desk.post("/v1/connections", {**XERO, "owner": "Bo@example.com"})
    assert (owners(desk)[nobodys], by_script["owner"]) == (None, "bo@example.com")
    for wrong in ("cy@example.com", "who@example.com"):
        desk.post("/v1/connections", {**XERO, "owner": wrong}, 404)
    # By a person, on the console.
    with Browser(desk.address) as browser:
        browser.client.cookies.set("belvedere_person", "bvp_bo")
        before = set(owners(desk))
        assert browser.send("/console/link/xero", {"name": "Books"}).status_code == 200
        (by_console,) = set(owners(desk)) - before
    assert owners(desk)[by_console] == "bo@example.com"
    # By the link that was made for a client, who is nobody here; what is read besides has the same owner.
    with desk.browser() as client:
        assert client.get(desk.local(by_script["authorize_url"])).status_code == 200
    reached = {"accounts": [{"account": one, "client": "acme"} for one in NAMES]}
    chosen = desk.post(f"/v1/connections/{by_script['id']}/accounts", reached, 200)["connections"]
    assert isinstance(chosen, list)
    assert [one["owner"] for one in chosen] == ["bo@example.com"] * 2

    world = desk.world
    troubled = {nobodys: "Nobody's", by_console: "Bo's own"}
    with world.metadata.write() as session:
        for made in set(owners(desk)) - troubled.keys():
            Repository(session).remove_connection(desk.workspace_id, made)
        for made, name in troubled.items():
            values = {"name": name, "grant_id": None, "next_run_at": None}
            Repository(session).change_connection(desk.workspace_id, made, values)
            Repository(session).set_state(made, ConnectionState.LOST_ACCESS, reason="Gone.", next_step="Ask.")
    with mail_server() as box:
        mailer = Mailer(parse_server(f"smtp://127.0.0.1:{box.port}?tls=none"), parse_sender("R <r@example.org>"))
        watch = Watch(Post(world.metadata, mailer, world.settings.address, "Belvedere"))
        watch.look(now() + timedelta(days=1))
        told = {to: mail.get_content() for _, (to,), mail in box.took}
    # Owners of the workspace hear of everything, the owner of a connection of that one.
    assert told.keys() == {"ana@example.com", "bo@example.com"}
    assert [name in told["ana@example.com"] for name in troubled.values()] == [True, True]
    assert [name in told["bo@example.com"] for name in troubled.values()] == [False, True]
