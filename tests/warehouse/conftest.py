"""A warehouse on a real DuckDB file in a temporary folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from schemas import SemanticModel, load_model
from tests.warehouse.empty_workspace import open_empty
from warehouse import ClientAccount, ImportOptions, ImportReport, Mapping, Warehouse, WorkspaceDatabase

ATHENS = ClientAccount("c-athens", "athens", "Athens Client", timezone="Europe/Athens", report_currency="EUR")

SIMPLE = """
entity: tickets
source: desk
key: [id]
columns:
  source_id: id
  created_at: created
  solved_at: solved
  channel: channel
  handle_seconds: seconds
"""

Load = Callable[..., ImportReport]
Rows = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture(scope="session")
def model() -> SemanticModel:
    """The catalogue that ships."""
    return load_model()


@pytest.fixture
def warehouse(tmp_path: Path, model: SemanticModel) -> Iterator[Warehouse]:
    """An owned, empty data directory."""
    with Warehouse(tmp_path / "data", model, threads=2) as opened:
        yield opened


@pytest.fixture
def database(warehouse: Warehouse) -> WorkspaceDatabase:
    """An empty workspace."""
    return open_empty(warehouse)


@pytest.fixture
def load(database: WorkspaceDatabase, tmp_path: Path) -> Load:
    """Write a file, import it, return the report."""

    def run(
        content: str | bytes, mapping: str = SIMPLE, *, name: str = "t.csv", client: ClientAccount = ATHENS
    ) -> ImportReport:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return database.import_file(path, ImportOptions(to_mapping(mapping), client, defer=True))

    return run


@pytest.fixture
def rows(database: WorkspaceDatabase) -> Rows:
    """Run a query on the workspace."""

    def run(sql: str) -> list[tuple[object, ...]]:
        with database.reading() as cursor:
            return cursor.execute(sql).fetchall()

    return run


def to_mapping(text: str) -> Mapping:
    """Parse a mapping that a test spells out."""
    return Mapping.model_validate(yaml.safe_load(text))
