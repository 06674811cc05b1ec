"""The restore drill: a server that loads is backed up, killed and lost; what is restored catches up without a gap."""

import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.backups.restoring import Source, restore, verify
from api.cli import app
from api.connections.grants import store_grant
from api.jobs.records import JobKind
from api.oauth.records import Tokens
from api.settings import Settings
from api.workspaces.repository import Repository
from api.workspaces.secrets import new_key
from api.workspaces.service import find_or_create_client, find_or_create_workspace
from api.world import World, make_warehouse, open_world
from schemas import load_model
from tests.api.serving import wait_until
from tests.connectors.fake_vendor import Fault, Faults
from tests.demo_data import PROGRAM
from tests.warehouse.sync_drill.conftest import fake as fake
from tests.warehouse.sync_drill.conftest import known_desk as known_desk
from tests.warehouse.sync_drill.desk import DrillDesk
from tests.warehouse.sync_drill.drilling import assert_true
from tests.warehouse.sync_drill.fake_desk import FakeDesk

pytestmark = pytest.mark.usefixtures("known_desk")

NUMBERS = """
    select client_account_id is not null, source_id, ticket_status, created_date, subject, connection
    from normalised.ticket order by all
"""


def _link(world: World, *, now: bool) -> str:
    """Link the desk to a client account, and return the connection."""
    workspace = find_or_create_workspace(world.metadata, "main")
    client, _ = find_or_create_client(world.metadata, workspace, "Acme")
    tokens = Tokens({"access_token": "first-token"})
    grant = store_grant(world.metadata, workspace.id, DrillDesk(), DrillDesk.auths[0], {}, tokens)
    columns = {
        "name": "Desk", "source": "drill", "client_account_id": client.id, "grant_id": grant, "account_id": "1",
        "config": {"account_id": "1", "history_start": "2025-12-01"}, "paused": not now,
    }  # fmt: skip
    with world.metadata.write() as session:
        return Repository(session).add_connection(workspace.id, columns).id


def _sync(world: World, connection_id: str) -> list[tuple[object, ...]]:
    """Sync here, and return the numbers."""
    workspace = find_or_create_workspace(world.metadata, "main")
    job = world.runner.run_now(world.runner.enqueue(workspace, JobKind.SYNC, {"connection_id": connection_id}))
    assert job.error is None, job.error
    with world.database("main").reading() as cursor:
        return cursor.execute(NUMBERS).fetchall()


def test_what_is_restored_catches_up_with_what_was_lost(tmp_path: Path, fake: FakeDesk) -> None:
    with open_world(Settings(data_dir=tmp_path / "whole", log_level="error")) as world:
        uninterrupted = _sync(world, _link(world, now=False))
    with open_world(Settings(data_dir=tmp_path / "lost", log_level="error")) as world:
        connection_id = _link(world, now=True)
    key_file = tmp_path / "key"
    key_file.write_text(new_key())
    key_file.chmod(0o600)
    fake.asked.clear()
    fake.faults.next(Fault.SLOW, seconds=0.15, times=100)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {**os.environ, "BELVEDERE_DATA_DIR": str(tmp_path / "lost"), "BELVEDERE_LOG_LEVEL": "error"}
    server = subprocess.Popen([*PROGRAM, "serve", "--port", port], env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: len(fake.asked) >= 3, 60)
        command = ["backup", str(tmp_path / "kept"), "--key-file", str(key_file), "--json"]
        made = CliRunner().invoke(app, command, env={"BELVEDERE_DATA_DIR": str(tmp_path / "lost")})
        assert made.exit_code == 0, made.output
        told = json.loads(made.stdout)
        assert (told["encrypted"], told["keys_included"], told["workspaces"]) == (True, True, ["main"])
        asked = len(fake.asked)
        wait_until(lambda: len(fake.asked) > asked, 60)  # it loads still
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
    fake.faults = Faults()
    source = Source(tmp_path / "kept", key_file)
    found = verify(source)
    assert found.faults == ()
    rows = found.manifest.workspaces["main"].rows["normalised.ticket"]
    assert rows < len(uninterrupted)
    settings = Settings(data_dir=tmp_path / "restored", log_level="error")
    restore(source, settings, make_warehouse(settings, load_model()))
    with open_world(settings) as world:
        world.runner.recover()
        assert _sync(world, connection_id) == uninterrupted
        assert_true(world.database("main"), fake)
