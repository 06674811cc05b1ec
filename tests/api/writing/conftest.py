"""One server for all that people write."""

from collections.abc import Iterator

import pytest

from tests.api.writing.desk import Desk, desk


@pytest.fixture(scope="session")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Give the server; tests remove what they wrote."""
    with desk(tmp_path_factory.mktemp("writing")) as opened:
        yield opened
