"""A workspace, the fake desk, and the desk as a source that every process of this test knows by its name."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.sync_drill.fake_desk import FakeDesk

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture
def known_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the desk the way a third party's package does."""
    package = tmp_path / "packages" / "drill_desk-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: drill-desk\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(
        "[belvedere.sources]\ndrill = tests.warehouse.sync_drill.desk:DrillDesk\n"
    )
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(package.parent), str(ROOT)]))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDesk]:
    """The desk's API, serving; requests for the desk go there."""
    with FakeDesk() as opened:
        for name, value in opened.environment.items():
            monkeypatch.setenv(name, value)
        yield opened
