"""The catalogue, a warehouse made by hand, and a backend over both."""

import pytest

from schemas import SemanticModel, load_model
from tests.schemas.backend import Backend
from tests.schemas.world import build, generated, period_edges, steady_days


@pytest.fixture(scope="session")
def model() -> SemanticModel:
    """Load our catalogue."""
    return load_model()


@pytest.fixture(scope="session")
def backend(model: SemanticModel) -> Backend:
    """Serve the generated tickets."""
    return Backend(model, build(model, [*generated(), *period_edges(), *steady_days()]))


@pytest.fixture(scope="session")
def empty_backend(model: SemanticModel) -> Backend:
    """Serve no tickets at all."""
    return Backend(model, build(model, []))
