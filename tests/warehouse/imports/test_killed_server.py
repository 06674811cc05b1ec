"""A server that is killed while it imports: whoever comes next finishes the job, and the rows are right."""

import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.imports.commands import Home

ROWS = 60_000
WORDS = ("import", "new.ndjson", "--as", "tickets", "--client", "Acme", "--mapping", "map.yaml", "--mode", "replace")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Give a workspace with 100 tickets, and a file of 60,000 others."""
    made = Home(tmp_path)
    for name, first, count, kind in (("old.csv", 0, 100, "csv, header"), ("new.ndjson", 50, ROWS, "json")):
        with duckdb.connect() as connection:
            connection.execute(
                f"""copy (select i as id, timestamp '2025-01-01' + interval 1 second * i as created,
                                 'topic' || i % 50 as topic
                    from range({first}, {first + count}) as r(i)) to '{tmp_path / name}' (format {kind})"""
            )
    assert made.load("old.csv")[0] == 0
    return made


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for another process."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


class Server:
    """`belvedere serve` in a process of its own."""

    def __init__(self, home: Home) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])
        self.process = home.start("serve", "--port", str(self.port))
        wait_for(self._answers)

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.process.communicate()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """Kill it as the kernel does when memory runs out."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


@pytest.fixture
def servers(home: Home) -> Iterator[Callable[[], Server]]:
    """Give a way to start servers; all of them end with the test."""
    started: list[Server] = []

    def start() -> Server:
        started.append(Server(home))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.kill()


def job_states(home: Home) -> list[str]:
    """Return how the jobs stand, oldest first."""
    connection = sqlite3.connect(home.data / "belvedere.sqlite", timeout=10)
    try:
        return [str(state) for (state,) in connection.execute("select state from job order by sequence")]
    finally:
        connection.close()


def tickets(home: Home) -> tuple[object, ...] | None:
    """Return count, first and last id, and topics of the tickets that are in the file."""
    with duckdb.connect(str(home.file), read_only=True) as connection:
        return connection.execute(
            """select count(*), min(source_id::bigint), max(source_id::bigint),
                      count(*) filter (where category = 'topic' || source_id::bigint % 50) from normalised.ticket"""
        ).fetchone()


OLD, NEW = (100, 0, 99, 100), (ROWS, 50, ROWS + 49, ROWS)


def started_job(home: Home) -> "subprocess.Popen[str]":
    """Hand a job to the server and return when it runs."""
    client = home.start(*WORDS)
    wait_for(lambda: job_states(home)[1:] == ["running"])
    return client


def test_the_waiting_command_takes_over(home: Home, servers: Callable[[], Server]) -> None:
    """The command that handed in the job does it itself when the server is gone."""
    server = servers()
    client = started_job(home)
    time.sleep(0.1)
    server.kill()
    out, err = client.communicate(timeout=60)
    assert client.returncode == 0, err
    assert "Loaded 60,000 rows" in out.splitlines()[-1]
    assert tickets(home) == NEW
    assert job_states(home)[1:] == ["done"]


def test_the_next_server_takes_over(home: Home, servers: Callable[[], Server]) -> None:
    """With the command gone as well, the job waits in the queue and the next server does it."""
    server = servers()
    client = started_job(home)
    client.kill()
    client.communicate()
    server.kill()
    assert tickets(home) in (OLD, NEW)
    assert job_states(home)[1:] in (["running"], ["done"])
    second = servers()
    wait_for(lambda: job_states(home)[1:] == ["done"])
    second.kill()
    assert tickets(home) == NEW
    assert list((home.data / "spool" / "main").iterdir()) == []
    status, last = home.load("new.ndjson", "--mode", "replace")
    assert (status, "0 new, 0 changed, 60,000 unchanged" in last) == (0, True)
