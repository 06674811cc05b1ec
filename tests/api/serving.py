"""Runs the real application over real DuckDB files, filled from files that repeat exactly."""

import csv
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.jobs.records import JobKind
from api.jobs.work import import_arguments
from api.settings import Settings
from api.workspaces.service import find_or_create_workspace
from api.world import World
from tests.plain_http import client_of
from warehouse import Mode, load_mapping

CHANNELS = ("Email", "Chat", "Phone", "")
CATEGORIES = ("Billing", "Delivery", "A_B%C", 'Ωmega "quoted", line')
CITIES = ("Athens", "Porto", "")
COLUMNS = ("id", "created", "solved", "channel", "category", "city", "escalated")


def write_tickets(path: Path, rows: int, seed: int) -> Path:
    """Write a file of tickets that repeats exactly: one every 7 hours from 1 January 2025, UTC."""
    start = datetime(2025, 1, 1, 0, 30)  # noqa: DTZ001
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(rows):
            created = start + timedelta(hours=7 * (number % 4_000))
            mixed = (number * 7 + seed) % 97
            solved = "" if mixed % 5 == 0 else f"{created + timedelta(minutes=mixed * 11 + 5):%Y-%m-%d %H:%M:%S}"
            writer.writerow(
                (
                    f"T{seed}-{number}",
                    f"{created:%Y-%m-%d %H:%M:%S}",
                    solved,
                    CHANNELS[mixed % len(CHANNELS)],
                    CATEGORIES[mixed // 4 % len(CATEGORIES)],
                    CITIES[mixed % len(CITIES)],
                    "yes" if mixed % 3 == 0 else "no",
                )
            )
    return path


MAPPING = """\
entity: ticket
key: id
timezone: UTC
columns:
  source_id: id
  created_at: {from: created, format: "%Y-%m-%d %H:%M:%S"}
  solved_at: {from: solved, format: "%Y-%m-%d %H:%M:%S"}
  channel: channel
  category: category
  city: city
  is_escalated: {from: escalated, values: {"yes": true, "no": false}}
"""


@dataclass(frozen=True)
class Served:
    """A running server and the ways into it."""

    address: str
    settings: Settings
    world: World
    files: dict[str, Path]
    key: str  # reads every client account of workspace main
    acme_key: str  # reads client account acme of workspace main
    other_key: str  # reads workspace other

    def client(self, key: str | None = None) -> httpx2.Client:
        """Return a client that sends a key, by default the one of workspace main."""
        return client_of(self.address, headers={"authorization": f"Bearer {key or self.key}"})

    def stranger(self) -> httpx2.Client:
        """Return a client without any key."""
        return client_of(self.address)


@contextmanager
def serving(world: World, app: FastAPI | None = None) -> Iterator[str]:
    """Run the application under uvicorn on a free port, and give its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(app or create_app(world), log_config=None, access_log=False, lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            wait_until(lambda: server.started or not thread.is_alive())
            assert server.started
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that other threads or processes do; only pauses count, so that a busy machine has longer."""
    pause, waited = 0.01, 0.0
    while not condition():
        if waited >= seconds:
            raise AssertionError("waited in vain")
        threading.Event().wait(pause)
        waited += pause
        pause = min(pause * 1.3, 0.1)  # asking is work too, and takes the processor from what is waited for


def load(world: World, workspace: str, client: str, path: Path, mapping: Path, mode: Mode | None = None) -> None:
    """Import a file the way the command line does."""
    found = find_or_create_workspace(world.metadata, workspace)
    arguments = import_arguments(path, client, load_mapping(mapping), mode=mode)
    job = world.runner.run_now(world.runner.enqueue(found, JobKind.IMPORT, arguments))
    assert job.error is None, job.error
