"""Who sees what: roles, invitations and grants, through the real server, on the numbers of three clients."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from urllib.parse import urlsplit

import pytest
from sqlalchemy import delete, select, update

from api.people.models import (
    AccessGrantRow,
    AddressGroupRow,
    InvitationRow,
    MembershipRow,
    PersonRow,
    WorkspaceSecurityRow,
)
from api.people.roles import Role
from api.people.service import People
from api.people.tries import Tries
from api.workspaces.models import now
from api.workspaces.service import create_key, find_or_create_workspace
from api.writing.goals import Goal, Goals
from tests.api.browsing import PASSWORD, Browser, forget_people
from tests.api.serving import Served

OWNER = "ana@example.com"


@pytest.fixture(scope="module")
def owner(served: Served) -> Iterator[Browser]:
    """Give the owner of both workspaces; the server is other tests' too, so nobody is left behind."""
    forget_people(served)
    people: People = served.world.people
    with Browser(served.address) as browser:
        form = {"email": OWNER, "name": "Ana", "password": PASSWORD}
        assert browser.client.post(f"/console/welcome/{people.owner_token()}", data=form).status_code == 303
        yield browser
    forget_people(served)


@pytest.fixture
def stage(served: Served) -> Iterator[ExitStack]:
    """Give a place for browsers of people who leave after the test."""
    served.world.people.tries = Tries()  # the tests sign in more often than a person does
    with ExitStack() as stack:
        yield stack
    with served.world.metadata.write() as session:
        session.execute(delete(PersonRow).where(PersonRow.email != OWNER))
        for table in (InvitationRow, AccessGrantRow, AddressGroupRow, WorkspaceSecurityRow):
            session.execute(delete(table))


def invited(owner: Browser, email: str, role: str, **form: str) -> str:
    """Invite somebody and return the path of the link, which is shown because no mail server is set."""
    page = owner.send("/console/people/invite", {"email": email, "role": role, **form})
    assert page.status_code == 200, page.text
    return str(re.findall(r">http://[^/]+(/console/invitation/[\w-]+)<", page.text)[0])


