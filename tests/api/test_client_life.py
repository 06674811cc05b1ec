"""The life of client accounts at a real server: added from a list, archived and back, handed over, deleted."""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import httpx2
import pytest

from api.clients.keeping import HANDED_OVER, HOURS, Sweeper
from api.clients.leaving import deletion_arguments, tell_lost
from api.jobs.records import JobKind
from api.jobs.settings_work import settings_arguments
from api.notices.models import NoticeRow
from api.people.models import AccessGrantRow
from api.settings import Settings
from api.shares.models import ShareRow
from api.telemetry import configure_logs
from api.workspaces.models import Base, ConnectionRow, now
from api.workspaces.repository import Repository
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import open_world
from api.writing.models import CommentaryRow
from tests.api.browsing import Browser
from tests.api.serving import MAPPING, Served, load, serving, wait_until, write_tickets
from warehouse import HANDING_OVER

MARKER = b"zebra0marker"
WRONG = """Name;Slug;Currency;Time zone;Domain
Otter;;;;
New;Not a slug;;;
Moon;;EURO;;
Sun;;;Mars/Base;
Free;;;;gmail.com
Fine;;USD;Europe/Athens;fine.example
Fine;;;;
Short
"""
RIGHT = """name,slug,currency,timezone,domain
Fine,fine,USD,Europe/Athens,fine.example
"Ünder, Ltd",,,,
"""
AUDITED = [
    ("client_delete", "ok"),
    ("client_delete", "refused"),
    ("client_deleted", "ok"),
    ("client_export", "ok"),  # asked for, and downloaded
    ("client_export", "ok"),
]
ASKED_BY = "the-request-that-deletes"
RULE = "client: zebra0marker-ltd\nsource: file\nentity: ticket\nwhere: {}\n"


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Browser]]:
    """A server of its own with two client accounts, and its owner."""
    folder = tmp_path_factory.mktemp("agency")
    settings = Settings(data_dir=folder / "data", log_level="warning", rate_burst=10_000, rate_per_second=10_000)
    mapping = folder / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    files = {name: write_tickets(folder / f"{name}.csv", 60, 3) for name in ("zebra0marker", "otter")}
    with open_world(settings) as world:
        load(world, "main", "Zebra0marker Ltd", files["zebra0marker"], mapping)
        load(world, "main", "Otter", files["otter"], mapping)
        main = find_or_create_workspace(world.metadata, "main")
        key = create_key(world.metadata, main, "all", admin=True).secret
        world.runner.start()
        with serving(world) as address, Browser(address) as browser:
            token = world.people.owner_token()
            made = {"email": "owner@example.com", "name": "Owner", "password": "a sentence that is long enough"}
            assert browser.client.post(f"/console/welcome/{token}", data=made).status_code == 303
            yield Served(address, settings, world, files, key, key, key), browser


def _clients(served: Served) -> dict[str, str]:
    with served.client() as client:
        return {one["slug"]: one["id"] for one in client.get("/v1/clients").json()}


def test_a_list_is_added_whole_or_not_at_all(agency: tuple[Served, Browser]) -> None:
    served, browser = agency
    before = _clients(served)
    with served.client() as client:
        refused = client.post("/v1/clients/import", content=WRONG.encode())
        assert refused.status_code == 422
        assert [one["at"] for one in refused.json()["error"]["detail"]["wrong"]] == [
            f"line {number}" for number in (2, 3, 4, 5, 6, 8, 9)
        ]
        assert client.post("/v1/clients/import", content=b"nome\nX\n").status_code == 422
        tried = client.post("/v1/clients/import?dry_run=true", content=RIGHT.encode())
        assert [one["slug"] for one in tried.json()["clients"]] == ["fine", "under-ltd"]
    shown = browser.send("/console/clients/import", {"list": WRONG, "act": "add"})
    assert shown.status_code == 422
    assert "Mars/Base" in shown.text
    assert _clients(served) == before
    assert browser.send("/console/clients/import", {"list": RIGHT, "act": "add"}).status_code == 303
    wait_until(lambda: set(_clients(served)) == {*before, "fine", "under-ltd"})
    with served.world.metadata.read() as session:
        grant = session.query(AccessGrantRow).one()
        fine = Repository(session).client_account(find_or_create_workspace(served.world.metadata, "main").id, "fine")
    assert fine is not None
    assert (grant.domain, grant.clients) == ("fine.example", [fine.id])
    assert (fine.timezone, fine.report_currency) == ("Europe/Athens", "USD")


