"""What every registered source must do, ours and third parties' alike."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from connectors import Batch, Context, Cursor, JsonValue, Source, StopError, Stream, find_source, known_sources
from connectors.registry import ENTRY_POINTS
from schemas import load_model
from warehouse.stream_load import staging_text

NOW = datetime(2026, 3, 30, 15, tzinfo=UTC)
TWO_YEARS: dict[str, JsonValue] = {"start": "2024-04-01"}  # of the demo's three
# Sources that need no account to be read; others are read against the fake servers of their own tests.
OPEN_SOURCES = ("demo",)


def context(now: datetime = NOW) -> Context:
    """Return a connection as a source sees it."""
    return Context("contract", {}, now)


def read(source: Source, stream: Stream, cursor: Cursor, now: datetime = NOW) -> list[Batch]:
    """Read a stream to its end."""

    async def collect() -> list[Batch]:
        return [batch async for batch in source.read(Context("contract", TWO_YEARS, now), stream, cursor)]

    return asyncio.run(collect())


@cache
def first_read(name: str) -> dict[str, list[Batch]]:
    """Return all batches of each stream from the start, read once for all tests."""
    source = find_source(name)
    return {stream.name: read(source, stream, Cursor()) for stream in source.streams(context())}


@pytest.mark.parametrize("name", known_sources())
class TestEverySource:
    """Holds without reading anything."""

    def test_it_is_a_source(self, name: str) -> None:
        source = find_source(name)
        assert isinstance(source, Source)
        assert source.id == name
        assert source.label

    def test_every_entity_of_its_streams_has_a_staging_query(self, name: str) -> None:
        source, model = find_source(name), load_model()
        for stream in source.streams(context()):
            assert stream.primary_key
            for entity in stream.entities:
                assert entity in model.entities
                text = staging_text(source.staging, stream.name, model.entities[entity])
                assert "from records" in text

    def test_its_readme_is_there(self, name: str) -> None:
        assert (find_source(name).staging.parent / "README.md").exists()


@pytest.mark.parametrize("name", OPEN_SOURCES)
class TestReading:
    """Holds for what a source yields."""

    def test_records_have_their_keys_and_are_json(self, name: str) -> None:
        source = find_source(name)
        for stream in source.streams(context()):
            batches = first_read(name)[stream.name]
            keys = [tuple(record[part] for part in stream.primary_key) for batch in batches for record in batch.records]
            assert len(keys) == len(set(keys)) > 0
            assert None not in {part for key in keys for part in key}
            json.dumps([batches[0].records[0], dict(batches[0].cursor.value)])

    def test_the_last_batch_and_only_it_is_done(self, name: str) -> None:
        source = find_source(name)
        for stream in source.streams(context()):
            assert [batch.done for batch in first_read(name)[stream.name]][-2:] == [False, True]

    def test_a_cursor_resumes_without_a_gap(self, name: str) -> None:
        source = find_source(name)
        for stream in source.streams(context()):
            batches = first_read(name)[stream.name]
            half = len(batches) // 2
            rest = read(source, stream, batches[half - 1].cursor)
            key = stream.primary_key[0]
            wanted = {str(record[key]) for batch in batches[half:] for record in batch.records}
            assert wanted <= {str(record[key]) for batch in rest for record in batch.records}

    def test_later_runs_bring_what_is_new(self, name: str) -> None:
        source = find_source(name)
        news = 0
        for stream in source.streams(context()):
            cursor = first_read(name)[stream.name][-1].cursor
            assert not [record for batch in read(source, stream, cursor) for record in batch.records]
            later = read(source, stream, cursor, NOW + timedelta(days=2))
            assert later[-1].done
            news += bool([record for batch in later for record in batch.records])
        # Some lists, such as that of the surveys, hardly ever change.
        assert news * 2 > len(source.streams(context()))


def test_an_unknown_source_is_named_with_the_nearest() -> None:
    with pytest.raises(StopError, match=r"no source 'demi'. Did you mean 'demo'\? Known: .*demo"):
        find_source("demi")


def test_a_third_party_registers_by_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "acme_source-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-source\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(
        f"[{ENTRY_POINTS}]\nacme = acme_source:AcmeSource\ndemo = acme_source:AcmeSource\n"
    )
    (tmp_path / "acme_source.py").write_text("class AcmeSource:\n    id = 'acme'\n    label = 'Acme'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert {"acme", "demo"} <= set(known_sources())
    assert find_source("acme").label == "Acme"
    assert find_source("demo").label == "Demo data"
