"""A real server: two workspaces, three client accounts, a few hundred tickets."""

from collections.abc import Iterator

import pytest

from api.settings import Settings
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import open_world
from tests.api.on_postgresql import metadata_in_postgresql
from tests.api.serving import MAPPING, Served, load, serving, write_tickets


@pytest.fixture(scope="session", autouse=True)
def _metadata() -> Iterator[None]:
    """Keep the metadata where the run wants them."""
    with metadata_in_postgresql():
        yield


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a server whose workspaces are full; tests that change it undo what they did."""
    folder = tmp_path_factory.mktemp("served")
    settings = Settings(
        data_dir=folder / "data",
        log_level="warning",
        rate_burst=10_000,
        rate_per_second=10_000,
        first_view_seconds=60,  # a test waits for it, however busy the machine is
    )
    mapping = folder / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    files = {
        "acme": write_tickets(folder / "acme.csv", 240, 3),
        "globex": write_tickets(folder / "globex.csv", 120, 5),
        "initech": write_tickets(folder / "initech.csv", 60, 8),
    }
    with open_world(settings) as world:
        load(world, "main", "Acme", files["acme"], mapping)
        load(world, "main", "Globex", files["globex"], mapping)
        load(world, "other", "Initech", files["initech"], mapping)
        main = find_or_create_workspace(world.metadata, "main")
        other = find_or_create_workspace(world.metadata, "other")
        keys = (
            create_key(world.metadata, main, "all").secret,
            create_key(world.metadata, main, "acme only", ["acme"]).secret,
            create_key(world.metadata, other, "other").secret,
        )
        world.runner.start()
        with serving(world) as address:
            yield Served(address, settings, world, files, *keys)