def test_an_archived_client_is_nowhere_until_it_comes_back(agency: tuple[Served, Browser]) -> None:
    served, browser = agency
    otter, main = _clients(served)["otter"], find_or_create_workspace(served.world.metadata, "main")
    with served.world.metadata.write() as session:
        values = {"name": "desk", "source": "zendesk", "config": {}, "client_account_id": otter, "next_run_at": now()}
        desk = Repository(session).add_connection(main.id, values)
    asked = {
        "configParams": {"dataset": "tickets", "client": "otter"},
        "dateRange": {"startDate": "2025-01-01", "endDate": "2025-12-31"},
        "fields": [{"name": "tickets_created"}],
    }
    with served.client() as client:
        there = client.post("/v1/looker/data", json=asked).json()
        assert browser.send(f"/console/clients/{otter}/archive").status_code == 303
        wait_until(lambda: client.post("/v1/looker/data", json=asked).status_code == 404)
        assert "otter" not in _clients(served)
        with served.world.metadata.read() as session:
            assert desk.id not in [one.id for _, one in Repository(session).due_connections(now())]
        assert "Archived" in browser.get("/console/clients").text
        # Its data stay through whatever happens meanwhile.
        job = served.world.runner.enqueue(main, JobKind.SETTINGS, _nothing())
        wait_until(lambda: served.world.runner.get(job).finished)
        assert served.world.runner.get(job).error is None
        assert client.post(f"/v1/clients/{otter}/restore").status_code == 204
        wait_until(lambda: client.post("/v1/looker/data", json=asked).status_code == 200)
        assert client.post("/v1/looker/data", json=asked).json()["rows"] == there["rows"]
        assert client.post("/v1/clients/nobody/archive").status_code == 404
    with served.world.metadata.write() as session:
        Repository(session).remove_connection(main.id, desk.id)