def joined(served: Served, stage: ExitStack, owner: Browser, email: str, role: str, **form: str) -> Browser:
    """Return the browser of somebody who has taken an invitation."""
    browser = stage.enter_context(Browser(served.address))
    link = invited(owner, email, role, **form)
    answer = browser.client.post(link, data={"name": email.split("@")[0].title(), "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return browser


def count(browser: Browser, **rest: str) -> object:
    answer = browser.ask("tickets_created", **rest)
    return answer.json()["rows"][0]["values"][0] if answer.status_code == 200 else answer.status_code


class TestAnalyst:
    def test_sees_his_clients_and_no_connections(self, served: Served, stage: ExitStack, owner: Browser) -> None:
        analyst = joined(served, stage, owner, "ben@agency.example", "analyst", scope="some", **{"client.acme": "yes"})
        session = analyst.json("/v1/session").json()
        assert [one["slug"] for one in session["clients"]] == ["acme"]
        assert session["can"] == ["pdf", "note", "copy", "explore", "edit", "explain", "freshness"]
        assert (count(owner), count(analyst), count(analyst, client="globex")) == (360.0, 240.0, 404)
        for path in ("/console/reports", "/console/explore", "/console/goals", "/console/commentary"):
            assert analyst.get(path).status_code == 200, path
        for path in ("connections", "clients", "people", "keys", "shares", "usage", "link", "notices"):
            refused = analyst.get(f"/console/{path}")
            assert refused.status_code == 403, path
            assert "analyst" in refused.text
        menu = analyst.get("/console/reports").text
        assert "/console/goals" in menu
        assert 'href="/console/connections"' not in menu
        assert (analyst.get("/console").status_code, analyst.get("/console").headers["location"]) == (
            303,
            "/console/reports",
        )

    def test_what_is_written_of_other_clients_is_not_there(
        self, served: Served, stage: ExitStack, owner: Browser
    ) -> None:
        main = find_or_create_workspace(served.world.metadata, "main")
        with served.world.metadata.write() as session:
            goals = Goals(session, main.id)
            mine, other = (goals.put(_goal(one.id)).id for one in served.world.callers.by_key(served.key).clients)
        try:
            analyst = joined(
                served, stage, owner, "ben@agency.example", "analyst", scope="some", **{"client.acme": "x"}
            )
            assert analyst.get(f"/console/goals/{mine}").status_code == 200
            assert analyst.get(f"/console/goals/{other}").status_code == 404
            assert analyst.send(f"/console/goals/{other}/remove").status_code == 404
            said = analyst.send("/console/annotations/new", {"kind": "event", "starts_on": "2025-05-01", "text": "x"})
            assert said.status_code == 422
        finally:
            with served.world.metadata.write() as session:
                for one in (mine, other):
                    Goals(session, main.id).remove(one)


class TestClientViewer:
    def test_reads_the_report_that_is_granted_and_nothing_else(
        self, served: Served, stage: ExitStack, owner: Browser
    ) -> None:
        viewer = joined(
            served, stage, owner, "vi@globex.example", "client_viewer",
            scope="some", template="ticket-volume", **{"client.globex": "yes"},
        )  # fmt: skip
        start = viewer.shown("/console")
        assert start.url.path == "/console/my-reports"
        assert "/r/ticket-volume?client=globex" in start.text
        assert len(re.findall(r'<li><a href="/console/', start.text)) == 1  # the menu has one page
        listed = viewer.json("/v1/templates").json()["templates"]
        assert [one["id"] for one in listed] == ["ticket-volume"]
        assert viewer.json("/v1/templates/ticket-volume").status_code == 200
        hidden, unknown = (viewer.json(f"/v1/templates/{name}") for name in ("customer-service", "customer-serviced"))
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.json()["error"]["code"] == unknown.json()["error"]["code"]
        assert count(viewer) == 120.0
        assert viewer.json("/v1/session").json()["can"] == ["pdf", "note"]  # so that his page asks nothing else
        assert count(viewer, client="acme") == 404
        # A field that the report does not draw, of the same dataset, and a dataset that it does not ask.
        assert viewer.ask("tickets_created", "city").status_code == 404
        assert viewer.ask("revenue", dataset="revenue").status_code == 404
        schema = viewer.client.post("/v1/looker/schema", json={"configParams": {"dataset": "tickets"}}).json()["schema"]
        shown = {one["name"] for one in schema}
        assert "tickets_created" in shown
        assert "city" not in shown
        for path in ("/console/reports", "/console/explore", "/console/people", "/console/annotations"):
            assert viewer.get(path).status_code == 403, path
        for path in ("/v1/catalog", "/v1/templates/ticket-volume/file", "/v1/connections", "/v1/goals", "/v1/usage"):
            assert viewer.json(path).status_code == 403, path
        explained = viewer.client.post("/v1/looker/explain", json={"configParams": {"dataset": "tickets"}})
        assert explained.status_code == 403

    def test_two_grants_do_not_mix(self, served: Served, stage: ExitStack, owner: Browser) -> None:
        """Every report of one client and one report of another are not every report of both."""
        viewer = joined(
            served, stage, owner, "vi@globex.example", "client_viewer",
            scope="some", template="ticket-volume", **{"client.globex": "yes"},
        )  # fmt: skip
        person = _person(served, "vi@globex.example")
        form = {"scope": "some", "client.acme": "yes", "template": ""}
        assert owner.send(f"/console/people/{person}/grants", form).status_code == 303
        assert (count(viewer), count(viewer, client="acme")) == (360.0, 240.0)
        cities = viewer.ask("tickets_created", "city")
        assert sum(row["values"][0] for row in cities.json()["rows"]) == 240.0
        assert viewer.ask("tickets_created", "city", client="globex").status_code == 404
        # Taken back, it ends with the next request.
        page = owner.get(f"/console/people/{person}").text
        for grant in re.findall(r"/console/people/grants/(\w+)/remove", page):
            owner.send(f"/console/people/grants/{grant}/remove")
        assert viewer.json("/v1/session").json()["clients"] == []
        assert "No report is granted to you yet" in viewer.get("/console/my-reports").text

    def test_a_domain_counts_once_the_address_is_known_to_be_his(
        self, served: Served, stage: ExitStack, owner: Browser
    ) -> None:
        viewer = joined(
            served, stage, owner, "vi@globex.example", "client_viewer",
            scope="some", template="ticket-volume", **{"client.acme": "yes"},
        )  # fmt: skip
        refused = owner.send("/console/people/grants", {"domain": "gmail.com", "scope": "all"})
        assert (refused.status_code, "Anybody can have an address" in refused.text) == (422, True)
        for form in ({"domain": "globex.example"}, {"name": "Board", "addresses": "vi@globex.example\nx@y.example"}):
            where = "groups" if "name" in form else "grants"
            scope = {"scope": "some", "client.globex": "yes"}
            assert owner.send(f"/console/people/{where}", {**form, **scope}).status_code == 303
        # The invitation's link was shown to the owner, who could have used it himself.
        assert count(viewer, client="globex") == 404
        with served.world.metadata.write() as session:
            session.execute(update(PersonRow).values(verified_at=now()))
        assert count(viewer, client="globex") == 120.0
        with served.world.metadata.write() as session:
            session.execute(delete(AccessGrantRow).where(AccessGrantRow.kind == "domain"))
            group = session.scalar(select(AddressGroupRow.id))
        assert count(viewer, client="globex") == 404
        owner.send("/console/people/grants", {"to": str(group), "scope": "all", "template": "ticket-volume"})
        assert count(viewer, client="globex") == 120.0

    def test_a_link_for_people_opens_for_those_who_see_as_much(
        self, served: Served, stage: ExitStack, owner: Browser
    ) -> None:
        main = find_or_create_workspace(served.world.metadata, "main")
        viewer = joined(
            served, stage, owner, "vi@globex.example", "client_viewer",
            scope="some", template="ticket-volume", **{"client.globex": "yes"},
        )  # fmt: skip
        with served.client(create_key(served.world.metadata, main, "links", admin=True).secret) as admin:
            opened = {}
            for name, clients in (("own", ["globex"]), ("other", ["acme"]), ("all", None)):
                wish = {"report": "ticket-volume", "kind": "person", "name": name, "clients": clients}
                answer = admin.post("/v1/shares", json={key: one for key, one in wish.items() if one is not None})
                assert answer.status_code == 201, answer.text
                made = answer.json()
                path = urlsplit(made["address"]).path
                opened[name] = ["/console/sign-in" in one.get(path).text for one in (viewer, owner)]
                admin.delete(f"/v1/shares/{made['id']}")
        assert opened == {"own": [False, False], "other": [True, False], "all": [True, False]}


class TestManagerAndOwner:
    def test_what_is_the_owners_stays_the_owners(self, served: Served, stage: ExitStack, owner: Browser) -> None:
        manager = joined(served, stage, owner, "max@agency.example", "manager")
        main = find_or_create_workspace(served.world.metadata, "main")
        key = create_key(served.world.metadata, main, "by the command")
        ana, max_ = _person(served, OWNER), _person(served, "max@agency.example")
        for path in ("connections", "keys", "people", "shares", "notices", "usage"):
            assert manager.get(f"/console/{path}").status_code == 200, path
        for path, form in (
            (f"people/{ana}/role", {"role": "analyst"}),
            (f"people/{ana}/remove", {}),
            (f"people/{max_}/role", {"role": "owner"}),
            ("people/invite", {"email": "eve@example.com", "role": "owner"}),
            ("people/security", {"second_factor": "yes"}),
            (f"people/{ana}/transfer", {}),
            (f"keys/{key.id}/revoke", {}),
        ):
            assert manager.send(f"/console/{path}", form).status_code == 403, path
        own = manager.send("/console/keys", {"name": "mine", "role": "read"})
        assert own.status_code == 200
        mine = re.findall(r"/console/keys/(\w+)/revoke", manager.get("/console/keys").text)
        done = {manager.send(f"/console/keys/{one}/revoke").status_code for one in mine}
        assert done == {303, 403}
        assert owner.send(f"/console/keys/{key.id}/revoke").status_code == 303

    def test_one_owner_stays_and_a_new_role_ends_old_sessions(
        self, served: Served, stage: ExitStack, owner: Browser
    ) -> None:
        ana = _person(served, OWNER)
        for path, form in ((f"{ana}/remove", {}), (f"{ana}/role", {"role": "manager"})):
            refused = owner.send(f"/console/people/{path}", form)
            assert (refused.status_code, "only owner" in refused.text) == (422, True)
        analyst = joined(served, stage, owner, "ben@agency.example", "analyst", scope="all")
        ben = _person(served, "ben@agency.example")
        assert owner.send(f"/console/people/{ben}/role", {"role": "manager"}).status_code == 303
        assert analyst.get("/console/reports").headers["location"].startswith("/console/sign-in")
        analyst.sign_in("ben@agency.example")
        assert analyst.get("/console/connections").status_code == 200
        assert owner.send(f"/console/people/{ben}/transfer").status_code == 303
        assert analyst.get("/console/me").status_code == owner.get("/console/me").status_code == 303
        analyst.sign_in("ben@agency.example")
        assert analyst.send(f"/console/people/{ana}/transfer").status_code == 303
        owner.sign_in(OWNER)
        assert owner.send(f"/console/people/{ben}/remove").status_code == 303
        analyst.sign_in("ben@agency.example")
        assert analyst.json("/v1/session").status_code == 404
        assert analyst.get("/console/reports").status_code == 404
        assert analyst.get("/console/me").status_code == 200

    def test_two_workspaces_are_two_worlds(self, served: Served, stage: ExitStack, owner: Browser) -> None:
        manager = joined(served, stage, owner, "max@agency.example", "manager")
        assert count(owner) == 360.0
        assert owner.send("/console/workspace", {"workspace": "other"}).status_code == 303
        assert (count(owner), owner.json("/v1/session").json()["workspace"]["slug"]) == (60.0, "other")
        assert owner.json("/v1/session?workspace=main").json()["workspace"]["slug"] == "main"
        owner.send("/console/workspace", {"workspace": "main"})
        for answer in (
            manager.send("/console/workspace", {"workspace": "other"}),
            manager.get("/console/keys?workspace=other"),
            manager.json("/v1/session?workspace=other"),
            manager.get("/console/keys?workspace=nobodys"),
            manager.get(f"/console/people/{_person(served, OWNER)}?workspace=other"),
        ):
            assert answer.status_code == 404


class TestInvitations:
    def test_work_once_for_one_address_and_a_week(self, served: Served, stage: ExitStack, owner: Browser) -> None:
        link = invited(owner, "ben@agency.example", "analyst", scope="all")
        again = invited(owner, " Ben@Agency.example", "analyst", scope="all")
        assert owner.get(link).status_code == 404  # the newer one counts
        assert f"You are signed in as {OWNER}" in owner.get(again).text
        assert owner.send(f"{again}/join").status_code == 403
        with Browser(served.address) as ben:
            short = ben.client.post(again, data={"name": "Ben", "password": "short"})
            assert (short.status_code, "too short" in short.text) == (422, True)
            assert ben.client.post(again, data={"name": "Ben", "password": PASSWORD}).status_code == 303
            used = ben.client.post(again, data={"name": "Eve", "password": PASSWORD})
            assert used.status_code == ben.get(again).status_code == 404
            # Somebody who is here already joins another workspace as himself, and never gets a new password by it.
            owner.send("/console/workspace", {"workspace": "other"})
            other = invited(owner, "ben@agency.example", "client_viewer", scope="all")
            owner.send("/console/workspace", {"workspace": "main"})
            with Browser(served.address) as eve:
                assert "You have an account here" in eve.get(other).text
                assert eve.client.post(other, data={"name": "Eve", "password": "x" * 20}).status_code == 422
            assert ben.send(f"{other}/join").headers["location"] == "/console/my-reports"
            assert {one["slug"] for one in ben.json("/v1/session").json()["clients"]} == {"initech"}
        late = invited(owner, "late@agency.example", "analyst", scope="all")
        with served.world.metadata.write() as session:
            session.execute(update(InvitationRow).values(expires_at=now()))
        assert owner.get(late).status_code == 404

    def test_what_cannot_be_meant_is_refused(self, stage: ExitStack, owner: Browser) -> None:
        for form, said in (
            ({"email": "x", "role": "analyst", "scope": "all"}, "no e-mail address"),
            ({"email": "x@example.com", "role": "king", "scope": "all"}, "Choose the role"),
            ({"email": "x@example.com", "role": "analyst", "scope": "some"}, "Choose the client accounts"),
            ({"email": "x@example.com", "role": "analyst"}, "Choose whether all"),
            (
                {"email": "x@example.com", "role": "analyst", "scope": "all", "template": "ticket-volume"},
                "client viewers",
            ),
            ({"email": "x@example.com", "role": "client_viewer", "scope": "all", "template": "nope"}, "nope"),
            ({"email": OWNER, "role": "analyst", "scope": "all"}, "in this workspace already"),
        ):
            answer = owner.send("/console/people/invite", form)
            assert (answer.status_code, said in answer.text) == (422, True), form


def _person(served: Served, email: str) -> str:
    with served.world.metadata.read() as session:
        return session.scalars(select(PersonRow.id).where(PersonRow.email == email)).one()


def _goal(client_account_id: str) -> Goal:
    return Goal(
        metric_id="tickets_created",
        client_account_id=client_account_id,
        grain="month",
        direction="up",
        first=date(2025, 1, 1),
        last=date(2025, 12, 31),
        target=10.0,
        author="test",
    )


def test_memberships_hold_known_roles_only(served: Served, owner: Browser) -> None:
    with served.world.metadata.read() as session:
        assert {Role(one) for one in session.scalars(select(MembershipRow.role))} == {Role.OWNER}
