"""The catalogue, a warehouse made by hand, and a backend over both."""

import duckdb
import pytest

from schemas import SemanticModel, load_model
from tests.schemas.backend import EVERYONE, Backend
from tests.schemas.random_rows import every_entity
from tests.schemas.world import build, build_tables, generated, period_edges, steady_days


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


@pytest.fixture(scope="session")
def every_table(model: SemanticModel) -> duckdb.DuckDBPyConnection:
    """Make every table, and for each entity a view of what the caller may see, for the hand-written statements."""
    connection = build_tables(model, {**every_entity(model), "ticket": generated()})
    connection.execute("create schema seen")
    people = ", ".join(f"'{client}'" for client in EVERYONE)
    for entity in model.entities.values():
        connection.execute(
            f"create view seen.{entity.name} as select * from normalised.{entity.table} "
            f"where client_account_id in ({people}) and {entity.listed_by}"
        )
    return connection