def test_a_deleted_client_is_gone_from_every_file_with_a_receipt(
    agency: tuple[Served, Browser], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    served, browser = agency
    zebra, otter = (_clients(served)[slug] for slug in ("zebra0marker-ltd", "otter"))
    main = find_or_create_workspace(served.world.metadata, "main")
    _scatter(served, main.id, zebra, otter)
    metadata_file = served.settings.data_dir / "belvedere.sqlite"
    assert any(MARKER in one.read_bytes().lower() for one in served.settings.data_dir.glob("belvedere.sqlite*"))

    handed = browser.send(f"/console/clients/{zebra}/file")
    assert handed.status_code == 303
    work = _finished(browser, handed.headers["location"])
    assert "Download the file" in work.text
    assert handed.headers["location"] in browser.get(f"/console/clients/{zebra}").text
    file = browser.get(f"{work.url.path}/file")
    assert (file.status_code, file.headers["content-disposition"]) == (
        200,
        'attachment; filename="zebra0marker-ltd.duckdb"',
    )
    (tmp_path / "zebra.duckdb").write_bytes(file.content)
    with duckdb.connect(str(tmp_path / "zebra.duckdb"), read_only=True) as own:
        assert own.execute(
            "select distinct client_account_id, count(*) from normalised.ticket group by 1"
        ).fetchall() == [(zebra, 60)]
        assert own.execute("select slug from normalised.client_account").fetchall() == [("zebra0marker-ltd",)]

    assert browser.send(f"/console/clients/{zebra}/delete", {"name": "zebra"}).status_code == 422
    configure_logs("info")
    form = {"csrf": browser.csrf(), "name": "Zebra0marker Ltd"}
    at = f"/console/clients/{zebra}/delete"
    done = browser.client.post(at, data=form, headers={"x-request-id": ASKED_BY})
    assert (done.status_code, done.headers["x-request-id"]) == (303, ASKED_BY)
    assert "Download the receipt" in _finished(browser, done.headers["location"]).text
    configure_logs("warning")
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    # One id from the caller through the request's line and the work's to the audit log, below.
    told = [(one["event"], one.get("kind", one.get("path"))) for one in lines if one.get("request_id") == ASKED_BY]
    assert sorted(told) == [("job", "deletion"), ("request", at)]
    assert browser.get(work.url.path).status_code == 404, "what was handed over is the client account's too"

    with served.client() as client:
        (receipt,) = client.get("/v1/clients/receipts").json()
        assert client.get(f"/v1/clients/receipts/{receipt['receipt_id']}").json() == receipt
        assert client.get("/v1/clients/receipts/nobody").status_code == 404
    downloaded = json.loads(browser.get(f"/console/clients/receipts/{receipt['receipt_id']}").text)
    assert downloaded == receipt
    plain = {key: value for key, value in receipt.items() if key != "digest"}
    text_of = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text_of.encode()).hexdigest() == receipt["digest"]
    assert receipt["name_sha256"] == hashlib.sha256(b"zebra0marker ltd").hexdigest()
    assert receipt["client_account_id"] == zebra
    landed = sum(count for name, count in receipt["data"].items() if name.startswith("raw."))
    assert (receipt["data"]["normalised.ticket"], landed) == (60, 60)
    expected = {"client_account": 1, "commentary": 1, "share": 2, "notice": 1, "access_grant": 1}
    assert expected.keys() <= receipt["metadata"].keys()
    assert {name: receipt["metadata"][name] for name in expected} | {"notice": 1} == expected
    assert [one["source"] for one in receipt["connections"].values()] == ["zendesk"]
    assert receipt["files"] == 2, "a rule, and the file that waited to be downloaded again"

    # Every table of the metadata, and every byte of every file of the data directory.
    with served.world.metadata.read() as session:
        for table in Base.metadata.sorted_tables:
            found = f"{session.execute(table.select()).all()}".lower()
            assert "zebra0marker" not in found, table.name
        assert [one.clients for one in session.query(ShareRow)] == [[otter]]
    files = [one for one in served.settings.data_dir.rglob("*") if one.is_file()]
    assert metadata_file in files
    assert [one for one in files if MARKER in one.read_bytes().lower()] == []
    with served.client() as client:
        # A line is written after its answer was sent.
        wait_until(lambda: _audited(client, zebra) == AUDITED)
        found = client.get("/v1/audit", params={"object": receipt["receipt_id"]}).json()["lines"]
        (ended,) = (one for one in found if one["action"] == "client_deleted")  # the others have looked at the receipt
        assert ended["object_id"] == f"{zebra}/{receipt['receipt_id']}"
        assert (ended["request_id"], ended["actor_id"]) == (ASKED_BY, receipt["deleted_by"])
        # Work that was stopped after its last write ends with the same receipt; work that fails is told, too.
        runner, job = served.world.runner, JobKind.DELETION
        again = runner.run_now(runner.enqueue(main, job, {**deletion_arguments(zebra, "p"), "again": 1}))
        wait_until(lambda: runner.get(again.id).finished)
        assert (runner.get(again.id).result or {})["receipt"] == receipt
        never = runner.run_now(runner.enqueue(main, job, deletion_arguments("never", "p")))
        wait_until(lambda: _audited(client, "never") == [("client_deleted", "failed")])
        assert _audited(client, zebra) == AUDITED
        with served.world.metadata.write() as session:
            lost = replace(runner.get(never.id), arguments=deletion_arguments("lost", "command"))
            tell_lost(session, lost)
        assert _audited(client, "lost") == [("client_deleted", "failed")]
        assert (runner.get(never.id).error or {})["code"] == "not_found"
        # Whoever is left is whole, and new data come as before.
        assert "otter" in _clients(served)
        asked = {
            "configParams": {"dataset": "tickets"},
            "dateRange": {"startDate": "2025-01-01", "endDate": "2025-12-31"},
            "fields": [{"name": "tickets_created"}],
        }
        assert client.post("/v1/looker/data", json=asked).json()["rows"] == [{"values": [60]}]


