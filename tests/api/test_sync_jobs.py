"""Syncs as jobs: what they write down, when they come due, and how people watch them."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.connections.grants import store_grant
from api.connections.removal import remove_connection
from api.jobs.records import Job, JobKind
from api.jobs.runner import JobRunner
from api.jobs.scheduler import MOST_OF_A_SOURCE, Scheduler
from api.oauth.records import Tokens
from api.settings import Settings
from api.telemetry import configure_logs
from api.workspaces.records import Connection, ConnectionState, Run, Workspace
from api.workspaces.repository import Repository
from api.workspaces.service import create_key, find_or_create_client, find_or_create_workspace
from api.world import World, open_world
from tests.api.serving import serving, wait_until
from tests.connectors.fake_vendor import Fault
from tests.plain_http import client_of
from tests.warehouse.sync_drill.conftest import fake as fake
from tests.warehouse.sync_drill.conftest import known_desk as known_desk
from tests.warehouse.sync_drill.desk import DrillDesk
from tests.warehouse.sync_drill.fake_desk import FakeDesk

pytestmark = pytest.mark.usefixtures("known_desk")


@dataclass
class Desk:
    """A world with one connection to the drill desk."""

    world: World
    workspace: Workspace
    connection_id: str

    @property
    def connection(self) -> Connection:
        with self.world.metadata.read() as session:
            found = Repository(session).connection(self.workspace.id, self.connection_id)
        assert found is not None
        return found

    @property
    def runs(self) -> list[Run]:
        with self.world.metadata.read() as session:
            return Repository(session).runs(self.workspace.id, self.connection_id)

    def sync(self, **more: object) -> Job:
        """Sync now, in this thread."""
        runner = self.world.runner
        job_id = runner.enqueue(self.workspace, JobKind.SYNC, {"connection_id": self.connection_id, **more})
        return runner.run_now(job_id)

    def change(self, **values: object) -> None:
        """Change columns of the connection."""
        with self.world.metadata.write() as session:
            Repository(session).change_connection(self.workspace.id, self.connection_id, values)

    def add(self, name: str, **values: object) -> str:
        """Add another connection."""
        with self.world.metadata.write() as session:
            columns = {"name": name, "source": "drill", "config": {}, **values}
            return Repository(session).add_connection(self.workspace.id, columns).id


@pytest.fixture
def desk(tmp_path: Path, fake: FakeDesk) -> Iterator[Desk]:
    with open_world(Settings(data_dir=tmp_path / "data", log_level="error")) as world:
        workspace = find_or_create_workspace(world.metadata, "main")
        client, _ = find_or_create_client(world.metadata, workspace, "Acme")
        grant = store_grant(
            world.metadata, workspace.id, DrillDesk(), DrillDesk.auths[0], {}, Tokens({"access_token": "first-token"})
        )
        made = Desk(world, workspace, "")
        made.connection_id = made.add(
            "Desk",
            client_account_id=client.id,
            grant_id=grant,
            account_id="1",
            config={"account_id": "1", "history_start": "2025-12-01"},
        )
        yield made


def test_a_run_is_written_down(desk: Desk, fake: FakeDesk) -> None:
    fake.faults.next(Fault.DOWN, path="/agents")
    job = desk.sync()
    assert job.error is None
    (run,) = desk.runs
    assert (run.state, run.error_code, run.rows_new, run.wasted) == ("done", None, 240, 1)
    assert run.requests == len(fake.asked)
    assert run.waited_seconds is not None
    assert run.waited_seconds > 0
    assert run.data_through is not None
    assert run.report is not None
    connection = desk.connection
    assert (connection.state, connection.state_code, connection.reason) == (ConnectionState.SYNCED, None, None)
    assert connection.next_run_at is not None
    assert timedelta(minutes=50) < connection.next_run_at - datetime.now(UTC) < timedelta(minutes=70)


def test_an_account_that_is_linked_again_for_another_client_counts_there_alone(desk: Desk) -> None:
    def tickets() -> list[tuple[object, ...]]:
        with desk.world.database("main").reading() as cursor:
            counted = "select client_account_id, connection, count(*) from normalised.ticket group by all"
            return list(cursor.execute(counted).fetchall())

    assert desk.sync().error is None
    before = desk.connection
    other, _ = find_or_create_client(desk.world.metadata, desk.workspace, "Globex")
    ((_, _, count),) = tickets()
    remove_connection(desk.world.metadata, desk.workspace.id, replace(before, grant_id=None))
    desk.connection_id = desk.add(
        "Desk again",
        client_account_id=other.id,
        grant_id=before.grant_id,
        account_id=before.account_id,
        config=dict(before.config),
    )
    assert desk.sync().error is None
    assert tickets() == [(other.id, "Desk again", count)]


def test_a_refused_sign_in_is_not_asked_again(desk: Desk, fake: FakeDesk, capfd: pytest.CaptureFixture[str]) -> None:
    fake.refused = {"first-token"}
    configure_logs("warning")  # a command that another test has run may have asked for less
    capfd.readouterr()
    job = desk.sync()
    desk.sync()
    lines = [line for line in capfd.readouterr().err.splitlines() if "a connection needs somebody" in line]
    told = [json.loads(line) for line in lines]
    assert [(one["stands"], one["next_step"]) for one in told] == [
        ("needs_sign_in", "Link the account again. What has been loaded stays.")
    ]
    assert job.error is not None
    assert job.error["code"] == "source_token_revoked"
    connection = desk.connection
    assert (connection.state, connection.next_run_at) == (ConnectionState.NEEDS_SIGN_IN, None)
    assert connection.next_step == "Link the account again. What has been loaded stays."
    assert (desk.runs[0].state, desk.runs[0].error_code) == ("failed", "source_token_revoked")
    asked = len(fake.asked)
    scheduler = Scheduler(desk.world.metadata, desk.world.runner.enqueue)
    assert scheduler.look(datetime.now(UTC) + timedelta(days=30)) == []
    assert len(fake.asked) == asked


def test_a_pause_that_the_vendor_asks_for_is_kept_by_hand_as_well(desk: Desk, fake: FakeDesk) -> None:
    fake.faults.next(Fault.TOO_MANY, seconds=400)
    desk.sync()
    connection = desk.connection
    assert (connection.state, connection.state_code) == (ConnectionState.WAITING, "source_rate_limited")
    assert connection.next_run_at is not None
    assert connection.next_run_at - datetime.now(UTC) > timedelta(seconds=380)
    asked = len(fake.asked)
    job = desk.sync()
    assert job.error is not None
    assert "asked for a pause until" in str(job.error["message"])
    assert len(fake.asked) == asked
    assert fake.faults.early == []
    assert desk.connection.state is ConnectionState.WAITING
    scheduler = Scheduler(desk.world.metadata, desk.world.runner.enqueue)
    assert scheduler.look(connection.next_run_at - timedelta(seconds=10)) == []
    assert scheduler.look(connection.next_run_at + timedelta(seconds=1)) == [connection.id]


def test_deletions_that_are_held_back_can_be_accepted(desk: Desk, fake: FakeDesk) -> None:
    desk.sync()
    fake.agents = fake.agents[:5]
    job = desk.sync()
    assert job.result is not None
    assert "25 of 30 agents are gone at the source; nothing was deleted." in str(job.result["sentence"])
    connection = desk.connection
    assert (connection.state, connection.state_code) == (ConnectionState.SYNCED, "deletions_held")
    assert connection.reason == "25 of 30 agents are gone at the source; nothing was deleted."
    key = create_key(desk.world.metadata, desk.workspace, "admin", admin=True).secret
    with serving(desk.world) as address, client_of(address) as client:
        client.headers["authorization"] = f"Bearer {key}"
        answer = client.post(f"/v1/connections/{connection.id}/sync", json={"accept_deletions": True})
        assert answer.status_code == 202
    desk.world.runner.run_now(answer.json()["job"])
    assert (desk.runs[0].id, desk.runs[0].state) == (answer.json()["run"], "done")
    assert desk.connection.state_code is None
    database = desk.world.database("main")
    with database.reading() as cursor:
        assert cursor.execute("select count(*) from normalised.user_agent where is_listed").fetchall() == [(5,)]


def test_what_was_cut_off_is_taken_up(desk: Desk) -> None:
    with desk.world.metadata.write() as session:
        Repository(session).start_run(desk.connection_id)
        Repository(session).set_state(desk.connection_id, ConnectionState.SYNCING)
    scheduler = Scheduler(desk.world.metadata, desk.world.runner.enqueue)
    assert scheduler.look(datetime.now(UTC)) == [desk.connection_id]
    desk.sync()
    assert [(run.state, run.error_code) for run in desk.runs] == [("done", None), ("failed", "interrupted")]


def test_a_server_that_ends_leaves_the_sync_to_the_next_one(desk: Desk, fake: FakeDesk) -> None:
    fake.faults.next(Fault.SLOW, seconds=2, path="/tickets")
    runner = desk.world.runner
    runner.start()
    wait_until(lambda: any(asked.path.endswith("/tickets") for asked in fake.asked), 40)
    runner.ask_to_stop()
    wait_until(lambda: runner.idle, 40)
    assert [run.state for run in desk.runs] == ["queued"]
    before = desk.runs[0].id
    following = JobRunner(desk.world.metadata, desk.world.warehouse)
    following.start()
    wait_until(lambda: desk.connection.state is ConnectionState.SYNCED, 40)
    following.ask_to_stop()
    wait_until(lambda: following.idle, 40)
    assert [(run.id, run.state) for run in desk.runs] == [(before, "done")]


class TestScheduler:
    def test_a_new_connection_starts_at_once_and_only_once(self, desk: Desk) -> None:
        started: list[object] = []
        scheduler = Scheduler(desk.world.metadata, lambda *job: started.append(job) or "job")  # type: ignore[func-returns-value]
        moment = datetime.now(UTC)
        assert scheduler.look(moment) == [desk.connection_id]
        assert scheduler.look(moment + timedelta(seconds=5)) == []
        assert len(started) == 1

    def test_paused_ones_and_those_that_wait_for_a_person_rest(self, desk: Desk) -> None:
        desk.change(paused=True, next_run_at=datetime.now(UTC))
        desk.add("Unchosen", state="new", next_step="Choose the account.")
        desk.add("Demo", source="demo")
        scheduler = Scheduler(desk.world.metadata, desk.world.runner.enqueue)
        assert scheduler.look(datetime.now(UTC) + timedelta(days=3)) == []

    def test_one_source_is_not_asked_by_all_at_once(self, desk: Desk) -> None:
        for number in range(5):
            desk.add(f"Desk {number}", next_run_at=datetime.now(UTC))
        scheduler = Scheduler(desk.world.metadata, desk.world.runner.enqueue)
        first = scheduler.look(datetime.now(UTC))
        assert len(first) == MOST_OF_A_SOURCE
        assert scheduler.look(datetime.now(UTC)) == []
        for _ in first:
            taken: list[Job] = []  # the queue looks again where the job table cannot be read for a moment
            wait_until(lambda taken=taken: bool(taken.extend(filter(None, [desk.world.runner._next()])) or taken))  # type: ignore[misc]
            desk.world.runner._run(taken[0], lambda _: None)
        assert len(scheduler.look(datetime.now(UTC))) == MOST_OF_A_SOURCE

    def test_what_shares_a_pause_waits_for_its_end(self, desk: Desk, fake: FakeDesk) -> None:
        other = find_or_create_workspace(desk.world.metadata, "other")
        columns = {"account_id": "1", "config": desk.connection.config, "next_run_at": datetime.now(UTC)}
        with desk.world.metadata.write() as session:
            add = Repository(session).add_connection
            same = add(other.id, {"name": "Same desk", "source": "drill", **columns}).id
            add(other.id, {"name": "Other desk", "source": "drill", **columns, "account_id": "2"})
        fake.faults.next(Fault.TOO_MANY, seconds=400)
        desk.sync()
        moment = datetime.now(UTC)
        scheduler = Scheduler(desk.world.metadata, desk.world.runner.enqueue)
        started = scheduler.look(moment)
        assert len(started) == 1
        assert same not in started
        with desk.world.metadata.read() as session:
            waiting = Repository(session).connection(other.id, same)
        assert waiting is not None
        assert (waiting.state, waiting.state_code) == (ConnectionState.WAITING, "source_rate_limited")
        assert waiting.next_run_at is not None
        assert scheduler.look(waiting.next_run_at - timedelta(seconds=5)) == []
        assert same in scheduler.look(waiting.next_run_at + timedelta(seconds=1))

    def test_it_runs_with_the_server(self, desk: Desk, fake: FakeDesk) -> None:
        desk.world.runner.start()
        wait_until(lambda: desk.connection.state is ConnectionState.SYNCED, 40)
        assert len(desk.runs) == 1
        database = desk.world.database("main")
        with database.reading() as cursor:
            assert cursor.execute("select count(*) from normalised.ticket where is_listed").fetchall() == [(210,)]


class TestEvents:
    def test_a_sync_is_watched_live(self, desk: Desk, fake: FakeDesk) -> None:
        key = create_key(desk.world.metadata, desk.workspace, "all").secret
        fake.faults.next(Fault.SLOW, seconds=1.5, path="/tickets", times=2)
        desk.change(next_run_at=datetime.now(UTC) + timedelta(days=1))
        with serving(desk.world) as address, client_of(address) as client:
            seen: list[tuple[str, dict[str, object]]] = []
            thread = threading.Thread(target=desk.sync)
            with client.stream(
                "GET", f"/v1/connections/{desk.connection_id}/events", headers={"authorization": f"Bearer {key}"}
            ) as answer:
                assert answer.headers["content-type"].startswith("text/event-stream")
                thread.start()
                name = ""
                for line in answer.iter_lines():
                    if line.startswith("event: "):
                        name = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        seen.append((name, json.loads(line.removeprefix("data: "))))
                        if seen[-1][1].get("state") == "synced":
                            break
            thread.join()
            desk.world.runner.ask_to_stop()
        states = [document["state"] for name, document in seen if name == "connection"]
        assert states[0] in {"new", "syncing"}
        assert "backfilling" in states
        assert [document for name, document in seen if name == "progress" and document["history"]]

    def test_others_do_not_see_it(self, desk: Desk) -> None:
        other = find_or_create_workspace(desk.world.metadata, "other")
        find_or_create_client(desk.world.metadata, desk.workspace, "Globex")
        keys = [
            create_key(desk.world.metadata, other, "other").secret,
            create_key(desk.world.metadata, desk.workspace, "globex only", ["globex"]).secret,
        ]
        with serving(desk.world) as address, client_of(address) as client:
            path = f"/v1/connections/{desk.connection_id}/events"
            assert client.get(path).status_code == 401
            for key in keys:
                assert client.get(path, headers={"authorization": f"Bearer {key}"}).status_code == 404
