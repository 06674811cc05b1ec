"""The demo behind a real server, and the same data under plain SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx2
import pytest

from api.settings import Settings
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import World, open_world
from schemas import SemanticModel
from tests.api.serving import serving
from tests.demo_data import DemoData
from tests.plain_http import client_of

WORKSPACE = "demo"


@dataclass(frozen=True)
class DemoServer:
    """A server with the demo's data."""

    world: World
    address: str
    key: str
    http: httpx2.Client

    @property
    def model(self) -> SemanticModel:
        """The catalogue of the demo's workspace."""
        return self.world.model_of(WORKSPACE)

    def post(self, path: str, body: object) -> Any:
        """Post as a connector does, and give the answer, which must be a good one."""
        answer = self.http.post(path, json=body)
        assert answer.status_code == 200, f"{answer.text} to {body}"
        return answer.json()

    def get(self, path: str) -> Any:
        """Read a page of the API."""
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def demo_server(demo_data: DemoData, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """Serve a copy of the demo."""
    folder = demo_data.copied(tmp_path_factory.mktemp("templates"))
    settings = Settings(data_dir=folder, log_level="warning", rate_burst=100_000, rate_per_second=100_000)
    with open_world(settings) as world:
        workspace = find_or_create_workspace(world.metadata, WORKSPACE)
        key = create_key(world.metadata, workspace, "templates").secret
        with (
            serving(world) as address,
            client_of(address, headers={"authorization": f"Bearer {key}"}) as http,
        ):
            yield DemoServer(world, address, key, http)


@pytest.fixture(scope="session")
def demo_tables(demo_data: DemoData) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give the demo's tables for statements written by hand."""
    path: Path = demo_data.folder / "workspaces" / f"{WORKSPACE}.duckdb"
    connection = duckdb.connect(str(path), read_only=True)
    yield connection
    connection.close()
