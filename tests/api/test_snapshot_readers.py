"""Several processes serve one workspace: the owner loads and publishes, readers answer and follow."""

import itertools
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.settings import Settings
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import open_world
from tests.api.serving import MAPPING, load, wait_until, write_tickets
from tests.demo_data import PROGRAM
from tests.plain_http import answers
from warehouse import WorkspaceMissingError, published

PART = 400  # tickets of each file
CHOICES = {"workspace": "main", "dataset": "tickets"}
FIELDS = [{"name": "tickets_created"}, {"name": "client_account"}]


@contextmanager
def running(folder: Path, *words: str, **settings: str) -> Iterator[str]:
    """Run `belvedere serve` on a free port, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BELVEDERE_")}
    own = {"BELVEDERE_DATA_DIR": str(folder), "BELVEDERE_LOG_LEVEL": "error", "BELVEDERE_RATE_BURST": "10000"}
    command = [*PROGRAM, "serve", "--port", str(port), *words]
    process = subprocess.Popen(command, env={**kept, **own, **settings}, stdout=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _asked(client: httpx2.Client, address: str, number: int) -> tuple[int, int, int]:
    """Ask for the tickets of each client account; return the status and the two counts."""
    # Ten questions, so that answers come from the data and from memory in turn.
    days = {"startDate": str(date(2010, 1, 1) + timedelta(days=number % 10)), "endDate": "2029-12-31"}
    answer = client.post(
        f"{address}/v1/looker/data", json={"configParams": CHOICES, "dateRange": days, "fields": FIELDS}
    )
    if answer.status_code != 200:
        return answer.status_code, 0, 0
    found = {str(row["values"][1]): int(row["values"][0]) for row in answer.json()["rows"]}
    return 200, found.get("Acme", 0), found.get("Globex", 0)


def test_readers_answer_while_the_owner_loads_and_catch_up(tmp_path: Path) -> None:
    mapping = tmp_path / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    data = tmp_path / "data"
    files = [write_tickets(tmp_path / f"part{number}.csv", PART, number) for number in range(2)]
    with open_world(Settings(data_dir=data, log_level="error")) as world:
        # Both client accounts always have the same number of tickets, but between the two loads of a pair.
        load(world, "main", "Acme", files[0], mapping)
        load(world, "main", "Globex", files[0], mapping)
        key = create_key(world.metadata, find_or_create_workspace(world.metadata, "main"), "all").secret
    folder = data / "snapshots" / "main"
    seen: list[tuple[int, int, int]] = []
    with ExitStack() as stack:
        client = stack.enter_context(httpx2.Client(headers={"authorization": f"Bearer {key}"}, timeout=30))
        owner = stack.enter_context(running(data, BELVEDERE_SNAPSHOTS="true"))
        readers = [stack.enter_context(running(data, "--reader")) for _ in range(2)]  # no snapshot is there yet
        wait_until(lambda: all(answers(one) for one in (owner, *readers)) and bool(published(folder)), 60)
        refused = client.post(f"{readers[0]}/v1/connections", json={})
        assert (refused.status_code, refused.json()["error"]["code"]) == (421, "reads_only")

        done, pause = threading.Event(), threading.Event()

        def ask(address: str, first: int) -> None:
            for number in itertools.count(first):
                seen.append(_asked(client, address, number))
                if number >= first + 100 and done.is_set():
                    return
                pause.wait(0.02)  # the loads need a turn as well

        threads = [threading.Thread(target=ask, args=(one, 1_000 * place)) for place, one in enumerate(readers)]
        for thread in threads:
            thread.start()
        environment = {"BELVEDERE_DATA_DIR": str(data), "BELVEDERE_LOG_LEVEL": "error"}
        for name in ("Acme", "Globex"):
            words = ["import", str(files[1]), "--as", "tickets", "--client", name, "--mapping", str(mapping)]
            made = CliRunner().invoke(app, words, env=environment)  # the owner loads; this waits for it
            assert made.exit_code == 0, made.output
        done.set()
        for thread in threads:
            thread.join()
        assert len(seen) > 200
        assert {status for status, _, _ in seen} == {200}
        # One data version each: whole files, and never one client account two files ahead of the other.
        assert {(acme // PART - globex // PART, acme % PART, globex % PART) for _, acme, globex in seen} <= {
            (0, 0, 0),
            (1, 0, 0),
        }
        whole = (200, 2 * PART, 2 * PART)
        for place, one in enumerate(readers):
            wait_until(lambda one=one, place=place: _asked(client, one, 3_000 + place) == whole, 30)  # type: ignore[misc]
        wait_until(lambda: len(published(folder)) == 1, 30)
        assert not list(folder.glob(".writing*"))


def test_a_reader_owns_and_makes_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, log_level="error")
    with open_world(settings), open_world(settings, reader=True) as world:
        assert world.warehouse.slugs() == []
        with pytest.raises(WorkspaceMissingError, match="no snapshot of workspace 'main'"):
            world.database("main")
    assert not (tmp_path / "snapshots").exists()
