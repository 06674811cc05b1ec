"""The SQL text of typical requests, reviewed like code. Refresh with UPDATE_GOLDENS=1 and read the difference."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.dialects import DuckDBDialect
from schemas.functions import EngineFunction
from tests.schemas.backend import Backend

GOLDEN = Path(__file__).parent / "golden" / "duckdb"
REQUESTS: dict[str, Any] = yaml.safe_load((GOLDEN.parent / "requests.yaml").read_text())


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_golden(name: str, backend: Backend) -> None:
    compiled = backend.compile(REQUESTS[name])
    parameters = [f"-- ${place} = {value!r}" for place, value in enumerate(compiled.parameters, start=1)]
    text = "\n".join([*(line.rstrip() for line in compiled.sql.splitlines()), *parameters]) + "\n"
    path = GOLDEN / f"{name}.sql"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text)
    assert path.read_text() == text, "Run with UPDATE_GOLDENS=1 and read the difference."


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.sql")} == set(REQUESTS)


def test_every_engine_function_has_a_spelling() -> None:
    assert set(DuckDBDialect().spellings) == set(EngineFunction)
