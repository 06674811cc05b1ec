"""What tests of every folder share."""

import pytest

from tests.demo_data import DemoData, shared_demo


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> DemoData:
    """The demo, loaded once for all processes of a run; copy it before you start anything on it."""
    return shared_demo(tmp_path_factory)
