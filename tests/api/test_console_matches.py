"""The page of matches: what waits, deciding, taking back; and syncs look for matches by themselves."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from api.identity.matching import Match, Method, Place
from api.identity.queue import MatchQueue
from api.jobs.records import JobKind
from api.jobs.work import import_arguments
from api.settings import Settings
from api.workspaces.service import find_or_create_client, find_workspace
from api.world import World, open_world
from tests.api.serving import serving
from tests.plain_http import client_of
from warehouse import Mapping

MATCH = Match(Place("hubspot", "h1"), Place("zendesk", "z1"), Method.EMAIL_DOMAIN, 0.6, "people of lantern.example")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(Settings(data_dir=tmp_path / "data", log_level="warning")) as opened:
        yield opened


@pytest.fixture
def browser(world: World) -> Iterator[httpx2.Client]:
    token = world.people.owner_token()
    assert token is not None
    with serving(world) as address:
        headers = {"accept": "text/html", "origin": address}
        with client_of(address, headers=headers) as client:
            form = {"email": "ana@example.com", "name": "Ana", "password": "a sentence that is long enough"}
            assert client.post(f"/console/welcome/{token}", data=form).status_code == 303
            yield client


def states(world: World) -> list[tuple[str, str | None]]:
    workspace = find_workspace(world.metadata, "main")
    with world.metadata.read() as session:
        return [(one.state, one.decided_by) for one in MatchQueue(session, workspace.id).matches()]


def test_a_person_decides_and_takes_it_back(world: World, browser: httpx2.Client) -> None:
    assert "Nothing waits" in browser.get("/console/matches").text
    workspace = find_workspace(world.metadata, "main")
    client, _ = find_or_create_client(world.metadata, workspace, "Lantern")
    with world.metadata.write() as session:
        assert MatchQueue(session, workspace.id).add(client.id, [MATCH]) == 1
    page = browser.get("/console/matches").text
    assert "people of lantern.example" in page
    assert "60 %" in page
    match_id = re.findall(r'action="/console/matches/([0-9a-f]+)"', page)[0]
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    for state, decided in (("accepted", "accepted"), ("proposed", "proposed"), ("refused", "refused")):
        done = browser.post(f"/console/matches/{match_id}", data={"csrf": csrf, "state": state})
        assert done.status_code == 303
        assert states(world) == [(decided, "ana@example.com")]
    assert "Take back" in browser.get("/console/matches").text
    for path, state in ((match_id, "perhaps"), ("0" * 16, "accepted")):
        assert browser.post(f"/console/matches/{path}", data={"csrf": csrf, "state": state}).status_code == 404
    assert browser.post("/console/matches/search", data={"csrf": csrf}).status_code == 303


def test_a_person_says_that_two_are_the_same(world: World, browser: httpx2.Client, tmp_path: Path) -> None:
    workspace = find_workspace(world.metadata, "main")
    client, _ = find_or_create_client(world.metadata, workspace, "Lantern")
    for source in ("crm", "shop"):
        path = tmp_path / f"{source}.csv"
        path.write_text(f"id,name\n{source}-1,Lantern of {source}\n", encoding="utf-8")
        columns = {"source_id": "id", "account": "name"}
        mapping = Mapping.model_validate({"entity": "account", "source": source, "columns": columns})
        arguments = import_arguments(path, "lantern", mapping)
        assert world.runner.run_now(world.runner.enqueue(workspace, JobKind.IMPORT, arguments)).error is None
    page = browser.get("/console/matches").text
    assert "Say that two are the same" in page
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    form = {"csrf": csrf, "client": client.id, "source_1": "crm", "account_1": "crm-1", "source_2": "shop"}
    wrong = browser.post("/console/matches", data={**form, "account_2": "shop-<b>"})
    assert wrong.status_code == 422
    assert "has no account &#39;shop-&lt;b&gt;&#39; of the source &#39;shop&#39;" in wrong.text
    assert 'value="crm-1"' in wrong.text
    assert states(world) == []
    assert browser.post("/console/matches", data={**form, "account_2": " shop-1 "}).status_code == 303
    assert states(world) == [("accepted", "ana@example.com")]
    assert "Lantern of shop" in browser.get("/console/matches").text
    assert browser.post("/console/matches", data={**form, "csrf": "x", "account_2": "shop-1"}).status_code == 403