def test_a_file_goes_by_its_button_and_after_a_day(agency: tuple[Served, Browser]) -> None:
    served, browser = agency
    otter, data_dir = _clients(served)["otter"], served.settings.data_dir
    asked = [browser.send(f"/console/clients/{otter}/file").headers["location"] for _ in range(2)]
    work = _finished(browser, asked[1])
    files = sorted((data_dir / HANDED_OVER).iterdir())
    assert len(files) == len(set(asked)), "one that goes on is joined"
    assert browser.send(f"{work.url.path}/remove").status_code == 303
    assert "was removed" in browser.get(work.url.path).text
    assert browser.get(f"{work.url.path}/file").status_code == 404
    assert browser.send(f"{work.url.path}/remove").status_code == 404
    _finished(browser, browser.send(f"/console/clients/{otter}/file").headers["location"])
    # A hand-over that was killed leaves a folder.
    (data_dir / f"{HANDING_OVER}killed" / "workspaces").mkdir(parents=True)
    left = len([*(data_dir / HANDED_OVER).iterdir()]) + 1
    sweeper = Sweeper(data_dir)
    assert sweeper.look(time.time() + 3600 * (HOURS - 1)) == 0
    assert sweeper.look(time.time() + 3600 * HOURS + 60) == left
    assert [*(data_dir / HANDED_OVER).iterdir(), *data_dir.glob(f"{HANDING_OVER}*")] == []


def _finished(browser: Browser, work: str) -> httpx2.Response:
    """Wait until the page of a job follows no more, and return it."""
    wait_until(lambda: "data-follows" not in browser.get(work).text, 120)
    shown = browser.get(work)
    assert shown.status_code == 200, shown.text[:500]
    return shown


def _audited(client: httpx2.Client, about: str) -> list[tuple[str, str]]:
    lines = client.get("/v1/audit", params={"object": about}).json()["lines"]
    return sorted((one["action"], one["result"]) for one in lines)


def _nothing() -> dict[str, object]:
    return settings_arguments(workspace={"name": "Main again"})


def _scatter(served: Served, workspace_id: str, zebra: str, otter: str) -> None:
    """Leave something of the client account wherever it can be."""
    rules = served.world.warehouse.places.own_folder("main") / "rules"
    rules.mkdir(parents=True)
    (rules / "zebra.yaml").write_text(RULE)
    digests = iter(("a" * 64, "b" * 64))
    hours = {"client": "zebra0marker-ltd", "timezone": "UTC", "hours": {"monday": ["09:00-17:00"]}}
    with served.world.metadata.write() as session:
        Repository(session).change_workspace(workspace_id, {"business_hours": [hours]})
        for clients in ([zebra], [zebra, otter]):
            session.add(
                ShareRow(
                    workspace_id=workspace_id,
                    template_id="overview",
                    kind="open",
                    name="Zebra0marker" if clients == [zebra] else "Both",
                    digest=next(digests),
                    clients=clients,
                    created_by="owner@example.com",
                )
            )
        connection = ConnectionRow(
            workspace_id=workspace_id, name="zebra0marker desk", source="zendesk", config={}, client_account_id=zebra
        )
        session.add(connection)
        session.flush()
        session.add_all(
            (
                AccessGrantRow(
                    workspace_id=workspace_id,
                    kind="domain",
                    domain="zebra0marker.example",
                    every_client=False,
                    clients=[zebra],
                    created_by="owner@example.com",
                ),
                NoticeRow(
                    workspace_id=workspace_id,
                    kind="needs_sign_in",
                    subject=connection.id,
                    subject_name="zebra0marker desk",
                    occasion="1",
                    evidence="zebra0marker",
                    next_step="Sign in.",
                ),
                CommentaryRow(workspace_id=workspace_id, client_account_id=zebra, **_commentary()),
            )
        )


def _commentary() -> dict[str, object]:
    return {
        "template_id": "overview",
        "item_id": "text",
        "period_start": date(2025, 1, 1),
        "period_end": date(2025, 1, 31),
        "text": "zebra0marker grew.",
        "author": "owner@example.com",
    }
