"""The audit log: every route that changes anything writes its line, by ids only, and no line is ever changed."""

import csv
import io
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from api.app import create_app
from api.audit.records import Action
from api.audit.table import NOT_STATED, STATED
from api.workspaces.repository import Repository
from api.workspaces.service import create_key, find_or_create_workspace
from tests.api.browsing import Browser, forget_people
from tests.api.serving import Served
from tests.api.test_roles import routes_of

_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture(scope="module")
def owner(served: Served) -> Iterator[Browser]:
    """The owner of both workspaces, who has mistyped the password once."""
    with Browser(served.address) as browser:
        token = served.world.people.owner_token()
        made = {"email": "owner@example.com", "name": "Owner", "password": "a sentence that is long enough"}
        assert browser.client.post(f"/console/welcome/{token}", data=made).status_code == 303
        assert browser.sign_in("owner@example.com", "wrong").status_code == 403
        assert browser.sign_in("owner@example.com").status_code == 303
        yield browser
    forget_people(served)


def test_every_route_that_changes_anything_is_written_down_or_named(served: Served) -> None:
    there = {
        f"{method} {route.path}" for route in routes_of(create_app(served.world)) for method in route.methods or ()
    }
    changing = {one for one in there if one.split()[0] in _CHANGING}
    assert len(changing) > 100
    assert changing - STATED.keys() == NOT_STATED.keys() & changing, "state what these write, in api/audit/table.py"
    assert (STATED.keys() | NOT_STATED.keys()) - there == set(), "these routes are gone"
    assert STATED.keys() & NOT_STATED.keys() == set()
    assert {one.object_part for one in STATED.values()} & {"token", "secret", "password"} == set()


def test_who_did_what_is_found_again(served: Served, owner: Browser) -> None:
    made = owner.send("/console/keys", {"name": "audited", "may": "read", "sees": "all"})
    secret = made.text.partition("data-secret>")[2].partition("<")[0]
    assert secret.startswith("bvk_")
    workspace = find_or_create_workspace(served.world.metadata, "main")
    admin = create_key(served.world.metadata, workspace, "audit admin", admin=True)
    with served.client(admin.secret) as client:
        added = client.post("/v1/goals", json={"nonsense": True}, headers={"x-request-id": "the-request-of-a-test"})
        assert added.status_code == 422
        assert client.delete("/v1/shares/no-such-share").status_code == 404
        newest = client.get("/v1/audit", params={"limit": "1000"}).json()["lines"]
        told = [(one["actor_kind"], one["action"], one["object_id"], one["result"]) for one in newest]
        assert told[:2] == [
            ("key", "share_revoke", "no-such-share", "refused"),
            ("key", "writing_change", None, "refused"),
        ]
        assert newest[1]["request_id"] == "the-request-of-a-test"
        assert {one["actor_id"] for one in newest[:2]} == {admin.id}
        person = next(one["actor_id"] for one in newest if one["action"] == "key_make")
        with served.world.metadata.read() as session:
            named = {one.name: one.id for one in Repository(session).keys(workspace.id)}
        assert ("person", "key_make", named["audited"], "ok") in told
        # A wrong password says whose it should have been, and that nobody is known to have given it.
        signed = [one for one in newest if one["action"] == "sign_in" and person in (one["actor_id"], one["object_id"])]
        assert [(one["actor_kind"], one["result"]) for one in signed] == [
            ("person", "ok"),
            ("nobody", "refused"),
            ("person", "ok"),
        ]
        assert {one["address"] for one in signed} == {"127.0.0.1"}
        # Pages by the last line of the page before: together they are everything, once.
        search, pages = {"actor": person, "limit": "2"}, []
        while True:
            page = client.get("/v1/audit", params=search).json()
            pages += [one["sequence"] for one in page["lines"]]
            if page["next"] is None:
                break
            search["before"] = str(page["next"])
        assert pages == [one["sequence"] for one in newest if one["actor_id"] == person]
        assert client.get("/v1/audit", params={"action": "sing_in"}).status_code == 422
        assert client.get("/v1/audit", params={"first": "2999-01-01"}).json()["lines"] == []
        # Looking is written down as well.
        assert client.get("/v1/audit", params={"action": "audit_read"}).json()["lines"][0]["actor_id"] == admin.id
    whole = owner.get("/console/audit.csv").text
    assert secret not in whole
    lines = list(csv.DictReader(io.StringIO(whole.removeprefix("\ufeff"))))
    assert {"key_make", "audit_read"} <= {one["action"] for one in lines} <= set(Action)
    shown = owner.get(f"/console/audit?action=key_make&actor={person}")
    assert "owner@example.com" in shown.text
    assert owner.get("/console/audit?first=yesterday").status_code == 422
    # Of another workspace's log there is nothing to see, and nothing here is for keys that only read.
    other = find_or_create_workspace(served.world.metadata, "other")
    with served.client(create_key(served.world.metadata, other, "other admin", admin=True).secret) as client:
        found = client.get("/v1/audit", params={"limit": "1000"}).json()["lines"]
        assert not {one["actor_id"] for one in found} & {admin.id}
        assert "key_make" not in {one["action"] for one in found}
    with served.client() as client:
        assert client.get("/v1/audit").status_code == 403


@pytest.mark.parametrize("statement", ["update audit_entry set result = 'ok'", "delete from audit_entry"])
def test_the_database_itself_refuses_to_change_a_line(
    served: Served, owner: Browser, statement: str
) -> None:  # has written some
    with pytest.raises(DatabaseError, match="never changed or deleted"), served.world.metadata.write() as session:
        session.execute(text(statement))
