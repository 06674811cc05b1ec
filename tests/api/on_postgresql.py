"""Lets the tests of this folder run with their metadata in PostgreSQL: TESTS_POSTGRESQL=1 pytest tests/api/...

Each data directory gets a database of its own, as each would have a SQLite file of its own.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.settings import Settings
from tests.connectors.database_servers import postgresql

WANTED = "TESTS_POSTGRESQL"


@contextmanager
def metadata_in_postgresql() -> Iterator[None]:
    """Keep metadata in a PostgreSQL server of these tests, if that is wanted."""
    if not os.environ.get(WANTED):
        yield
        return
    made: set[str] = set()
    with (
        tempfile.TemporaryDirectory(prefix="belvedere-pg-") as folder,
        postgresql(Path(folder)) as server,
        pytest.MonkeyPatch.context() as patch,
    ):

        def address(settings: Settings) -> str:
            given = settings.database_url.get_secret_value()
            if given:
                return given
            name = "d" + hashlib.sha256(str(settings.data_dir.absolute()).encode()).hexdigest()[:20]
            if name not in made:
                made.add(name)
                server.run(f"create database {name}")
            return f"postgresql+psycopg://owner@127.0.0.1:{server.port}/{name}"

        patch.setattr(Settings, "metadata_url", property(address))
        yield
