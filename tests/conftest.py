"""What tests of every folder share."""

import gc

import pytest

from tests.demo_data import DemoData, shared_demo


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> DemoData:
    """The demo, loaded once for all processes of a run; copy it before you start anything on it."""
    return shared_demo(tmp_path_factory)


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later search for garbage: there is a million of it, and all of it stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # looking for garbage after every 700 objects is a twentieth of the run
