"""Each test gets a data directory of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.imports.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """Give an empty data directory, closed afterwards."""
    made = Workbench(tmp_path)
    yield made
    made.close()
